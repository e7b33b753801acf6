"""The archive as a whole: written by run, read in order, looked up by URL and time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.archive.cdxj import Entry, Index
from crawler.archive.encode import STATUS, digest_of, is_web, uri, warc_date
from crawler.archive.exchange import Message, parse
from crawler.archive.framing import Damage, Record, records
from crawler.archive.store import RUNNING, Segment, Store, forum_of, slug
from crawler.archive.unpack import GZIP, member_end
from crawler.archive.writer import Place, Writer, finish_left_files
from crawler.items import RawPage

logger = logging.getLogger(__name__)

_ANSWERS = ("response", "resource", "revisit")
_LARGEST = 2**30  # of a record of our own; the crawler's own limit for a page is far below
_OFFSET_BITS = 48


class Archive:
    """A tree of WARC files, by forum and run; ``root``: a local folder or ``s3://bucket/prefix``.

    In a bucket a page is safe after ``Writer.sync``; until then it is in ``spool`` (default: below TMPDIR).
    """

    def __init__(self, root: str, *, segment_bytes: int = 256 * 2**20, spool: Path | None = None) -> None:
        self.root = root if root.startswith("s3://") else str(Path(root).absolute())
        self.segment_bytes = segment_bytes
        self.store = Store(root, spool)
        self.indexes: dict[str, Index] = {}

    def writer(self, forum: str, run_id: str, software: str, description: str = "") -> Writer:
        """Begin a run, or go on with one; what killed writers of the forum left is finished first.

        ``description`` says in each file what made it; see ``described``.

        Run ids sort by time. OSError: the archive cannot be written.
        """
        folder = slug(forum)
        finish_left_files(self.store, folder)
        info = [("software", software), ("format", "WARC File Format 1.1"), ("isPartOf", run_id), ("forum", forum)]
        info += [("description", description)] if description else []
        return Writer(self.store, folder, run_id, self._index(folder), info, self.segment_bytes)

    def forums(self) -> list[str]:
        return [name for folder in self.store.forums() if (name := self._forum_in(folder)) is not None]

    def runs(self, forum: str) -> list[str]:
        """The run ids of a forum in order of time."""
        return list(dict.fromkeys(segment.run for segment in self.store.segments(slug(forum))))

    def described(self, forum: str, run_id: str) -> str:
        """What the run's files say that made them; empty when they do not."""
        return self._told(slug(forum), self.store.segments(slug(forum), run_id), "description") or ""

    def files(self, forum: str, *run_ids: str) -> list[str]:
        """The WARC files of a forum, or of some of its runs, in the order of writing."""
        return [segment.name for segment in self.store.segments(slug(forum), *run_ids)]

    def interrupted(self, forum: str) -> str | None:
        """The forum's last run, if it has not ended in order (it may be running)."""
        runs = self.runs(forum)
        return runs[-1] if runs and f"{runs[-1]}{RUNNING}" in self.store.sizes(slug(forum)) else None

    def pages(self, forum: str | None = None, *run_ids: str) -> Iterator[tuple[RawPage, Place]]:
        """All pages archived (of a forum, of some of its runs) in the order of writing, streamed, revisits with their body.

        What is damaged is passed over with a note in the log: a torn tail costs the record that was being written.
        """
        for folder in self.store.forums() if forum is None else [slug(forum)]:
            for segment in self.store.segments(folder, *run_ids):
                for place, record in self._records(folder, segment.name):
                    page = self._page(folder, record)
                    if page is not None:
                        yield page, place

    def places(self, forum: str, run_id: str) -> list[Place]:
        """Where a run's pages lie, in the order of writing; from the index, without reading a page."""
        folder = slug(forum)
        order = {segment.name: number for number, segment in enumerate(self.store.segments(folder, run_id))}
        index = self._index(folder)
        index.refresh()
        found = sorted((order[entry.file], entry.offset) for entry in index.entries() if entry.file in order)
        names = list(order)
        return [Place(folder, names[number], offset) for number, offset in dict.fromkeys(found)]

    def read(self, place: Place) -> RawPage:
        """The page at a place that ``pages``, ``append`` or an index gave; KeyError: there is no page (any more)."""
        record = self._record(place)
        page = self._page(place.forum, record) if record is not None else None
        if page is None:
            raise KeyError(f"no page at {place.offset} of {place.file}")
        return page

    def find(self, url: str, at: datetime | None = None, *, forum: str | None = None) -> RawPage | None:
        """The page as last fetched, or as last fetched at ``at`` or before; ``forum`` defaults to the URL's host."""
        index = self._index(slug(forum or forum_of_url(url)))
        index.refresh()
        until = warc_date(at) if at is not None else None
        for entry in index.newest_first(uri(url)):
            if until is None or entry.date <= until:
                return self.read(Place(index.slug, entry.file, entry.offset))
        return None

    def replay(self, forum: str, *run_ids: str) -> Replay:
        """What these runs have fetched, for looking up by URL."""
        return Replay(self, forum, run_ids)

    def _index(self, folder: str) -> Index:
        if folder not in self.indexes:
            self.indexes[folder] = Index(self.store, folder, lambda name: self._entries(folder, name))
        return self.indexes[folder]

    def _entries(self, folder: str, name: str) -> Iterator[Entry]:
        """The lines of an index for a file's records; a member is as long as it is to the next."""
        last: Entry | None = None
        with self.store.open(folder, name) as stream:
            for found in records(stream, limit=_LARGEST, codec=GZIP):
                if isinstance(found, Record) and found.offset is not None:
                    if last is not None:
                        yield last._replace(length=found.offset - last.offset)
                    last = entry_of(found, name)
            if last is not None:
                yield last._replace(length=member_end(stream, last.offset) - last.offset)

    def _records(self, folder: str, name: str) -> Iterator[tuple[Place, Record]]:
        """The records of exchanges in a file; damage goes to the log."""
        with self.store.open(folder, name) as stream:
            for found in records(stream, limit=_LARGEST, codec=GZIP):
                if isinstance(found, Damage):
                    logger.warning("%s is damaged at byte %s (%s): passed over", name, found.offset, found.why)
                elif found.offset is not None and found.headers.get("warc-type") in _ANSWERS:
                    yield Place(folder, name, found.offset), found

    def _record(self, place: Place) -> Record | None:
        with self.store.open(place.forum, place.file, whole=False) as stream:
            found = next(records(stream, place.offset, limit=_LARGEST, codec=GZIP), None)
        return found if isinstance(found, Record) else None

    def _page(self, folder: str, record: Record) -> RawPage | None:
        message = message_of(record)
        if message is None:
            return None
        body = self._original(folder, record) if record.headers.get("warc-type") == "revisit" else message.body
        if body is None or digest_of(body) != record.headers.get("warc-payload-digest"):
            logger.warning(
                "the page %s cannot be read from the archive: damaged", record.headers.get("warc-target-uri")
            )
            return None
        headers, date = record.headers, datetime.fromisoformat(record.headers["warc-date"])
        return RawPage(headers["warc-target-uri"], body, date, message.get("content-type"), message.status)

    def _original(self, folder: str, revisit: Record) -> bytes | None:
        """The body that a revisit found unchanged."""
        place = Place(
            folder, revisit.headers["warc-refers-to-filename"], int(revisit.headers["warc-refers-to-file-offset"])
        )
        try:
            record = self._record(place)
        except FileNotFoundError:
            return None
        message = message_of(record) if record is not None else None
        return message.body if message is not None else None

    def _forum_in(self, folder: str) -> str | None:
        named = forum_of(folder)
        segments: list[Segment] = self.store.segments(folder)
        if not segments or named is not None:
            return named if segments else None
        return self._told(folder, segments, "forum")

    def _told(self, folder: str, segments: list[Segment], field: str) -> str | None:
        """A field of the warcinfo record with which the first of these files begins."""
        info = self._record(Place(folder, segments[0].name, 0)) if segments else None
        lines = (info.block or b"").decode().splitlines() if info is not None else []
        start = f"{field}: "
        return next((line.removeprefix(start) for line in lines if line.startswith(start)), None)


