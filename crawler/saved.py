"""Captures on disk or in a bucket: files, folders, globs; single pages, browser archives (.mht), web archives, Parquet."""

from __future__ import annotations

import email
import email.policy
import glob
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import IO, Any, NamedTuple

import pyarrow.fs as pafs

from crawler.archive import Skipped, read_parquet, read_warc, row_groups
from crawler.items import PageError, RawPage

PAGES = (".html", ".htm", ".mht", ".mhtml", ".txt", ".md")
WARCS = (".warc", ".warc.gz", ".warc.zst")
TABLES = (".parquet",)
KINDS = PAGES + WARCS + TABLES


class Piece(NamedTuple):
    """A capture, or as much of it as can be read apart from the rest."""

    file: str
    """A local path or an ``s3://`` URI."""
    row_group: int | None = None

    @property
    def holds_many(self) -> bool:
        """Pages of all kinds of sites may be in it."""
        return self.file.lower().endswith(WARCS + TABLES)


def find_files(path: str) -> list[str]:
    """The captures that ``path`` (a file, a folder or a glob, also in a bucket: ``s3://…``) names, in order of name.

    FileNotFoundError or PermissionError say what to do when there is nothing to read.
    """
    if path.startswith("s3://"):
        return _find_in_bucket(path)
    place = Path(path).expanduser()
    if place.is_dir():
        if not os.access(place, os.R_OK | os.X_OK):
            raise PermissionError(f"the folder {place} cannot be read: check its permissions")
        found = sorted(file for file in place.rglob("*") if file.name.lower().endswith(KINDS) and file.is_file())
        if not found:
            raise FileNotFoundError(f"the folder {place} holds no capture ({' '.join(KINDS)})")
        return list(map(str, found))
    if place.exists():
        return [str(place)]
    matches = sorted(name for name in glob.glob(str(place), recursive=True) if Path(name).is_file())
    if not matches:
        raise FileNotFoundError(f"there is no file, folder or match of a glob at {place}")
    return matches


def _find_in_bucket(path: str) -> list[str]:
    """An object, all captures below a prefix, or all that match a glob (whose ``*`` also stands for slashes)."""
    fixed = path.split("*")[0].split("?")[0].split("[")[0]
    store, base = pafs.FileSystem.from_uri(fixed if fixed == path else fixed.rpartition("/")[0])
    wanted = path.removeprefix("s3://")
    if store.get_file_info(base).type == pafs.FileType.File:
        return [path]
    infos = store.get_file_info(pafs.FileSelector(base, recursive=True, allow_not_found=True))
    names = sorted(info.path for info in infos if info.type == pafs.FileType.File)
    found = [name for name in names if (name.lower().endswith(KINDS) if fixed == path else fnmatch(name, wanted))]
    if not found:
        raise FileNotFoundError(f"there is no capture ({' '.join(KINDS)}) at {path}")
    return [f"s3://{name}" for name in found]


def pieces(file: str) -> list[Piece]:
    """What can be read side by side: the row groups of a Parquet file, else the file. Its reader says what is wrong with it."""
    if not file.lower().endswith(TABLES):
        return [Piece(file)]
    try:
        with _open(file) as stream:
            return [Piece(file, number) for number in range(row_groups(stream))] or [Piece(file)]
    except (PageError, OSError):
        return [Piece(file)]


def read_pages(piece: Piece) -> Iterator[RawPage | Skipped]:
    """The pages of a capture, streamed. A single page counts as fetched when its file was last written.

    OSError: it cannot be read; PageError: it is damaged, or holds no page.
    """
    name = piece.file.lower()
    with _open(piece.file) as stream:
        if name.endswith(WARCS):
            yield from read_warc(stream)
        elif name.endswith(TABLES):
            yield from read_parquet(stream, _written_at(piece.file), piece.row_group)
        else:
            yield _read_page(piece.file, stream.read())


def _open(file: str) -> IO[bytes]:
    if file.startswith("s3://"):
        store, path = pafs.FileSystem.from_uri(file)
        opened: Any = store.open_input_file(path)  # pyarrow's files are not typed as files
        return opened  # type: ignore[no-any-return]
    return open(file, "rb")


def _written_at(file: str) -> datetime:
    if file.startswith("s3://"):
        store, path = pafs.FileSystem.from_uri(file)
        modified: datetime = store.get_file_info(path).mtime
        return modified
    return datetime.fromtimestamp(Path(file).stat().st_mtime, UTC)


def _read_page(file: str, body: bytes) -> RawPage:
    saved_at = _written_at(file)
    address = file if file.startswith("s3://") else Path(file).resolve().as_uri()
    if not body.strip():
        raise PageError(file, "the file is empty")
    if file.lower().endswith((".mht", ".mhtml")):
        return _read_mht(body, file, address, saved_at)
    return RawPage(address, body, saved_at)


def _read_mht(body: bytes, file: str, address: str, saved_at: datetime) -> RawPage:
    """The HTML part of a page that a browser saved as one file (MIME multipart/related, RFC 2557)."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        content = part.get_payload(decode=True)
        url = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or address)
        if isinstance(content, bytes):
            charset = part.get_content_charset()
            return RawPage(url, content, saved_at, f"text/html; charset={charset}" if charset else "text/html")
    raise PageError(file, "this .mht holds no HTML page")
