"""Why an address gave nothing, in words: what Scrapy and Twisted raise often says no more than its own name."""

from __future__ import annotations

from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError


def reason(error: BaseException) -> str:
    """One line about a failed request that ends with the error's class."""
    name = type(error).__name__
    if isinstance(error, ResponseDataLossError):
        return f"the answer was cut short or its length is a lie ({name})"
    if isinstance(error, DownloadCancelledError) and not str(error):
        return f"the answer is larger than DOWNLOAD_MAXSIZE ({name})"
    causes = error.args[0] if error.args and isinstance(error.args[0], list) else []
    said = "; ".join(_said(getattr(cause, "value", cause)) for cause in causes) or str(error)
    return f"{said} ({name})" if said else name


def _said(cause: object) -> str:
    return f"{type(cause).__name__}: {cause}"
