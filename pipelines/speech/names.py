"""Is this stretch the name of a person, of nobody (a mask), or neither?"""

from __future__ import annotations

import re

from pipelines.speech.surnames import COMPOUND, GIVEN, NEVER_IN_NAMES, NOT_NAMES, RARE, SINGLE
from pipelines.speech.words import words

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
MASK = re.compile(
    r"[×xX*○〇某]{2,}|某(?:某|同志|领导|人|书记|市长|局长|县长|主任)?|[×xX*○]{1,3}(?:同志)?|甲|乙|丙|佚名|无名氏|\.{3,}|…+|_+"
)
_SURNAME_MASK = re.compile(rf"([{HAN}]{{1,2}}) ?(?:[×xX*○〇]{{1,3}}|某{{1,2}})")
# 让-皮埃尔·杜邦, J·K·罗琳
FOREIGN = re.compile(
    rf"(?:[{HAN}]{{1,10}}(?:-[{HAN}]{{1,6}})?|[A-Z]\.?)(?: ?[·] ?(?:[{HAN}]{{1,10}}(?:-[{HAN}]{{1,6}})?|[A-Z]{{1,10}}\.?))+"
)
LATIN = re.compile(
    r"(?:(?:Mr|Ms|Mrs|Dr)\. ?)?[A-Z][a-z'’-]+(?: [A-Z]\.?)?(?: (?:de|van|von|bin|al)?[A-Z][A-Za-z'’-]+){1,3}"
)
HONORIFIC = re.compile(
    r" ?(?:同志|先生|女士|小姐|夫人|博士|教授|阁下|爵士|伉俪|老师|大使阁下|少将|中将|上将|大将|少校|中校|上校|大校|中尉|上尉)$"
)
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_GAPS = re.compile(r" +")


def is_masked(flat: str) -> bool:
    """The stretch stands for a name that was taken out (×××, XXX, 某某).

    >>> is_masked("×××"), is_masked("王××")
    (True, False)
    """
    return MASK.fullmatch(flat.replace(" ", "")) is not None


def masked_surname(flat: str) -> int:
    """Length of the surname in 王××, 王某某; 0 if the stretch is no such thing."""
    match = _SURNAME_MASK.fullmatch(flat)
    return len(match[1]) if match and (match[1] in SINGLE or match[1] in COMPOUND) else 0


def is_foreign(flat: str) -> bool:
    """A name with middle dots, or in Latin letters."""
    if "·" in flat:
        return FOREIGN.fullmatch(flat) is not None
    return flat[:1].isascii() and LATIN.fullmatch(flat) is not None


# Surnames of two characters that only Japanese bear, and how Japanese given names end.
_JAPANESE = frozenset(
    words(
        "山本 田中 铃木 佐藤 高桥 渡边 伊藤 小林 加藤 吉田 山田 松本 井上 木村 斋藤 池田 桥本 石川 前田 藤田 后藤 冈田 村上 近藤 坂本 远藤 藤井 西村 福田 三浦 冈本 松田 "
        "中岛 佐佐木 佐伯 佐野 佐竹 内田 内藤 原田 武田 上田 上野 上村 下村 中山 中川 中村 中野 久保 今井 今村 北村 北野 千叶 土屋 大野 大岛 大西 大塚 太田 安藤 安田 宫田 富田 小野 小岛 小川 小池 小山 小西 岛田 岩田 岩崎 工藤 平野 平田 平井 广田 新井 早川 星野 杉山 杉本 柴田 樱井 横山 永井 河村 河合 浜田 清水 渡部 片山 矢野 石田 石井 石黑 秋山 秋元 福岛 福井 稻田 立花 竹田 菊地 菊池 荒木 荒井 藤原 藤本 藤冈 西田 西川 谷口 赤松 辻井 酒井 野村 野口 金子 金井 鬼冢 须藤 饭田 饭岛 高木 高田 高野 高岛 黑田 黑川 龟井 丸山 五十岚 望月 古川 古田 堀内 堀江 本田 本间 村田 森本 森下 水野 浅野 浅井 滨田 熊谷 白石 神田 神谷 米田 芦田 若林 茂木 萩原 角田 谷川 足立 远山 重光 关口 关根 阿部 青木 香川 鹤田 安倍 鸠山 小泉 细川 宫本 宫崎 野田 岸田 大江 福泽 村山 竹下 中曾 森田 川端 芥川 夏目 谷崎 黑泽 石原 河野 麻生 菅原 竹内 长谷"
    )
)
_JAPANESE_END = frozenset(
    "郎夫子美雄介彦助辅之男一治明久树司香惠郁仁弘寻代江枝绘穗莉奈菜华里织理乃平吾斗人太次二三史志哉也生博浩隆茂正义信孝和幸光秀俊哲成健诚勇进实忠武则昭宏洋贵康朗"
)


