"""The live spider: site to boards to threads to all pages; on later runs only what changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Request, Response

from crawler.accounts import DEFECT, INCOMPLETE, REFUSED
from crawler.bundled import BundledForum
from crawler.items import (
    BANNED,
    BOARD,
    BUSY,
    CHALLENGE,
    CLOSED,
    FORBIDDEN,
    INDEX,
    MISSING,
    THREAD,
    Board,
    Capture,
    Extract,
    PageError,
    Thread,
)
from crawler.merge import GONE, listed
from crawler.middlewares import MannersMiddleware, raw_page
from crawler.pages import extract
from crawler.pages.engine import Engine, default_engine, engine_of, engines
from crawler.privacy import private
from crawler.profiles import with_privacy_of
from crawler.reasons import reason
from crawler.refresh import Visit, choose_rechecks, plan_visit
from crawler.spiders import usage
from crawler.spiders.base import CorpusSpider
from crawler.visits import Progress, advance, begin, gone, repeats
from crawler.walks import Walk

if TYPE_CHECKING:
    from twisted.python.failure import Failure


class ForumSpider(CorpusSpider):
    """Crawls a forum; every later run fetches only what changed.

    -a url=URL        a site, a board or a thread, in any form of address that its software has had
    -a site=NAME      the same from the site profile crawler/sites/NAME.toml
    -a boards=2,36    only these boards (fid)
    -a max_threads=N  only the N most recently active threads of each board
    -a revisit=N      re-check up to N known threads for edits and deletions in this run (default 20)
    Without url and site the bundled demo forum is started on loopback and crawled.
    """

    name = "forum"
    arguments = ("url", "site", "boards", "max_threads", "revisit")

    def __init__(
        self,
        url: str | None = None,
        boards: str | None = None,
        max_threads: str | None = None,
        revisit: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if url and kwargs.get("site"):
            raise usage.Error("give url=URL or site=NAME, not both")
        entry = url or self.site.url
        self.entry = usage.http_url("url", entry) if entry else None
        self.engine: Engine = default_engine()
        self.only_boards = usage.numbers("boards", boards) or self.site.boards or None
        self.max_threads = usage.number("max_threads", max_threads, least=1)
        self.revisit = usage.number("revisit", revisit, default=20) or 0
        self.hosts: frozenset[str] = frozenset()
        self.walks: dict[int, Walk] = {}
        self.visited: set[int] = set()
        self.aside: dict[int, Thread] = {}  # rows that lead to other boards' threads
        self.pending: dict[int, int] = {}  # threads under way, each with its pages that are still to be fetched
        self.rechecked = False

    def set_up(self) -> None:
        settings = self.crawler.settings
        if contact := settings["CONTACT"]:
            settings.set("USER_AGENT", f"{settings['USER_AGENT'].rstrip(')')}; {contact})", priority="spider")
        self.crawler.signals.connect(self.idle, signal=signals.spider_idle)
        if self.entry is None:
            demo = BundledForum(settings.getint("DEMO_PORT"), settings.getint("DEMO_THREADS"))
            self.crawler.signals.connect(demo.stop, signal=signals.engine_stopped)
            self.entry = demo.url
            settings.set("DOWNLOAD_DELAY", 0, priority="spider")
        elif self.site.delay is not None:
            settings.set("DOWNLOAD_DELAY", self.site.delay, priority="spider")
        host = urlsplit(self.entry).netloc.lower().rpartition("@")[2]
        self.forum = host.removesuffix(":80" if self.entry.startswith("http:") else ":443")
        self.hosts = frozenset((host, self.forum))
        self.profile = private(with_privacy_of(self.forum, replace(self.profile, forum=self.forum)), settings)

    # --- requests and answers -------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        if self.may_start and self.entry is not None:
            yield self.request(self.entry, "read_entry", name=self.entry, priority=100)

    def request(self, url: str, handler: str, *, name: str, priority: int = 0, **kwargs: Any) -> Request:
        """A request whose answer goes to the method ``handler(response, found, **kwargs)``; ``name`` is what is listed."""
        self.account.list(name)
        return Request(
            url,
            callback=self.answered,
            errback=self.unanswered,
            cb_kwargs={"handler": handler, "kwargs": kwargs},
            meta={"name": name},
            priority=priority,
            dont_filter=True,
        )

    async def answered(self, response: Response, handler: str, kwargs: dict[str, Any]) -> AsyncIterator[Any]:
        name = response.meta["name"]
        if 300 <= response.status < 400 and (to := response.headers.get(b"Location")):
            self.lose(name, f"redirects to {to.decode('latin-1')[:200]}, which is not followed", kwargs)
            return
        page = raw_page(response, response.meta.get("fetched_at") or datetime.now(UTC))
        try:
            found = extract(page, self.profile)
        except PageError as error:
            self.lose(name, error.what, kwargs)
            return
        self.tell(response, found)
        if found.kind in (BUSY, CHALLENGE):
            if await self.manners.pause(f"{response.url}: {found.reason}"):
                yield _asked(response).replace(priority=1000)
            return
        if found.kind in (BANNED, CLOSED) or (found.kind == FORBIDDEN and handler == "read_entry"):
            self.account.forget(name)
            self.account.end(REFUSED, f"{response.url}: {found.reason}")
            self.stop()
            return
        self.manners.content_came()
        if handler == "read_entry":
            self.engine = engine_of(page)
        for result in getattr(self, handler)(response, found, **kwargs):
            yield result

    def tell(self, response: Response, found: Extract) -> None:
        stats = self.crawler.stats
        stats.inc_value("tiezi/pages_fetched")
        stats.inc_value("tiezi/replaced_characters", found.replaced)
        for warning in found.warnings:
            self.logger.warning("%s: %s", response.url, warning)

    async def unanswered(self, failure: Failure) -> AsyncIterator[Any]:
        request: Request = failure.request  # type: ignore[attr-defined]
        name, kwargs = request.meta["name"], request.cb_kwargs["kwargs"]
        what = str(failure.value) or type(failure.value).__name__
        if isinstance(failure.value, IgnoreRequest) and "robots.txt" in what:
            if kwargs.get("spare"):
                for following in self.without(name, kwargs["walk"]):
                    yield following
                return
            self.account.refuse(name, "robots.txt forbids it")
            self.settle(kwargs, ok=False)
            if name == self.entry:
                self.account.end(REFUSED, f"robots.txt forbids {name}")
            return
        self.lose(name, reason(failure.value) if failure.value else what, kwargs)
        if name == self.entry:
            self.account.end(INCOMPLETE, f"{name} could not be fetched: {what}; check the address and the network")

    def lose(self, name: str, why: str, kwargs: dict[str, Any]) -> None:
        self.account.fail(name, why)
        self.settle(kwargs, ok=False)

    def settle(self, kwargs: dict[str, Any], *, ok: bool) -> None:
        """A listing page or a thread is done with; a board with a loss is not complete."""
        if (walk := kwargs.get("walk")) is not None:
            walk.failed |= not ok
        if (at := kwargs.get("at")) is not None:
            number = at.visit.thread.thread_id
            self.finished += 1
            self.pages_left -= self.pending.pop(number, 0)
            for board_walk in self.walks.values():
                if number in board_walk.waiting:
                    board_walk.waiting.discard(number)
                    board_walk.failed |= not ok

    def lose_item(self, item: Capture, failure: Failure) -> None:
        super().lose_item(item, failure)
        listing = self.walks.get(item.thread.board_id or 0)
        for walk in (listing,) if listing else self.walks.values():
            walk.failed = True

    def name_of(self, thread: Thread) -> str:
        return self.engine.canonical(thread.url)

    @property
    def manners(self) -> MannersMiddleware:
        for middleware in self.crawler.engine.downloader.middleware.middlewares:
            if isinstance(middleware, MannersMiddleware):
                return middleware
        raise RuntimeError("MannersMiddleware is missing from DOWNLOADER_MIDDLEWARES")

    # --- from the entry to the boards -----------------------------------------------------------------------------

    def read_entry(self, response: Response, found: Extract) -> Iterator[Any]:
        name = response.meta["name"]
        if found.kind in (BOARD, THREAD) and self.left_out(found):
            return
        if found.kind == INDEX:
            self.account.capture(name)
            yield from self.walk_boards(found.boards)
            for board_id in self.only_boards or ():
                url = self.engine.board_url(response.url, board_id)
                yield from self.walk_boards((Board(self.forum, board_id, "", url),))
        elif found.kind == BOARD and found.boards:
            yield from self.read_entry_listing(response, found)
        elif found.kind == THREAD:
            visit = Visit(found.threads[0], 1, "new")
            self.visited.add(visit.thread.thread_id)
            self.account.capture(name)
            self.planned += 1
            self.expect(visit, 1)
            if found.page > 1:
                yield self.page_request(begin(visit))
            else:
                yield from self.read_thread(response, found, at=begin(visit))
        elif found.kind in GONE:
            self.account.refuse(name, found.reason or found.kind)
        else:
            self.account.forget(name)
            self.account.end(
                DEFECT,
                f"{name} is no page of a {' or '.join(e.name for e in engines().values())} forum: {found.reason}; "
                "give the address of a site, board or thread",
            )

    def left_out(self, found: Extract) -> bool:
        """Whether the address leads to a board that ``boards`` leaves out: one of the two is not meant so."""
        board = found.boards[0].board_id if found.kind == BOARD and found.boards else None
        board = found.threads[0].board_id if found.kind == THREAD and found.threads else board
        if self.only_boards is None or board is None or board in self.only_boards:
            return False
        given = ",".join(map(str, self.only_boards))
        self.account.forget(self.entry or "")
        self.account.end(
            DEFECT, f"{self.entry} is in board {board} and boards={given} leaves that out: give one of them"
        )
        return True

    def read_entry_listing(self, response: Response, found: Extract) -> Iterator[Any]:
        """A board from its first page on, whichever page the address is of."""
        walk = self.walks.setdefault(found.boards[0].board_id, Walk(found.boards[0]))
        asked = self.engine.parse_address(_asked(response).url)
        if max(found.page, asked.page if asked is not None else 1) == 1:
            yield from self.read_listing(response, found, walk=walk)
            return
        self.account.capture(response.meta["name"])
        first = self.engine.page_url(response.url, 1)
        yield self.request(first, "read_listing", name=self.engine.canonical(first), walk=walk)

    def walk_boards(self, boards: tuple[Board, ...]) -> Iterator[Request]:
        for board in boards:
            if board.board_id in self.walks or (
                self.only_boards is not None and board.board_id not in self.only_boards
            ):
                continue
            walk = self.walks[board.board_id] = Walk(board)
            yield self.request(board.url, "read_listing", name=self.engine.canonical(board.url), walk=walk)

    # --- from a board to its threads ------------------------------------------------------------------------------

    def read_listing(self, response: Response, found: Extract, walk: Walk, spare: bool = False) -> Iterator[Any]:
        """``spare``: a listing that only this spider asked for; the board is not lost without it."""
        name = response.meta["name"]
        if found.kind != BOARD or not found.boards:
            if spare:
                yield from self.without(name, walk)
            else:
                self.board_refused(name, found, walk)
            return
        self.account.capture(name)
        if not walk.pages and self.entry_is_site:
            yield from self.walk_boards(found.boards[1:])
        listing = self.engine.page_url(response.url, 1)
        if walk.wants_order(listing, response.url, found.threads):
            url = self.engine.latest_first(response.url, walk.board.board_id)
            yield self.request(url, "read_listing", name=url, walk=walk, spare=True)
            return
        walk.take_in(found)
        asked = self.engine.parse_address(_asked(response).url)
        if (asked is not None and asked.page != found.page) or not walk.is_new(listing, found.page):
            yield from self.end_listing(walk)  # past the end the server repeats a page (discuz.md 3.2)
            return
        yield from self.plan_rows(found, walk)
        yield from self.next_listing(response, found, walk)

    @property
    def entry_is_site(self) -> bool:
        address = self.engine.parse_address(self.entry or "")
        return address is None or address.kind == INDEX

    def plan_rows(self, found: Extract, walk: Walk) -> Iterator[Request]:
        rows: Iterable[Thread] = found.threads
        if self.max_threads is not None:
            rows = walk.by_activity(rows, last=walk.at_end(found, self.engine.listing_pages))
        for row in rows:
            if self.max_threads is not None and walk.rows >= self.max_threads:
                return
            walk.rows += 1
            if not row.is_sticky and row.last_post_at and (walk.newest is None or row.last_post_at > walk.newest):
                walk.newest = row.last_post_at
            self.crawler.stats.inc_value("tiezi/threads_listed")
            if row.status == "moved":
                self.aside.setdefault(row.thread_id, row)
                continue
            if row.thread_id in self.visited:
                walk.waiting |= self.pending.keys() & {row.thread_id}
                continue
            known = self.known.get(row.thread_id)
            if known is not None and known.board_id == walk.board.board_id:
                walk.seen.add(row.thread_id)
            visit = plan_visit(row, known)
            if visit is not None:
                walk.waiting.add(row.thread_id)
                yield self.visit_request(visit)

    def next_listing(self, response: Response, found: Extract, walk: Walk) -> Iterator[Request]:
        through = self.complete_through.get(walk.board.board_id)
        most = self.engine.listing_pages
        if self.max_threads is not None and walk.rows >= self.max_threads:
            return
        if walk.slicing and walk.all_seen:
            yield from self.end_listing(walk)
        elif walk.at_end(found, most):
            if walk.is_cut(found, most):
                walk.cut(found.page, self.engine.slices(response.url, walk.board.board_id, found.links))
            yield from self.end_listing(walk)
        elif not walk.has_news_below(found, through):
            walk.reached_known = True
        else:
            url = self.engine.page_url(response.url, found.page + 1)
            yield self.request(url, "read_listing", name=self.engine.canonical(url), walk=walk, spare=walk.slicing)

    def end_listing(self, walk: Walk) -> Iterator[Request]:
        """A listing came to its end: on to the board's next one if that end was a limit, else the board is done."""
        if url := walk.next_slice():
            yield self.request(url, "read_listing", name=url, walk=walk, spare=True)
            return
        walk.reached_known = True
        if walk.missing is not None:
            self.account.refuse(f"{walk.board.url}#page-{walk.limit + 1}", walk.missing)

    def without(self, name: str, walk: Walk) -> Iterator[Request]:
        """A listing of our own choice is not to be had: the next one, or the board as the forum links it."""
        self.account.forget(name)
        if walk.slicing:
            yield from self.end_listing(walk)
        else:
            url = walk.out_of_order
            yield self.request(url, "read_listing", name=self.engine.canonical(url), walk=walk)

    def board_refused(self, name: str, found: Extract, walk: Walk) -> None:
        walk.failed = True
        reason = found.reason or f"no listing ({found.kind})"
        if found.kind not in GONE or walk.pages:
            self.account.fail(name, reason)
        elif self.only_boards is None and self.entry_is_site:
            self.account.forget(name)  # the site's own choice of what guests see: told, not counted as missed
            self.crawler.stats.inc_value("tiezi/boards_refused")
            self.logger.warning("board not open to guests: %s: %s", name, reason)
        else:
            self.account.refuse(name, reason)

    # --- a thread, page by page -------------------------------------------------------------------------------------

    def visit_request(self, visit: Visit) -> Request:
        self.visited.add(visit.thread.thread_id)
        self.expect(visit, (visit.thread.pages or 1) - visit.first_page + 1)
        self.planned += 1
        return self.page_request(begin(visit))

    def expect(self, visit: Visit, pages: int) -> None:
        """So many pages of the thread are still to be fetched, as far as one can tell now."""
        pages = max(pages, 1)
        self.pages_left += pages - self.pending.get(visit.thread.thread_id, 0)
        self.pending[visit.thread.thread_id] = pages

    def page_request(self, at: Progress) -> Request:
        name = self.engine.canonical(at.visit.thread.url)
        return self.request(at.asks(self.engine), "read_thread", name=name, priority=10, at=at)

    def read_thread(self, response: Response, found: Extract, at: Progress) -> Iterator[Any]:
        name = self.engine.canonical(at.visit.thread.url)
        if found.kind != THREAD:
            yield from self.thread_refused(name, found, at)
            return
        step = advance(at, found, response.url, self.engine)
        if isinstance(step, Progress):
            self.expect(step.visit, (found.pages or 1) - step.page + 1)
            yield self.page_request(step)
            return
        if (walk := self.walks.get(step.thread.board_id or 0)) is not None:
            walk.seen.add(step.thread.thread_id)
        if repeats(at, found) and at.page < (found.pages or 1):
            self.lose(name, f"page {at.page} of {found.pages} repeats the posts before it: not read on", {"at": at})
        else:
            self.account.capture(name)
            self.settle({"at": at}, ok=True)
        yield step

    def thread_refused(self, name: str, found: Extract, at: Progress) -> Iterator[Capture]:
        if found.kind not in GONE:
            self.lose(name, found.reason or f"no posts ({found.kind})", {"at": at})
            return
        if found.kind == MISSING:
            self.account.capture(name)
        else:
            self.account.refuse(name, found.reason or found.kind)
        self.settle({"at": at}, ok=True)
        yield gone(at.visit, found)

    def idle(self) -> None:
        """When all news is in: threads of boards that were not walked, to which a row led, and the budget for known threads
        whose edits and deletions no listing shows.
        """
        if self.rechecked or not self.may_start or not self.walks or self.account.status == REFUSED:
            return
        self.rechecked = True
        unknown = [row for number, row in self.aside.items() if number not in self.visited and number not in self.known]
        requests = [self.visit_request(Visit(listed(row), 1, "new")) for row in unknown]
        chosen = choose_rechecks(
            self.known.rows(),
            since=self.last_run_at,
            now=self.started_at,
            budget=self.revisit,
            skip=frozenset(self.visited),
        )
        requests += [
            self.visit_request(Visit(Thread(self.forum, known.thread_id, url=known.url), 1, "recheck"))
            for known in chosen
            if self.entry_is_site or known.board_id in self.walks
        ]
        for request in requests:
            self.crawler.engine.crawl(request)
        if requests:
            raise DontCloseSpider

    def boards_now(self, forum: str) -> list[tuple[Board, datetime | None]]:
        known = self.complete_through
        return [
            (walk.board, walk.through or (None if walk.unordered else known.get(walk.board.board_id)))
            for walk in self.walks.values()
        ]


def _asked(response: Response) -> Request:
    assert response.request is not None
    return response.request
