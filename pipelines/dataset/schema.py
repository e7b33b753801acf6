"""The tables: every column's name, type, nullability and meaning, declared once (``docs/data-format.md`` is made of it)."""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 1

TEXT, FLAG, DAY = pa.string(), pa.bool_(), pa.date32()
I8, I32, I64, F32 = pa.int8(), pa.int32(), pa.int64(), pa.float32()
TIME = pa.timestamp("us", tz="UTC")


def _records(*fields: tuple[str, pa.DataType]) -> pa.DataType:
    return _list(pa.struct([pa.field(name, kind) for name, kind in fields]))


def _list(kind: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("element", kind))  # Parquet's name, so that a file's schema reads back as declared


TEXTS = _list(TEXT)

_FORUM = ("forum!", TEXT, "Host of the forum, with the port where it is not the scheme's own")
_THREAD = ("thread_id!", I64, "The forum's own number of the thread (tid); negative: hash of a capture that shows none")
_POST = ("post_id!", I64, "The forum's own number of the post (pid); negative: hash of a capture that shows none")
_FIRST_SEEN = ("first_seen_at!", TIME, "When a run saw it first")
_CHANGED = ("changed_at!", TIME, "When a run saw the row's content as it is now for the first time")
_RUN = ("run_id!", TEXT, "The run that wrote the row")
_OCCASION = ("occasion", TEXT, "Meeting or event, as printed")
_VENUE = ("venue", TEXT, "Where it was said, as printed")
_SPEECH_DATE = (
    "speech_date",
    DAY,
    "Day of the speech; a month, year or range by its first day; null if the year is unknown",
)
_PRECISION = ("speech_date_precision", TEXT, "day, month, year, range, month-day or none")
_YEAR = ("year_inferred", FLAG, "The year is not printed but follows from the time of the post")
_KIND = ("kind", TEXT, "Kind of document, as printed (讲话, 报告 …)")
_EXCERPT = ("is_excerpt", FLAG, "The text says that it is an excerpt")
_EDITOR = ("editor", TEXT, "Person named as editor in the text's own notes")
_SOURCE = ("source", TEXT, "Source named in the text's own notes")
_BOARD = ("board", TEXT, "Name of the board")
_AUTHOR = ("author", TEXT, "Forum account that posted it")
_POSTED = ("posted_at", TIME, "When it was posted")
_TITLE = ("title", TEXT, "Title of the text as a document")