def _chinese(name: str) -> bool:
    if len(name) == 4 and name[:2] in _JAPANESE:
        return name[-1] in _JAPANESE_END
    if name[:2] in COMPOUND:
        return 3 <= len(name) <= 4
    if name[0] not in SINGLE:
        return False
    return 2 <= len(name) <= 3


def is_name(flat: str, *, sure: bool = False) -> bool:
    """A full personal name; ``sure``: nothing around it says so, so doubtful ones are refused.

    >>> is_name("王 强"), is_name("欧阳修"), is_name("安全"), is_name("古特雷斯")
    (True, True, False, False)
    """
    if is_foreign(flat):
        return True
    gaps = _GAPS.split(flat)
    name = "".join(gaps)
    if not 2 <= len(name) <= 4 or (len(gaps) > 1 and not _spaced(gaps)) or name in _refused(sure):
        return False
    if not _HAN_ONLY.fullmatch(name) or not _chinese(name) or not NEVER_IN_NAMES.isdisjoint(name[1:]):
        return False
    if len(name) == 3 and (
        name[-1] in _NEVER_LAST or name[1:] in _CALLED or (name[-1] == "总" and name[:2] in COMPOUND)
    ):
        return False
    doubtful = name[0] in RARE and name[:2] not in COMPOUND
    return not (doubtful and (sure or name[-1] in _WORD_ENDS))


def _refused(sure: bool) -> frozenset[str]:
    return NOT_NAMES if sure else _NO_NAMES


_NO_NAMES = NOT_NAMES - GIVEN


def _spaced(parts: list[str]) -> bool:
    """王 强, 欧阳 修, 王 小 明: only what a typesetter spaces out."""
    return (
        len(parts) <= 3 and (len(parts[0]) == 1 or parts[0] in COMPOUND) and all(len(part) <= 2 for part in parts[1:])
    )


def is_double_surname(flat: str) -> bool:
    """陈李蔼伦: a married woman's name as printed in Hong Kong (husband's surname first)."""
    whole = len(flat) == 4 and _HAN_ONLY.fullmatch(flat) is not None
    return whole and flat[0] in SINGLE and flat[1] in SINGLE and _WORD_END.search(flat) is None


def is_titled_name(flat: str, *, alone: bool = True) -> bool:
    """What may be a name when an office stands directly before it: foreign, double or rare surnames count too.

    ``alone``: office and name fill a line or a label; in a title, 竞选 may follow the office as well as 川普.
    """
    name = flat.replace(" ", "")
    if _ANNOUNCES.match(name) and name not in GIVEN:
        return False  # 副省长宣读省长致辞
    if OCCASION.match(name) and not (alone and name in GIVEN):
        return False  # 总统国庆演说: the day, not whose day it is
    if is_name(flat) or flat in GIVEN or is_double_surname(flat) or masked_surname(flat):
        return True
    if alone and len(name) == 3 and name[1] in "不是" and name[0] in SINGLE and name[0] not in RARE:
        return name[2] not in NEVER_IN_NAMES  # 董事长 程不语
    if not alone and name[:1] not in SINGLE and not _TRANSLITERATED.issuperset(name):
        return False
    plausible = 2 <= len(name) <= 5 and _HAN_ONLY.fullmatch(name) is not None
    return (
        plausible
        and name not in NOT_NAMES
        and (NEVER_IN_NAMES.isdisjoint(name[1:]) or _TRANSLITERATED.issuperset(name))
        and name[0] not in _FUNCTION
        and not _WORD_END.search(name)
        and _ACT.search(name) is None
    )


