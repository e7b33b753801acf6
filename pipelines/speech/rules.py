"""Every rule that may stand in ``evidence``, with its reason; each has its examples and near misses as a fixture.

The fixture of a rule is ``tests/fixtures/speech/rules/<rule>.jsonl``. To add a rule, add a row here, a fixture there,
and the code or table entry that names it.
"""

from __future__ import annotations

RULES: dict[str, str] = {
    # who speaks, most trusted first
    "tail-note": "本文为R N D在E上的讲话: a note below the text says outright whose words it is.",
    "lead": "以下为R N在E的致辞全文: the sentence that introduces the full text names its speaker.",
    "label-block": "主讲人: N, 时间: D, 地点: P: labelled lines above the text.",
    "byline": "A person alone on a line between title and text: R N, ● N, N.",
    "byline-date": "A person on the date's line: R N(D), (D) N.",
    "byline-organisation": "A body alone on a line above a 发言: parties speak in consultative sessions as bodies.",
    "subtitle": "——R N在E上的讲话: the line under a title that is a phrase.",
    "heading-line": "N在E上的讲话 printed above the text as a heading.",
    "title": "R N在E上的讲话: the thread's subject names the speaker and no line of the text contradicts it.",
    "title-colon": "N:把路修进家门: a name before the colon of a title.",
    "signature": "R N below the last paragraph.",
    "self-introduction": "我叫N in the first lines of a speech that names nobody else.",
    # who speaks in turns
    "turn-label": "N: or 【R N】 before what is said, on lines that take turns.",
    "interviewee": "访R N, R N答记者问: the title names who answers.",
    "introduced": "今天做客的是R N: the host introduces a guest by office and name.",
    "addressed": "王明县长,请…: how the others address a label gives its office.",
    # who wrote what nobody delivered
    "byline-meta": "作者:N 来源:… in a line of credits above the text.",
    "writer-note": "(作者系R), 文/N: a note names the writer or the writer's office.",
    "executor-note": "执笔:N, 课题组成员:N: who wrote a survey.",
    "reporter": "(记者N 通讯员M): who wrote a report or asked in an interview.",
    "interviewer": "接受本刊记者N的采访: the sentence above an interview names who asked.",
    # where
    "date-line": "A line that is a date, alone or with a place or an event.",
    "event-before-genre": "全县座谈会主持词: an event right before the genre word.",
    "news-title": "N在E上强调, E召开: the headline of a report names the event.",
    "news-lead": "5月8日,E举行: the first sentence of a report names the event.",
    # when
    "note-date": "The date inside the note or lead that names the speech.",
    "clause-date": "The date inside D在E上的讲话 of a heading or title.",
    "title-date": "A date in the title of a speech.",
    "news-date": "The day that a report gives for the event; a bare day takes its month from the dateline.",
    "today-date": "今天是D in the first paragraphs of a speech that prints no other day.",
    "signature-date": "A date below the last paragraph.",
    # what
    "title-genre": "The genre word with which a title ends.",
    "heading-genre": "The genre word with which a heading of the text ends.",
    "title-excerpt": "摘要, 节选 … behind the genre word of a title or heading.",
    "excerpt-note": "节选, 有删节, 讲话的一部分 in a note.",
    "elided": "A section marked (略), or 上接/下转.",
    "title-note": "标题为编者所加: not 小标题.",
    "editor-note": "责任编辑:N, 编辑/N.",
    "source-note": "来源:P, 原载《P》: a publication or site, not the web or a forum.",
    "news-paper": "P1月25日讯: the paper of a report's dateline.",
}
