"""The words that may stand before a colon and mean "now this one speaks", and those that never do; all folded."""

from __future__ import annotations

import re

from pipelines.speech.fold import fold, squash
from pipelines.speech.names import HAN, is_foreign, is_name

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
    r"现场提问|提问者|采访者|受访者|采访人|受访人|被采访[人者]|被访者?|访谈者|访问者|受访对象|讲述者|口述者?|询问人|被询问人|讯问人|申请人|被申请人|委托人|编辑|编者|编|读者|司仪|众|众人|全体|齐|合|合诵|合唱|齐诵|齐声|男女合?|男女齐|领诵|独白|男|女|楼[上下]|[对隔]门|隔壁|男声|女声|画外音|解说|[^:]{0,3}[甲乙丙丁戊]|[A-H]|[我他她]|旁白|主席|法官|审判长|审判员|书记员|公诉人|公诉机关|合议庭|第三人|辩护人|(?:(?:原告|被告|上诉|被上诉|申请|被申请|被害|第三)人?)?(?:委托|诉讼|法定|指定|委托诉讼)?代[理表]人|(?:[原被]告|上诉人|申请人)方|[^:]{1,4}家的|被告人?|原告人?|上诉人|"
    r"证人|当事人|律师|发言人|新闻发言人|翻译|校方|家长\d?|员工\d?|职工\d?|老师|教师|校长|院长|村民\d?|居民|市民|[正反]方[一二三四]?辩?|"
    rf"[^:]{{0,8}}(?:{_TRADE})(?:代表)?[甲乙丙丁A-H一二三四五]?\d?|(?:{_TRADE})[^:]{{1,3}}(?:女士|先生|大爷|大妈|阿姨|师傅|同学)|[^:]{{0,3}}{_KIN}|[^:]{{1,12}}的(?:{_KIN}|{_TRADE}|老人|男子|女子|姑娘|小伙子?|青年|男孩|女孩|男生|女生|人)|"
    r"[^:]{2,10}(?:报|网|社|台|电视台|卫视|时报|周刊|通讯社|杂志|论坛)|本刊|本报|本网|本台|小编|《[^》]+》|笔者)$"
)
# Words before a colon that are no speaker.
NOT_LABELS = re.compile(
    r"^(?:时间|地点|日期|会议时间|会议地点|参会|参会人员?|与会|到会|应到|实到|会议主持人?|会议记录人?|主办|承办|协办|来源|作者|责任编辑|责编|校对|录入|审核|执笔|摄影|供稿|整理|[记纪]录人?|[记纪]录整理|出席|列席|参加|参加人员?|出席人员?|缺席|请假|主题|"
    r"议题|议程|题目|标题|名称|附件?|附|注|备注|联系人|联系电话|电话|地址|邮编|邮箱|网址|关键词|摘要|内容提要|核心提示|内容提示|提要|导语|编者按|按语|按|要求|目标|原则|任务|措施|做法|成效|结论|建议|问题|原因|例如|比如|"
    r"譬如|即|一句话|总之|会议指出|会议强调|会议要求|会议认为|会议决定|会议议定|会议明确|决定事项|议定事项|指出|强调|认为|要求|如下|报告如下|通知如下|成 ?员|"
    r"一是|二是|三是|第[一二三四五六七八九十]+|首先|其次|最后|说明|声明|提示|背景|简介|人物|人物简介|(?:人物|嘉宾|个人|专家|名家)(?:名片|卡片|档案|简历|小传|资料)|小资料|小档案|相关链接|名片|(?:内容|访谈|节目|对话|采访|会议)(?:摘要|简介|提要|概要|回顾)|[散休闭]会|嘉宾简介|表决结果|本期嘉宾|本期专访|主讲人?|讲话人|述职人|致辞人|报告人|点击数|更新时间|发布时间|发表时间|浏览|阅读|"
    r"(?:同志|同学|老师|朋友|乡亲|女士|先生|战友|校友|代表|委员|家长|孩子)们|各位.*|尊敬的.*|亲爱的.*|[甲乙丙丁]方|"
    r".*(?:对象|方法|方式|办法|步骤|流程|条件|标准|范围|期限|时限|内容|意义|特点|优点|缺点|材料|症状|用法|用量|规格|价格|型号|热线|账号|单位|类别|部门|编号|页码|出版社|定价|年龄|性别|民族|籍贯|学历|职业|职务|成绩|得分|案例|启示|解析|答案|点评|评语|感悟|心得|收获|数据|事实|关键|重点|难点|亮点|主线|口号|名言|口头禅|座右铭|信条))$"
)
# Offices that lists of a body's members print before a colon; they are labels only where they come again.
LISTED_OFFICES = re.compile(r"(?:副 ?)?(?:组 ?长|办公室主任|总指挥|主 ?任|主 ?编|顾 ?问)$")
# 他说: and 也就是: are followed by words, not by a turn; a known name may end so (尚可为).
VERB_END = re.compile(
    r"(?:如下|就是|说|道|讲|问|指出|强调|认为|表示|要求|介绍|提出|写道|告诉|问道|答道|是|为|有|的|了|在|上|中|下)$"
)
# 网友问, 市长答: who asks and who answers, with the verb.
ASKS_OR_ANSWERS = re.compile(
    rf"(?:记者|网友|主持人?|学生|同学|市民|村民|群众|观众|听众|嘉宾|读者|客|又|再|编者|[{HAN}]{{0,8}}[长任席记理员师官])(?:[提发]?问|[回解作]?答|答复)$"
)
# 读者来信选登 has 读者, but these stand for the many; no name is read from them.
AUDIENCE = re.compile(r"^(?:网友|观众|听众|读者|现场观众|博友|群众|热心)")
ASKER = re.compile(
    r"^(?:[客再又]?问|[QA]|[提追]问|问题|.{0,16}记者\d?问?|[男女]?主持人?.*|主播.*|采访[者人]|访谈者|询问人|讯问人|网友.*|编辑?|本刊|本报|本网|小编|笔者|客问|《[^》]+》)$"
)
# What people say to each other, and papers seldom.
SPOKEN = re.compile(r"[我你您咱吗呢吧啊嘛]|谢谢|大家|各位|不是|[?!]")
FOLK = re.compile(
    r"(?:大爷|大妈|大叔|大婶|大娘|大嫂|阿姨|阿婆|阿公|奶奶|爷爷|师傅)$|^.[哥姐叔婶姨嫂]$"
)  # 张大爷 is no name
_NICKNAME = re.compile(
    rf"(?:[老小阿大][{HAN}]|[{HAN}]{{1,4}}[员手]|[{HAN}]{{1,2}}(?:总|工|导|哥|姐|叔|婶|伯|姨|爷|嫂|老|老师|大夫|师傅|大爷|大妈|大叔|阿姨|同学|队|处|局|科))"
)
_LATIN = re.compile(r"[A-Z][A-Za-z]{1,11}")
PLACE_OR_BODY = re.compile(r"..[市县区镇乡组局部室厅处站所院校办界]$")
BODY = re.compile(
    r"(?:局|部|组|室|办|厅|委|院|校|会|社|队|公司|集团|中心|站|所|处|科|厂|银行|大学|学院|中学|小学|幼儿园|医院|街道|社区|居委会?|村委会?|商会|协会|学会|基金会|酒店|超市|合作社|支队|大队|联盟|俱乐部|书店|总部|分部|物业|方|[市县区镇乡村])$"
)
# One character for one who speaks: those whom no surname explains.
SINGLE_LABELS = frozenset("审原被编记主客宾嘉辩公书证男女师生医患父母爷孙众白问答官民警兵翁童我他她")


def is_personal(flat: str) -> bool:
    """A name, and not rather a place, a body or somebody's part in the talk (青泥市, 专家组, 申请人)."""
    return (
        is_name(flat)
        and GENERIC.match(flat) is None
        and ASKS_OR_ANSWERS.search(flat) is None
        and PLACE_OR_BODY.search(flat) is None
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
        or (len(flat) <= 16 and BODY.search(flat) is not None)
        or _LATIN.fullmatch(flat) is not None
        or is_name(flat)
        or is_foreign(flat)
    )


def squash_label(raw: str) -> str:
    """A label for comparison."""
    return fold(raw).replace(" ", "")
