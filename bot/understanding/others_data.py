"""Somebody asks for what we hold about somebody else: refused, whoever they say they are (PIPL art. 10, 25)."""

import re

_OWNER = (
    "车主|机主|(?:其他|别的|哪些|所有|全部|到店|来店|今天的?|昨天的?|那个|这个|那位|投诉.{0,4}的?)(?:客户|顾客|"
    "用户|人)|(?:昨天|今天|前天|上周|刚才?)来[^,。]{0,4}的?[^,。]{0,2}(?:客户|人|车)|客户(?=名单|信息|资料|电话|手机|联系)|"
    "[\u4e00-\u9fff](?:先生|女士|小姐)|我?(?:老板|领导|同学|亲戚|舅|叔|姑|姨|表[哥姐弟妹])的?[^,。]{0,3}|"
    "隔壁[^,。]{0,3}|前[妻夫任]|前[男女]友|邻居|(?:朋友|同事)[^,。]{0,8}|老公|老婆|男友|女友|[他她]们?|人家|别人|"
    "对方|"
    "(?:那|前面|后面|旁边)[台辆]车|(?:车牌|牌照|车)(?=是谁)|[\u4e00-\u9fff][a-z][a-z\\d]{5,6}(?=是谁|登记|"
    "[^,。]{0,2}谁名下)"
)
_HELD = (
    "电话|手机号?|号码|联系方式|姓名|名字|叫(?:啥|什么)|住(?:哪|址|在哪)|地址|住址|名单|身份证|微信|"
    "(?:消费|维修|保养|购车|聊天)?记录|花了多少|修了?(?:啥|什么|哪)|最近.{0,3}来过|买了(?:什么|啥)|"
    "在哪.{0,3}(?:保养|修)|什么时候.{0,4}(?:来|保养|修)|来(?:过)?(?:你们)?店[^,。]{0,4}(?:吗|做|干|修)|是谁|"
    "谁名下|都谁|姓(?:什么|啥)|是不是姓|(?:保养|修|来)(?:了|过)?几[次回]"
)
_WISH = (
    "有没有|查|告诉|给我|发我|发给我|发来|多少|是谁|推我|列|导出|看|知道|[吗么]|啥|什么|哪|[?]|"
    "是不是|几[次回]|都谁|能给|给一?份|给(?=我|个)"
)
_ASKED = re.compile(f"(?:{_OWNER})[^。!]{{0,24}}?(?:{_HELD})")
_WISHED = re.compile(_WISH)
_LIST = re.compile(
    "(?:列出|导出|输出|打印|发我|给我|显示|查一?下?).{0,12}(?:客户|车主|预约|到店)(?:的)?(?:名单|电话|手机号?|"
    "信息|资料)|"
    "把(?!我|你|店|救援|顾问|销售|经理|自己|老师)[\u4e00-\u9fff]{2,3}的(?:电话|手机号?|号码|微信|住?地址)(?:给|"
    "发|推)(?:我|一下|过来)|"
    "(?:客户|车主).{0,6}(?:名单|手机号?|电话).{0,6}(?:列|导|发(?:我|到|来|过来|给)|给我|念)|"
    "查[^,。]{0,3}[\u4e00-\u9fff][a-z][a-z\\d]{5,6}[^,。]{0,3}(?:主人|车主|电话|住)|"
    "车牌是谁的|这车牌?是谁的|[\u4e00-\u9fff][a-z][a-z\\d]{5,6}(?:的车)?是谁"
)
_MINE = re.compile("我(?:自己|本人)?的?(?:所有|全部)?(?:电话|手机|号码|信息|资料|住址|地址|档案|照片|记录|数据)")
_ERASE = "(?:删|清[掉除空]|抹|注?销)"
# Their right, not the asker's: 把我老公的资料也删了.
_ERASES_THEIRS = re.compile(
    f"(?:老公|老婆|男友|女友|前[妻夫任]|朋友|同事|邻居|别人|人家|[他她]|老板|领导)的?(?:所有|全部)?的?"
    f"(?:资料|信息|档案|记录|数据|账号)[^,。]{{0,5}}{_ERASE}"
)
# One of the house may be asked for; whoever speaks for the family's own car tells, and asks nothing of it.
_OURS = re.compile(
    "(?:顾问|销售|师傅|经理|客服|救援|技师|你们店?|门店|店里|展厅|前台)的?(?!客户|车主|的客户|"
    "的车主).{0,4}(?:电话|微信|手机|名片|地址|联系方式|名字)"
)
_PRIVATE = re.compile("私人|私号|私下|个人|家里|家庭|住|结婚|离婚|多大|年龄|工资|真名|身份证")
_TELLS = re.compile(
    "(?:电话|号码|手机号?|微信|姓名|名字|地址)(?:是|改|换|填|写|:)|联系(?:他|她|我)|(?:回|打|来)(?:个|一个|"
    "一下)?电话|打(?:他|她|我)的?(?:电话|手机)|取车|提车|加我"
)
_IDLES = re.compile("(?:看|玩|刷|盯|打|抱|捧|摆弄)(?:着|个)?手机(?!号|里|上的|是多少)|低头[^,。]{0,3}手机")
_GOODS = re.compile("(?:卖|出售)的[^,。]{0,10}(?:还有|有没有|有货|多少钱|有吗)")
_REFUSED = re.compile("要替他们保密")  # templates/messages/privacy/others.wechat.txt, privacy_others of dealer.yaml


def listed(text: str) -> bool:
    """A list of customers, or who stands behind a plate: nothing else can be meant."""
    return _LIST.search(text) is not None


def erases_theirs(text: str) -> bool:
    return _ERASES_THEIRS.search(text) is not None


def of_the_house(text: str) -> bool:
    """你们经理电话多少, 我要投诉: asked for as one of the house, not as a private person."""
    return _OURS.search(text) is not None and _PRIVATE.search(text) is None


def of_no_person(text: str) -> bool:
    """前台小姑娘老看手机, 展厅卖的车模还有吗: what somebody does with a telephone, goods of the house."""
    return _IDLES.search(text) is not None or _GOODS.search(text) is not None


def refused(told: str) -> bool:
    """told: what we said last; whether it was that we keep others' data to ourselves."""
    return _REFUSED.search(told) is not None


def asked(text: str) -> bool:
    """text: normalised."""
    if listed(text) or erases_theirs(text):
        return True
    if of_no_person(text):
        return False
    if _MINE.search(text) and re.search(_ERASE, text):
        return False  # 我的电话住址都删掉, 免得新车主看到
    if _OURS.search(text) or _TELLS.search(text):
        return False
    return _ASKED.search(text) is not None and _WISHED.search(text) is not None