# table → (key columns, what a row is, columns). ``!`` marks a column that is never null.
Column = tuple[str, pa.DataType, str]
TABLES: dict[str, tuple[tuple[str, ...], str, tuple[Column, ...]]] = {
    "threads": (
        ("forum", "thread_id"),
        "one thread, in its present state",
        (
            _FORUM,
            _THREAD,
            ("board_id", I64, "The forum's own number of the board (fid)"),
            _BOARD,
            ("title!", TEXT, "Subject, without type prefix and page noise"),
            ("title_raw", TEXT, "Subject as the page shows it"),
            ("thread_type", TEXT, "Type or category prefix"),
            ("special", TEXT, "normal, poll, trade, reward, activity or debate"),
            ("tags", TEXTS, "Tags of the thread"),
            ("author", TEXT, "Account that opened the thread"),
            ("author_id", I64, "The forum's own number of that account (uid)"),
            ("created_at", TIME, "When the thread was opened"),
            ("last_post_at", TIME, "When its last post was made, as the forum says"),
            ("last_post_author", TEXT, "Account of the last post"),
            ("replies", I32, "Number of replies, as the forum says"),
            ("views", I32, "Number of views, as of the row's last write"),
            ("pages", I32, "Number of pages of the thread"),
            ("posts_seen", I32, "Live posts of the thread that are in the posts table"),
            ("is_sticky", FLAG, "Pinned on top of the board"),
            ("is_digest", FLAG, "Marked as digest (精华)"),
            ("is_closed", FLAG, "Closed for replies"),
            ("status!", TEXT, "live, deleted, moved or forbidden"),
            ("url!", TEXT, "Address of the thread"),
            (
                "content_hash",
                TEXT,
                "Changes when, and only when, the title, the status, or the words or order of posts change",
            ),
            _FIRST_SEEN,
            ("checked_at!", TIME, "When a run looked at it last, as of the row's last write"),
            _CHANGED,
            _RUN,
        ),
    ),
    "posts": (
        ("forum", "post_id"),
        "one post, in its present state; a deleted one stays, with `deleted_at`",
        (
            _FORUM,
            _THREAD,
            _POST,
            ("position", I32, "Floor in the thread, 1 = the opening post"),
            ("is_first!", FLAG, "The opening post"),
            _AUTHOR,
            ("author_id", I64, "The forum's own number of that account (uid)"),
            _POSTED,
            ("posted_at_raw", TEXT, "The time as the page printed it"),
            ("edited_at", TIME, "When the author or a moderator edited it last"),
            ("edited_by", TEXT, "Account that edited it last"),
            ("text!", TEXT, "The author's own words, one line a visual line"),
            ("quotes", _records(("post_id", I64), ("author", TEXT), ("text", TEXT)), "What stands in quote boxes"),
            ("attachments", _records(("kind", TEXT), ("name", TEXT), ("url", TEXT)), "Pictures, files and media"),
            ("comments", _records(("author", TEXT), ("text", TEXT), ("posted_at", TIME)), "Comments under it (点评)"),
            ("flags", TEXTS, "hidden, locked, banned, paid, password, author_only, image_only, pending, truncated …"),
            ("removed", _records(("rule", TEXT), ("text", TEXT)), "What the stages took out, and by which rule"),
            ("text_hash!", TEXT, "Changes when, and only when, the author's words or those he quotes change"),
            ("url!", TEXT, "Address of the post or of its page"),
            _FIRST_SEEN,
            _CHANGED,
            ("deleted_at", TIME, "When a run saw that it is gone"),
            _RUN,
            ("extractor!", TEXT, "Version of the code that read it"),
            _TITLE,
            _KIND,
            (
                "speakers",
                _records(("name", TEXT), ("role", TEXT), ("org", TEXT)),
                "Whose words the text is, as printed",
            ),
            ("authors", TEXTS, "Who wrote it, where it is an article with a byline"),
            _OCCASION,
            _VENUE,
            _SPEECH_DATE,
            ("speech_date_raw", TEXT, "The date as printed"),
            _PRECISION,
            _YEAR,
            _EXCERPT,
            ("title_by_editor", FLAG, "The text says that the title is the editor's"),
            _EDITOR,
            _SOURCE,
            ("headings", _records(("level", I8), ("text", TEXT), ("start", I32)), "Headings; offset into `text`"),
            (
                "evidence",
                _records(("field", TEXT), ("where", TEXT), ("start", I32), ("end", I32), ("rule", TEXT)),
                "Where each field was read (`text` or `title`) and by which rule",
            ),
        ),
    ),
    "speeches": (
        ("forum", "post_id", "turn"),
        "one turn of one speaker",
        (
            _FORUM,
            _THREAD,
            _POST,
            ("turn!", I32, "1, 2, … within the post"),
            ("speaker", TEXT, "Who speaks, as printed"),
            ("role", TEXT, "The speaker's office, as printed"),
            ("org", TEXT, "The speaker's organisation, as printed"),
            ("label", TEXT, "What is printed before the turn"),
            ("text!", TEXT, "What was said"),
            ("start!", I32, "Offset of the turn in posts.text"),
            ("end!", I32, "Offset behind the turn in posts.text"),
            _TITLE,
            _OCCASION,
            _VENUE,
            _SPEECH_DATE,
            _PRECISION,
            _YEAR,
            _KIND,
            _EXCERPT,
            _EDITOR,
            _SOURCE,
            _BOARD,
            _AUTHOR,
            _POSTED,
            ("url!", TEXT, "Address of the post or of its page"),
        ),
    ),
    "boards": (
        ("forum", "board_id"),
        "one board",
        (
            _FORUM,
            ("board_id!", I64, "The forum's own number of the board (fid)"),
            ("name", TEXT, "Name of the board"),
            ("url", TEXT, "Address of the board"),
            ("threads_listed", I32, "Number of threads, as the forum says"),
            ("complete_through", TIME, "Every thread of the board with a last post up to this time is captured"),
            _FIRST_SEEN,
            _CHANGED,
            _RUN,
        ),
    ),
    "runs": (
        ("run_id",),
        "one run of one forum; without `ended_at` it is still going or was killed",
        (
            ("run_id!", TEXT, "Name of the run"),
            _FORUM,
            ("command", TEXT, "The command line"),
            ("started_at!", TIME, "When the run began"),
            ("ended_at", TIME, "When the run ended"),
            ("exit_status", I32, "0 complete, 1 usage or defect, 3 incomplete, 4 refused, 5 locked, 6 below the floor"),
            ("reason", TEXT, "Why it ended so"),
            ("code_version", TEXT, "Version of the code"),
            ("schema_version", I32, "Version of the tables"),
            ("requests", I64, "Requests sent"),
            ("bytes", I64, "Bytes received"),
            ("threads_listed", I64, "Threads that the listings named"),
            ("threads_changed", I64, "Threads that are new or changed"),
            ("pages_fetched", I64, "Content pages read"),
            ("posts_new", I64, "Posts added"),
            ("posts_edited", I64, "Posts changed, moved or seen again"),
            ("posts_deleted", I64, "Posts found gone"),
            ("noise_removed", I64, "Noise runs taken out of the posts read"),
            ("files_written", I64, "Table files written, those of runs apart"),
            (
                "errors",
                _records(("url", TEXT), ("what", TEXT)),
                "What was listed but could not be fetched or read, by name",
            ),
        ),
    ),
    "reprints": (
        ("forum", "post_id"),
        "one post whose text other posts have too, whole or in part; made by `scrapy reprints`",
        (
            _FORUM,
            _THREAD,
            _POST,
            ("cluster_id!", TEXT, "The same for all reprints of a text; a hash of the earliest post's forum and id"),
            ("similarity!", F32, "Share of the shorter text's 4-grams that it has in common with the earliest post's"),
            ("earliest_forum!", TEXT, "Forum of the cluster's earliest post, by `posted_at`"),
            ("earliest_thread_id!", I64, "Thread of that post"),
            ("earliest_post_id!", I64, "Number of that post; its own row has the same as `post_id`"),
        ),
    ),
}

