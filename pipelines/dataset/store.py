"""The few things a corpus needs of the place it lies in: a local folder or an S3 bucket."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow.fs as pafs

from pipelines.dataset.errors import DatasetError, explained


class Store(ABC):
    """A tree of files by relative path. Every method raises OSError as the place gives it."""

    fs: pafs.FileSystem
    """Rooted at the corpus, for Parquet readers."""
    root: str

    @abstractmethod
    def build(self, path: str) -> Any:
        """Context manager: a local path to write the file to; at its end the whole file lies durably at ``path``."""

    @abstractmethod
    def replace(self, source: str, target: str) -> None:
        """Moves a file over another: a reader sees the old or the new one, whole."""

    @abstractmethod
    def sync(self, folders: Iterable[str]) -> None:
        """Makes renames in these folders durable."""

    @abstractmethod
    def remove_tree(self, folder: str) -> None:
        """Removes a folder with all in it, if it is there."""

    def read(self, path: str) -> bytes | None:
        """The file's content; ``None`` if there is none."""
        try:
            with self.fs.open_input_stream(path, compression=None) as stream:
                return bytes(stream.read())
        except FileNotFoundError:
            return None

    def write(self, path: str, data: bytes) -> None:
        """Puts a small file in place, whole and durable."""
        with self.build(path) as place:
            Path(place).write_bytes(data)
        self.sync([folder_of(path)])

    def read_json(self, path: str) -> Any:
        """The file's content; ``None`` if there is none."""
        data = self.read(path)
        try:
            return None if data is None else json.loads(data)
        except ValueError as error:
            raise DatasetError(f"{self.root}/{path} is not what Tiezi wrote ({error}): restore or remove it") from error

    def write_json(self, path: str, value: Any) -> None:
        self.write(path, json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())

    def remove(self, path: str) -> None:
        """Removes a file, if it is there."""
        with suppress(FileNotFoundError):
            self.fs.delete_file(path)
        self.sync([folder_of(path)])

    def sizes(self, folder: str) -> dict[str, int]:
        """Path → size of the files that lie right in the folder, by name; ``""`` is the corpus itself."""
        selector = pafs.FileSelector(folder, allow_not_found=True)
        infos = (info for info in self.fs.get_file_info(selector) if info.type == pafs.FileType.File)
        return dict(sorted((info.path.lstrip("/"), int(info.size)) for info in infos))

    def exists(self, path: str) -> bool:
        return bool(self.fs.get_file_info(path).type == pafs.FileType.File)


def folder_of(path: str) -> str:
    return "" if "/" not in path else str(PurePosixPath(path).parent)


class LocalStore(Store):
    """A folder; made when something is first written to it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.abspath(root)
        self.fs = pafs.SubTreeFileSystem(self.root, pafs.LocalFileSystem())

    def _path(self, path: str) -> str:
        return os.path.join(self.root, path)

    @contextmanager
    def build(self, path: str) -> Iterator[str]:
        place = self._path(path)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        draft = os.path.join(os.path.dirname(place), f".{os.path.basename(place)}.draft")
        try:
            yield draft
            with open(draft, "rb") as stream:
                os.fsync(stream.fileno())
            os.replace(draft, place)
        except BaseException:
            with suppress(OSError):
                os.unlink(draft)
            raise

    def replace(self, source: str, target: str) -> None:
        os.makedirs(os.path.dirname(self._path(target)), exist_ok=True)
        os.replace(self._path(source), self._path(target))

    def sync(self, folders: Iterable[str]) -> None:
        for folder in sorted(set(folders)):
            with suppress(FileNotFoundError):
                handle = os.open(self._path(folder), os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)

    def remove_tree(self, folder: str) -> None:
        with suppress(FileNotFoundError):
            shutil.rmtree(self._path(folder))


class S3Store(Store):
    """A prefix of a bucket. A PUT or COPY of one object is atomic; there are no renames."""

    def __init__(self, root: str) -> None:
        self.bucket, _, self.prefix = root.removeprefix("s3://").strip("/").partition("/")
        self.root = "s3://" + "/".join(filter(None, (self.bucket, self.prefix)))
        if not self.bucket:
            raise DatasetError(f"{root} names no bucket: write s3://bucket/folder")
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        if not region and not endpoint:
            with explained(f"cannot find {self.root}"):
                region = pafs.resolve_s3_region(self.bucket)
        base = pafs.S3FileSystem(endpoint_override=endpoint, region=region)
        self.fs = pafs.SubTreeFileSystem(self.root.removeprefix("s3://"), base)

    @contextmanager
    def build(self, path: str) -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="tiezi-") as folder:
            place = os.path.join(folder, "file")
            yield place
            pafs.copy_files(place, path, source_filesystem=pafs.LocalFileSystem(), destination_filesystem=self.fs)

    def replace(self, source: str, target: str) -> None:
        self.fs.copy_file(source, target)
        self.fs.delete_file(source)

    def sync(self, folders: Iterable[str]) -> None:
        """Nothing to do: an object is durable once S3 has answered."""

    def remove_tree(self, folder: str) -> None:
        with suppress(FileNotFoundError):
            self.fs.delete_dir(folder)


def open_store(root: str) -> Store:
    """The store of a corpus folder: a local path or ``s3://bucket/prefix`` (endpoint: ``AWS_ENDPOINT_URL``)."""
    return S3Store(root) if root.startswith("s3://") else LocalStore(root)
