"""One writer a forum. Locally an flock, which the kernel drops with the process; on S3 a lease that runs out."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pipelines.dataset.errors import DatasetError, ForumLocked, explained
from pipelines.dataset.layout import lock_file
from pipelines.dataset.store import LocalStore, S3Store, Store

LEASE = 120.0  # seconds that a lease on S3 lives without being renewed


@contextmanager
def forum_lock(store: Store, forum: str) -> Iterator[Lease | None]:
    """Holds the forum while the block runs; raises ForumLocked if another process does.

    Yields the lease on S3, whose ``check`` raises once it was lost, and None on a disk, where it cannot be.
    """
    if isinstance(store, LocalStore):
        with _flock(store, forum):
            yield None
    elif isinstance(store, S3Store):
        with Lease(store, forum) as lease:
            yield lease


@contextmanager
def turn(store: Store, name: str, seconds: float = 2 * LEASE) -> Iterator[None]:
    """Holds what is everyone's and held for a moment only, waiting while others do; ForumLocked after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        with ExitStack() as held:
            try:
                held.enter_context(forum_lock(store, name))
            except ForumLocked:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
                continue
            yield
            return


def _holder() -> dict[str, str]:
    return {
        "pid": str(os.getpid()),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": " ".join(sys.argv)[:500],
    }


@contextmanager
def _flock(store: LocalStore, forum: str) -> Iterator[None]:
    path = os.path.join(store.root, lock_file(forum))
    with explained(f"cannot write to {store.root}"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ForumLocked(forum, _read_holder(os.read(handle, 4096))) from None
        with explained(f"cannot write to {store.root}"):
            # the file stays when the lock is dropped: removing it would let two processes lock two files of one name
            os.ftruncate(handle, 0)
            os.pwrite(handle, json.dumps(_holder()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _read_holder(data: bytes) -> dict[str, str]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in found.items() if key != "token"} if isinstance(found, dict) else {}


def _is_dead(holder: dict[str, str]) -> bool:
    """Whether the holder was a process of this machine that has ended; of other machines nothing is known."""
    if holder.get("host") != socket.gethostname() or not holder.get("pid", "").isdecimal():
        return False
    try:
        os.kill(int(holder["pid"]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        pass  # it is another user's
    return False


class Lease:
    """An object that only one writer can create (conditional PUT), renewed while it is held.

    Its age is measured by S3's own clock (``Last-Modified`` against ``Date``), so clocks that differ do no harm.
    """

    def __init__(self, store: S3Store, forum: str, seconds: float = LEASE) -> None:
        self.forum = forum
        self.seconds = seconds
        self._client, self._refused, self._failed = _client()
        self._at = {"Bucket": store.bucket, "Key": "/".join(filter(None, (store.prefix, lock_file(forum))))}
        self._body = json.dumps(_holder() | {"token": uuid.uuid4().hex}).encode()
        self._etag = ""
        self._renewed = 0.0
        self._lost: Exception | None = None
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease {forum}", daemon=True)

    def __enter__(self) -> Lease:
        try:
            self._take()
        except (self._refused, self._failed) as error:
            raise DatasetError(f"cannot lock {self.forum} in {self._at['Bucket']} on S3: {error}") from error
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()
        if self._lost is None:
            with suppress(self._refused, self._failed):
                self._client.delete_object(**self._at)

    def check(self) -> None:
        """Raises DatasetError if another run may have taken over."""
        if self._lost is None and time.monotonic() - self._renewed > self.seconds:
            self._lost = TimeoutError(f"not renewed for {self.seconds} seconds")
        if self._lost is not None:
            raise DatasetError(
                f"lost the lock of {self.forum} on S3 ({self._lost}): nothing more is published; start the run again"
            )

    def _put(self, **condition: str) -> None:
        began = time.monotonic()
        answer = self._client.put_object(**self._at, Body=self._body, ContentType="application/json", **condition)
        self._etag, self._renewed = str(answer["ETag"]), began

    def _take(self) -> None:
        try:
            self._put(IfNoneMatch="*")
        except self._refused as error:
            if not _is_conflict(error):
                raise
            self._take_over()

    def _take_over(self) -> None:
        """Takes a lease that its holder has not renewed for too long; ForumLocked if he has, or another run is faster."""
        try:
            answer = self._client.get_object(**self._at)
            now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
            holder = _read_holder(answer["Body"].read())
            if (now - answer["LastModified"]).total_seconds() < self.seconds and not _is_dead(holder):
                raise ForumLocked(self.forum, holder)
            self._put(IfMatch=answer["ETag"])
        except self._refused as error:
            if not _is_conflict(error):
                raise
            raise ForumLocked(self.forum, {}) from error

    def _keep(self) -> None:
        """Renews the lease until the end; a server that cannot be reached may come back while the lease lives."""
        while not self._end.wait(self.seconds / 4) and self._lost is None:
            try:
                self._put(IfMatch=self._etag)
            except (self._refused, self._failed) as error:
                if _is_conflict(error):
                    self._lost = error


def _is_conflict(error: Any) -> bool:
    """Whether S3 says that the object is not the one that the condition names."""
    answer = getattr(error, "response", {})
    return answer.get("ResponseMetadata", {}).get("HTTPStatusCode") in (404, 409, 412) and "Bucket" not in str(
        answer.get("Error", {}).get("Code")
    )


def _client() -> tuple[Any, type[Exception], type[Exception]]:
    """boto3's client, and what it raises when S3 refuses and when S3 cannot be reached."""
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as error:
        raise DatasetError("a corpus on S3 needs boto3 for its lock: pip install boto3") from error
    config = Config(connect_timeout=10, read_timeout=30, retries={"mode": "standard", "max_attempts": 3})
    return boto3.client("s3", config=config), ClientError, BotoCoreError
