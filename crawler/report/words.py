"""What fields and rules are called where people read."""

from __future__ import annotations

FIELD_NAMES = {
    "text": "words of the author",
    "author": "account",
    "posted_at": "time of posting",
    "position": "floor",
    "edited_at": "edit notice",
    "quotes": "quote boxes",
    "attachments": "attachments",
    "comments": "comments (点评)",
    "title": "title",
    "kind": "kind of document",
    "speakers": "speaker",
    "speaker": "speaker",
    "authors": "byline (author)",
    "occasion": "occasion",
    "venue": "venue",
    "speech_date": "date of the speech",
    "editor": "editor",
    "source": "source",
    "headings": "headings",
    "role": "office",
    "org": "organisation",
    "label": "label before the turn",
}

_RULES = {
    "jammer-visible": "anti-copy characters in an element that carries the generator's mark",
    "jammer-hidden": "anti-copy characters in an element that the page hides",
    "jammer-visible-word": "the same, behind a word of the site",
    "jammer-hidden-word": "the same, before a word of the site",
    "jammer-visible-41": "anti-copy characters of Discuz! 4.1",
    "jammer-hidden-41": "anti-copy characters of Discuz! 4.1, hidden",
    "jammer-nt": "anti-copy characters of Discuz!NT",
    "jammer-text": "anti-copy characters in a text without markup, found by their grammar",
    "jammer-unknown": "unknown variant: carries the generator's mark and fits no rule",
    "hidden-unknown": "unknown variant: the page hides it and it fits no rule",
    "site-noise": "a phrase of the site, named in its profile",
    "zero-width": "characters without width put into the text",
    "account": "the name of an account, replaced by a pseudonym",
    "mask-mobile": "a mobile number, masked",
    "mask-id": "an ID number, masked",
    "mask-email": "an e-mail address, masked",
    "mask-qq": "a QQ number, masked",
    "mask-wechat": "a WeChat id, masked",
    "chrome-site": "a line of the site's furniture, named in its profile",
}


def rule_meaning(rule: str) -> str:
    """What the rule takes out, in a few words; of furniture the rule's own name says it."""
    if rule in _RULES:
        return _RULES[rule]
    if rule.startswith("jammer-"):
        return f"anti-copy characters of a known generator: {rule.removeprefix('jammer-')}"
    if rule.startswith("chrome-"):
        return f"furniture of the page: {rule.removeprefix('chrome-').replace('-', ' ')}"
    return ""
