"""The grammar of offices: where a job title ends, what of it is the organisation, what the role."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipelines.speech.words import words

# Words that end an office, longest match first. Add a word here and it may stand before or after a name.
OFFICES = words(
    "总书记 书记 副书记 主任 副主任 主席 副主席 委员长 部长 局长 厅长 处长 科长 司长 署长 院长 校长 所长 站长 台长 社长 行长 馆长 园长 厂长 矿长 场长 "
    "段长 船长 舰长 机长 队长 大队长 支队长 总队长 中队长 分队长 小队长 突击队长 团长 师长 军长 旅长 营长 连长 排长 班长 组长 会长 理事长 董事长 监事长 秘书长 股长 库长 室长 庭长 检察长 审判长 "
    "市长 县长 省长 区长 镇长 乡长 村长 州长 盟长 旗长 社区主任 酋长 议长 关长 监狱长 护士长 列车长 舵主 里长 邻长 里长伯 村长伯 市政委员 "
    "总理 总统 首相 国务卿 大臣 国王 女王 亲王 特首 行政长官 总督 外长 防长 财长 大法官 首席大法官 太守 专员 督察 督察长 警监 处座 "
    "总经理 经理 总裁 总监 首席执行官 首席运营官 首席财务官 首席技术官 首席科学家 首席经济学家 首席代表 执行官 行政总裁 CEO CFO CTO 创始人 合伙人 董事 监事 "
    "总编 总编辑 主编 编辑 编审 总工程师 工程师 总会计师 会计师 总经济师 经济师 总设计师 设计师 建筑师 农艺师 技师 技术员 "
    "院士 研究员 教授 副教授 讲师 助教 教师 老师 班主任 辅导员 导师 教练 教练员 主教练 副教练 总教练 助理教练 学者 专家 博导 博士生导师 访问学者 "
    "司令 司令员 政委 政治委员 参谋长 指挥长 总指挥 指挥官 指导员 教导员 "
    "全国人大代表 省人大代表 市人大代表 县人大代表 区人大代表 常委 委员 理事 议员 代表 人大代表 党代表 家长代表 学生代表 教师代表 新生代表 毕业生代表 校友代表 干部代表 群众代表 企业代表 职工代表 里民 乡民 镇民 村民代表 "
    "大使 公使 总领事 领事 参赞 特使 特别代表 全权代表 发言人 新闻发言人 主委 副主委 召集人 负责人 主要负责人 带头人 当家人 掌门人 "
    "秘书 干事 文书 律师 法官 检察官 医生 医师 大夫 主治医师 主任医师 护士 警官 民警 调研员 巡视员 督导员 督学 顾问 参事 馆员 助理 部长助理 校长助理 "
    "主持人 嘉宾 评论员 作家 诗人 画家 书法家 导演 演员 主播 课员 科员 主任科员 副主任科员 办事员 职员 文员 主讲人 主讲 记者 学生 同学 校友 会员 队员 "
    "评委 裁判 裁判长 规划师 分析师 咨询师 药剂师 药师 营养师 厨师 厨师长 摄影师 造型师 编剧 编导 制片人 出品人 策划人 投资人 经纪人 经办人 传承人 联合创始人 钢琴家 音乐家 歌唱家 舞蹈家 作曲家 指挥家 艺术家 书画家 摄影家 收藏家 科学家 企业家 教育家 经济学家 历史学家 社会学家 数学家 物理学家 化学家 评论家 翻译家 山长 茶师 老茶师 琴师 画师 木匠 铁匠 石匠 篾匠 裁缝 老工匠 工匠 摆渡人 说书人 主厨 大厨 技工 钳工 电工 焊工 矿工 船长 渔民 牧民 果农 菜农 茶农 花农 "
    "投递员 邮递员 乘务员 乘务长 售票员 驾驶员 管理员 饲养员 护林员 护河员 服务员 服务队长 保洁员 调度员 通信员 炊事员 炊事班长 卫生员 消防员 飞行员 运动员 裁判员 播音员 "
    "讲解员 档案员 会计 主办会计 出纳 保安 快递员 外卖员 快递小哥 博士后 种粮大户 养殖户 种植户 贫困户 脱贫户 店主 老板 业主 摊主 车主 房东 物业经理 站务员 侦查员 调解员 仲裁员 公证员 村医 护工 保育员 "
    "网格长 楼长 河长 林长 路长 联络员 观察员 检验员 质检员 安全员 协管员 辅警 狱警 法警 审计员 统计员 采购员 推销员 业务员 营业员 收银员 施工员 监理 监理工程师 项目经理 客户经理 大堂经理 "
    "劳模 劳动模范 冠军 支书 党支书 村支书 大队书记 第一书记 掌柜 董事局主席 会首 干部 乡贤 院董 校董 主祭 司仪 司长级 总干事 总教习 总教官 教官 "
    "校监 副校监 学监 舍监 教务长 总务长 政务部长 高级政务部长 国务部长 高级国务部长 资政 国务资政 政务次长 次长 政务司司长 财政司司长 律政司司长 牧师 主教 住持 方丈 族长 领队 村主任 社长 "
    "特命全权大使 丹斯里 拿督斯里 拿督 太平绅士 村官 宣传员 信息员 网格员 店长 园丁 农民 工人 战士 职工 村民 居民 创办人 发起人 传人 志愿者 一辩 二辩 三辩 四辩 "
    # party, state, courts
    "党组成员 党委成员 班子成员 党委班子成员 领导班子成员 党组副书记 团支书 组织员 纪检员 监察员 纪检监察员 监察专员 特派员 巡察专员 督查专员 政工师 常务委员 候补委员 监察委员 考试委员 立法委员 政务委员 "
    "主任委员 副主任委员 审判员 代理审判员 人民陪审员 陪审员 执行员 法官助理 检察员 检察官助理 书记员 司法警察 协警 监察官 裁判官 暂委法官 大律师 资深大律师 御用大律师 仲裁员 首席仲裁员 "
    "审计长 检察总长 廉政专员 申诉专员 民政事务专员 警务处长 常任秘书长 主任秘书 里干事 国策顾问 常务次长 总督学 技监 司法常务官 议会秘书 市镇会主席 非执行主席 副议长 党魁 党鞭 发言人办公室主任 "
    "警长 督察长 探长 教官 参谋 参谋总长 副参谋长 作战参谋 军医 军士长 士官 士官长 飞行大队长 轮机长 领航员 航海长 水手长 大副 二副 代办 临时代办 武官 随员 "
    # schools, companies
    "教研组长 教研员 年级组长 年级主任 系主任 教务主任 教导主任 主理人 创办人 总务主任 训导主任 德育主任 园长助理 大队辅导员 少先队大队辅导员 中队辅导员 主任教授 特级教师 首席教师 讲座教授 荣誉教授 名誉教授 客座教授 学务长 研发长 国际长 学生会主席 团总支书记 学习委员 "
    "董事会秘书 董秘 总裁助理 总经理助理 工段长 工长 值班长 值长 领班 班组长 车间主任 主管 主办 店员 操作工 操作员 产品经理 区域经理 销售经理 首席专家 首席技师 高级技师 架构师 程序员 精算师 税务师 审计师 评估师 测量师 估价师 监事会主席 执行长 营运长 财务长 技术长 执行秘书 总主笔 主笔 发行人 "
    # churches, trades, people in talks
    "大主教 枢机 神父 司铎 修女 传道 学生家长 阿訇 教长 监院 首座 道长 活佛 堪布 仁波切 法师 会督 主任牧师 家长 患者 家属 考生 歌手 演奏家 制作人 音乐人 队医 兽医 农技员 接线员 话务员 导游 船东 社工 义工 编委 撰稿人 专栏作家 剧作家 小说家 散文家 民俗学家 考古学家 地质学家 生物学家 气象学家 天文学家 植物学家 发明家 慈善家 实业家 银行家 戏剧家 社会活动家 漫画家 雕塑家 篆刻家 工艺美术师 非遗传承人 "
    "驾驶员 火车司机 司机 大车司机 押运员 巡道工 扳道工 养路工 环卫工 环卫工人 理发师 美容师 心理咨询师 育婴师 月嫂 点钞员 柜员 支行长 分行长 拖拉机手 机手 猪倌 羊倌 护边员 巡护员 瞭望员 气象员 报务员 电影放映员 放映员 赤脚医生 接生员 研究生 硕士研究生 博士研究生 博士生 硕士生 本科生 大学生 高中生 毕业生 新生 留学生 学员 学长 学姐 师兄 师姐 委培生 选调生 实习生 市长助理 县长助理 区长助理 省长助理 民办教师 支教教师 代课教师"
)
_PREFIX = (
    "常务副|执行副|第一副|名誉副|高级副|联席副|副|代理|代|原|前|时任|现任|候任|退休|离休|名誉|荣誉|终身|执行|常务|常任|第一|首席|党组|党委|党工委|党总支|总支|党支部|支部|机关党委|"
    "联席|高级|轮值|资深|特级|一级|二级|三级|四级|永远|当选|署理|助理|创会|候补|专职|驻会|特约|客座|特聘|副部级|正厅级|副厅级|正处级|卸任|离任|继任|拟任|新任|第[一二三四五六七八九十百\\d]{1,3}代"
)


def _any_of(alternatives: tuple[str, ...]) -> str:
    """A pattern for the longest of ``alternatives``; those that begin alike share a branch, so that most are never tried."""
    branches: dict[str, list[str]] = {}
    for word in sorted(alternatives, key=len, reverse=True):
        branches.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in branches.items())


_FIRST = "".join(sorted({word[0] for word in (*OFFICES, *_PREFIX.split("|"))}))
_HELD = rf"(?=[{_FIRST}])(?:{_any_of(tuple(_PREFIX.split('|')))})*(?:{_any_of(OFFICES)})"
ROLE = re.compile(rf"{_HELD}(?!室|征|科员|团长?会|办公|会议?|大会|团|联席|制|委员会)")
_ROLE_END = re.compile(rf"{_HELD}$")
# Words in front of 书记/常委/秘书长… that name the body: 岚溪市委书记 is 市委书记 of 岚溪市委.
_COMMITTEE = re.compile(
    r"^(?P<place>.*?)(?P<level>中央|[省市县区州盟旗镇乡村地团工校院厂纪]|自治区|街道|社区|直属|机关)(?P<body>党?委|工委|纪委|党工委|团委|纪工委|党组)"
    r"(?P<unit>[^、,兼委]{0,10}?)$"
)
_LEADING = re.compile(r"^(?:中共|中国共产党(?=.))")
_SEPARATOR = re.compile(r"[、,兼;;]| ")
_PLACE = re.compile(r"[省市县区州国盟旗镇乡村岛]|自治|中国|中华|全国|香港|澳门|台湾|亚洲|世界|国际|联合国")
_HK_BODY = re.compile(r"(?:(?<!公)司|[署局处科])$")


class Title(NamedTuple):
    """Offsets of role and organisation in the string given; an empty range where there is none."""

    role: tuple[int, int]
    org: tuple[int, int]


def last_role(flat: str) -> re.Match[str] | None:
    """The last office word of the stretch."""
    return next(reversed(list(ROLE.finditer(flat))), None)


def ends_in_role(flat: str) -> re.Match[str] | None:
    """The office at the end of the stretch with its modifiers (副, 原, 党组 …)."""
    return _ROLE_END.search(flat)


def split_title(flat: str, *, traditional: bool = False) -> Title:
    """Role and organisation of a job title as printed; ``traditional``: Hong Kong keeps 署署長 in the role.

    >>> title = "中共云州市委常委、组织部部长"; found = split_title(title)
    >>> title[slice(*found.role)], title[slice(*found.org)]
    ('市委常委、组织部部长', '云州市委')
    """
    start = len(flat) - len(flat.lstrip())
    end = len(flat.rstrip())
    dropped = _LEADING.match(flat[start:end])
    start += dropped.end() if dropped else 0
    separator = _SEPARATOR.search(flat, start, end)
    while separator and separator[0] == "、" and _JOINT_BODY.search(flat, start, separator.start()):
        separator = _SEPARATOR.search(flat, separator.end(), end)  # 省委、省政府信访局副主任
    head_end = separator.start() if separator else end
    office = ends_in_role(flat[start:head_end])
    if office is None and separator and separator[0] == " ":
        return Title(role=_tail(flat, separator.end(), end), org=(start, head_end))
    if office is None or office.start() == 0:
        return Title(role=(start, end), org=(start, start))
    return _split_first(flat, start, start + office.start(), end, traditional=traditional)


_JOINT_BODY = re.compile(
    r"(?:[省市县区镇乡旗盟州校院厂场司团队]委|政府|人大|政协|纪委|法院|检察院|公司|集团|[局厅部处会])$"
)


def _tail(flat: str, start: int, end: int) -> tuple[int, int]:
    while start < end and flat[start] == " ":
        start += 1
    return start, end


def _split_first(flat: str, start: int, cut: int, end: int, *, traditional: bool) -> Title:
    """Split [start, end) whose first office begins at ``cut`` and follows an organisation, place or body."""
    while cut > start and flat[cut - 1] == " ":
        cut -= 1
    body = flat[start:cut]
    office = _tail(flat, cut, end)
    committee = _COMMITTEE.match(body)
    if committee:
        level = start + committee.start("level")
        if committee["unit"] == "会":
            return Title(role=office, org=(start, cut))  # 民革云州市委会|主委
        if committee["unit"]:
            unit = start + committee.start("unit")
            return Title(role=(unit, end) if len(committee["unit"]) < 4 else office, org=(start, cut))
        if committee["level"] == "中央" and committee["body"] == "纪委":
            return Title(role=office, org=(start, cut))
        if committee["place"] in ("", "原", "前", "时任", "现任"):
            return Title(role=(start, end), org=(start, start))
        return Title(role=(level, end), org=(start, cut))
    if _DECADE.search(body):
        return Title(role=office, org=(start, start))  # 90后船长
    if traditional and _HK_BODY.search(body) and not _PLACE.search(body):
        return Title(role=(start, end), org=(start, start))
    posted = body.find("驻")
    if posted >= 0 and flat[office[0] : office[0] + 2] in ("大使", "公使", "总领", "领事", "特命", "参赞"):
        return Title(role=(start + posted, end), org=(start, start + posted))
    if office_is_trade(flat[office[0] : office[1]]) and not _BODY_END.search(body):
        return Title(role=(start, end), org=(start, start))  # 古镇保护专家
    if flat[office[0] :].startswith("代表") and not _BODY_END.search(body):
        return Title(role=(start, end), org=(start, start))  # 教官代表
    field = _MINISTRY.search(body) if office_is_split(flat[office[0] : office[1]]) else None
    if field is not None:
        return Title(role=(start + field.start(), end), org=(start, start + field.start()))  # 日本|外务大臣
    if body in _NO_ORG or (
        len(body) <= 3 and office_is_split(flat[office[0] : office[1]]) and not _BODY_END.search(body)
    ):
        return Title(role=(start, end), org=(start, start))
    return Title(role=office, org=(start, cut))


# What a minister minds; 环境与能源部长 swallowed the 部 of the ministry.
_FIELD = r"(?:外交|外务|国防|防务|防卫|内政|内务|财政|财务|金融|经济|经贸|贸易|商务|商业|工业|产业|农业|渔业|林业|能源|环境|环保|交通|运输|通讯|通信|教育|科技|科学|技术|文化|旅游|体育|卫生|健康|劳动|人力|社会|福利|司法|律政|法务|建设|住房|房屋|水利|资源|国土|公安|安全|信息|宣传|组织|统战|青年|妇女|移民|发展|规划|计划|新闻|民政|宗教|事务|国家|统一|铁道|邮电|电力|矿业|治安|国际|合作|关系)"
_MINISTRY = re.compile(rf"{_FIELD}(?:(?:与|及|和|暨|、)?{_FIELD})*$")
_BODY_END = re.compile(r"[省市县区镇乡村州旗盟国局厅部委处科司院校厂社站所办室会队团组店馆园场府]$")


_DECADE = re.compile(r"(?:\d0|[五六七八九零]零|[五六七八九]十)后$")


def office_is_trade(office: str) -> bool:
    """A trade, not a seat: what stands before it is its field unless it ends like a body's name."""
    return office in (
        "专家",
        "学者",
        "作家",
        "评论员",
        "研究员",
        "画家",
        "书法家",
        "爱好者",
        "传承人",
        "志愿者",
        "从业者",
    )


def office_is_split(office: str) -> bool:
    """外交|部长, 教育|局长: the office swallowed the last character of its body's name."""
    return office in (
        "部长",
        "局长",
        "厅长",
        "处长",
        "科长",
        "院长",
        "署长",
        "司长",
        "大臣",
        "政务部长",
        "高级政务部长",
        "国务部长",
        "高级国务部长",
        "政务次长",
        "常务次长",
        "副部长",
        "副局长",
        "副厅长",
    )


_NO_ORG = frozenset(
    words(
        "社区 街道 旅 团 营 连 班 排 自治州 自治县 自治区 代表团 听证 前方 现场 本地 咖啡 新 新任 新进 老教师 青年教师 骨干教师 退休 离休 优秀学生 优秀教师 优秀党员 先进 返乡 在校 应届 往届 入党 老 小 党 团 村 县 市 省 区 镇 乡 校 厂 院 学校 公司 家长 学生 教师 老师 新生 毕业生 优秀 青年 职工 员工 企业 群众 党员 节目 大会 "
        "工会 车间 驻村 新郎 新娘 会议 本次 本刊 本报 学院 支 该"
    )
)
