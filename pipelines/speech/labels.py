"""What may stand before a colon and mean "now this one speaks": the words, and the shapes of a line that begins a turn."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.fold import Line, Span, fold, squash
from pipelines.speech.layout import Layout
from pipelines.speech.names import HAN, is_foreign, is_name, is_titled_name
from pipelines.speech.offices import ends_in_role, last_role
from pipelines.speech.persons import Person, read_people, read_person

STAMP = r"[\[(（【]?(?:\d{2,4}[-/.年])?(?:\d{1,2}[-/.月]\d{1,2}日? ?)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?[\])）】]?"
_BULLET = r"[■□●○◆◇▲△▶★☆※◎►▪•\-*][ \u3000]*"
_NUMBER = r"(?:[QＱ问第]?\d{1,3}(?:[、.．)）]|[ \u3000])(?!\d)|[(（]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}(?:、|(?=问[:：])))[ \u3000]*"
_LINE = re.compile(
    rf"^[ \u3000]*(?:(?P<stamp>{STAMP})[ \u3000]*)?(?:{_BULLET})?(?:[【\[〔［](?P<in>[^】\]〕］]{{1,40}})[】\]〕］][ \u3000]*[:：]?|"
    rf"(?P<number>{_NUMBER})?(?P<out>(?:《[^》]{{1,12}}》)?[^:：。，,;；!！?？“”\"《\[【(（]{{1,16}}(?:《[^》]{{1,12}}》[^:：。，,]{{1,10}}|[“\"「][^”\"」:：。]{{1,12}}[”\"」])?(?:[(（][^()（）]{{1,30}}[)）])?[^:：。，,;；!！?？]{{0,16}}?)(?P<time>[ \u3000]*{STAMP})?[ \u3000]*[:：])"
)
_ROLE_BRACKET = re.compile(r"[ \u3000]*[(（][^()（）]*[)）][ \u3000]*$")
# Q1, 问2: the number is the question's, not the asker's.
_QUESTION_NUMBER = re.compile(r"(?<=[QA问答题])[ .]?[\d一二三四五六七八九十]{1,3}$")
_KIN = (
    "[老小]?(?:爷爷|奶奶|外公|外婆|姥姥|姥爷|爸爸|妈妈|爸|妈|父亲|母亲|哥哥|姐姐|弟弟|妹妹|儿子|女儿|孙子|孙女|丈夫|妻子|老公|老婆|媳妇|婆婆|公公|岳父|岳母|"
    "叔叔|阿姨|大爷|大妈|大叔|大婶|大哥|大姐|师父|师傅|徒弟|舅舅|姑姑|伯伯|外孙女?|孩子)"
)
_TRADE = (
    "业主|住户|村民|居民|市民|家长|员工|职工|工人|学生|同学|老师|群众|专家|评委|听众|观众|读者|网友|网民|患者|病人|病友|游客|旅客|乘客|顾客|客户|商户|摊主|司机|队员|战士|护士|医生|大夫|保安|同事|"
    "邻居|股东|会员|志愿者|社工|老板娘?|店主|店长|馆主|师傅|师父|掌柜|房东|租客|房客|农户|种植户|养殖户|菜农|果农|茶农|渔民|牧民|船长|船员|船工|矿工|民工|工友|战友|校友|"
    "选手|队长|教练|裁判|演员|导演|歌手|作家|画家|诗人|编剧|设计师|工程师|律师|法官|检察官|民警|警官|警察|辅警|消防员|快递员|外卖员|骑手|环卫工|清洁工|保洁员|保姆|月嫂|护工|厨师|"
    "教授|学者|博士|研究生|大学生|中学生|小学生|毕业生|新生|考生|留学生|代表|委员|党员|干部|科员|负责人|工作人员|当事人|受害人|目击者|参与者|发起人|创始人|主播|博主|版主|管理员|客服|编辑|翻译|"
    "主持人?|嘉宾|记者|发言人|先生|女士|小姐|同志|大爷|大妈|阿姨|大姐|大哥"
)
# Labels that name no person but are turns.
GENERIC = re.compile(
    r"^(?:问|答|[QAqa]|[客再又复]?问曰?|答[曰道]?|提问|追问|反问|回[答复应]|答[复疑]|问题|网友提问|记者提问|记者[问\d]?|[^:]{0,16}记者|[男女]?主持人?[甲乙A-D]?|男主持|女主持|[男女]?嘉宾[\d甲乙A-D]?|网友:?[^:]{0,12}|观众[^:]{0,5}|听众[^:]{0,5}|"
    r"[男女]?学生\d?|[男女]?同学\d?|男生|女生|群众|与会人员?|与会者|委员|代表|另一[^:]{1,4}|"
    r"现场提问|提问者|采访者|受访者|采访人|受访人|被采访[人者]|被访者?|访谈者|访问者|受访对象|讲述者|口述者?|询问人|被询问人|讯问人|申请人|被申请人|委托人|编辑|编者|编|读者|司仪|众|众人|全体|齐|男|女|男声|女声|画外音|解说|[^:]{0,3}[甲乙丙丁戊]|[A-H]|[我他她]|旁白|主席|法官|审判长|审判员|书记员|公诉人|辩护人|代理人|被告人?|原告人?|上诉人|"
    r"证人|当事人|律师|发言人|新闻发言人|翻译|校方|家长\d?|员工\d?|职工\d?|老师|教师|校长|院长|村民\d?|居民|市民|[正反]方[一二三四]?辩?|"
    rf"[^:]{{0,8}}(?:{_TRADE})(?:代表)?[甲乙丙丁A-H一二三四五]?\d?|(?:{_TRADE})[^:]{{1,3}}(?:女士|先生|大爷|大妈|阿姨|师傅|同学)|{_KIN}|"
    r"[^:]{2,10}(?:报|网|社|台|电视台|卫视|时报|周刊|通讯社|杂志|论坛)|本刊|本报|本网|本台|小编|《[^》]+》|笔者)$"
)
# Words before a colon that are no speaker.
NOT_LABELS = re.compile(
    r"^(?:时间|地点|日期|会议时间|会议地点|参会|参会人员?|与会|到会|应到|实到|会议主持人?|会议记录人?|主办|承办|协办|来源|作者|责任编辑|责编|校对|录入|审核|执笔|摄影|供稿|整理|记录人?|记录整理|出席|列席|参加|参加人员?|出席人员?|缺席|请假|主题|"
    r"议题|议程|题目|标题|名称|附件?|附|注|备注|联系人|联系电话|电话|地址|邮编|邮箱|网址|关键词|摘要|内容提要|提要|导语|编者按|按语|按|要求|目标|原则|任务|措施|做法|成效|结论|建议|问题|原因|例如|比如|"
    r"譬如|即|一句话|总之|会议指出|会议强调|会议要求|会议认为|会议决定|会议议定|会议明确|决定事项|议定事项|指出|强调|认为|要求|如下|报告如下|通知如下|组 ?长|副 ?组 ?长|成 ?员|办公室主任|总指挥|副总指挥|主 ?任|副 ?主 ?任|主 ?编|副 ?主 ?编|顾 ?问|"
    r"一是|二是|三是|第[一二三四五六七八九十]+|首先|其次|最后|说明|声明|提示|背景|简介|人物|人物简介|嘉宾简介|表决结果|本期嘉宾|本期专访|主讲人?|讲话人|述职人|致辞人|报告人|点击数|更新时间|发布时间|发表时间|浏览|阅读|"
    r"(?:同志|同学|老师|朋友|乡亲|女士|先生|战友|校友|代表|委员|家长|孩子)们|各位.*|尊敬的.*|亲爱的.*|[甲乙丙丁]方|"
    r".*(?:对象|方法|方式|办法|步骤|流程|条件|标准|范围|期限|时限|内容|意义|特点|优点|缺点|材料|症状|用法|用量|规格|价格|型号|热线|账号|单位|类别|部门|编号|页码|出版社|定价|年龄|性别|民族|籍贯|学历|职业|职务|成绩|得分|案例|启示|解析|答案|点评|评语|感悟|心得|收获|数据|事实|关键|重点|难点|亮点|主线|口号|名言|口头禅|座右铭|信条))$"
)
# 他说: and 也就是: are followed by words, not by a turn; a known name may end so (尚可为).
VERB_END = re.compile(
    r"(?:如下|就是|说|道|讲|问|指出|强调|认为|表示|要求|介绍|提出|写道|告诉|问道|答道|是|为|有|的|了|在|上|中|下)$"
)
# 网友问, 市长答: who asks and who answers, with the verb.
ASKS_OR_ANSWERS = re.compile(
    rf"(?:记者|网友|主持人?|学生|同学|市民|村民|群众|观众|听众|嘉宾|读者|客|又|再|编者|[{HAN}]{{0,6}}[长任席记理员])[问答]$"
)
# 读者来信选登 has 读者, but these stand for the many; no name is read from them.
AUDIENCE = re.compile(r"^(?:网友|观众|听众|读者|现场观众|博友|群众|热心)")
ASKER = re.compile(
    r"^(?:[客再又]?问|[QA]|[提追]问|问题|.{0,16}记者\d?问?|[男女]?主持人?.*|主播.*|采访[者人]|访谈者|询问人|讯问人|网友.*|编辑?|本刊|本报|本网|小编|笔者|客问|《[^》]+》)$"
)
_STAMP_BEHIND = re.compile(rf" *{STAMP} *$")
_ASKED = frozenset("问答QA")
# What people say to each other, and papers seldom.
SPOKEN = re.compile(r"[我你您咱吗呢吧啊嘛]|谢谢|大家|各位|不是|[?!]")
_SENTENCE_END = tuple("。?!…”」』")


class Known(NamedTuple):
    """Who may stand before a colon besides those whom a label's own words make plain, folded."""

    names: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()  # labels that name nobody: nicknames, shops, delegations


