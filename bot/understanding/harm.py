"""What may never be missed: danger, refusals, strangers, somebody else's data, orders to the bot.

The ordered rules first, then the classifier's margins, which hear what they missed and doubt what they found
(second_opinion.py).
"""

import re

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import (
    intents,
    no_danger,
    others_data,
    refusals,
    safety,
    second_opinion,
    sending,
    strangers,
    subjects,
    under_way,
    wishes,
)
from bot.understanding.blame import SCORED, SURE
from bot.understanding.leaning import tells_the_place
from bot.understanding.meaning import Understanding
from bot.understanding.normalise import bare
from bot.understanding.setting import Setting
from bot.understanding.slots.phones import phone
from bot.understanding.slots.places import named_place
from bot.understanding.slots.quote import plainly
from bot.understanding.slots.symptoms import gone

MAY_I = re.compile("[行成中]不|[吗么?不]$|可[以不]|能不|行吗|没事吧|要紧")
# 那我再开五公里到你们店行不, right after a danger
DRIVES_ON = re.compile(
    "(?:还|再|慢慢|慢点|继续|直接|自己)[^,。]{0,3}(?:能|可以)?[^,。]{0,3}(?:开|骑|挪)[^,。]{0,10}(?:去|到|过|回|店|家|公里|走)|开(?:过去|到你们|去你们)"
)