class Replay:
    """Pages of some runs by URL; some 100 bytes of memory a page: only a hash of its URL and its place are kept."""

    def __init__(self, archive: Archive, forum: str, run_ids: tuple[str, ...]) -> None:
        self.archive = archive
        self.folder = slug(forum)
        self.names: list[str] = []
        self.places: dict[int, tuple[int, ...] | int] = {}
        for segment in archive.store.segments(self.folder, *run_ids):
            self.names.append(segment.name)
            for place, record in archive._records(self.folder, segment.name):
                self._add(record.headers["warc-target-uri"], place.offset)

    def __len__(self) -> int:
        return len(self.places)

    def all(self, url: str) -> list[RawPage]:
        """All answers of this URL in the order they came."""
        found = self.places.get(hash(uri(url)), ())
        pages = map(self._read, (found,) if isinstance(found, int) else found)
        return [page for page in pages if page is not None and page.url == uri(url)]

    def get(self, url: str) -> RawPage | None:
        """The last answer of this URL."""
        return next(iter(self.all(url)[-1:]), None)

    def pop(self, url: str) -> RawPage | None:
        """The last answer, which is then forgotten with those before it."""
        page = self.get(url)
        self.places.pop(hash(uri(url)), None)
        return page

    def _add(self, url: str, offset: int) -> None:
        packed = (len(self.names) - 1) << _OFFSET_BITS | offset
        before = self.places.get(hash(url))
        if before is None:
            self.places[hash(url)] = packed
        else:
            self.places[hash(url)] = (before, packed) if isinstance(before, int) else (*before, packed)

    def _read(self, packed: int) -> RawPage | None:
        name, offset = self.names[packed >> _OFFSET_BITS], packed & ((1 << _OFFSET_BITS) - 1)
        try:
            return self.archive.read(Place(self.folder, name, offset))
        except (KeyError, FileNotFoundError):
            return None


def message_of(record: Record) -> Message | None:
    """The answer in a record of ours, its body as stored; ``None``: it holds none."""
    headers, block = record.headers, record.block or b""
    if headers.get("warc-type") not in _ANSWERS:
        return None
    if is_web(headers.get("warc-target-uri", "")):
        return parse(block)
    kind = headers.get("content-type")
    return Message(int(headers.get(STATUS.lower(), 200)), () if kind is None else (("Content-Type", kind),), block)


def entry_of(record: Record, file: str) -> Entry | None:
    """What an index says of a record (its length apart); ``None``: it is no answer."""
    headers, message = record.headers, message_of(record)
    if message is None or record.offset is None:
        return None
    kind = (message.get("content-type") or "unk").split(";")[0].strip().lower()
    original = None
    if headers["warc-type"] == "revisit":
        original = (headers["warc-refers-to-filename"], int(headers["warc-refers-to-file-offset"]))
    names = (headers["warc-target-uri"], headers["warc-date"], headers["warc-payload-digest"])
    return Entry(*names, file, record.offset, 0, message.status, kind, original)


def forum_of_url(url: str) -> str:
    """The host, with the port where that is not the scheme's own."""
    parts = urlsplit(url.lower())
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.netloc.removesuffix(usual) if usual else parts.netloc
