"""Why somebody stays away (churn), and what would bring them back."""

import re

REASONS = {
    "price": "(?:你们?家?|4s)[^。]{0,16}[一二三四五六七八九两\\d]+百?[^。]{0,8}"
        "(?:外头|外边|外面|人家|别家|小店)[^。]{0,6}"
        "[一二三四五六七八九两\\d]+百?|(?:外头|外边|门口|巷口|隔壁|别家|人家|小店|老板|老[王李张]|"
        "网上)[^。]{0,14}[一二三四五六七八九两\\d]+百?[^。]{0,8}(?:你们?家?|"
        "4s|这边)[^。]{0,6}[一二三四五六七八九两\\d]+百?|养不起|贵|价格|便宜|收费|工时费|宰|黑|坑|性价比|花钱|费用",
    "distance": "一个多?(?:钟头|小时)|远|不顺路|路程|开过去要|跑[一这那]?趟|不方便(?!.*时间)|离.{0,6}(?:公里|远)",
    "time": "闲工夫|工夫|等(?:一回|一次)|(?:哪|没)(?:有|里)?(?:顾得?上|工夫|功夫|空)|顾不(?:上|得|过来)|坐月子|"
    "满月|带娃|住院|"
        "没(?:得)?闲|脚不沾地|没(?:有)?(?:时间|空|"
        "功夫)|太?忙|加班|冇时间|走不开|抽不[出开]|排队|等(?:了|太|的?时间|半天|"
        "[一两三]|好久)|预约(?:太|麻烦|不上|难)|慢",
    "quality": "比修(?:之)?前还|更(?:闹腾|响|坏|差)|哪敢|不敢(?:再)?(?:去|来)|白修|修不好|没修好|技术|"
        "质量|手艺|越修|水平|没解决|修了?[^,。]{0,4}[没不](?:有)?好|"
        "配件(?:不|差)|返修|修了.{0,3}次|修的不行",
    "attitude": "翻[着了个]*白眼|爱来不来|找气受|受气|"
        "态度|服务(?:差|不好|不行|一般|太)|爱[答搭]不理|爱理不理|推销|不耐烦|脸色|不信任|骗|推脱|冷淡|被坑",
    "sold": "不在我(?:手|名)|换(?:了)?别的|(?:那台|老车|旧车)[^,。]{0,6}(?:卖|换|不在|处理)|"
        "换[^,。]{0,4}(?:牌子|品牌)|"
        "车.{0,4}(?:卖|过户|报废|处理)|卖了|卖掉|车(?:已经)?不在|换车|换(?:了)?(?:别的)?(?:牌子|品牌)|过户|报废",
    "moved": "搬|换(?:了)?城市|调[到去走]|在.{1,3}上班|带过来|外地|回老家|在老家|去.{1,4}(?:工作|上班)了|"
        "不在(?:杭州|本地|这边)|调走|出国",
    "elsewhere": "外面|外头|别[的处家]|快修|途虎|京东|天猫|修理[厂店铺]|家门口|楼下|朋友.{0,3}(?:店|开)|亲戚|"
        "另一?家|路边店|自己(?:保养|换|弄)|定点|去.{1,4}(?:那家|店)",
}  # fmt: skip
NUMBERS = re.compile("(?:选|回复)?\\d(?:[ ,、和跟及]*\\d)*(?:吧|都有)?")
BY_NAME = {
    "price": "价|贵|费", "distance": "距离|远|路", "time": "时间|忙", "quality": "质量|技术|维修",
    "attitude": "服务|态度",
    "sold": "卖|换车", "moved": "搬", "elsewhere": "别家|其他店|他处",
}  # fmt: skip
NO_INTEREST = re.compile(
    "不(?:考虑|会再|感兴趣|想(?:再)?[去来]|需要|来了|去了)|没兴趣|别(?:再)?(?:发|联系)|算了|再也不"
)
INTEREST = re.compile(
    "(?:优惠|便宜|打折|活动|券).{0,8}(?:回|来|去|考虑|就|叫我|可以)|可以考虑|考虑(?:一下|"
    "看看)?$|(?:有空|下次|过阵子|回头|改天|过几天|会).{0,3}[去来]|有.{0,3}优惠吗|给个优惠"
)


def reasons(text: str) -> tuple[str, ...]:
    found = tuple(name for name, words in REASONS.items() if re.search(words, text))
    return tuple(name for name in found if name != "price" or not re.search("不(?:是)?贵|价格还?(?:可以|行)", text))


def listed(text: str, told: str) -> tuple[str, ...]:
    """2和3, to 1价格 2距离 3时间: what our last line numbered so; empty when it numbered nothing."""
    numbers = re.findall("\\d", text) if NUMBERS.fullmatch(text) else []
    named = dict(re.findall("(\\d)[.、:)]? ?([^\\d\\s,。;]{2,6})", told)) if numbers else {}
    said = "".join(named.get(each, "") for each in numbers)
    found = [name for name, words in BY_NAME.items() if re.search(words, said)]
    return tuple(found)


def interest(text: str) -> bool | None:
    """True: would come back on a word; False: wants no more of it; None: not said."""
    if NO_INTEREST.search(text):
        return False
    return True if INTEREST.search(text) else None
