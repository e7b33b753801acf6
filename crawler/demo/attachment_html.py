"""Attachments as a thread page shows them: pictures inside a message, lists below it, or that guests may not see them."""

from __future__ import annotations

import base64

from crawler.demo.dates import exact
from crawler.demo.markup import escape
from crawler.demo.messages import Attached, Message
from crawler.demo.place import Place


def _aid(attached: Attached, place: Place) -> str:
    """Discuz!'s stamped number of an attachment: id, key, time, user, thread."""
    raw = f"{attached.aid}|{place.ctx.visitor.rng.getrandbits(32):08x}|{place.ctx.now}|0|{place.thread.tid}"
    return base64.b64encode(raw.encode()).decode().replace("=", "%3D")


def inline_image(attached: Attached, place: Place) -> str:
    """A picture inside the text; robots get its real address in ``src``."""
    aid, path, name = attached.aid, attached.path, escape(attached.name)
    source = path if place.ctx.visitor.robot else "static/image/common/none.gif"
    return f"""
<ignore_js_op>

<img id="aimg_{aid}" aid="{aid}" src="{source}" zoomfile="{path}" file="{path}" class="zoom" onclick="zoom(this, this.src, 0, 0, 0)" width="320" inpost="1" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" />

<div class="tip tip_4 aimg_tip" id="aimg_{aid}_menu" style="position: absolute; display: none" disautofocus="true">
<div class="xs0">
<p><strong>{name}</strong> <em class="xg1">({attached.size}, 下载次数: {aid % 40})</em></p>
<p>
<a href="forum.php?mod=attachment&amp;aid={_aid(attached, place)}&amp;nothumb=yes" target="_blank">下载附件</a>
</p>
<p class="xg1 y">{exact(attached.at, False)} 上传</p>
</div>
<div class="tip_horn"></div>
</div>

</ignore_js_op>
"""


def attachment_boxes(message: Message, place: Place) -> str:
    """The list below the message, or the notice that guests may not see it."""
    if not message.attached:
        return ""
    if not place.board.attachments:
        return """<div class="attach_nopermission attach_tips">
<div>
<h3><strong>本帖子中包含更多资源</strong></h3>
<p>您需要 <a href="member.php?mod=logging&amp;action=login" onclick="showWindow('login', this.href);return false;">登录</a> 才可以下载或查看，没有账号？<a href="member.php?mod=register" title="注册账号">立即注册</a> </p>
</div>
<span class="atips_close" onclick="this.parentNode.style.display='none'">x</span>
</div>
"""
    listed = [a for a in message.attached if not a.inline]
    items = "".join(_listed_image(a, place) if a.kind == "image" else _listed_file(a, place) for a in listed)
    return f'<div class="pattl">\n{items}</div>\n' if items else ""


def _listed_image(attached: Attached, place: Place) -> str:
    aid, path, name = attached.aid, attached.path, escape(attached.name)
    source = path if place.ctx.visitor.robot else "static/image/common/none.gif"
    href = f"forum.php?mod=attachment&amp;aid={_aid(attached, place)}&amp;nothumb=yes"
    return f"""
<ignore_js_op>

<dl class="tattl attm">
<dt></dt>
<dd>

<p class="mbn">
<a href="{href}" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" id="aid{aid}" class="xw1" target="_blank">{name}</a>
<em class="xg1">({attached.size}, 下载次数: {aid % 40})</em>
</p>
<div class="tip tip_4" id="aid{aid}_menu" style="display: none" disautofocus="true">
<div>
<p>
<a href="{href}" target="_blank">下载附件</a>

</p><p>
<span class="y">{exact(attached.at, False)} 上传</span>
</p>
</div>
<div class="tip_horn"></div>
</div>
<p class="mbn">

</p>

<div class="mbn savephotop">
<img id="aimg_{aid}" aid="{aid}" src="{source}" zoomfile="{path}" file="{path}" class="zoom" onclick="zoom(this, this.src, 0, 0, 0)" width="320" alt="{name}" title="{name}" w="320" />

</div>

</dd>
</dl>

</ignore_js_op>
"""


def _listed_file(attached: Attached, place: Place) -> str:
    aid, name = attached.aid, escape(attached.name)
    return f"""
<ignore_js_op>
<dl class="tattl">
<dt>
<img src="static/image/filetype/text.gif" border="0" class="vm" alt="" />
</dt>
<dd>
<p class="attnm">

<a href="forum.php?mod=attachment&amp;aid={_aid(attached, place)}" onmouseover="showMenu({{'ctrlid':this.id,'pos':'12'}})" id="aid{aid}" target="_blank">{name}</a>

<div class="tip tip_4" id="aid{aid}_menu" style="display: none" disautofocus="true">
<div class="tip_c">
<p class="y">{exact(attached.at, False)} 上传</p>
<p>点击文件名下载附件</p>

</div>
<div class="tip_horn"></div>
</div>
</p>
<p>{attached.size}, 下载次数: {aid % 40}</p>
<p>

</p>

</dd>
</dl>
</ignore_js_op>
"""
