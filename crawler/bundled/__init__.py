"""The bundled demo forum: behaves as Discuz! X3 does; nothing else in the crawler knows it.

``python -m crawler.bundled`` serves it; ``BundledForum`` starts it beside a crawl that was given no address.
"""

from crawler.bundled.process import BundledForum, BundledForumError

__all__ = ["BundledForum", "BundledForumError"]