_CALLED = frozenset(words("先生 女士 小姐 太太 同志 老师 教授 博士 师傅 大爷 大妈 大叔 大婶 阿姨 奶奶 爷爷"))
_NEVER_LAST = frozenset("版稿网报刊村镇乡县局厅处署院校厂社站们")
_WORD_ENDS = frozenset("局厅部委处科司署院校厂社站所办室会队团组店馆园场篇稿们者员式性化法学界业力量版录集讯表单书")
_FUNCTION = frozenset("与在就对及给同跟谈论做作出把将是说讲的了我你他她它这")
# Characters of names without a Chinese surname: transliterations from foreign and minority languages.
_TRANSLITERATED = frozenset(
    "阿艾安奥澳巴白拜班邦保贝本比彼碧宾冰波伯勃博布采才策查昌楚川次措达大戴丹当岛道德登邓狄迪蒂第顿东杜多朵尔厄恩法凡范方菲费芬丰佛弗伏夫符福甫盖干高戈哥歌格葛根"
    "贡古顾瓜圭哈海韩汉豪和赫黑亨洪胡华怀惠霍基吉季加嘉迦贾简江姜杰金津靳卡开凯坎康考柯科克肯孔寇库奎昆扩拉腊莱赖兰朗劳勒雷蕾黎理李里力立丽利莉列林琳龄留龙隆卢鲁陆"
    "路露吕伦罗萝洛马玛麦迈曼芒毛茂梅门蒙孟米密缅蜜苗明摩莫默姆木穆拿纳娜乃奈南内尼妮年涅宁牛纽努诺女欧帕潘庞培裴佩彭皮匹平泼婆珀珊普奇其齐契恰强乔切琴青琼丘曲让热仁日荣茹儒入"
    "瑞若萨塞赛桑瑟森沙莎山善绍舍申圣施诗什石史士舒朔斯司丝思斯苏素孙索所塔台泰坦谭汤唐陶特腾提替廷图土吐托陀瓦万汪旺威韦维伟卫魏温文翁沃乌武吾夕西希锡席喜霞夏香肖谢"
    "辛欣兴雄休许旭雪逊雅亚延扬央耶叶伊依宜亿易益因茵英永尤于余雨约月云泽曾扎詹张章招哲珍真芝织志治智中忠仲朱珠竺卓兹子宗祖佐作布什嘎堆增丹巴色则央拥措桑格列绒额娃罕买合玉岩旦顺那朝宝音图都仓觉群尕肉孜别汗吾呷惹伍且伙火衣佬"
)
# Days and events that stand between an office and a genre word: none of them begins a name.
OCCASION = re.compile(
    r"元[旦宵]|国[庆殇旗]|尾牙|春茗|团拜|新[年春岁]|春节|中秋|端午|清明|重阳|除夕|腊八|圣诞|感恩节|节[日前后]|七夕|小年|年[终末初底]|岁[末首]|周年|"
    r"建[军党国校厂]|校庆|院庆|厂庆|司庆|党庆|双十|五一|五四|六一|七一|八一|十一|三八|劳动节|妇女节|青年节|儿童节|教师节|护士节|记者节|母亲节|父亲节|"
    r"开[学班工业幕园馆校镜机盘题犁放]|毕业|结[业婚]|闭幕|就[职任]|入[职学伍党团]|退伍|军训|升旗|高考|中考|奠基|竣工|揭[牌幕]|颁奖|表彰|动员|誓师|离任|卸任|履新|升学|谢师|婚礼|追思|告别"
)
_ANNOUNCES = re.compile(r"宣[读讲布传]|代[为读表]|致[辞词]|全[体市县省国]")
# What holders of an office do or undergo: 主任竞选, 秘书长代为传达.
_ACT = re.compile(
    r"竞[选聘岗争]|[就任离上卸挂免述调撤]职|[上离继连卸]任|履新|退休|当选|获奖|换届|表态|汇报|调研|视察|检查|督查|传达|部署|动员|点评|讲评|主讲|培训|选举|聘任|述廉|座谈|慰问|走访|开学|毕业|"
    r"开班|结业|新年|新春|春节|节日|国庆|中秋|代[为读表]|转达|致开幕|联席|轮值|信箱|热线|接待|答疑|寄语|推荐|提案|议案|请假|负责|签[名字发署]|审[核阅定]|批示|交接|换岗|轮岗"
)
_WORD_END = re.compile(
    r"(?:发表|会议?|工作|讲话|发言|报告|同志|致辞|致词|上|在|为|和|与|等|办公室|部|局|厅|处|科|组|站|所|院|校|司|公司|集团|中心|协会|委员?|代表|全文|访谈|出席|主持|强调|指出|表示|介绍|寄语|调研|说|讲|谈|问|答|论|实录|会见)$"
)
