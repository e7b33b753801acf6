"""What Discuz! and its relatives print around posts, as knowledge: phrases, counters, and lines made of nothing else.

A line of a text capture is interface when it is one of the whole lines below, or when nothing is left of it after its
phrases, counters and separators are read off. Words that people also write by themselves (``支持``, ``回复``) count only
in company: see ``WEAK``. Source of the facts: discuz.md 2.5-2.12 and the language packs of 6.0 to X3.5; the table is
written in simplified characters, a line is folded to them before it is looked up.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

TRADITIONAL = str.maketrans(
    "餘額報數請輸圖錯誤參經動點處馬將過還員與應發審個為題刪內權見該選頂對冊載戶組無帳號綁後錄沒註資積購買誌換風擊關閉"
    "側訂閱從專輯訪問歡評薦導觀辯論編認詳設顏鏈賣幫復覆長聽轉擴眾條來機別進讓輕鬆級簡開隱狀態頁鍵燈線記頭網簽細僅檔複製標連懸"
    "賞費統計現當瀏覽價時鐘項單門貼規則樓層於並讀補總獎這裡舉決間顯電腦達傳繼續學寬務點許環說達場陣營國話體軟報權責",
    "余额报数请输图错误参经动点处马将过还员与应发审个为题删内权见该选顶对册载户组无帐号绑后录没注资积购买志换风击关闭"
    "侧订阅从专辑访问欢评荐导观辩论编认详设颜链卖帮复复长听转扩众条来机别进让轻松级简开隐状态页键灯线记头网签细仅档复制标连悬"
    "赏费统计现当浏览价时钟项单门贴规则楼层于并读补总奖这里举决间显电脑达传继续学宽务点许环说达场阵营国话体软报权责",
)
FULLWIDTH = str.maketrans("：（）｜，！？／［］．\u3000您妳", ":()|,!?/[]. 你你")


class Strength(Enum):
    """How far a line of interface proves itself."""

    STRONG = "alone"
    WEAK = "in company"
    NONE = "not interface"
    BLANK = "empty"


# Rule -> phrases that nobody writes as a line of his own.
INTERFACE: dict[str, str] = {
    "post-header": (
        "只看该作者|只看此人|只看楼主|显示全部楼层|显示全部帖子|倒序浏览|正序浏览|倒序看帖|正序看帖|阅读模式|只看大图|打印本页|电梯直达"
        "|跳转到指定楼层|复制链接|复制本帖链接|上一主题|下一主题|来自手机|该帖通过手机客户端发布|字体大小:|字体大小|置顶回复 来自"
        "|show the author posts only|show all posts|prev. thread|next thread|post time|copy link|copy this link to quote|read mode|show the author only|print this page"
        "|jump to specified page|view the author only|抢中本楼|回帖推荐"
    ),
    "buttons": (
        "收藏本帖|分享推精华|转播求扩散|淘好帖进专辑|使用道具|返回顶部|回顶部|返回列表|返回版块|分享到:|return to forum|return to top|back to top"
        "|use magic|评分表立场|编辑本帖|复制代码|复制内容到剪贴板|copy the code|收藏帖子|推荐给朋友|举报本帖|report post"
    ),
    "navigation": (
        "发新帖|发表帖子|发布新帖|发起投票|发布悬赏|发起辩论|发起活动|出售商品|浏览过的版块|浏览过的帖子|快捷导航|设为首页|收藏本站|切换到宽版|切换到窄版"
        "|切换风格|开启辅助访问|立即注册|找回密码|自动登录|安全提问(未设置请忽略)|收起左侧|开启左侧|用户名/email"
        "|remember my login status|forum statistics|wide screen|narrow screen|advanced search|hot search|热搜:|forgot password"
        "|查看完整版本|请选择 进入手机版|继续访问电脑版|进入手机版|清除 cookies|清除cookies|无图版|站长推荐|register now|sign up now"
    ),
    "sidebar": (
        "收听ta|不收听|当前离线|当前在线|发消息|发短消息|加为好友|查看详细资料|查看个人网站|查看主题"
        "|距离下一级还需|该用户已被删除|头像被屏蔽|签名被屏蔽|访问我的空间|send pm|view details|add as friend|read permissions|read permission"
        "|tа的主页|ta的主页|来自ta的主页|该用户从未签到|ta的每日心情"
    ),
    "reply-box": (
        "你需要登录后才可以回帖|你需要登录后才可以发帖|本版积分规则|回帖并转播|回帖后跳转到最后一页|发表回复|高级模式|使用个人签名|使用匿名发帖|post_newreply"
        "|你现在无权发帖。|发表新回复|清除内容|接收回复通知|设置文字颜色"
        "|you have to log in before you can reply|points rules|advanced mode|to last page|show signature|post as anonymous|reply post|parse url"
        "|使用 html 代码|禁用 url 识别|禁用 表情|禁用 discuz!代码|禁用 smilies|b color image link quote code smilies|你的用户组无法发表回复"
    ),
    "attachment": (
        "下载附件|保存到相册|点击文件名下载附件|本帖子中包含更多资源|你所在的用户组无法下载或查看附件|登录/注册后可看大图|组图打开中"
        "|download attachment|save to the album|attach image|你需要登录才可以下载或查看,没有账号?|你需要登录才可以下载或查看,没有帐号?"
        "|你需要登录才可以下载或查看附件。没有帐号?|你需要登录才可以下载或查看附件。没有账号?|your usergroup does not have permission to access attachments"
        "|马上注册,结交更多好友,享用更多功能,让你轻松玩转社区。|如果无法播放,请点击此处在新窗口打开"
    ),
    "rating": (
        "查看全部评分|本帖最近评分记录|总评分:|收起 理由|收起理由|view rating log|total score|本帖被以下淘专辑推荐:|搜索更多相关主题的帖子:|主题操作记录"
    ),
    "notice": (
        "本帖隐藏的内容需要回复才可以浏览|本帖为密码帖|此帖仅作者可见|还有一些帖子被系统自动隐藏,点此展开|无效楼层,该帖已经被删除|提示: 作者被禁止或删除 内容自动屏蔽"
        "|提示: 该帖被管理员或版主屏蔽|this post visible to author only|抱歉,本主题已关闭,不再接受新内容|帖子地址复制成功"
    ),
    "footer": "powered by|comsenz inc.|discuz! team|gzip on|gzip enabled|gzip disabled|memcache on|redis on|archiver|mobile archiver",
}
# Words of the interface that are also whole replies, headings or words of a text.
WEAK = (
    "收藏|评分|转播|分享|淘帖|顶|踩|支持|反对|点评|回复|引用|编辑|举报|报告|管理|删除|屏蔽|警告|补充|推荐|打印|打印预览|楼主|沙发|板凳|地板|电梯|作者|发表于|发表|大|中|小"
    "|top|积分|主题|帖子|精华|回帖|好友|记录|日志|相册|uid|威望|金钱|金币|贡献|听众|收听|关注|粉丝|性别|注册|登录|退出|帮助|论坛|门户|首页|搜索|用户|本版|文章|标签|统计"
    "|discuz|discuz!|手机版|电脑版|标准版|触屏版|高级搜索|更多图片|参与人数|相关帖子|用户组|个人空间|恢复数据|站点统计|打招呼|加好友|阅读权限|在线时间|点击这里查看|分享到|快速回复"
    "|注册时间|最后登录|最近登录|注册于|串个门|小黑屋|忘记密码|加入收藏|图片附件|关灯|开灯|积分规则|保存草稿|添加链接|链接识别|文字加粗|顶一下|踩一下|导读|还可输入|user group|add thread|ascending|descending"
    "|用户名|密码|email|版块|群组|家园|广播|排行榜|道具|勋章|任务|设置|消息|提醒|我的|风格|上一页|下一页|上一条|下一条|查看|更多|全部|最新|热门|展开|收起|关闭|返回|回到顶部|提示|来自|状态"
    "|联系我们|回帖奖励|发帖|关于我们|隐私政策|免责声明|@朋友|朋友|表情|图片|代码|链接|附件|上传|理由|新手上路|注册会员|中级会员|高级会员|金牌会员|论坛元老|管理员|超级版主|版主|实习版主|游客|禁止访问|禁止发言"
    "|离线|在线|个人签名|reply|quote|edit|report|rate|share|favorites|favorite|support|oppose|comments|comment|login|logout|register|help|faq|search|home|forum|portal"
    "|posts|threads|credits|money|digest|author|print|delete|manage|newbie|member|或"
)
# In a row of two: buttons that nobody would cheer with, and the couples that templates print.
_OFFICIAL = frozenset(
    [
        "举报",
        "报告",
        "评分",
        "点评",
        "引用",
        "转播",
        "淘帖",
        "编辑",
        "删除",
        "管理",
        "top",
        "report",
        "quote",
        "rate",
        "edit",
        "comment",
    ]
)
_PAIRS = frozenset(
    map(frozenset, (("支持", "反对"), ("收藏", "分享"), ("顶", "踩"), ("上一页", "下一页"), ("登录", "注册")))
)
RULE_OF: dict[str, str] = {phrase: rule for rule, phrases in INTERFACE.items() for phrase in phrases.split("|")}
_WEAK = frozenset(WEAK.split("|"))

_TIME = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?: \d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?)?"
_SIZE = r"[\d.,]+ ?(?:bytes|[kmg]i?b|[kmg])\b"
_FACTS = r"(?:, ?(?:下载次数|阅读权限|售价|下载积分|downloads)[^,]{0,30})"
# Rule -> whole lines, already folded
LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        ("attachment", rf"\({_SIZE}{_FACTS}*\)|(?:\S.{{0,80}}\.\w{{2,5}} ?)?\(?{_SIZE}{_FACTS}+\)?|\S.{{0,80}}\.\w{{2,5}} ?\({_SIZE}\)"),
        ("attachment", rf"{_TIME} 上传"),
        ("attachment", r"(?:下载次数|下载积分|downloads): ?\S{1,20}(?: \S{1,6})?"),
        ("attachment", r"你需要 ?登录 ?才可以下载或查看附?件?[,。]? ?没有[账帐]号\?.{0,12}"),  # a site words its own link to register
        ("attachment", r"马上注册,结交更多好友.{0,40}"),
        ("sidebar", r"(?:连续)?签到(?:天数)?: ?\d+ ?天"),
        ("thread-header", r"查看: ?\d+ ?\|? ?(?:回复: ?\d+)?|回复: ?\d+|views: ?\d+ ?\|? ?(?:replies: ?\d+)?|查看 ?\d+ ?\| ?回复 ?\d+"),
        ("reply-box", r"你需要登录后才可以(?:回|发)帖 ?\(?登录 ?\|? ?(?:立即)?注册.{0,12}\)?"),
        ("reply-box", r"你需要 ?登录 ?后才可以(?:回|发)帖.{0,30}"),
        ("navigation", r"(?:[^›»]{0,40}[›»]){2,}[^›»]{0,80}|(?:[^>]{0,12}(?:论坛|首页|门户|forum)) ?(?:>[^>]{1,40}){2,}"),
        ("navigation", r"\[ ?点击这里返回上一页 ?\]|(?:上一页 ?)?(?:(?:\.{2,3}|\d+) ?){0,14}/ ?\d+ 页(?: ?下一页 ?»?)?|(?:\.{3} ?)?\d+(?: \d+){2,}(?: ?\.{3} ?\d+)? ?(?:/ ?\d+ 页)? ?下一页 ?»?"),
        ("navigation", r"页: ?(?:\[?\d+\]? ?)+|查看完整版本:.{0,100}"),
        ("rating", r"参与人数 ?\d+.{0,80}|本帖被以下淘专辑推荐:.{0,80}|已有 ?\d+ ?人评分.{0,80}"),
        ("moderation", rf"本(?:主题|帖)由 .{{1,40}} 于 (?:{_TIME}|\S.{{1,20}}) \S.{{1,30}}"),
        ("notice", r".{0,30},?如果你要查看本帖隐藏内容请 ?回复|.{0,40}本帖隐藏的内容需要积分高于 ?\d+ ?才可浏览.{0,40}|\*{2,} ?(?:hidden message|本内容被作者隐藏) ?\*{2,}"),
        ("notice", r"回帖奖励 ?\+?\d+ ?\S{1,6} ?回复本帖可获得.{0,60}"),
        ("notice", r"本帖为密码帖 ?,? ?请输入密码(?: ?提交)?"),
        ("notice", r"(?:购买主题 ?)?(?:记录 ?)?本主题需向作者支付 ?\d+ ?\S{1,6} ?才能浏览.{0,20}|付费主题,? ?价格: ?\d.{0,20}"),
        ("special", r"(?:单选|多选)投票.{0,40}共有 ?\d+ ?人参与投票.{0,30}|你所在的用户组没有投票权限|你已经投过票,谢谢你的参与|投票已经结束"),
        ("special", r"悬赏 ?\d+ ?\S{1,4} ?(?:未解决|已解决)|我来回答"),
        ("footer", r".{0,120}powered by ?©?:? ?(?:discuz|phpwind|dvbbs|vbulletin).{0,200}"),
        ("footer", r"(?=.*(?:discuz|comsenz|phpwind|powered|icp|备案)).{0,60}(?:©|\(c\)|copyright) ?.{0,10}(?:19|20)\d\d.{0,240}"),
        ("footer", r"(?:©|\(c\)) ?comsenz.{0,20}|(?:(?:简易版|标准版|触屏版|电脑版|手机版|客户端) ?\| ?){1,5}(?:简易版|标准版|触屏版|电脑版|手机版|客户端)?"),
        ("footer", r"\( ?.{0,40}icp[备证].{0,60}\)?|.{0,12}icp备?证? ?\d{5,}号?(?:-\d+)?.{0,40}|.{0,12}公网安备 ?\d+ ?号?"),
        ("footer", r"gmt ?[+-]\d+(?:\.\d+)?, ?\d{4}-.{5,160}|processed in [\d.]+ second.{0,80}|now is:? .{0,40}|当前时区.{0,60}"),
    )
)  # fmt: skip

# The same for lines that people also write: they need company
DOUBTFUL: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern))
    for rule, pattern in (
        ("sidebar", r"\d[\d.,]*[kw万]? ?(?:关注|粉丝|帖子|主题|积分|精华|好友|听众|收听|回帖|记录|日志|相册|分享|威望|金钱|金币)"),
        ("sidebar", r"\[lv\.\d{1,2}\].{1,12}"),
        ("sidebar", r"(?:uid|积分|帖子|精华|来自|性别|状态|主题|威望|金钱|金币|贡献|好友|注册) ?:? ?(?:\d[\d.,-]*(?: ?\S{1,4})?|当?前?[离在]线)"),
    )
)  # fmt: skip

_COUNTER = r"\(?\[?\+?\d[\d.,]*(?:k|w|万|\+|%|#|楼)?\]?\)?"
_SEPARATOR = r"[\s|·•»«‹›:,.()\[\]/\\<>＞→←↑↓⇧×+—–-]"


def _phrases() -> re.Pattern[str]:
    words = sorted((*RULE_OF, *_WEAK), key=len, reverse=True)
    return re.compile("|".join(_bounded(word) for word in words))


def _bounded(word: str) -> str:
    pattern = re.escape(word)
    pattern = rf"(?<![a-z]){pattern}" if word[0].isascii() and word[0].isalpha() else pattern
    return rf"{pattern}(?![a-z])" if word[-1].isascii() and word[-1].isalpha() else pattern


_PHRASE = _phrases()
_BETWEEN = re.compile(rf"(?:{_SEPARATOR}|{_COUNTER})*")
_LONGEST = 400


def fold(line: str) -> str:
    """``line`` in lower case, simplified characters and halfwidth signs, position for position."""
    return line.translate(TRADITIONAL).translate(FULLWIDTH).lower()


@lru_cache(maxsize=4096)
def furniture(line: str) -> tuple[Strength, str]:
    """How surely a whole normalised line is interface, and the rule that says so (``""``: none)."""
    folded = fold(line)
    if len(folded) > _LONGEST:
        return Strength.NONE, ""
    for rule, pattern in LINES:
        if pattern.fullmatch(folded):
            return Strength.STRONG, rule
    for rule, pattern in DOUBTFUL:
        if pattern.fullmatch(folded):
            return Strength.WEAK, rule
    return _composed(folded)


def _composed(line: str) -> tuple[Strength, str]:
    """A line that is nothing but phrases, counters and what stands between them."""
    at = _skip(line, 0)
    rules: list[str] = []
    weak: set[str] = set()
    while at < len(line):
        match = _PHRASE.match(line, at)
        if match is None:
            return Strength.NONE, ""
        if rule := RULE_OF.get(match.group()):
            rules.append(rule)
        else:
            weak.add(match.group())
        at = _skip(line, match.end())
    if rules:
        return Strength.STRONG, rules[0]
    if len(weak) > 2 or (len(weak) == 2 and (weak & _OFFICIAL or frozenset(weak) in _PAIRS)):
        return Strength.STRONG, "buttons"
    return (Strength.WEAK, "buttons") if weak or line.isdigit() else (Strength.NONE, "")


def _skip(line: str, at: int) -> int:
    match = _BETWEEN.match(line, at)
    return match.end() if match else at