class Cut(NamedTuple):
    """The label with which a turn begins."""

    label: Span
    at: int  # where the label (or number, or stamp) begins
    start: int  # where the words begin
    person: Person | None
    bracketed: bool = False
    stamped: bool = False


class Candidate(NamedTuple):
    """A line shaped like a turn, whatever stands before its colon."""

    flat: str
    said: str  # what follows the label, folded
    number: int  # of the line
    bracketed: bool = False
    stamped: bool = False
    alone: bool = False  # nothing else on its line
    titled: bool = False  # an office in brackets behind it


def squash_label(raw: str) -> str:
    """A label for comparison."""
    return fold(raw).replace(" ", "")


def _match(layout: Layout, index: int) -> re.Match[str] | None:
    raw = layout.raws[index]
    if not raw or (":" not in raw[:60] and "：" not in raw[:60] and raw.lstrip()[:1] not in "【[〔［0123456789(（"):
        return None
    return _LINE.match(raw)


def _bare(match: re.Match[str], group: str) -> tuple[int, int, bool]:
    """Where the label stands without the bracket and the question number at its end; whether it had a bracket."""
    start, end = match.span(group)
    raw = match.string[start:end]
    bracket = _ROLE_BRACKET.search(raw)
    bracketed = bracket is not None and bracket.start() > 0
    if bracket is not None and bracketed:
        end = start + bracket.start()
    number = _QUESTION_NUMBER.search(fold(match.string[start:end]))
    return start, (start + number.start() if number else end), bracketed


