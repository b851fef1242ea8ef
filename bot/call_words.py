"""The results of a call as staff read them, Chinese and English; docs/calls.md says what follows from each."""

from collections.abc import Mapping

from bot.calls import Result

WORDS: Mapping[str, tuple[str, str]] = {
    Result.INTERESTED: ("有意向", "interested"),
    Result.BOOKED: ("已预约", "booked"),
    Result.OTHER_TIME: ("另约时间", "call at another time"),
    Result.DONE: ("已完成", "done"),
    Result.MILEAGE_NOT_REACHED: ("里程未到", "mileage not reached"),
    Result.AWAY: ("异地", "out of town"),
    Result.NO_TIME: ("没空", "no time now"),
    Result.DECLINED: ("拒接", "call declined"),
    Result.EMPTY_NUMBER: ("空号", "no such number"),
    Result.SWITCHED_OFF: ("关机", "switched off"),
    Result.SUSPENDED: ("停机", "line suspended"),
    Result.NO_ANSWER: ("无应答", "no answer"),
    Result.REFUSED: ("明确拒绝", "wants no such calls"),
    Result.HUNG_UP: ("挂断", "hung up"),
    Result.CUT_OFF: ("断线", "line broke off"),
    Result.CAR_SOLD: ("车已转让", "car sold"),
    Result.TAXI: ("出租车", "a taxi"),
    Result.GIVEN_AWAY: ("转赠", "car given away"),
    Result.WRONG_PERSON: ("打错了", "wrong person"),
    Result.OTHER: ("其他", "other"),
    Result.INSURED_ELSEWHERE: ("外面投保", "insured elsewhere"),
    Result.QUOTE_REFUSED: ("拒绝报价", "wants no quote"),
    Result.POLICY_ISSUED: ("出单", "policy issued"),
    Result.LOST: ("战败", "lost"),
}


def result_in_words(code: str, language: str = "zh") -> str:
    chinese, english = WORDS.get(code, (code, code))
    return english if language == "en" else chinese
