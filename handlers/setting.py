"""What the house knows that words refer to, read for one turn (`bot.understanding.setting`)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.catalogue import CarModel
from bot.effects import PromptKind
from bot.ports import Read
from bot.quotes import Quote
from bot.turn import Turn
from bot.understanding.classifier import Classifier
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from handlers.subject import prompt_of


def setting_of(turn: Turn, read: Read, now: datetime, classifier: Classifier) -> Setting:
    zone, catalogue = ZoneInfo(turn.store.time_zone), read.content().catalogue
    asked = prompt_of(turn, PromptKind.QUOTE)
    quote = read.quote(asked.ref.get("quote_id", 0)) if asked else None
    return Setting(
        classifier,
        now.astimezone(zone),
        read.house().opening,
        names(catalogue.models),
        before=turn.before,
        told=normalise(turn.told),
        electric=electric(catalogue.models),
        lines=lines(quote) if quote else (),
        prices=prices(quote) if quote else (),
    )


def names(models: Iterable[CarModel]) -> dict[str, str]:
    """What people call the models → their names; both as `normalise` writes them, the name as the dealer does."""
    return {normalise(said): each.name for each in models for said in (each.name, *each.aliases)}


def electric(models: Iterable[CarModel]) -> tuple[str, ...]:
    """What people call the models that run on electricity alone."""
    return tuple(names(each for each in models if each.energies == ("ev",)))


def lines(quote: Quote) -> tuple[str, ...]:
    """What each line offers, by position."""
    return tuple(normalise(line.work.name) for line in sorted(quote.lines, key=lambda line: line.position))


def prices(quote: Quote) -> tuple[int, ...]:
    """What each line costs in whole CNY, by position."""
    return tuple(line.work.total_fen // 100 for line in sorted(quote.lines, key=lambda line: line.position))
