"""phpwind addresses, read and written (facts: docs/phpwind.md, Addresses)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

from crawler.pages.engine import BOARD, INDEX, POST, THREAD, Address

# parameters that name the visit or the order of reading, not the page
_NOISE = frozenset(["fpage", "toread", "ordertype", "desc", "ds", "skinco", "viewbbs", "keyword", "award", "sid"])
_SCRIPTS = {"read": THREAD, "thread": BOARD}
# "static directory": read-htm-tid-5-page-2.html, or with another separator read.php?tid-5-page-2.html
_NAMED = re.compile(r"(?:^|/)(read|thread|index|job)(-htm-|\.php\?)([a-z]+-[^/?&=]*?)\.html?$")
_SHORT = re.compile(r"(?:^|/)(read|thread)-(\d{1,12})(?:-(\d{1,9}))?(?:\.html?)?$")  # 9.x
_SIMPLE = re.compile(r"simple/(?:index\.php)?[?/]?([tf])(\d{1,12})(?:_(\d{1,9}))?\.html$")
_SIMPLE_INDEX = re.compile(r"simple/(?:index\.php)?$")
_SCRIPT = re.compile(r"(?:^|/)(read|thread|job|index|forum|bbs)\.php$")
_FOLDER = re.compile(r"(?:^|/)(?:index\.html?)?$")
_ACCOUNT = re.compile(r"(?:^|/)(?:u|profile|space)(?:\.php\?|-htm-|-\d)|m=space|/space/")
_UID = re.compile(r"(?:[?&;-]uid[=-]|(?:^|/)u-)(\d{1,12})")


@lru_cache(maxsize=4096)
def parse_address(url: str) -> Address | None:
    """The forum page that ``url`` (absolute or relative) leads to, or ``None``: attachments, tools, other software."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    whole = f"{parts.path}?{parts.query}" if parts.query else parts.path
    if simple := _SIMPLE.search(whole):
        return Address(THREAD if simple[1] == "t" else BOARD, int(simple[2]), _number(simple[3]), "archiver")
    if _SIMPLE_INDEX.search(parts.path) and not parts.query:
        return Address(INDEX, view="archiver")
    if short := _SHORT.search(parts.path):
        return Address(_SCRIPTS[short[1]], int(short[2]), _number(short[3]))
    if named := _NAMED.search(whole):
        return _dynamic(named[1], dict(_pairs(named[3])))
    if script := _SCRIPT.search(parts.path):
        return _dynamic(script[1], dict(parse_qsl(parts.query.replace("&amp;", "&"), keep_blank_values=True)))
    return Address(INDEX) if _FOLDER.search(parts.path) and not parts.query else None


def _dynamic(script: str, query: dict[str, str]) -> Address | None:
    if script == "index" and query.get("m", "bbs") == "bbs" and query.get("c") in ("read", "thread"):  # 9.x
        script = query["c"]
    if script == "job":
        pid = query.get("pid", "")
        return Address(POST, int(pid)) if query.get("action") == "topost" and _is_id(pid) else None
    if script == "read" and query.get("a") == "jump":  # 9.x
        return Address(POST, int(query["pid"])) if _is_id(query.get("pid", "")) else None
    if script in _SCRIPTS:
        number = query.get("tid" if script == "read" else "fid", "")
        return Address(_SCRIPTS[script], int(number), _number(query.get("page"))) if _is_id(number) else None
    if query.get("m", "bbs") != "bbs" or query.get("c", "forum") not in ("forum", "index"):
        return None
    return Address(INDEX) if not {"tid", "fid", "uid", "q"} & query.keys() else None


def _pairs(named: str) -> list[tuple[str, str]]:
    """``tid-5-page-2`` as pairs."""
    words = named.split("-")
    return list(zip(words[::2], words[1::2], strict=False))


def _is_id(value: str) -> bool:
    return value.isdecimal() and len(value) <= 12


def _number(value: str | None) -> int:
    return max(1, int(value)) if value and value.isdecimal() and len(value) < 10 else 1


def page_url(url: str, page: int) -> str:
    """The same thread or listing at another page, in the same form of address."""
    parts = urlsplit(url)
    whole = f"{parts.path}?{parts.query}" if parts.query else parts.path
    root = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    if simple := _SIMPLE.search(whole):
        numbered = f"{simple[1]}{simple[2]}{f'_{page}' if page > 1 else ''}.html"
        return root + whole[: simple.start(1)] + numbered
    if short := _SHORT.search(parts.path):
        numbered = f"-{page}" if page > 1 else ""
        return root + parts.path[: short.end(2)] + numbered + parts.path[short.end(3) if short[3] else short.end(2) :]
    if named := _NAMED.search(whole):
        kept = [(key, value) for key, value in _pairs(named[3]) if key != "page" and key not in _NOISE]
        kept += [("page", str(page))] if page > 1 else []
        return root + whole[: named.start(3)] + "-".join(word for pair in kept for word in pair) + ".html"
    pairs = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != "page" and k not in _NOISE]
    pairs += [("page", str(page))] if page > 1 else []
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(pairs), ""))


def canonical(url: str) -> str:
    """``url`` without the parameters that name a visit, and without fragment."""
    address = parse_address(url)
    return page_url(url, address.page if address else 1)


def root_of(url: str) -> str:
    """The folder that the forum's scripts stand in."""
    return urljoin(url, "../" if re.search(r"/simple/", urlsplit(url).path) else ".")


def thread_url(url: str, thread_id: int) -> str:
    """A thread's first page, in the form that every version answers."""
    return urljoin(root_of(url), f"read.php?tid={thread_id}")


def board_url(url: str, board_id: int) -> str:
    """A board's listing, in the form that every version answers."""
    return urljoin(root_of(url), f"thread.php?fid={board_id}")


def latest_first(listing_url: str, board_id: int | str) -> str:
    """The board's listing by last post: ``orderway`` up to 8.x (if the site allows it), ``orderby`` in 9.x."""
    order = "orderway=lastpost&asc=DESC&orderby=lastpost"
    return urljoin(root_of(listing_url), f"thread.php?fid={quote(str(board_id))}&{order}")


def profile_uid(href: str) -> tuple[bool, int | None]:
    """Whether a link leads to an account's page, and the account's number where the link has it (0: no account)."""
    if _ACCOUNT.search(href) is None:
        return False, None
    uid = _UID.search(href)
    return True, int(uid[1]) or None if uid else None


def last_page(hrefs: Iterable[str], kind: str, id_: int | str) -> int:
    """The highest page number among links to one thread or board."""
    pages = [found.page for found in map(parse_address, hrefs) if found and found.kind == kind and found.id == id_]
    return max(pages, default=1)
