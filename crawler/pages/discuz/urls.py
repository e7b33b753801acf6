"""Discuz! addresses of every version, read and written (facts: discuz.md section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.pages.engine import BOARD, INDEX, POST, THREAD, Address

__all__ = ["BOARD", "INDEX", "POST", "THREAD", "Address"]

# parameters that name the visit, not the page (discuz.md 4.1)
_NOISE = frozenset(
    [
        "extra",
        "highlight",
        "from",
        "fromuid",
        "fromguid",
        "sid",
        "_dsign",
        "mobile",
        "simpletype",
        "forcemobile",
        "modthreadkey",
        "checkrush",
        "stand",
        "ctid",
        "t",
    ]
)
_THREAD_FILE = re.compile(r"thread-(\d{1,12})-(\d{1,9})-[\w%]+\.html?$")
_BOARD_FILE = re.compile(r"(?:forum|group)-([\w%-]+?)-(\d{1,9})\.html?$")
_ARCHIVER = re.compile(r"(?:^|[/?])(tid|fid)-(\d{1,12})(?:-page-(\d{1,9}))?\.html(?=$|[?&])")
_THREAD_SCRIPT = re.compile(r"(?:^|/)(?:viewthread|printthread)\.php$")
_BOARD_SCRIPT = re.compile(r"(?:^|/)forumdisplay\.php$")
_INDEX_FILE = re.compile(r"(?:^|/)(?:forum\.php|index\.php|forum\.html|index\.html?|archiver/)?$")
_UID = re.compile(r"(?:space-uid-|[?&;]uid[=-])(\d{1,12})")
_USER = re.compile(r"space-username-|[?&;]username=|viewpro\.php|space\.php\?")
_NOT_USER = re.compile(r"spacecp|[?&;](?:action|ac|op)=|(?:pm|avatar)\.php")
_PID = re.compile(r"(?:[?&;]pid=|#pid)(\d{1,12})(?!\d)")


def parse_address(url: str) -> Address | None:
    """The forum page that ``url`` (absolute or relative) leads to, or ``None``: attachments, tools, other software."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path, query = parts.path, dict(parse_qsl(parts.query.replace("&amp;", "&"), keep_blank_values=True))
    if archived := _ARCHIVER.search(f"{path}?{parts.query}"):
        kind = THREAD if archived[1] == "tid" else BOARD
        return Address(kind, int(archived[2]), _number(archived[3] or query.get("page")), "archiver")
    if named := _THREAD_FILE.search(path):
        return Address(THREAD, int(named[1]), _number(named[2]))
    if named := _BOARD_FILE.search(path):
        return Address(BOARD, _board_id(named[1]), _number(named[2]))
    return _dynamic(path, query)


def _dynamic(path: str, query: dict[str, str]) -> Address | None:
    page = _number(query.get("page"))
    view = "mobile" if query.get("mobile") in ("yes", "1", "2") else "desktop"
    action = query.get("action")
    if action == "printable":
        view = "printable"
    elif "viewpid" in query:
        view = "fragment"
    elif action or query.get("inajax"):
        return None
    mod = query.get("mod")
    if mod == "viewthread" or _THREAD_SCRIPT.search(path):
        return Address(THREAD, int(query["tid"]), page, view) if _is_id(query.get("tid", "")) else None
    if mod in ("forumdisplay", "group") or _BOARD_SCRIPT.search(path):
        return Address(BOARD, _board_id(query["fid"]), page, view) if query.get("fid") else None
    if mod == "redirect" or path.endswith("redirect.php"):
        return Address(POST, int(query["pid"])) if _is_id(query.get("pid", "")) else None
    if mod is None and not ({"id", "rss", "tid", "fid"} & query.keys()) and _INDEX_FILE.search(path):
        return Address(INDEX, _number(query.get("gid"), 0), page, view)
    return None


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) <= 12


def _number(value: str | None, default: int = 1) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 10 else default


def _board_id(value: str) -> int | str:
    return int(value) if _is_id(value) else value


