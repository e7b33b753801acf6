"""Jammed posts of any content: the noise goes whatever its form, the author's words stay to the character."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.items import Post, RawPage
from crawler.pages import extract
from pipelines import refine
from tests.pages import thread_page
from tests.test_hostile import NOW

HEADS = " !\"#$%&'()*+,-./0123456789:;"
TAILS = "".join(map(chr, range(63, 127)))
NEWLINE = re.compile(r"\r\n|\n|\r")
# (separator of a pair, visible form, hidden form) of each version
FORMS = {
    "X2-X3.5": (" ", '<font class="jammer">{}</font>', '<span style="display:none">{}</span>'),
    "X1.5": (" ", '<font style="font-size:10px;color:#F9F9F9">{}</font>', '<span style="display:none">{}</span>'),
    "6.0-7.2": (" ", '<font style="font-size:0px;color:#FFF">{}</font>', '<span style="display:none">{}</span>'),
    "4.1": ("", '<font style="font-size:0px;color:#FFF">{}</font>', '<span style="display:none">{}</span>'),
}
LINES = st.lists(
    st.text(
        st.sampled_from("今年防汛物资清点三遍，值班表。abcXYZ019 !#$,.;:?@[]^_~`{|}<>&\"'"), min_size=1, max_size=30
    ),
    min_size=1,
    max_size=8,
)


def unit(rng: random.Random, separator: str) -> str:
    """As the generator of every version draws it; blanks as the page shows them (discuz.md 1.2, 1.3)."""
    pairs = "".join(rng.choice(HEADS) + separator + rng.choice(TAILS) for _ in range(rng.randint(5, 15)))
    return pairs.replace("   ", "&nbsp; &nbsp;").replace("  ", "&nbsp;&nbsp;")


def jam(source: str, seed: int, form: str) -> str:
    rng = random.Random(seed)
    separator, visible, hidden = FORMS[form]

    def at_newline(_: re.Match[str]) -> str:
        noise = unit(rng, separator)
        return visible.format(noise) + "\r\n" if rng.random() < 0.5 else "\r\n" + hidden.format(noise)

    return NEWLINE.sub(at_newline, source)


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def post_of(body: str) -> Post:
    found = extract(RawPage("https://bbs.example.cn/thread-5-1-1.html", thread_page(bodies=(body, "后面的话。")), NOW))
    assert refine(found.posts[1]).text == "后面的话。"
    return refine(found.posts[0])


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(0, 2**32))
def test_lines_come_back(form: str, lines: list[str], seed: int) -> None:
    clean = "\n".join(map(escape, lines))
    plain = post_of(clean.replace("\n", "<br />\n"))
    jammed = post_of(jam(clean, seed, form).replace("\r\n", "<br />\r\n"))
    again = post_of(jam(clean, seed + 1, form).replace("\r\n", "<br />\r\n"))
    assert jammed.text == again.text == plain.text
    assert jammed.text_hash == again.text_hash == plain.text_hash
    assert not [item for item in jammed.removed if "unknown" in item.rule] or form == "4.1"


HTML = """<p
 align="center" style="color:#333;
 text-indent:2em">闸口巡查表</p>
<a href="https://example.cn/?a=1&b=2"
 title="去看 > 这里"
 target="_blank">链接里的字</a>前面，
<img src="https://img.example.cn/a.jpg"
 alt="图" />后面。
<table
 class="t_table"><tr
 ><td>东闸</td><td>柳</td></tr>
<tr><td>西闸</td>
<td>何</td></tr></table>
<ul><li>第一
<li>第二</ul>
<pre>一行</pre>
<div class="blockcode"><div id="code_a"><ol><li>level = 3
<li>print(level)</ol></div><em>复制代码</em></div>完。"""


@pytest.mark.parametrize("form", ["X2-X3.5", "X1.5"])
@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_html_posts_come_back_though_noise_breaks_their_tags(form: str, seed: int) -> None:
    plain, jammed = post_of(HTML), post_of(jam(HTML, seed, form))
    assert jammed.text == plain.text
    assert jammed.attachments == plain.attachments
    assert "闸口巡查表" in plain.text and "level = 3\nprint(level)" in plain.text


@settings(max_examples=60, deadline=None)
@given(LINES, st.data())
def test_one_changed_character_changes_the_hash(lines: list[str], data: st.DataObject) -> None:
    text = "字" + "\n".join(lines) + "字"
    at = data.draw(st.integers(0, len(text) - 1))
    other = text[:at] + ("变" if text[at] != "变" else "化") + text[at + 1 :]
    first, second = (post_of(escape(one).replace("\n", "<br />\n")) for one in (text, other))
    assert (first.text == second.text) == (first.text_hash == second.text_hash)
    assert (first.text_hash == second.text_hash) == (
        text.split() == other.split() and text == other
    ) or first.text != second.text