def danger(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> Understanding | None:
    """Danger going on now, with its kind, where it is and whether somebody is hurt as far as told. text: normalised."""
    if setting and under_way.relieved(text, setting.told):
        return None
    kind = safety.emergency(text)
    wet = kind == "flood" and under_way.recent(text)  # 昨晚泡水了, 能修吗 sounds like a repair
    if kind and not wet and setting and second_opinion.calm(text, prompts, setting):
        return None
    if kind is None and safety.knocked(text) and not safety.told_of(text):
        kind = "ev_battery"
    if setting and _comes_to_an_end(text, kind) and (still := second_opinion.kind_before(setting)):
        kind = still
    if (
        kind is None
        and setting
        and not no_danger.plainly(text)
        and not _adds_to_a_breakdown(text, setting)
        and not _answers_the_quote(text, prompts, setting)
        and not _told_mended(text, prompts)
        and (heard := second_opinion.danger(text, prompts, setting))
    ):
        kind = second_opinion.kind_before(setting) or heard
    if kind is None:
        return None
    slots: dict[str, object] = {"kind": kind}
    hurt, place = safety.injury(text), under_way.where(text) or named_place(text)
    if kind == "person_trapped" and hurt and safety.only_cries(text):
        hurt = None
    if hurt is None and setting and second_opinion.hurt(text, setting):
        hurt = True
    if hurt is not None:
        slots["injury"] = hurt
    if place:
        slots["location"] = place
    return Understanding("emergency", slots=slots, signals=frozenset({"injury"} if hurt else ()))


def _comes_to_an_end(text: str, kind: str | None) -> bool:
    """不用来了 is of the danger before; so is 人出来了, where no new one is told beside."""
    return under_way.called_off(text) or (kind is None and under_way.over(text))


def _answers_the_quote(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """眼下手头紧, 俩都先搁着: a plain decision about the lines we asked about."""
    asked = any(each.kind is PromptKind.QUOTE for each in prompts)
    return asked and plainly(text, setting.lines, setting.prices) is not None


def _told_mended(text: str, prompts: tuple[Prompt, ...]) -> bool:
    """5分, 刹车不响了: how it was, told to who asked."""
    return gone(text) and any(each.kind in SCORED for each in prompts)


def _adds_to_a_breakdown(text: str, setting: Setting) -> bool:
    """文三路和古翠路路口, 我在车里坐着等, told because a rescue was sent for."""
    stranded = under_way.standing(setting) == intents.ROADSIDE_ASSIST
    return stranded and (tells_the_place(text) or under_way.said(text) != "")


def refused(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> Understanding | None:
    """A refusal with its scope, or messages wanted again. A no to what was just asked is neither."""
    if setting and (sending.car_stands(text, setting) or sending.called_off(text, prompts, setting)):
        return None
    if setting and not prompts and refusals.comes_again(text, setting.told):
        return Understanding("opt_out", ("complaint",), {"scope": "marketing"}, signals=frozenset({"ignored_refusal"}))
    if _wanted_again(text, prompts, setting):
        return Understanding("opt_in")
    text = refusals.corrected(text)
    scope = _scope(text, prompts, setting)
    if scope is None:
        return None
    ignored = refusals.ignored(text)
    return Understanding(
        "opt_out",
        ("complaint",) if ignored else (),
        {"scope": scope},
        signals=frozenset({"ignored_refusal"} if ignored else ()),
    )


def news_of_the_car(text: str, setting: Setting | None) -> bool:
    """停了, 不用来了, while help is on its way: of the car, of no messages."""
    if setting is None:
        return False
    goes_on = under_way.standing(setting) != "" and not refusals.keyword(text)
    return goes_on and under_way.said(text) != "" and not second_opinion.MESSAGES.search(text)


def _wanted_again(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> bool:
    if setting and refusals.invited_back(text, setting.told):
        return True
    if setting and setting.before.intent == intents.OPT_OUT and refusals.keeps_service(text):
        return True  # 保养到期提醒要保留的哈, right after a refusal
    wanted = refusals.opt_in(text) or sending.keeps_service(text)
    if wanted and not (setting and second_opinion.rather_refused(text, setting)):
        return True
    return setting is not None and second_opinion.renewal(text, prompts, setting)


def _scope(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> str | None:
    """How far a refusal goes; None where there is none."""
    scope = refusals.refusal(text)
    if any(each.kind in SCORED for each in prompts) and sending.only_groans(text):
        return None
    if scope and setting and second_opinion.no_refusal(text, prompts, setting):
        return None
    if scope is None and setting:
        scope = second_opinion.refusal(text, prompts, setting)
    if scope is None or (bare(text) in ("n", "拒绝", "退") and _yes_no(prompts)):
        return None
    return second_opinion.scope(text, scope, prompts, setting) if setting else scope


def stranger(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> Understanding | None:
    """Somebody else answers at this number, or what they say to our question. Who gives a new number is ours still."""
    decision = strangers.answer(text) if any(each.kind is PromptKind.STRANGER for each in prompts) else ""
    theirs = setting and second_opinion.no_stranger(text, prompts, setting)
    if not decision and strangers.says_wrong_person(text) and not phone(text) and not theirs:
        decision = strangers.WRONG
    if not decision:
        return None
    return Understanding("wrong_person", slots={"decision": decision}, signals=frozenset({"stranger"}))


def barred(text: str, others: bool, prompts: tuple[Prompt, ...], setting: Setting | None) -> Understanding | None:
    """What is neither done nor scored: orders to the bot, and somebody else's data (others: it is asked for)."""
    signals = frozenset({"injection"} if wishes.tricks(text) else ())
    if wishes.orders_about(text):
        return Understanding("off_topic", signals=signals)
    if others:
        return Understanding("privacy_request", slots={"action": "other"}, signals=signals)
    if not signals and setting is not None and second_opinion.orders(text, prompts, setting):
        signals = frozenset({"ordered"})
    return Understanding("off_topic", signals=signals) if signals else None


def others_asked(text: str, prompts: tuple[Prompt, ...], setting: Setting | None) -> bool:
    """Whether data of somebody else is asked for: the rules say so, or the classifier; it may doubt the rules."""
    if others_data.asked(text):
        return setting is None or not second_opinion.nobodys_data(text, setting)
    return setting is not None and second_opinion.others(text, prompts, setting)


def _yes_no(prompts: tuple[Prompt, ...]) -> bool:
    return bool(prompts) and prompts[0].kind in second_opinion.YES_NO


def goes_on(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> Understanding | None:
    """拉了手刹停到边上了: told right after a danger, by who is still in it; 来了吗, by who waits for a rescue."""
    standing = under_way.standing(setting)
    if not standing or wishes.thanks(text) or under_way.relieved(text, setting.told):
        return None
    belongs = under_way.said(text) != "" or tells_the_place(text)
    place = {"location": said} if (said := under_way.where(text) or named_place(text)) else {}
    if standing == intents.ROADSIDE_ASSIST:
        return Understanding(standing, slots={**place}, signals=frozenset({"stranded"})) if belongs else None
    kind = second_opinion.kind_before(setting)
    if kind is None or (not belongs and _wants_else(text, prompts, setting)):
        return None
    hurt = safety.injury(text)
    injury = {} if hurt is None else {"injury": hurt}
    slots: dict[str, object] = {"kind": kind, **injury, **place}
    return Understanding(intents.EMERGENCY, slots=slots, signals=frozenset({"injury"} if hurt else ()))


def _wants_else(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    if DRIVES_ON.search(text) and MAY_I.search(text):
        return False
    if no_danger.plainly(text):
        return True
    found = subjects.subject(text, prompts, setting)
    return found.confidence >= SURE and found.intent not in {*intents.NO_WISH, intents.ROADSIDE_ASSIST}
