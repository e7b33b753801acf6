"""What a rebuild would change, in words and counts: by table, field and rule, with examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.dataset import Difference

_KEYS = {"threads": ("thread_id",), "posts": ("post_id",), "speeches": ("post_id", "turn")}
_SHOWN = 90  # characters of a value


def report(changes: Iterable[Difference], *, examples: int = 3) -> Iterator[str]:
    """Lines to print; the last one is the sum. Holds counts and a few rows a field, however many rows differ."""
    rows: Counter[tuple[str, str]] = Counter()
    fields: Counter[tuple[str, str]] = Counter()
    rules: Counter[tuple[str, str]] = Counter()
    shown: dict[tuple[str, str], list[str]] = defaultdict(list)
    for change in changes:
        rows[change.table, "new" if change.old is None else "gone" if change.new is None else "changed"] += 1
        rules.update({(change.table, rule): 1 for rule in rules_of(change)})
        for name in change.columns:
            fields[change.table, name] += 1
            if len(shown[change.table, name]) < examples and change.old is not None and change.new is not None:
                key = ", ".join(str(change.old[part]) for part in _KEYS[change.table])
                shown[change.table, name].append(
                    f"      {key}: {_short(change.old[name])} -> {_short(change.new[name], change.old[name])}"
                )
    for (table, what), count in sorted(rows.items()):
        yield f"{table}: {count} rows {what}"
    for (table, name), count in sorted(fields.items()):
        yield f"  {table}.{name}: {count}"
        yield from shown[table, name]
    for (table, rule), count in sorted(rules.items()):
        yield f"  rule {rule} ({table}): {count} rows"
    yield f"{sum(rows.values())} rows would change" if rows else "nothing would change"


def rules_of(change: Difference) -> set[str]:
    """The rules that take out, or read, something else of the row than before."""
    old, new = (set(map(repr, _ruled(row))) for row in (change.old, change.new))
    return {item["rule"] for row in (change.old, change.new) for item in _ruled(row) if repr(item) in old ^ new}


def _ruled(row: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [*(row.get("removed") or ()), *(row.get("evidence") or ())] if row else []


def _short(value: Any, other: Any = "") -> str:
    """A value in a line; of long texts the stretch where they begin to differ."""
    text, beside = (repr(each) for each in (value, other))
    start = next((at for at, (a, b) in enumerate(zip(text, beside, strict=False)) if a != b), 0) if other else 0
    start = max(0, start - 20)
    cut = text[start : start + _SHOWN]
    return f"{'…' if start else ''}{cut}{'…' if start + _SHOWN < len(text) else ''}"
