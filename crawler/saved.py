"""Saved pages on disk: files, folders, globs; single pages, browser archives (.mht) and web archives (.warc)."""

from __future__ import annotations

import email
import email.policy
import glob
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Skipped, read_warc
from crawler.items import PageError, RawPage

PAGES = (".html", ".htm", ".mht", ".mhtml", ".txt", ".md")
WARCS = (".warc", ".warc.gz", ".warc.zst")


def find_files(path: str) -> list[Path]:
    """The captures that ``path`` (a file, a folder or a glob) names, in order of name.

    FileNotFoundError or PermissionError say what to do when there is nothing to read.
    """
    place = Path(path).expanduser()
    if place.is_dir():
        if not os.access(place, os.R_OK | os.X_OK):
            raise PermissionError(f"the folder {place} cannot be read: check its permissions")
        found = sorted(
            file for file in place.rglob("*") if file.name.lower().endswith(PAGES + WARCS) and file.is_file()
        )
        if not found:
            raise FileNotFoundError(f"the folder {place} holds no capture ({' '.join(PAGES + WARCS)})")
        return found
    if place.exists():
        return [place]
    found = sorted(Path(name) for name in glob.glob(str(place), recursive=True) if Path(name).is_file())
    if not found:
        raise FileNotFoundError(f"there is no file, folder or match of a glob at {place}")
    return found


def is_warc(file: Path) -> bool:
    return file.name.lower().endswith(WARCS)


def read_pages(file: Path) -> Iterator[RawPage | Skipped]:
    """The pages of a WARC, streamed."""
    with file.open("rb") as stream:
        yield from read_warc(stream)


def read_file(file: Path) -> Iterator[RawPage]:
    """The page (or, of an .mht, the pages) in one file; fetched when the file was last written."""
    body = file.read_bytes()
    saved_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    if not body.strip():
        raise PageError(str(file), "the file is empty")
    if file.name.lower().endswith((".mht", ".mhtml")):
        yield from _read_mht(body, file, saved_at)
    else:
        yield RawPage(file.resolve().as_uri(), body, saved_at)


def _read_mht(body: bytes, file: Path, saved_at: datetime) -> Iterator[RawPage]:
    """The HTML parts of a page that a browser saved as one file (MIME multipart/related, RFC 2557)."""
    message = email.message_from_bytes(body, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() not in ("text/html", "application/xhtml+xml"):
            continue
        content = part.get_payload(decode=True)
        url = str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or file.resolve().as_uri())
        if isinstance(content, bytes):
            charset = part.get_content_charset()
            yield RawPage(url, content, saved_at, f"text/html; charset={charset}" if charset else "text/html")
            return
    raise PageError(str(file), "this .mht holds no HTML page")
