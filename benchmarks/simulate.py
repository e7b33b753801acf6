"""Months of a forum's life with everything known, and what different ways of refreshing see of it.

The forum is a model without HTTP: threads are begun, answered, edited, cleared of posts, deleted and merged, at rates
that fall with their age. Its listings are what Discuz!'s are: by last post, twenty rows a page, times by the minute, and
nothing in them of an edit. A policy runs once a day. Ours is the code that ships (``crawler.refresh``: ``plan_visit``,
``goes_on``, ``choose_rechecks``); beside it stand fetching everything again, skipping what was seen once, and visiting each
thread every 1, 7 or 30 days.

python -m benchmarks.simulate [--days 180] [--start 3000] [--budgets 0,20,100,300] [--seed 1]
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from crawler.items import Thread
from crawler.refresh import Visit, choose_rechecks, goes_on, plan_visit

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86400
PPP, TPP = 10, 20
REPLIES = 6.0  # a new thread's replies in all, on average; half of them come within a day
EDITS = 0.05  # of posts are edited later, most of them within days (a power law of age)
LOSSES = 0.02  # of posts are deleted later; a third of these by clearing an old thread
CLEARINGS = 0.004  # of threads are deleted or merged later


@dataclass(slots=True)
class Post:
    at: int
    revision: int = 0
    gone: bool = False


@dataclass(slots=True)
class Living:
    """A thread as the forum has it."""

    number: int
    posts: list[Post]
    gone: bool = False
    last: int = 0

    @property
    def live(self) -> int:
        return sum(not post.gone for post in self.posts)


@dataclass(slots=True)
class Copy:
    """A thread as a policy has it; what ``crawler.refresh`` calls known."""

    thread_id: int
    last_post_at: datetime | None
    replies: int | None
    pages: int | None
    changed_at: datetime | None
    status: str = "live"
    board_id: int | None = 1
    url: str = ""
    looked: int = 0
    posts: dict[int, int] = field(default_factory=dict)
    """Index of a post to the revision that was seen; -1: seen to be gone."""


@dataclass(slots=True)
class Event:
    """A change that no listing shows, or a new post; ``seen`` when the policy came to know it."""

    at: int
    kind: str  # post edit deletion
    thread: int
    post: int
    revision: int = 0


def when(moment: int) -> datetime:
    return BEGAN + timedelta(seconds=moment)


def delay(rng: random.Random, typical: float) -> float:
    """Seconds until something that mostly comes soon and sometimes very late; ``typical``: the median, in days."""
    return typical * DAY * math.exp(rng.gauss(0, 1.6))


class Forum:
    """One board; every change that will ever happen to it lies in a queue by time."""

    def __init__(self, seed: int, start: int, days: int, daily: float) -> None:
        self.rng = random.Random(seed)
        self.now = -DAY * round(start / daily)
        self.threads: dict[int, Living] = {}
        self.queue: list[tuple[int, int, str, int, int]] = []
        self.events: list[Event] = []
        self.count = 0
        end, moment = days * DAY, float(self.now)
        while moment < end:
            self.plan(int(moment), "thread", 0, 0)
            moment += self.rng.expovariate(daily / DAY)

    def plan(self, at: int, kind: str, thread: int, post: int) -> None:
        self.count += 1
        heapq.heappush(self.queue, (at, self.count, kind, thread, post))

    def live_until(self, moment: int) -> None:
        while self.queue and self.queue[0][0] <= moment:
            self.now, _, kind, number, post = heapq.heappop(self.queue)
            if kind == "thread":
                self.begin()
            elif not self.threads[number].gone:
                getattr(self, kind)(self.threads[number], post)
        self.now = moment

    def begin(self) -> None:
        number = len(self.threads) + 1
        thread = self.threads[number] = Living(number, [])
        self.reply(thread, 0)
        for _ in range(int(self.rng.expovariate(1 / REPLIES))):
            self.plan(self.now + int(delay(self.rng, 0.8)), "reply", number, 0)
        if self.rng.random() < CLEARINGS:
            self.plan(self.now + int(delay(self.rng, 5)), "clear", number, 0)

    def reply(self, thread: Living, _: int) -> None:
        index = len(thread.posts)
        thread.posts.append(Post(self.now))
        thread.last = self.now
        self.events.append(Event(self.now, "post", thread.number, index))
        if self.rng.random() < EDITS:
            self.plan(self.now + int(delay(self.rng, 0.5)), "edit", thread.number, index)
        if index and self.rng.random() < LOSSES:
            self.plan(self.now + int(delay(self.rng, 2)), "lose", thread.number, index)

    def edit(self, thread: Living, index: int) -> None:
        post = thread.posts[index]
        if not post.gone:
            post.revision += 1
            self.events.append(Event(self.now, "edit", thread.number, index, post.revision))
            if self.rng.random() < 0.3:
                self.plan(self.now + int(delay(self.rng, 0.5)), "edit", thread.number, index)

    def lose(self, thread: Living, index: int) -> None:
        if not thread.posts[index].gone:
            thread.posts[index].gone = True
            thread.last = max(post.at for post in thread.posts if not post.gone)
            self.events.append(Event(self.now, "deletion", thread.number, index))

    def clear(self, thread: Living, _: int) -> None:
        thread.gone = True
        self.events += [Event(self.now, "deletion", thread.number, n) for n, p in enumerate(thread.posts) if not p.gone]

    def listing(self) -> list[Living]:
        return sorted((t for t in self.threads.values() if not t.gone), key=lambda t: (t.last, t.number), reverse=True)


class Policy:
    """What a crawler knows of the forum and what it has asked for; subclasses choose whom to visit."""

    name = ""

    def __init__(self) -> None:
        self.known: dict[int, Copy] = {}
        self.requests = 0
        self.through: datetime | None = None
        self.found: dict[tuple[str, int, int, int], int] = {}

    def run(self, forum: Forum, since: datetime | None) -> None:
        raise NotImplementedError

    def read_listing(self, forum: Forum, *, whole: bool = False) -> Iterable[Thread]:
        """Rows page by page, a request each, for as long as news can follow."""
        order = forum.listing()
        for first in range(0, max(1, len(order)), TPP):
            self.requests += 1
            rows = [row_of(thread) for thread in order[first : first + TPP]]
            yield from rows
            if not whole and rows and not goes_on(rows, self.through):
                break
        if order:
            self.through = when(order[0].last // 60 * 60)

    def visit(self, forum: Forum, number: int, first_page: int) -> None:
        """Fetch a thread from a page on; what is seen is noted with the time."""
        thread = forum.threads[number]
        shown = [index for index, post in enumerate(thread.posts) if not post.gone] if not thread.gone else []
        pages = max(1, math.ceil(len(shown) / PPP))
        first_page = first_page if first_page <= pages else 1
        self.requests += pages - first_page + 1
        copy = self.known.get(number)
        before = dict(copy.posts) if copy else {}
        posts = dict(before)
        for index in shown[(first_page - 1) * PPP :]:
            self.note(forum.now, number, index, before.get(index), thread.posts[index].revision)
            posts[index] = thread.posts[index].revision
        if first_page == 1:
            for index in before.keys() - set(shown):
                if before[index] >= 0:
                    self.found[("deletion", number, index, 0)] = forum.now
                    posts[index] = -1
        changed = when(forum.now) if copy is None or posts != before else copy.changed_at
        row = row_of(thread)
        status = "deleted" if thread.gone else "live"
        self.known[number] = Copy(
            number, row.last_post_at, row.replies, pages, changed, status, looked=forum.now, posts=posts
        )

    def note(self, now: int, number: int, index: int, before: int | None, revision: int) -> None:
        if before is None:
            self.found[("post", number, index, 0)] = now
        for edition in range(1 if before is None else max(before, 0) + 1, revision + 1):
            self.found[("edit", number, index, edition)] = now


def row_of(thread: Living) -> Thread:
    return Thread(
        "f", thread.number, last_post_at=when(thread.last // 60 * 60), replies=thread.live - 1, is_sticky=False, url="u"
    )


class Ours(Policy):
    """The shipped planning: listings for news, a budget of re-checks for the rest."""

    def __init__(self, budget: int) -> None:
        super().__init__()
        self.name, self.budget = f"ours, {budget} re-checks a day", budget

    def run(self, forum: Forum, since: datetime | None) -> None:
        visits: list[Visit] = []
        for row in self.read_listing(forum):
            visit = plan_visit(row, self.known.get(row.thread_id))
            if visit is not None:
                visits.append(visit)
        for visit in visits:
            self.visit(forum, visit.thread.thread_id, visit.first_page)
        due = choose_rechecks(
            self.known.values(),
            since=since,
            now=when(forum.now),
            budget=self.budget,
            skip=frozenset(visit.thread.thread_id for visit in visits),
        )
        for known in due:
            self.visit(forum, known.thread_id, 1)


class SkipSeen(Policy):
    """A thread is fetched once (what scrapy-deltafetch does); the listing is read down to what is known."""

    name = "skip what was seen"

    def run(self, forum: Forum, since: datetime | None) -> None:
        for row in list(self.read_listing(forum)):
            if row.thread_id not in self.known:
                self.visit(forum, row.thread_id, 1)


class Every(Policy):
    """Each known thread every so many days, whatever the listing says of it; new ones at once. 1: everything, daily."""

    def __init__(self, days: int, budget: int | None = None) -> None:
        super().__init__()
        self.days, self.budget = days, budget
        self.name = f"every thread each {days} days" if budget is None else f"in turn, {budget} visits a day"

    def run(self, forum: Forum, since: datetime | None) -> None:
        for row in list(self.read_listing(forum, whole=self.budget is None)):
            if row.thread_id not in self.known:
                self.visit(forum, row.thread_id, 1)
        due = [copy for copy in self.known.values() if forum.now - copy.looked >= self.days * DAY - DAY // 2]
        due.sort(key=lambda copy: copy.looked)
        for copy in due[: self.budget]:
            if copy.status == "live":
                self.visit(forum, copy.thread_id, 1)


@dataclass(frozen=True)
class Result:
    name: str
    requests_per_post: float
    staleness: tuple[float, float]
    """Hours from a post to its capture, median and 95th of a hundred, of those that were captured."""
    posts: float
    edits: float
    edit_days: tuple[float, float]
    deletions: float
    deletion_days: tuple[float, float]

    def line(self) -> str:
        return (
            f"{self.name:32s}{self.requests_per_post:8.2f}{self.posts:8.1%}{self.staleness[0]:7.1f}{self.staleness[1]:7.1f}"
            f"{self.edits:9.1%}{self.edit_days[0]:7.1f}{self.edit_days[1]:7.1f}"
            f"{self.deletions:9.1%}{self.deletion_days[0]:7.1f}{self.deletion_days[1]:7.1f}"
        )


HEAD = (
    f"{'':32s}{'request':>8s}{'posts':>8s}{'stale, hours':>14s}{'edits':>9s}{'after, days':>14s}{'deleted':>9s}{'after, days':>14s}\n"
    f"{'':32s}{'/post':>8s}{'found':>8s}{'p50':>7s}{'p95':>7s}{'found':>9s}{'p50':>7s}{'p95':>7s}{'found':>9s}{'p50':>7s}{'p95':>7s}"
)


def tails(values: list[float]) -> tuple[float, float]:
    if len(values) < 2:
        return (values[0], values[0]) if values else (math.nan, math.nan)
    return statistics.median(values), statistics.quantiles(values, n=20)[18]


def simulate(policies: list[Policy], *, seed: int, start: int, days: int, daily: float) -> list[Result]:
    """All policies on the same forum: each knows it whole on day 0 and runs once a day at a time of its own."""
    forum = Forum(seed, start, days, daily)
    forum.live_until(0)
    rng = random.Random(seed)
    for policy in policies:
        for row in list(policy.read_listing(forum, whole=True)):
            policy.visit(forum, row.thread_id, 1)
        policy.requests = 0
    before = when(0)
    for day in range(1, days + 1):
        forum.live_until(day * DAY + rng.randrange(-DAY // 8, DAY // 8))
        for policy in policies:
            policy.run(forum, before)
        before = when(forum.now)
    return [result(policy, forum) for policy in policies]


def result(policy: Policy, forum: Forum) -> Result:
    """What of everything that happened the policy has seen. A post that came and went unseen can be found by nobody."""
    lags: dict[str, list[float]] = {"post": [], "edit": [], "deletion": []}
    counts = dict.fromkeys(lags, 0)
    lost = {(e.thread, e.post): e.at for e in forum.events if e.kind == "deletion"}
    for event in forum.events:
        if event.at <= 0:
            continue
        at = policy.found.get((event.kind, event.thread, event.post, event.revision))
        fleeting = lost.get((event.thread, event.post), math.inf) - event.at < DAY * 1.3
        posted = forum.threads[event.thread].posts[event.post].at
        if at is None and (fleeting if event.kind != "deletion" else event.at - posted < DAY * 1.3):
            continue
        counts[event.kind] += 1
        if at is not None:
            lags[event.kind].append(max(0, at - event.at))
    share = {kind: len(lags[kind]) / max(1, counts[kind]) for kind in counts}
    in_days = {kind: tails([lag / DAY for lag in lags[kind]]) for kind in counts}
    hours = tails([lag / 3600 for lag in lags["post"]])
    return Result(
        policy.name,
        policy.requests / max(1, counts["post"]),
        hours,
        share["post"],
        share["edit"],
        in_days["edit"],
        share["deletion"],
        in_days["deletion"],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--start", type=int, default=3000, help="threads on day 0")
    parser.add_argument("--daily", type=float, default=15, help="new threads a day")
    parser.add_argument("--budgets", default="0,20,100,300")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    budgets = [int(part) for part in options.budgets.split(",")]
    policies: list[Policy] = [SkipSeen(), Every(1), Every(7), Every(30)]
    policies += [Every(1, budget) for budget in budgets if budget] + [Ours(budget) for budget in budgets]
    print(f"{options.days} days, {options.start} threads at first, {options.daily:g} new ones a day, one run a day")
    print(HEAD)
    for found in simulate(policies, seed=options.seed, start=options.start, days=options.days, daily=options.daily):
        print(found.line())


if __name__ == "__main__":
    main()
