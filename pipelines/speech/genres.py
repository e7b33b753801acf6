"""What kind of text it is: the printed genre words, and what stands for a kind without naming it."""

from __future__ import annotations

import re

from pipelines.speech.words import words

# Printed genre word -> kind. The longest word wins at a place; a linguist extends the lists.
GENRES: dict[str, str] = {
    word: kind
    for kind, words in {
        "讲话": "讲话 讲话稿 讲话提纲 讲话要点 发言提纲 动员讲话 总结讲话 讲话材料 讲稿 训词 训话 训辞 重要讲话 寄语 讲课 授课 开讲 谈话 讲话全文 谈话摘要",
        "致辞": "致辞 致词 贺词 贺辞 献词 献辞 祝酒词 祝酒辞 证婚词 证婚辞 悼词 悼辞 欢迎词 欢迎辞 答谢词 答谢辞 开幕词 开幕辞 闭幕词 闭幕辞 祝词 祝辞 "
        "贺信 唁电 新年献词 新春贺词 新年贺词 祭文 颂词 谢词 谢辞 告别辞 告别词 欢送词 欢送辞 就职词 主婚词 婚礼致辞 开场白 颁奖词 推介词 推介辞 挽词 就职宣言",
        "发言": "发言 发言稿 发言材料 表态发言 交流发言 典型发言 书面发言 大会发言 表态 发言摘要 "
        "获奖感言 得奖感言 领奖感言 当选感言 就职感言 任职感言 夺冠感言 退休感言 毕业感言",
        "演讲": "演讲 演讲稿 演讲词 讲演 演说 演说词 演讲辞 演辞 就职演说",
        "主持词": "主持词 主持辞 主持稿 主持讲话 串词 串联词",
        "述职报告": "述职报告 述职述廉报告 述职述德述廉报告 述廉报告 述职 述学述职述廉报告 述职述学报告 述职述责报告",
        "调研报告": "调研报告 调查报告 考察报告 的调研 的调查 调研文章 的思考与调研 专题调研 调查与思考 调研与思考",
        "报告": "报告 工作报告 专题报告 辅导报告 事迹报告 政府工作报告 讲座 工作汇报 情况汇报 汇报 汇报材料 汇报提纲",
        "党课": "党课 党课讲稿 党课报告 党课教案 党课提纲",
        "答记者问": "答记者问 答问 答问全文 记者会实录 答问实录 新闻发布会实录 发布会实录 答传媒提问 答传媒 谈话内容 谈话全文 会见传媒 会见传媒谈话 会见新闻界 记者招待会 回答记者提问",
        "访谈": "访谈 访谈录 访谈实录 专访 对话 对话录 对谈 访问记 采访实录 采访录 访谈摘要 网谈 访问录 网络访谈 问答录",
        "会议记录": "会议记录 会议纪录 记录 纪录 实录 会议实录 座谈实录 座谈会实录 会议纪要 纪要 笔录 发言实录 记录稿 速记 速记稿",
        "总结": "总结 工作总结 小结 工作小结 总结报告 年终总结 回顾总结 总结材料",
        "通知": "通知 须知 通告 公告 通报 启事 函 的意见 的决定 的批复 若干意见 办法 规定 细则 通知书",
        "方案": "方案 实施方案 工作方案 活动方案 工作计划 预案 计划 工作要点 策划书 策划案",
        "心得": "心得 心得体会 体会 学习体会 有感 感想 感悟 读后感 观后感 学习心得 随感 听后感 感言 感受 有悟",
        "其他": "倡议书 公开信 的一封信 感谢信 慰问信 检讨书 申请书 请柬 邀请函 承诺书 决心书",
    }.items()
    for word in words.split()
}
SPEECH_KINDS = frozenset(["讲话", "致辞", "发言", "报告", "演讲", "主持词", "党课", "述职报告"])
TURN_KINDS = frozenset(["访谈", "答记者问", "会议记录"])
PAPER_KINDS = frozenset(words("总结 调研报告 通知 方案 心得 文章 新闻 求助 分享 其他"))
GENRE = re.compile("|".join(sorted(GENRES, key=len, reverse=True)))
# 讲话(摘要), 讲话全文, 致辞(附图/短片): what may follow the genre word at the end of a title.
AFTER_GENRE = (
    r"(?: ?(?:[(【\[](?!正文)[^()【】\[\]]*[)】\]]|全文|稿|材料|摘要|节选|摘登|摘编|摘录|要点|提纲|实录|纪实|选登|选编|精选|范文|范例|范本|样本|例文|参考|模板|内容|文字|精编|版|中译|译文|"
    r"[一二三四五六七八九十]|\d{1,2}|》|”|\"|篇|之|\+|录音|整理|的|稿子|大全|集锦|合集|汇编)){0,6} ?$"
)
EXCERPT = re.compile(
    r"(?<=\()部分(?=\))|摘要|节选|摘登|摘编|摘录|摘刊|摘发|一部分|部分内容|有删节|有删改|略有删|删节|有删减|要点|选段|片段|节录|选载|摘自(?=[^,。]{0,40}讲话)|上接|下转|有节略"
)
ELLIDED = re.compile(
    r"[(（]\s*(?:[中上下前后余]|其余|以[上下])?略\s*[)）]$|^[(（](?:以下|中间|此处|前面|后面)?(?:内容|部分)?(?:略|从略|省略|有?删节|有?删减)[)）]$|^(?:[(（]?上接|[(（]?下转)|[(（]\s*下转[^)）]*[)）]|[(（]\s*上接[^)）]*[)）]"
)
# The asker of a text, not the teller of one.
HELP = re.compile(
    r"^(?:急?求|跪求|谁有|哪位|请教|求助|请问|有没有|寻(?!找|访|梦|根|路)|找(?=.{0,20}(?:材料|稿|讲话|范文))|诚求|恳求|悬赏|在线等|帮忙|紧急求|谁能|哪里有|有谁)|(?:急求|跪求|求助|请教|谁有|哪位|急需|求一篇|求一份)|"
    r"(?:怎么|如何|怎样|吗|呢|哪里|哪儿|什么|谁)[^,。]{0,12}\?$"
)
SHARE = re.compile(r"分享|共享|下载|打包|资料包|汇编|合集|附件|转载|推荐|免费|赠送|奉献|上传|网盘")
NOVEL = re.compile(r"^第[一二三四五六七八九十百\d]+[章回节]|小说|连载")
# A report about an event: what its lead or title says.
NEWS_LEAD = re.compile(
    r"^[(\[【]?[^,。;:]{0,26}?(?:日(?:讯|电|消息)|(?<!通)讯 ?[(:,]|(?<!通)讯 (?=\S)|消息 ?[(:,]|[社网] ?\S{0,14}电 ?[(:,]|^本[报刊网台]讯|电 ?\((?:记者|通讯员))|"
    r"^[(\[【]?(?:本报|本刊|本网|本台|特约|实习)?(?:记者|通讯员)[^:。]{2,20}(?:报道|摄影报道)"
)
NEWS_TITLE = re.compile(
    r"(?:上|时|中)?(?:强调|指出|要求|表示|希望|调研|召开|举行|开幕|闭幕|会见|会晤|出席(?!.*(?:致辞|讲话|演讲|发言))|主持召开|开讲|揭牌|启动|圆满结束|落幕|作重要讲话|发表重要讲话|发表(?:重要|主旨)?演讲|受到[^,。]{0,6}(?:欢迎|好评)|引发热议|在即)(?:[ :,]|$)|"
    r"(?:出席[^,。 ]{0,16}并|作了?)(?:作了?|发表|致)?(?:重要|主旨|主题)?(?:讲话|致辞|发言|演讲|报告)$"
)


def final_genre(flat: str) -> re.Match[str] | None:
    """The genre word with which a title ends, brackets and 全文 aside.

    >>> final_genre("在全市会议上的讲话(摘要)")[0]
    '讲话'
    """
    found = None
    match = GENRE.search(flat)
    while match is not None:
        if _AFTER.match(flat, match.end()) and not _ACTED.search(flat, 0, match.end()):
            return match
        follows = _WHOLE.match(flat, match.end())
        at = follows.end() if follows else match.end()
        if flat[at : at + 1] in ("", "—", "-", " ", "(", "《", "》", "。", ":"):
            inside = found is not None and match.end() <= found.end()  # 讲稿 of 党课讲稿
            found = found if inside else match
        match = GENRE.search(flat, match.start() + 1)
    return found


_AFTER = re.compile(AFTER_GENRE)
_WHOLE = re.compile(r"(?:全文|摘要|节选|实录)(?=[: —])")
_ACTED = re.compile(
    r"(?:怎样|怎么|如何|这样|那样|不会|不敢|学会|爱|怕)(?:讲话|发言|演讲|报告|总结|汇报)$"
)  # what one does
