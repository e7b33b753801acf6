"""What can go wrong with a corpus, each saying what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class DatasetError(Exception):
    """The corpus cannot be read or written; it is as it was before."""


class SchemaMismatch(DatasetError):
    """A table was written by another version of the schemas."""


class ForumLocked(DatasetError):
    """Another run holds the forum; ``holder`` says which (``pid``, ``host``, ``since`` …)."""

    def __init__(self, forum: str, holder: dict[str, str]) -> None:
        who = ", ".join(f"{key} {value}" for key, value in holder.items()) or "unknown"
        super().__init__(f"another run holds {forum} ({who}): wait for it to end, or stop it")
        self.forum = forum
        self.holder = holder


class DamagedFile(DatasetError):
    """A table file that cannot be read. ``path`` is relative to the corpus; see ``Dataset.set_aside``."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"damaged table file {path}: {why}")
        self.path = path
        self.why = why


class OtherPrivacy(DatasetError):
    """The forum's rows were made with another salt, or other privacy settings, than those of this run."""

    def __init__(self, forum: str, root: str) -> None:
        super().__init__(
            f"the rows of {forum} in {root} were made with another salt or other privacy settings (pseudonyms, mask): give"
            " those, or build the corpus again from the archive into an empty folder:"
            " scrapy reextract -s CORPUS_DIR=FOLDER"
        )
        self.forum = forum


_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and run the same command again",
    errno.EDQUOT: "the disk quota is used up: free some space and run the same command again",
    errno.EACCES: "no permission to write there: change the folder's owner or mode, or set {setting}",
    errno.EPERM: "no permission to write there: change the folder's owner or mode, or set {setting}",
    errno.EROFS: "that file system is read-only: set {setting} to a folder that can be written",
    errno.ENOTDIR: "a file stands where a folder should be: remove it, or set {setting}",
    errno.EEXIST: "a file stands where a folder should be: remove it, or set {setting}",
}


@contextmanager
def explained(what: str, setting: str = "CORPUS_DIR") -> Iterator[None]:
    """Turns an OSError inside into a DatasetError that says what was tried and what to do; ``setting`` names the place."""
    try:
        yield
    except OSError as error:
        advice = _ADVICE.get(error.errno or 0, str(error)).format(setting=setting)
        raise DatasetError(f"{what}: {advice}") from error
