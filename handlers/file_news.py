"""What handlers/of_the_file.py heard is noted for colleagues and said back; by SMS as far as a text is approved."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.customer import Purpose
from bot.effects import Effect, Note, OptOut, Param, Remember, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import file_words
from bot.understanding.normalise import normalise
from bot.understanding.strangers import speaks_for_the_owner
from bot.understanding.understand import Understanding
from bot.understanding.wishes import asks
from handlers.handover import summary, to_person
from handlers.of_a_repair import in_the_workshop

NOTED = "说已记下"
AVAILABLE = "方便的时间"  # templates/messages/info/hours.wechat.txt
Told = Callable[[Understanding, Turn, Read, datetime], Sequence[Effect]]


def news(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect] | None:
    """None: nothing of the kind."""
    told = TOLD.get(str(understood.slots.get("_news") or _half_told(understood, turn)))
    return told(understood, turn, read, now) if told else None


def _half_told(understood: Understanding, turn: Turn) -> str:
    """我换手机号了, and no number; 发票开错抬头了: what the words of a change lack, or who settles it."""
    plain, slots = normalise(turn.inbound.text), understood.slots
    number, of_another = bool(slots.get("phone")), bool(file_words.contact_person(plain))
    halves = (
        ("invoice", file_words.INVOICE.search(plain)),
        ("own_number", number and not turn.customer.known),
        ("contact", number and of_another),
        ("which_number", not number and file_words.NEW_NUMBER.search(plain)),
        ("which_plate", not (number or slots.get("plate")) and file_words.NEW_PLATE.search(plain)),
        ("contact", not (number or slots.get("plate")) and of_another),
        ("which_name", not number and file_words.WRONG_NAME.search(plain)),
    )
    whole = slots.get("vehicle_sold") or slots.get("pickup_person")
    return "" if whole else next((name for name, told in halves if told), "")


def _says(turn: Turn, message_id: str, params: Mapping[str, Param] | None = None) -> Say:
    """No free text by SMS: there it is the approved "noted"."""
    return Say("info.noted") if turn.inbound.channel is Channel.SMS else Say(message_id, params or {})


def _note(wish: str, understood: Understanding, turn: Turn, told: str = NOTED) -> Note:
    return Note(summary(wish, turn, understood.slots, told))


def _right(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    right = str(understood.slots["_right"])
    note = _note(f"档案要更正：{right}，请核实后更新", understood, turn, "说核实后更新")
    return (note, _says(turn, "info.corrected", {"right": right}))


def _which(what: str) -> Told:
    def asked(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
        note = _note(f"要更新{what}，还没有说是什么", understood, turn, "问了新的是什么")
        return (note, _says(turn, "info.which", {"what": what}))

    return asked


def _in_hand(_understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    return (_says(turn, "info.in_hand"),)


def _invoice(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if "发票" in turn.told:
        return (_note("发票的事，补充说明", understood, turn), _says(turn, "info.in_hand_invoice"))
    return to_person(
        understood, turn, read, now, "invoice", wish="发票开错，请核对后处理", told="说同事核对后联系",
        says=Say("info.invoice"),
    )  # fmt: skip


def _contact(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    number = str(understood.slots.get("phone", ""))
    note = _note("以后要联系另一位，请核实后更新档案", understood, turn)
    return (note, _says(turn, "info.contact", {"phone": number}))


def _own_number(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    return (_note("留了联系方式", understood, turn), _says(turn, "info.own_number"))


def _no_number(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    wished = not asks(normalise(turn.inbound.text)) or "电话" in turn.told
    return (_says(turn, "info.no_number", {"wished": wished}),)


def _no_matter(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    another = speaks_for_the_owner(normalise(turn.inbound.text))
    note = (_note("写信的是车主的家人，不是本人", understood, turn, "请他们接着说"),) if another else ()
    return note if turn.inbound.channel is Channel.SMS else (*note, Say("info.go_ahead"))


def _hours(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    quiet = understood.slots.get("quiet_after")
    kept = (Remember("quiet_after", str(quiet)),) if quiet else ()
    note = _note("说了方便和不方便接电话的时间，联系前请看原话", understood, turn)
    by_sms = turn.inbound.channel is Channel.SMS
    return (
        *kept,
        note,
        Say("info.preference", {"no_call": False}) if by_sms else Say("info.hours", {"again": AVAILABLE in turn.told}),
    )


def _death(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Everything but safety stops where it is the customer or the owner; a colleague sees to the papers."""
    owner = bool(understood.slots.get("_owner"))
    wish = "家里有人去世，请先看原话再联系，语气慎重" + ("。已停发一切消息，请核对档案和车辆手续" if owner else "")
    handed = to_person(
        understood, turn, read, now, "bereavement", wish=wish, told="表示了哀悼",
        says=Say("info.condolence", {"stopped": owner}),
    )  # fmt: skip
    return (*((OptOut(Purpose.ALL, "word"),) if owner else ()), *handed)


def _mourns(understood: Understanding, turn: Turn, _read: Read, _now: datetime) -> Sequence[Effect]:
    note = _note("补充说明", understood, turn)
    return (note,) if turn.inbound.channel is Channel.SMS else (note, Say("info.mourned"))


def _comes(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Who fetches or brings the car, their number, their hour; past closing time a colleague arranges it."""
    slots, order = understood.slots, read.latest_order()
    inside = in_the_workshop(read)
    wish = ("取车" if inside else "送车") + "由别人来，请留意并在交接时核对"
    kept = Remember("pickup", turn.inbound.text)
    closes = f"{read.house().opening.end:%H:%M}"
    if str(slots.get("time", "")) >= closes:
        says = Say("info.after_hours", {"closes": closes, "who": who_told(slots)})
        handed = to_person(
            understood, turn, read, now, "pickup", wish=f"{wish}；要在下班后到店", told="说了关门时间，同事来商量",
            owner=order.advisor_id if order and inside else None, says=says,
        )  # fmt: skip
        return (kept, *handed)
    advisor = order.advisor_name if order and inside else ""
    said: dict[str, Param] = {"advisor": advisor, "who": who_told(slots), "inside": inside}
    return (kept, _note(wish, understood, turn, "说已转告服务顾问"), Say("info.passed_on", said))


def who_told(slots: Mapping[str, object]) -> str:
    """张伟、电话13800001111、15:30到."""
    number, at = slots.get("phone"), slots.get("time")
    who = str(slots.get("pickup_person") or "")
    parts = (f"姓{who}" if len(who) == 1 else who, f"电话{number}" if number else "", f"{at}到" if at else "")
    return "，".join(str(each) for each in parts if each)


TOLD: Mapping[str, Told] = {
    "right": _right,
    "which_number": _which("新的手机号"),
    "which_plate": _which("新的车牌号"),
    "which_name": _which("正确的姓名"),
    "in_hand": _in_hand,
    "invoice": _invoice,
    "contact": _contact,
    "own_number": _own_number,
    "no_number": _no_number,
    "no_matter": _no_matter,
    "hours": _hours,
    "death": _death,
    "mourns": _mourns,
    "comes": _comes,
}