# what lies beside the tables in table files of its own, hidden from readers
HIDDEN: dict[str, tuple[tuple[str, ...], str, tuple[Column, ...]]] = {
    "_reprints": (
        ("forum", "post_id"),
        "one live post as `scrapy reprints` saw it last",
        (
            _FORUM,
            _THREAD,
            _POST,
            _POSTED,
            ("text_hash!", TEXT, "posts.text_hash of that moment"),
            ("size!", I32, "Distinct 4-grams of the folded text"),
            ("sketch", pa.binary(), "192 MinHash values of 16 bits, little-endian; null: too short to take part"),
        ),
    ),
}


def _schema(table: str) -> pa.Schema:
    key, row, columns = (TABLES | HIDDEN)[table]
    fields = [
        pa.field(name.rstrip("!"), kind, nullable=not name.endswith("!"), metadata={"description": meaning})
        for name, kind, meaning in columns
    ]
    about = {
        "schema_version": str(SCHEMA_VERSION),
        "table": table,
        "key": ",".join(key),
        "description": f"One row is {row}.",
    }
    return pa.schema(fields, metadata=about)


SCHEMAS: dict[str, pa.Schema] = {table: _schema(table) for table in TABLES}
FILE_SCHEMAS: dict[str, pa.Schema] = SCHEMAS | {table: _schema(table) for table in HIDDEN}


def type_name(kind: pa.DataType) -> str:
    """The type as the docs write it: ``list<struct<name string, role string>>``."""
    if pa.types.is_list(kind):
        return f"list<{type_name(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return "struct<" + ", ".join(f"{field.name} {type_name(field.type)}" for field in kind) + ">"
    return {"timestamp[us, tz=UTC]": "timestamp", "date32[day]": "date32"}.get(str(kind), str(kind))


def column_table(table: str) -> str:
    """The table's columns as a Markdown table, one row a column; ``!`` marks those that are never null."""
    schema = SCHEMAS[table]
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for field in schema:
        mark = "" if field.nullable else "!"
        lines.append(f"| `{field.name}{mark}` | {type_name(field.type)} | {field.metadata[b'description'].decode()} |")
    return "\n".join(lines)


def fill_page(page: str) -> str:
    """The Markdown page with what stands between ``<!-- columns: TABLE -->`` and ``<!-- end -->`` made anew."""
    for table in SCHEMAS:
        head, mark, rest = page.partition(f"<!-- columns: {table} -->\n")
        if mark:
            page = head + mark + column_table(table) + "\n" + rest[rest.index("<!-- end -->") :]
    return page
