"""``python -m pipelines.dataset docs/data-format.md`` writes the column tables into that page again."""

from __future__ import annotations

import sys
from pathlib import Path

from pipelines.dataset.schema import fill_page

if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(fill_page(path.read_text("utf-8")), "utf-8")
