"""A consent given by the customer's own act, recorded as such; 保养提醒还是要的 gives none to offers."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.customer import Purpose
from bot.effects import Effect, OptIn, OptOut, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.opt_out import offer_answered

INTENT = "opt_in"
OFFERS = (Purpose.MARKETING, Purpose.GREETING)
OF_SERVICE = re.compile("保养|年检|年审|维修|修车|取车|进度|服务(?:通知|提醒|消息|信息)|到期|召回|预约")
ONLY = re.compile("(?:只|光|仅|就)(?:想)?(?:要|留|收|发|保留|接收)")
OF_OFFERS = re.compile(
    "活动|优惠|促销|广告|推广|推荐|新车|试驾|祝福|问候|节日|生日|宣传|福利|特价|全部|所有|都(?:可以|行|发|要)"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    words = normalise(turn.inbound.text)
    only_service = OF_SERVICE.search(words) is not None and OF_OFFERS.search(words) is None
    wanted = () if only_service else OFFERS
    given: tuple[Effect, ...] = tuple(OptIn(each, "word") for each in wanted)
    if only_service and _nothing_else(words, turn):
        given = tuple(OptOut(each, "word") for each in OFFERS if not turn.customer.refuses(each))
    said = Say("optin.service", {"only": bool(given)}) if only_service else Say("optin.done")
    return (*offer_answered(turn), *_no_more_than(wanted, turn), *given, said)


def _nothing_else(words: str, turn: Turn) -> bool:
    """就要保养提醒, right after offers were let in again, or said with 只: they shall not come."""
    return ONLY.search(words) is not None and (turn.before.intent == INTENT or "就" not in words)


def _no_more_than(wanted: Sequence[Purpose], turn: Turn) -> Sequence[Effect]:
    """Who had refused everything takes that back, and still refuses what was not asked for."""
    if Purpose.ALL not in turn.customer.refusals:
        return ()
    kept = [each for each in (*OFFERS, Purpose.SURVEY) if each not in wanted]
    return (*(OptOut(each, "word") for each in kept), OptIn(Purpose.ALL, "word"))
