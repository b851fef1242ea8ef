"""What leans on a refusal just noted, or only sounds like one: what it stopped, which way stays open, who is angry.

我退订啥了 asks and changes nothing; 短信也不要, right after calls were refused, leaves WeChat; 不想再来了, in the
middle of a complaint, refuses no messages.
"""

import re
from datetime import datetime

from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import sending
from bot.understanding.normalise import bare, normalise
from bot.understanding.second_opinion import OF_MESSAGES
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding
from handlers.of_a_case import BLAMED, GRAVER, MORE, OF_IT
from handlers.subject import case_open

CONSENT = "_consent"  # slot: what was refused is asked for
BY_WECHAT = "_by_wechat"  # slot: text messages were refused, this way was not
SHORT = 20  # signs
GRAVE = frozenset({"emergency", "complaint", "wrong_person"})
_STOPPED = "(?:退订?|取消|停|关|拒收?)(?:订|掉|发)?(?:了|的)?"
_WHAT = "(?:啥|什么|哪些|哪种|哪个|哪几)"
ASKS_WHAT = re.compile(
    f"{_STOPPED}(?:都|是|到底|究竟)*{_WHAT}|{_WHAT}[^,。]{{0,4}}(?:被)?(?:我)?{_STOPPED}(?:$|[,。?])|"
    f"(?:还|照样|继续)(?:会|能|要|给我)*(?:发|收)(?:到|给我)?{_WHAT}|(?:还|有){_WHAT}(?:还|会|能|要|给我)*(?:发|收)|"
    f"(?<!时候){_WHAT}[^,。候]{{0,4}}(?:还|照样|继续)(?:会|能|要|给我)*(?:发|收)|"
    f"(?:是不是)?[都全]{_STOPPED}[吗么?]"
)
ASKS_WHETHER = re.compile(
    "我(?:这边|应该)?(?:没有?|是不是|有没有|算不算|已经|刚)(?:再)?退订(?:了|过|成功)*(?:吧|吗|没有?|么|啊?[?])"
)
STILL_SENT = re.compile(
    "(?:那|保养|年检|维修|取车|到期|服务|活动|优惠|促销|广告|祝福|问候|问卷|调查|的|提醒|通知|消息|短信|[,。 ])*"
    "还(?:会|能)?(?:给我)?(?:发|有|收到?)(?:给我)?(?:的)?[吗么不?]*"
)
HOSTILE = re.compile("怎么|咋|凭|为[什啥何]|还敢|干[嘛吗]|又|投诉|举报|发什么发|有什么用")
NO_TEXTS = re.compile(
    "(?:别|不要|不用)(?:再|老|给我)*发短信(?:给我|了|啦|吧|哈)*|"
    "(?:手机)?短信(?:也|都|就|也都)*(?:不要|别|不用|不必|免)(?:再)?(?:给我)?(?:发|来)?(?:了|啦|吧|哈)*"
)
SENDS_WECHAT = re.compile(
    "(?:那|就|以后|可以|有事|要发|都|[,。 ])*(?:发|用|走|加)?微信(?:上)?(?:发|说|联系|就)*(?:吧|就行|可以|好了|行|我)*"
)
STAYS_AWAY = re.compile(
    "(?:不想|不会|再也不|以后不|下[次回]不|不打算|不敢)(?:再|会|想)*(?:来|去)(?:你们?[^,。]{0,4})?了?(?:$|[,。!])"
)


def of_consent(
    understood: Understanding, turn: Turn, _read: Read, _now: datetime, _setting: Setting
) -> Understanding | None:
    """None: the words stand as they were read."""
    plain = normalise(turn.inbound.text)
    if understood.intent in GRAVE or understood.signals & GRAVER or len(plain) > SHORT:
        return None
    if not GRAVE & set(understood.also) and _asks_what_stands(plain, turn):
        return Understanding("faq", slots={CONSENT: True})
    if understood.also:
        return None
    angry = STAYS_AWAY.search(plain) or (sending.groans(plain) and case_open(turn))
    if understood.intent == "opt_out" and angry and not OF_MESSAGES.search(plain):
        return _angry(plain, turn)
    return _of_one_way(understood, bare(plain), turn)


def _asks_what_stands(plain: str, turn: Turn) -> bool:
    just = turn.before.intent == "opt_out" or "停发" in turn.told or "照常发" in turn.told
    if HOSTILE.search(plain):
        return False
    named = ASKS_WHAT.search(plain) is not None and (just or "退订" in plain)
    return named or ASKS_WHETHER.search(plain) is not None or (just and STILL_SENT.fullmatch(plain) is not None)


def _angry(plain: str, turn: Turn) -> Understanding | None:
    """不想再来了, told by who complains: more of that."""
    if case_open(turn):
        return Understanding("complaint", slots={OF_IT: MORE})
    return Understanding("complaint", slots={"reason": plain}) if turn.before.intent in BLAMED else None


def _of_one_way(understood: Understanding, body: str, turn: Turn) -> Understanding | None:
    """短信也不要, after calls were refused; 发微信, after text messages were: the other ways stay open."""
    if turn.inbound.channel is Channel.SMS:
        return None
    if understood.intent == "opt_out" and "不打电话" in turn.told and NO_TEXTS.fullmatch(body):
        return Understanding("info_update", slots={"no_call": True, "channel_pref": "wechat"})
    refused = turn.before.intent == "opt_out" and NO_TEXTS.fullmatch(bare(normalise(turn.before.text)))
    if refused and SENDS_WECHAT.fullmatch(body):
        return Understanding("info_update", slots={"channel_pref": "wechat", BY_WECHAT: True})
    return None
