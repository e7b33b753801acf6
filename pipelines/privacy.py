"""Stage 3, off unless a profile asks for it: accounts become pseudonyms, contacts in texts are masked.

It stands before the speaker stage, so that all offsets are those of the text that is published. What it took out is
recorded in ``removed`` by rule, with an empty text. With pseudonyms the record of every other removal that can hold an
account's name (edit notices, ratings, moderation) keeps its rule and loses its text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from crawler.items import Attachment, Comment, Post, Profile, Quote, Removed, Thread
from pipelines.contacts import mask_contacts
from pipelines.pseudonyms import Pseudonyms, bare_time, pseudonyms, salt_mark

ACCOUNT_RULE = "account"
_NAMELESS = frozenset(["jammer-visible", "jammer-hidden"])
"""Rules whose text is random characters by their grammar and so cannot hold a name."""


class NoSalt(ValueError):
    """The profile asks for pseudonyms and holds no salt to make them with."""


def protect(post: Post, profile: Profile) -> Post:
    """The post without account names and contacts, as far as ``profile`` asks for it; NoSalt if it holds no salt."""
    if not (profile.pseudonyms or profile.mask):
        return post
    work = _Work(post.forum, profile)
    protected = post.but(
        post_id=work.names.made_up(post.post_id) if work.names else post.post_id,
        author=work.name(post.author),
        author_id=work.number(post.author_id),
        edited_by=work.name(post.edited_by),
        posted_at_raw=bare_time(post.posted_at_raw) if work.names else post.posted_at_raw,
        text=work.text(post.text),
        title=work.text(post.title) if post.title is not None else None,
        url=work.address(post.url),
        quotes=tuple(work.quote(quote) for quote in post.quotes),
        comments=tuple(work.comment(comment) for comment in post.comments),
        attachments=tuple(work.attachment(attachment) for attachment in post.attachments),
    )
    return protected.but(removed=(*(work.removal(removed) for removed in post.removed), *work.removed))


def protect_thread(thread: Thread, profile: Profile) -> Thread:
    """The same for what a page tells of a thread."""
    if not (profile.pseudonyms or profile.mask):
        return thread
    work = _Work(thread.forum, profile)
    return replace(
        thread,
        title=work.text(thread.title),
        title_raw=work.text(thread.title_raw),
        tags=tuple(work.text(tag) for tag in thread.tags) if thread.tags is not None else None,
        author=work.name(thread.author),
        author_id=work.number(thread.author_id),
        last_post_author=work.name(thread.last_post_author),
        url=work.address(thread.url),
    )


def privacy_mark(profile: Profile) -> str:
    """What is added to ``posts.extractor``, so that each row tells how it was protected: ``+anon.1a2b3c4d.mask``."""
    parts = [f"anon.{salt_mark(profile.salt)}"] if profile.pseudonyms else []
    parts += ["mask"] if profile.mask else []
    return f"+{'.'.join(parts)}" if parts else ""


class _Work:
    """What one post or thread is rewritten with, and the records of it."""

    def __init__(self, forum: str, profile: Profile) -> None:
        if profile.pseudonyms and not profile.salt:
            raise NoSalt(f"{forum}: its profile asks for pseudonyms and there is no salt: see docs/privacy.md")
        self.names: Pseudonyms | None = pseudonyms(forum, profile.salt) if profile.pseudonyms else None
        self.mask = profile.mask
        self.removed: list[Removed] = []

    def note(self, rule: str = ACCOUNT_RULE) -> None:
        self.removed.append(Removed(rule, ""))

    def name(self, account: str | None) -> str | None:
        return self.names.name(account) if self.names and account else account

    def number(self, uid: int | None) -> int | None:
        return self.names.number(uid) if self.names and uid is not None else uid

    def address(self, url: str) -> str:
        return self.names.in_address(url) if self.names else url

    def text(self, text: str) -> str:
        return self._masked(text, lambda names: names.in_text(text, self.note))

    def quote(self, quote: Quote) -> Quote:
        author = quote.author or ""

        def rename(names: Pseudonyms) -> str:
            return names.in_quote(quote.text, author, self.note) if author else names.in_text(quote.text, self.note)

        number = self.names.made_up(quote.post_id) if self.names and quote.post_id is not None else quote.post_id
        text = self._masked(quote.text, rename)
        return replace(quote, text=text, author=self.name(quote.author), post_id=number)

    def comment(self, comment: Comment) -> Comment:
        text = self._masked(comment.text, lambda names: names.in_text(comment.text, self.note, comment=True))
        return comment._replace(author=self.name(comment.author), text=text)

    def attachment(self, attachment: Attachment) -> Attachment:
        name = self.text(attachment.name) if attachment.name else attachment.name
        return attachment._replace(name=name, url=self.address(attachment.url) if attachment.url else attachment.url)

    def removal(self, removed: Removed) -> Removed:
        if self.names and removed.rule not in _NAMELESS:
            return removed._replace(text="")
        return removed._replace(text=mask_contacts(removed.text)) if self.mask else removed

    def _masked(self, text: str, rename: Callable[[Pseudonyms], str]) -> str:
        """Accounts first: an e-mail address is none of theirs, and a pseudonym is no contact."""
        renamed = rename(self.names) if self.names else text
        return mask_contacts(renamed, self.note) if self.mask else renamed
