"""The whole forum in traditional characters, for Big5: character by character, in pages as in the truth."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

_T = TypeVar("_T")
# those of our own words that have a traditional form
_SIMPLIFIED = (
    "万与两严个临为举么义乔习乡书买乱于云亩亲从仓仪们价众会伞传余储兑党关兴养内冈册写农决况准几击则刚删别"
    "办务动区医华协单却厂压厕县参发台号吃后吗听启员响园围图场坏块坛坞声处复够头学实审宫宾对导层屉岗岭峤师"
    "帮干并库应废开张强当录总恺愿戏战户扩扫护报担换据摊数断无旧时显晒机权条来枢枫柜标栏树样档桥检楼欢欧气"
    "沟没洼浏涂渔温游湾湿满灯灾点热焕献现电画畅疗盖盘着码砚砺确礼离种秘积稳窍笔签简类红级纪纰纸线练组细终"
    "绍经绒结绕给绝统继续绮绿编缮网罢职脑脚芦苇范莳营蓝蔺蚕补装见规览计讨让训议讯记讲论设访证评词话该说请"
    "读课谁调谈谢贡财责账货质贩购资赞车转轮软轻载较辅辑输辞边达过运还这进远迟选递邝邬邻采里钟钢钧钱铎铺链"
    "销锁错镇长门闭问闲间闸闹闻阅队阳阵随隐难霁页顶项顺须预领频题颜风饭馆马验骞鲍鸢齐"
)
_TRADITIONAL = (
    "萬與兩嚴個臨為舉麼義喬習鄉書買亂於雲畝親從倉儀們價眾會傘傳餘儲兌黨關興養內岡冊寫農決況準幾擊則剛刪別"
    "辦務動區醫華協單卻廠壓廁縣參發臺號喫後嗎聽啟員響園圍圖場壞塊壇塢聲處復夠頭學實審宮賓對導層屜崗嶺嶠師"
    "幫幹並庫應廢開張強當錄總愷願戲戰戶擴掃護報擔換據攤數斷無舊時顯曬機權條來樞楓櫃標欄樹樣檔橋檢樓歡歐氣"
    "溝沒窪瀏塗漁溫遊灣溼滿燈災點熱煥獻現電畫暢療蓋盤著碼硯礪確禮離種祕積穩竅筆籤簡類紅級紀紕紙線練組細終"
    "紹經絨結繞給絕統繼續綺綠編繕網罷職腦腳蘆葦範蒔營藍藺蠶補裝見規覽計討讓訓議訊記講論設訪證評詞話該說請"
    "讀課誰調談謝貢財責賬貨質販購資贊車轉輪軟輕載較輔輯輸辭邊達過運還這進遠遲選遞鄺鄔鄰採裡鍾鋼鈞錢鐸鋪鏈"
    "銷鎖錯鎮長門閉問閒間閘鬧聞閱隊陽陣隨隱難霽頁頂項順須預領頻題顏風飯館馬驗騫鮑鳶齊"
)
_TABLE = str.maketrans(_SIMPLIFIED, _TRADITIONAL)
_HAN = re.compile("[一-鿿]+")


def traditional(text: str) -> str:
    """The text with each character that has a traditional form in our tables replaced by it."""
    return _HAN.sub(lambda run: run[0].translate(_TABLE), text)


def translated(value: _T) -> _T:
    """A truth, or a part of one, with every string in it so replaced."""
    return _walk(value)  # type: ignore[no-any-return]


def _walk(value: Any) -> Any:
    if isinstance(value, str):
        return traditional(value)
    if isinstance(value, dict):
        return {key: _walk(item) for key, item in value.items()}
    if isinstance(value, tuple):
        items = [_walk(item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _walk(getattr(value, field.name)) for field in fields(value)})
    return value
