"""Every page that was fetched, as standard WARC 1.1; nothing else in the house knows the format. Other people's
pages, in WARC or Parquet, are read here too.

One series of files a run, one gzip member a record, the request beside each response, unchanged pages as revisits. The
archive is the write-ahead log: what it holds need not be fetched again.
"""

from crawler.archive.archive import Archive, Replay
from crawler.archive.columns import read_parquet, row_groups
from crawler.archive.foreign import Skipped, read_warc
from crawler.archive.writer import Place, Writer

__all__ = ["Archive", "Place", "Replay", "Skipped", "Writer", "read_parquet", "read_warc", "row_groups"]