def page_url(url: str, page: int) -> str:
    """The same thread or listing at another page, in the same form of address."""
    parts = urlsplit(url)
    path = parts.path
    if _THREAD_FILE.search(path):
        path = re.sub(r"(thread-\d+-)\d+(-[\w%]+\.html?)$", rf"\g<1>{page}\g<2>", path)
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    if _BOARD_FILE.search(path):
        path = re.sub(r"-\d+(\.html?)$", rf"-{page}\g<1>", path)
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "page" and k not in _NOISE]
    archived = _ARCHIVER.search(f"{path}?{parts.query}")
    if archived and archived[3]:  # up to 7.2: tid-1-page-2.html
        numbered = f"-page-{page}.html" if page > 1 else ".html"
        path, query = (re.sub(r"-page-\d{1,9}\.html", numbered, part) for part in (path, parts.query))
        return urlunsplit((parts.scheme, parts.netloc, path, query, ""))
    if _ARCHIVER.search(f"?{parts.query}"):  # archiver/?tid-1.html&page=2: the first parameter has no value
        bare = parts.query.split("&", 1)[0]
        return urlunsplit((parts.scheme, parts.netloc, path, bare + (f"&page={page}" if page > 1 else ""), ""))
    if page > 1:
        pairs.append(("page", str(page)))
    return urlunsplit((parts.scheme, parts.netloc, path, urlencode(pairs), ""))


def canonical(url: str) -> str:
    """``url`` without the parameters that name a visit (session, origin, highlight), and without fragment."""
    address = parse_address(url)
    if address and address.kind in (THREAD, BOARD):
        return page_url(url, address.page)
    parts = urlsplit(url)
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in _NOISE]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(pairs), ""))


def latest_first(listing_url: str, board_id: int | str) -> str:
    """The board's listing by last post without sticky rows: the cheapest signal of news (discuz.md 3.3), X and later."""
    root = urljoin(listing_url, ".")
    return f"{root}forum.php?mod=forumdisplay&fid={quote(str(board_id))}&filter=lastpost&orderby=lastpost"


_PARTS = re.compile(r"[?&]filter=(typeid|sortid)&(?:[^#]*&)?\1=(\d{1,9})(?!\d)")
_ORDERS = ("dateline", "replies", "views")
_SPECIAL = ("poll", "trade", "reward", "activity", "debate")


def slices(listing_url: str, board_id: int | str, links: Iterable[str]) -> tuple[str, ...]:
    """Other listings of a board that is deeper than the limit: its parts, then the whole in other orders; of a part,
    the same part in other orders (discuz.md 3.2: any filter counts exactly, and orders may be added to it).
    """
    query = urlsplit(listing_url).query
    board = f"{urljoin(listing_url, '.')}forum.php?mod=forumdisplay&fid={quote(str(board_id))}"
    if "orderby=" in query and "orderby=lastpost" not in query:
        return ()
    if (part := re.search(r"filter=(?!lastpost)[^#]*", query)) is not None:
        return tuple(f"{board}&{part[0]}&orderby={order}" for order in _ORDERS)
    named: dict[str, None] = {}
    for link in links:
        address, match = parse_address(link), _PARTS.search(link)
        if match and address and address.kind == BOARD and address.id == board_id:
            named[f"filter={match[1]}&{match[1]}={match[2]}"] = None
    parts = [*named, *(f"filter=specialtype&specialtype={kind}" for kind in _SPECIAL), "filter=digest&digest=1"]
    whole = ("author&orderby=dateline", "reply&orderby=replies", "reply&orderby=views", "heat&orderby=heats")
    return (*(f"{board}&{part}" for part in parts), *(f"{board}&filter={order}" for order in whole))


def profile_uid(href: str) -> tuple[bool, int | None]:
    """Whether a link leads to an account's page, and the account's number where the link has it."""
    uid = _UID.search(href)
    if (uid is None and _USER.search(href) is None) or _NOT_USER.search(href):
        return False, None
    return True, int(uid[1]) if uid else None


def linked_pid(href: str) -> int | None:
    """The post that a findpost link or a ``#pid`` fragment names."""
    match = _PID.search(href)
    return int(match[1]) if match else None


def last_page(hrefs: Iterable[str], kind: str, id_: int | str) -> int:
    """The highest page number among links to one thread or board."""
    pages = [a.page for a in map(parse_address, hrefs) if a and a.kind == kind and a.id == id_]
    return max(pages, default=1)


def board_url(url: str, board_id: int) -> str:
    """A board's listing, in the form that every version since X answers."""
    return urljoin(url, f"forum.php?mod=forumdisplay&fid={board_id}")


def whole_post(url: str, thread_id: int, page: int) -> str | None:
    """Where a post that the page shows in parts stands whole; ``None``: on this page (discuz.md 2.11)."""
    if "cp=all" in url:
        return None
    return urljoin(url, f"forum.php?mod=viewthread&tid={thread_id}&page={page}&cp=all")