def candidate(layout: Layout, index: int) -> Candidate | None:
    """The line as a turn, if its shape is that of one and its label is not known to be something else."""
    match = _match(layout, index)
    if match is None:
        return None
    group = "in" if match["in"] is not None else "out"
    start, end, bracketed = _bare(match, group)
    flat = fold(match.string[start:end]).strip()
    stamped = match["stamp"] is not None or match["time"] is not None
    if not flat or (_is_no_label(flat, Known()) and not stamped and not _may_be_named(flat)):
        return None
    said = fold(match.string[match.end() :])
    alone = not said.strip()
    if alone:
        said = next((fold(raw[:_HEARD]) for raw in layout.raws[index + 1 : index + 3] if raw.strip()), "")
    inside = fold(match.string[end : match.end(group)]).rstrip(") ")
    return Candidate(flat, said, index, group == "in", stamped, alone, bracketed and ends_in_role(inside) is not None)


def _may_be_named(flat: str) -> bool:
    """车有为, 主任车有为: a name may end like a verb."""
    return flat[-1] in "有为中" and (is_name(flat) or named_after_office(flat) is not None)


def named_after_office(flat: str) -> int | None:
    """Where a name of unusual form begins that stands behind an office (主任于是真); None in 主任强调."""
    office = last_role(flat)
    if office is None or not 2 <= len(flat) - office.end() <= 3 or _TOLD.search(flat):
        return None
    return office.end() if is_titled_name(flat[office.end() :]) or is_name(flat[office.end() :]) else None


