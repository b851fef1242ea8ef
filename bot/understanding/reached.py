"""How and when somebody is to be reached, told apart from a refusal: 开车多, 别打电话; 周末别联系."""

import re

from bot.understanding import intents, subjects
from bot.understanding.blame import SURE
from bot.understanding.refusals import refusal
from bot.understanding.second_opinion import MESSAGES
from bot.understanding.setting import Setting
from bot.understanding.slots import contact

SURELY_REACHED = 0.75
AT_TIMES = re.compile(
    "(?:白天|晚上|夜里|中午|早上|上午|下午|上班|工作时间|周末|节假日|开会|[点:]).{0,12}(?:打|来电|电话|联系|打扰)"
)
EVERY_WAY = re.compile("(?:电话|短信|信息|微信)[^。]{0,6}也[^。]{0,2}(?:别|不|甭|勿)[^。]{0,4}(?:电话|短信|信息|微信)")


def hours_beside(text: str) -> bool:
    """促销消息全停掉, 另外晚上八点以后别打我电话: the hours in a clause of their own, beside a refusal by name."""
    clauses = [each for each in subjects.CUTS.split(text) if each]
    timed = [each for each in clauses if contact.quiet_after(each)]
    return bool(timed) and any(MESSAGES.search(each) and refusal(each) for each in clauses if each not in timed)


def on_being_reached(text: str, setting: Setting) -> bool:
    """开车多, 别打电话; 周末别联系: when or how. The classifier says where words do not, and may say they do not."""
    reached = subjects.heard(intents.INFO_UPDATE, text, (), setting)
    refused = subjects.heard(intents.OPT_OUT, text, (), setting)
    channel = contact.channel_pref(text)
    if EVERY_WAY.search(text):
        return False
    if contact.quiet_after(text) or (contact.no_call(text) and (channel or AT_TIMES.search(text))):
        return refused < SURE
    told = contact.no_call(text) or channel
    return reached >= (SURE if told else SURELY_REACHED) and refused < reached / 4
