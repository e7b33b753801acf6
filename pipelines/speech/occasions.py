"""The grammar of 在E上的讲话: who, when, at what event, which genre, in a title, a subtitle, a lead or a note."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.dates import When, find_date
from pipelines.speech.fold import Line, Span
from pipelines.speech.genres import AFTER_GENRE, EXCERPT, GENRES
from pipelines.speech.names import OCCASION
from pipelines.speech.words import words

# What an event's name ends in.
EVENT = words(
    "会议 大会 全会 例会 年会 月会 周会 晨会 早会 班会 晚会 座谈会 茶话会 研讨会 交流会 报告会 动员会 推进会 现场会 调度会 部署会 培训会 总结会 表彰会 "
    "表彰大会 联欢会 恳谈会 洽谈会 推介会 博览会 展览会 运动会 音乐会 发布会 招待会 见面会 说明会 听证会 评审会 论证会 汇报会 通报会 讨论会 追悼会 "
    "追思会 纪念会 庆祝会 宴会 酒会 午餐会 早餐会 晚餐会 聚会 家长会 代表会 办公会 常务会 常委会 委员会 协调会 工作会 民主生活会 生活会 组织生活会 学习会 碰头会 "
    "会 仪式 典礼 大典 庆典 汇演 会演 演出 集会 游行 大课 公开课 校庆 院庆 厂庆 店庆 诞辰 开幕式 闭幕式 揭牌式 启动式 开工式 首发式 颁奖式 升旗仪式 式 论坛 峰会 沙龙 讲坛 讲座 研讨班 培训班 学习班 进修班 研修班 训练班 班 "
    "课堂 党课 晚宴 午宴 国宴 宴 婚礼 葬礼 丧礼 告别 纪念日 开放日 日 节 周 月 年会 展 展览 大赛 比赛 竞赛 决赛 联赛 嘉年华 市集 巡游 活动 "
    "闭门会 全体会 分论坛 圆桌 对话会 听证 答辩 辩论 路演 夏令营 冬令营 营 礼 嘉许礼 颁奖礼 尾牙 春茗 团拜 忘年会 团年饭 年夜饭 毕业礼 动土礼 揭幕礼 开幕礼 揭牌"
)
_EVENT_END = re.compile("(?:" + "|".join(sorted(EVENT, key=len, reverse=True)) + ")$")
MODIFIER = (
    r"(?:(?:重要|圆桌|小组|主题|主旨|总结|动员|即席|即兴|书面|表态|典型|交流|专题|开幕|闭幕|欢迎|答谢|辅导|大会|代表|当选|就职|开场|主讲|视频|特别|精彩|综合|工作|开题|主持|"
    r"总结性|基调|华语|英语|中文|英文|普通话|粤语|双语|线上|在线|晚宴|学术|补充|结束|最后|部署|集体|全文|毕业|开学|告别|获奖|电视|广播|网络|书面|新春|新年|春节|元旦|元宵|中秋|国庆|节日|五一|七一|祝酒|任职|就任|离任|履新|简短|热情洋溢|激情|发言)(?:时)?的?)*"
)
_GENRE_WORDS = "|".join(sorted((w for w in GENRES), key=len, reverse=True))
_SPOKEN = "|".join(
    sorted(
        (
            w
            for w, kind in GENRES.items()
            if kind
            in (
                "讲话",
                "致辞",
                "发言",
                "报告",
                "演讲",
                "主持词",
                "党课",
                "述职报告",
                "总结",
                "答记者问",
                "会议记录",
                "访谈",
            )
        ),
        key=len,
        reverse=True,
    )
)
_HELD_TAIL = (
    rf"(?P<occ>[^。;]{{1,80}})(?:上|(?<=[会式礼课坛班])(?:中|期间|时|后|前))(?:[,]|所?[作致做讲]?了?的?|发表的?|宣读的?|的){{0,3}} ?"
    rf"(?P<mod>{MODIFIER}) ?(?P<k>{_SPOKEN})"
)
_PLAIN_TAIL = rf"(?P<occ>[^。;]{{2,60}}?)(?:时)?(?:,? ?(?:发表|作|做|宣读|致)?(?:的)?) ?(?P<mod>{MODIFIER}) ?(?P<k>{_SPOKEN}){AFTER_GENRE}"
# E上,N的发言: the speaker stands between the event and the genre word
_BY = re.compile(
    rf"^(?:[^,。;:]{{0,12}}?在)?(?P<occ>[^,。;:]{{4,60}}?(?:会|会议|[式礼课坛班典赛]))上,?(?P<by>[^,。;:的]{{2,16}})的 ?"
    rf"(?P<mod>{MODIFIER}) ?(?P<k>{_SPOKEN}){AFTER_GENRE}"
)
# 于 is a surname too: it is the preposition only where no other stands.
_VERBS = (r"(?:应邀)?(?:在(?!线|职|校生|岗|建(?![军国党校厂院立设])|即)(?:出席)?|出席|赴|参加)", r"(?<=[^关])于")
_AT = tuple(re.compile(verb + _HELD_TAIL) for verb in _VERBS)
_PLAIN = tuple(re.compile(verb + _PLAIN_TAIL) for verb in _VERBS)
# 去年12月退休欢送会上的讲话
_ON_DAY = re.compile(rf"(?P<occ>[^,。;:]{{3,40}}?[会式礼课坛班典赛])上的 ?(?P<mod>{MODIFIER}) ?(?P<k>{_SPOKEN})")
_DASH_END = re.compile(r"(?:在)(?P<occ>[^。;]{4,60})上(?:[)]?)$")
_TRIM_START = re.compile(
    r"^(?:《|出席|参加|昨天|今天|今日|昨日|今晚|昨晚|当日|日前|近日|去年|今年|召开的|举行的|举办的|上午|下午|晚上|由?(?:省|市|县|区)委?(?:召开|举行|举办)的|:|,|、| )+"
)
_TRIM_END = re.compile(r"(?:上|中|会上|期间|时|的|,| |、|全体|第[一二三四五六七八九十]次?)$")
VAGUE = frozenset(
    words(
        "会 会议 大会 会上 本次会议 这次会议 此次会议 本会 该会 会中 现场 台 仪式 典礼 座谈会 闭幕会 开幕式 全体会议 主席台"
    )
)
VAGUE_ALONE = frozenset(words("会 会议 大会 会上 本次会议 这次会议 此次会议 本会 该会 会中 现场 台"))
_HELD = re.compile(
    r"(?P<occ>(?:[^,。;:()]|\(扩大\)){2,50}?(?:会议|会|仪式|典礼|论坛|大会|座谈会|活动|开幕式|闭幕式|晚宴|晚会|峰会|集体学习|式|赛|节|展|班|礼))(?:在[^,。;]{2,30})?(?:隆重|胜利|正式|顺利|如期|圆满|今日|昨日|今天|昨天|日前|近日)*(?:召开|举行|举办|(?:开幕|闭幕|开班)(?![式仪典会词])|拉开帷幕|落幕|结束)"
)
_HELD_AT = re.compile(r"[^,。的]{2,14}(?:举行|召开|举办)的(?=[^,。]{4})")
_HOLD = re.compile(
    r"(?:召开|举行|举办|出席|参加|主持)(?:了|的)?(?P<occ>(?:[^,。;:()“]|“[^”]{2,20}”|\(扩大\)){3,40}?(?:会议|会|仪式|典礼|论坛|大会|座谈会|活动|峰会|大典|班|赛|礼))(?=[,。;:(并]|时|$)"
)
_MODIFIED = re.compile(
    r"(?:总结|动员|主题|表态|交流|典型|欢迎|新年|开幕|闭幕|重要|现场|庭审|获奖|领奖|得奖|答谢|当选|就职|就任|离任|任职|毕业|告别|祝酒|开场|主旨|专题|即席|书面|问答|过程|全程|[( ]*全程|文字|图文|现场文字|与会(?:者|代表|人员|专家|同志)|(?:仪式)?(?:流程|议程|程序)(?:及|和|与|暨|、)|大会(?=发言))+$"
)
_STANDING_BODY = re.compile(
    r"(?:立法|委员|管委|筹委|组委|党委|纪委|常委|理事|董事|监事|工|协|学|(?<!协)商|基金|联合|议|国|社|研究|促进|红十字|学生|居委|村委|教|家委)会$"
)
_HOLDER_AT = re.compile(
    r"(?<=[长任席记理事授][\u4e00-\u9fff]{2})于|(?<=[长任席记理事授][\u4e00-\u9fff]{3})于"
)  # 董事长N于尾牙致词
_AUDIENCE = re.compile(r"[给对向致][^在给对向致]{0,6}班$")  # 给毕业班的讲话: who listens
_SUBJECT = re.compile(r"就(?![职业任餐地近读])[^,。就]{2,40}$")  # 就公园开放答记者问: what is asked about
_WHO_FIRST = re.compile(
    r"(?:(?![与和同跟])[\u4e00-\u9fff]){1,4}(?:总理|总统|书记|校长|市长|县长|主席|局长|院长|主任|部长)(?=(?:19|20)\d\d|[\u4e00-\u9fff]{3})"
)
_TOPIC = re.compile(r"[,。;:!?]")


class Clause(NamedTuple):
    """What a line says of a speech; ``who`` is the stretch before 在, not yet read as a person."""

    occasion: Span | None
    genre: Span | None
    kind: str | None
    who: Line | None
    when: When | None
    line: Line
    excerpt: Span | None = None
    place: bool = False  # 在清华大学的演讲: where, not what


_PLACE_END = re.compile(
    r"(?:大学|学院|中学|小学|学校|国会|议会|总部|中心|大厦|大厅|礼堂|会堂|广场|馆|宫|[省市县区镇乡村]|北京|上海|香港|澳门|台北|联合国|工地|现场|车间|公司|集团|医院|部队)$"
)


def read_clause(line: Line, rule: str, *, roc: bool = False, loose: bool = False) -> Clause | None:
    """``line`` as 〔who〕〔when〕在E上的讲话, or None; ``loose``: more may follow the genre word (notes, leads)."""
    line = line.part(0, len(line.flat.rstrip(" :。")))
    flat = line.flat
    patterns = (*_AT, *_PLAIN) if _HELD_MARK.search(flat) else _PLAIN
    match = _BY.search(flat) or next((found for pattern in patterns if (found := pattern.search(flat))), None)
    if match is None and loose and (day := find_date(flat, roc=roc)) is not None:
        match = _ON_DAY.match(flat, day.end)
    if match is None:
        return None
    tail = flat[match.end("k") :]
    if not loose and not _FOLLOWS.match(tail):
        return None
    when = find_date(flat, roc=roc)
    swallowed = _ASSEMBLY.match(match["mod"]) if _EVENT_END.search(match["occ"]) is None else None
    occ_end = match.start("mod") + swallowed.end() if swallowed and match.re in _PLAIN else match.end("occ")
    occ = trim_occasion(line, match.start("occ"), occ_end, when)
    who_start, who_end = match.span("by") if match.re is _BY else (0, match.start())
    if match.re is not _BY and when is not None and when.start < who_end:
        before, after = flat[: when.start].strip(" (,"), flat[when.end : who_end].strip(" ),日今")
        who_start, who_end = (when.end, who_end) if len(after) > 1 and not before else (0, when.start)
    genre = line.span(match.start("k"), match.end("k"), rule)
    lecture = match["k"] in ("讲稿", "讲话", "授课", "辅导报告") and match["occ"].endswith("党课")
    mark = EXCERPT.search(flat, match.end("k"))
    return Clause(
        occasion=occ.by(rule) if occ else None,
        genre=genre,
        kind="党课" if lecture else GENRES[match["k"]],
        who=_clean_who(line, who_start, who_end),
        when=when,
        line=line,
        excerpt=line.span(mark.start(), mark.end(), rule) if mark else None,
        place=match.re in _PLAIN and flat[match.start()] in "在于赴" and _PLACE_END.search(match["occ"]) is not None,
    )


_ASSEMBLY = re.compile(
    r"大会|晚宴|午宴|欢迎会|告别会|交流会|座谈会|总结会"
)  # 会员大会致词: the event's end, no modifier
_HELD_MARK = re.compile(r"[上中时后前]")
_FOLLOWS = re.compile(AFTER_GENRE[:-3] + r"(?: |$|[-—,:。;(_|])")


def _clean_who(line: Line, start: int, end: int) -> Line | None:
    part = line.part(max(start, line.flat.rfind("。", start, end) + 1), end)
    while part.flat and part.flat[-1] in "(,、 :日_|-":
        part = part.part(0, len(part.flat) - 1)
    while part.flat and part.flat[0] in ")(,、 :—-_|【】":
        part = part.part(1, len(part.flat))
    return part if part.flat else None


def trim_occasion(line: Line, start: int, end: int, when: When | None = None) -> Span | None:
    """The event's name in [start, end) without dates, times and verbs around it; None if nothing specific is left."""
    flat = line.flat
    if (
        when is not None
        and start <= when.start
        and when.end < end
        and when.start - start <= 3
        and when.month is not None
    ):
        start = when.end
    while match := _TRIM_START.match(flat[start:end].lstrip(")")):
        start += match.end() + (end - start - len(flat[start:end].lstrip(")")))
    held = _HELD_AT.match(flat[start:end])
    start += held.end() if held else 0
    hold = _HOLD.search(flat, start, end)
    if hold is not None and flat[hold.end("occ") : hold.end("occ") + 1] == ",":
        start, end = hold.span("occ")  # 召开E,现将部分发言摘编如下
    while match := re.search(r"(?:,| |的)$", flat[start:end]):
        end = start + match.start()
    about = _ABOUT.search(flat, start, end) or _THEN.search(flat, start, end)
    end = about.start() if about else end
    dash = flat.rfind("—", start, end) + 1
    start = dash if dash > start and end - dash >= 3 else start  # 停在点赞里——五四主题团日
    comma = flat.rfind(",", start, end)
    if "“" in flat[start : comma + 1] and "”" in flat[comma + 1 : end]:
        comma = -1  # “我的邻里,我的家”对话会
    if comma >= 0 and end - comma > 4:
        start = comma + 1
    span = line.span(start, end)
    bare = span.raw.replace(" ", "")
    if _PRESS.search(flat[start:end]) or _WITH.search(flat[start:end]) or _YEAR_ALONE.fullmatch(flat, start, end):
        return None
    return span if len(bare) >= 3 and line.flat[start:end] not in VAGUE_ALONE else None