_TOLD = re.compile(r"(?:强调|表示|指出|认为|要求|介绍|提出|写道|告诉|问道|答道|如下|就是|[说道讲问答])$")
_HEARD = 200  # characters of the line below a label that are looked at


def may_begin(layout: Layout, first: int) -> bool:
    """Above line ``first`` stands what may be a turn: a label, or a line that comes again or names an office."""
    above = layout.raws[first - 1] if 0 < first <= len(layout) else ""
    if above and len(above) < 40 and ((above[-1] in ")）" and above[0] not in "(（") or layout.raws.count(above) > 1):
        return True
    return any(candidate(layout, index) is not None for index in range(first))


def cut_of(layout: Layout, index: int, known: Known) -> Cut | None:
    """The label with which a line begins."""
    match = _match(layout, index)
    if match is None:
        return None
    group = "in" if match["in"] is not None else "out"
    cut = label_of(layout.starts[index], match, group, known)
    if cut is None or (
        match["number"] and match["number"][0] in "一二三四五六七八九十" and not ASKER.match(fold(cut.label.raw))
    ):
        return None
    return cut._replace(stamped=match["stamp"] is not None or match["time"] is not None)


def states_who(label: str, value: Line) -> bool:
    """主持人:王明、李平 above the turns says who they are, it is no turn."""
    if label in _ASKED or not GENERIC.match(label) or not 2 <= len(value.flat) <= 60:
        return False
    if _STAMP_BEHIND.sub("", value.flat).endswith(_SENTENCE_END):
        return False
    return SPOKEN.search(value.flat) is None or any(person.name for person in read_people(value, "turn-label"))


def _is_no_label(flat: str, known: Known) -> bool:
    if NOT_LABELS.match(flat) or flat[0] in "([【<" or re.fullmatch(r"[\d\s:.-]+", flat):
        return True
    return (
        VERB_END.search(flat) is not None
        and len(flat) > 1
        and flat not in known.names
        and flat not in known.others
        and not ASKS_OR_ANSWERS.search(flat)
        and not GENERIC.match(flat)
    )


def label_of(at: int, match: re.Match[str], group: str, known: Known) -> Cut | None:
    """``match[group]`` as a label; ``at``: where the matched string begins in the text."""
    start, bare_end, bracket = _bare(match, group)
    raw = match.string[start : match.end(group)]
    flat = fold(match.string[start:bare_end]).strip()
    if not flat or _is_no_label(flat, known):
        return None
    line = Line("text", at + start, raw, fold(raw))
    person = _speaker_of(line, flat, known)
    if bracket and (person is None or person.name is None):
        inside = read_person(_inner(line), "turn-label", sure=True)
        person = inside if inside is not None and _is_full(inside) else person
    if (
        person is None
        and flat not in known.names
        and flat not in known.others
        and not GENERIC.match(flat)
        and not ASKS_OR_ANSWERS.search(flat)
    ):
        return None
    span = line.span(0, bare_end - start, "turn-label")
    return Cut(span, at + match.start(), at + match.end(), person, group == "in")


def _inner(line: Line) -> Line:
    """What the bracket at the end of a label holds."""
    return line.part(line.flat.rfind("(") + 1, line.flat.rfind(")"))


def _speaker_of(line: Line, flat: str, known: Known) -> Person | None:
    """The label read as a person; a bare doubtful word counts only if the head names it."""
    generic = GENERIC.match(flat) is not None
    if AUDIENCE.match(flat) or flat in known.others or _FOLK.search(flat):
        return None
    if len(flat) > 3 and flat[-1] in "问答" and is_name(flat[:-1].rstrip(), sure=True):
        return read_person(line.part(0, len(flat) - 1), "turn-label")  # 程平答:
    person = read_person(line, "turn-label", sure=flat not in known.names)
    if person is None and is_name(flat) and flat in known.names:
        person = read_person(line, "turn-label")
    if person is None and ends_in_role(flat) and len(flat) <= 20 and not generic:
        return read_person(line, "turn-label")
    if person is not None and (person.name is None or _fills(person, line)) and (generic or _is_verbal(flat)):
        return None
    if person is not None and person.name is not None and flat not in known.names:
        called = fold(person.name.value)
        if _PLACE_OR_BODY.search(called) and called not in known.names:
            return None  # 青泥市, 农业界委员
    if person is None and flat in known.names and len(flat) > 1 and not generic and not ends_in_role(flat):
        return Person(line.span(0, len(flat), "turn-label"))  # 边巴次仁: the title vouches for it
    return person if person is not None and person.name is not None else _beside(line, flat, known) or person


