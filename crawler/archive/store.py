"""Where the files of an archive lie: a folder, or a bucket with a local spool folder for what is being written.

``ROOT/<forum>/<run_id>-00000.warc.gz``, ``<run_id>.running`` (the run has not ended in order), ``index-….cdxj``.
A file being written ends in ``.open`` and is locked by its writer.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

import pyarrow.fs as pafs

OPEN, RUNNING = ".open", ".running"
_SEGMENT = re.compile(r"(?P<run>.+)-(?P<number>\d{5,})\.warc\.gz")
_LONGEST = 120
_AHEAD = 1 << 22  # bytes fetched at once from a bucket when a file is read as a whole


class Segment(NamedTuple):
    """One WARC file; sorts in the order of writing, as run ids begin with the time."""

    run: str
    number: int
    name: str
    size: int
    open: bool


class Store:
    def __init__(self, root: str, spool: Path | None = None) -> None:
        self.folder = Path(root)
        self.remote: pafs.FileSystem | None = None
        if root.startswith("s3://"):
            self.remote, self.base = pafs.FileSystem.from_uri(root)
            self.folder = (spool or _spool()) / hashlib.sha256(root.encode()).hexdigest()[:16]

    def forums(self) -> list[str]:
        """The folder names."""
        names = {entry.name for entry in self.folder.iterdir() if entry.is_dir()} if self.folder.is_dir() else set()
        if self.remote is not None:
            selector = pafs.FileSelector(self.base, allow_not_found=True)
            names |= {info.base_name for info in self.remote.get_file_info(selector) if not info.is_file}
        return sorted(names)

    def place(self, slug: str) -> Path:
        """The local folder that a forum's files are written to."""
        folder = self.folder / slug
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def sizes(self, slug: str) -> dict[str, int]:
        """Names and sizes of all files of a forum."""
        found: dict[str, int] = {}
        if self.remote is not None:
            selector = pafs.FileSelector(f"{self.base}/{slug}", allow_not_found=True)
            found = {info.base_name: info.size for info in self.remote.get_file_info(selector) if info.is_file}
        if (folder := self.folder / slug).is_dir():
            with os.scandir(folder) as entries:
                found |= {entry.name: entry.stat().st_size for entry in entries if entry.is_file()}
        return found

    def segments(self, slug: str, *run_ids: str) -> list[Segment]:
        """The WARC files of a forum, or of some of its runs, in order."""
        found = []
        for name, size in self.sizes(slug).items():
            match = _SEGMENT.fullmatch(name.removesuffix(OPEN))
            if match and (not run_ids or match["run"] in run_ids):
                found.append(Segment(match["run"], int(match["number"]), match[0], size, name.endswith(OPEN)))
        return sorted(found)

    def open(self, slug: str, name: str, *, whole: bool = True) -> IO[bytes]:
        """A file by its final name, wherever it is now; ``whole``: it will be read from the beginning to the end."""
        for candidate in (name, name + OPEN, name):  # it may be renamed meanwhile
            try:
                return (self.folder / slug / candidate).open("rb")
            except FileNotFoundError:
                continue
        if self.remote is None:
            raise FileNotFoundError(f"{self.folder / slug / name} is not in the archive (any more)")
        source = self.remote.open_input_file(f"{self.base}/{slug}/{name}")
        return io.BufferedReader(source, _AHEAD if whole else 1 << 16)

    def fetch(self, slug: str, name: str) -> Path:
        """A local copy of a file that never changes."""
        file = self.folder / slug / name
        if self.remote is not None and not file.exists():
            waiting = self.place(slug) / f".{name}.{os.getpid()}"
            with self.open(slug, name) as source, waiting.open("wb") as target:
                shutil.copyfileobj(source, target, _AHEAD)
            waiting.rename(file)
        return file

    def hand_over(self, file: Path, *, keep: bool = False) -> None:
        """Bring a finished file to where it belongs; in a bucket it is durable when this returns."""
        if self.remote is None:
            return
        with (
            file.open("rb") as source,
            self.remote.open_output_stream(f"{self.base}/{file.parent.name}/{file.name}", compression=None) as target,
        ):
            shutil.copyfileobj(source, target, _AHEAD)
        if not keep:
            file.unlink()

    def remove(self, slug: str, name: str) -> None:
        (self.folder / slug / name).unlink(missing_ok=True)
        if self.remote is not None and self.remote.get_file_info(f"{self.base}/{slug}/{name}").is_file:
            self.remote.delete_file(f"{self.base}/{slug}/{name}")


def locked(stream: IO[bytes]) -> bool:
    """Take the lock that a living writer holds on its file; False: another one holds it."""
    try:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make names made in it survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def slug(forum: str) -> str:
    """The forum's name as a folder name: ``[a-z0-9._-]``, no two forums the same.

    >>> slug("bbs.example.cn:8080")
    'bbs.example.cn_3a8080'
    """
    made = "".join(c if c.isascii() and (c.isalnum() or c in ".-") else _escaped(c) for c in forum.lower())
    made = made if made[:1].isalnum() else f"x__{made}"
    if len(made) > _LONGEST:
        made = f"{made[:80]}__{hashlib.sha256(forum.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
    return made


def forum_of(slug: str) -> str | None:
    """The forum that a folder is named after; ``None``: the name was too long to be kept in it.

    >>> forum_of("bbs.example.cn_3a8080")
    'bbs.example.cn:8080'
    """
    name = slug.removeprefix("x__")
    if "__" in name:
        return None
    raw = re.sub(rb"_([0-9a-f]{2})", lambda found: bytes.fromhex(found[1].decode()), name.encode())
    return raw.decode("utf-8", "surrogatepass")


def _escaped(char: str) -> str:
    return "".join(f"_{byte:02x}" for byte in char.encode("utf-8", "surrogatepass"))


def _spool() -> Path:
    """A folder of ours alone below the system's folder for temporary files (it should outlive a reboot to lose nothing)."""
    folder = Path(tempfile.gettempdir()) / f"tiezi-archive-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else: set TMPDIR to a folder of your own")
    return folder