_ABOUT = re.compile(r"(?<=[会议式礼课坛班典赛])上(?=[就对围向]..)")  # 在立法会会议上就议案的发言
_WITH = re.compile(r"跟|[和与](?:大家|大伙)")  # 在食堂跟大伙儿的|座谈实录
_YEAR_ALONE = re.compile(r"(?:(?:19|20)\d\d|[一二][〇○零O九][〇○零O一二三四五六七八九]{2}) ?年度? ?")
_THEN = re.compile(r"(?<=[会议式礼典])后(?:会见|会晤|与|向|对|接受|回应)")  # 在应急会议后会见传媒
_PRESS = re.compile(r"(?:会见|会晤|与|和|对|向)(?:传媒|新闻界|记者|媒体)$")  # whom one met, not where


def event_before_genre(line: Line, genre_start: int, rule: str) -> Span | None:
    """The event in 全县座谈会主持词, 毕业典礼校长致辞: an event word right before the genre or before an office."""
    from pipelines.speech.offices import ROLE

    joined = re.match(r"会议|座谈会|大会|记者会|发布会|新闻发布会", line.flat[genre_start:])
    flat = line.flat[: genre_start + (joined.end() if joined else 0)].rstrip()
    flat = _MODIFIED.sub("", flat).rstrip(" 的上")
    for cut in (len(flat), *(m.start() for m in ROLE.finditer(flat))):
        head = flat[:cut].rstrip(" 的上:")
        event = _EVENT_END.search(head)
        if (
            event
            and len(head) >= 3
            and head not in VAGUE
            and head.lstrip("在") not in VAGUE
            and not _STANDING_BODY.search(head)
            and not _AUDIENCE.search(head)
            and not _SUBJECT.search(head)
        ):
            start = max((head.rfind(mark) for mark in ":— "), default=-1) + 1
            if len(head) - start < 3:
                start = 0
            about = _CONCERNING.search(head, start)
            start = about.end() if about is not None else start
            start = max(start, *(head.rfind(verb) + len(verb) for verb in ("在", "出席") if verb in head), start)
            start = next(
                (m.end() for m in _HOLDER_AT.finditer(head, start) if ROLE.search(head, start, m.end())), start
            )
            who = _WHO_FIRST.match(head[start:])
            start += who.end() if who and head[start + who.end() :] not in VAGUE else 0
            start = next(
                (
                    m.end()
                    for m in ROLE.finditer(head, start)
                    if OCCASION.match(head, m.end()) and head[m.end() :] not in VAGUE
                ),
                start,
            )
            return line.span(start, len(head), rule)
    return None


_CONCERNING = re.compile(r"关于[^,。]{2,20}的(?=.{4})")  # 关于机井承包的|村民代表会议


def event_held(line: Line, rule: str) -> Span | None:
    """The event that a report says was held: X会议召开, 召开X会议, 在X举行."""
    match = _HELD.search(line.flat) or _HOLD.search(line.flat)
    if match is None:
        return None
    start, end = match.span("occ")
    when = find_date(line.flat, start=start, end=end)
    if when is not None and when.month is not None:
        start = when.end
    return trim_occasion(line, start, end)


def is_event(flat: str) -> bool:
    """The stretch ends like the name of an event."""
    return len(flat) >= 4 and _EVENT_END.search(flat) is not None and not _TOPIC.search(flat)
