"""What who is invited to an event says that is neither yes nor no: 听着不错, 还剩几个名额."""

from collections.abc import Sequence

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import intents, invitations, subjects, wishes
from bot.understanding.blame import SURE
from bot.understanding.leaning import NAMES_WORK
from bot.understanding.meaning import Understanding
from bot.understanding.setting import Setting
from bot.understanding.slots import topics

OF_WORK = frozenset({intents.SERVICE_BOOK, intents.SERVICE_PRICE})


def likes_the_sound(text: str, told: Understanding | None, prompts: tuple[Prompt, ...]) -> bool:
    """听着不错, of an event one is invited to: no yes, and no praise of us."""
    praised = told is not None and told.intent == intents.THANKS and not wishes.thanks(text)
    return praised and any(prompt.kind is PromptKind.EVENT for prompt in prompts)


def only_asks(text: str, prompts: tuple[Prompt, ...], setting: Setting) -> bool:
    """还剩几个名额, 能带几个人: a question about the event, which a head-count makes no answer."""
    if invitations.plainly_comes(text):
        return False
    asked = subjects.heard(intents.EVENT_QUERY, text, prompts, setting)
    return asked >= SURE and subjects.heard(intents.EVENT_RSVP, text, prompts, setting) < asked / 4


def beside_an_answer(found: Sequence[str], text: str, clauses: Sequence[str]) -> list[str]:
    """Wishes beside a yes or no: 又有空了, 来 books no service, 三口人报名, 多少钱一位 asks about the event."""
    kept = [each for each in found if each not in OF_WORK or NAMES_WORK.search(text)]
    kept = [each for each in kept if each != intents.FAQ or topics.topic(intents.FAQ, text)]
    asks = not kept and any(wishes.asks(each) for each in clauses)
    return [intents.EVENT_QUERY] if asks else kept  # 两大一小报名, 要自己带帐篷吗