def _is_full(person: Person) -> bool:
    """A name, and no 李先生 who calls in."""
    name = person.name
    return name is not None and not person.surname_only and not fold(name.value).endswith(("先生", "女士", "小姐"))


def _fills(person: Person, line: Line) -> bool:
    """The name is the whole label (申请人 is no Mr Shen)."""
    return person.name is not None and len(person.name.value) >= len(squash(line.raw))


def _is_verbal(flat: str) -> bool:
    return ASKS_OR_ANSWERS.search(flat) is not None


def _beside(line: Line, flat: str, known: Known) -> Person | None:
    """A known name before a word of office that no table has (N独董), or any name after a body's and a space."""
    size = next((size for size in (4, 3, 2) if flat[:size] in known.names and len(flat) - size in range(1, 5)), 0)
    if size:
        return Person(line.span(0, size, "turn-label"))
    office = named_after_office(flat)
    if office is not None and flat[office:] in known.names:
        role = last_role(flat)
        start = role.start() if role is not None else office
        return Person(line.span(office, len(flat), "turn-label"), line.span(start, office, "turn-label"))
    at = flat.rfind(" ") + 1
    if at > 2 and is_name(flat[at:], sure=True) and _ORGANISATION.search(flat[: at - 1]):
        return Person(line.span(at, len(flat), "turn-label"), None, line.span(0, at - 1, "turn-label"))
    return None


_FOLK = re.compile(
    r"(?:大爷|大妈|大叔|大婶|大娘|大嫂|阿姨|阿婆|阿公|奶奶|爷爷|师傅)$|^.[哥姐叔婶姨嫂]$"
)  # 张大爷 is no name
_NICKNAME = re.compile(
    rf"(?:[老小阿大][{HAN}]|[{HAN}]{{1,4}}[员手]|[{HAN}]{{1,2}}(?:总|工|导|哥|姐|叔|婶|伯|姨|爷|嫂|老|老师|大夫|师傅|大爷|大妈|大叔|阿姨|同学|队|处|局|科))"
)
_LATIN = re.compile(r"[A-Z][A-Za-z]{1,11}")
_PLACE_OR_BODY = re.compile(r"..[市县区镇乡组局部室厅处站所院校办界]$")
_ORGANISATION = re.compile(
    r"(?:局|部|组|室|办|厅|委|院|校|会|社|队|公司|集团|中心|站|所|处|科|厂|银行|大学|学院|中学|小学|幼儿园|医院|街道|社区|居委会?|村委会?|商会|协会|学会|基金会|酒店|超市|合作社|支队|大队|联盟|俱乐部|书店|总部|分部|物业|方|[市县区镇乡村])$"
)
# One character for one who speaks: those whom no surname explains.
SINGLE_LABELS = frozenset("审原被编记主客宾嘉辩公书证男女师生医患父母爷孙众白问答官民警兵翁童我他她")


def is_personal(flat: str) -> bool:
    """A name, and not rather a place, a body or somebody's part in the talk (青泥市, 专家组, 申请人)."""
    return (
        is_name(flat) and GENERIC.match(flat) is None and not _is_verbal(flat) and _PLACE_OR_BODY.search(flat) is None
    )


def is_someone(flat: str) -> bool:
    """The label may be somebody when the other labels of the text leave no doubt that people take turns.

    >>> is_someone("小安"), is_someone("青岸环保协会"), is_someone("第二句话")
    (True, True, False)
    """
    flat = squash(flat)
    if len(flat) == 1:
        return flat in SINGLE_LABELS
    return (
        GENERIC.match(flat) is not None
        or _NICKNAME.fullmatch(flat) is not None
        or (len(flat) <= 16 and _ORGANISATION.search(flat) is not None)
        or _LATIN.fullmatch(flat) is not None
        or is_name(flat)
        or is_foreign(flat)
    )
