"""Facts the bot may say, held against their review: what was not looked at for long, what has run out."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.catalogue import Catalogue
from bot.faq import Faq
from bot.price_list import PriceList
from bot.tone_words import Severity
from channels.proof import Remark
from config.yaml_lines import line_of, load_model, read_yaml

LISTS: dict[str, type[Catalogue] | type[PriceList]] = {"catalogue.yaml": Catalogue, "services.yaml": PriceList}
A_LIST_HOLDS = timedelta(days=120)  # prices and models change by the quarter


def overdue(file: Path, today: date) -> Iterator[Remark]:
    """Remarks about `catalogue.yaml`, `services.yaml`, `faq.yaml`; none about any other file. Raises ConfigError."""
    if file.parent.name == "nlu":  # examples of what customers say, one file an intent
        return
    if file.name in LISTS:
        yield from _list(file, LISTS[file.name], today)
    elif file.name == "faq.yaml":
        yield from _answers(file, today)


def _list(file: Path, kind: type[Catalogue] | type[PriceList], today: date) -> Iterator[Remark]:
    given, (_, tree) = load_model(file, kind), read_yaml(file)
    if not given.source:
        yield _remark(line_of(tree, ("source",)), "source", "没有写明来源", "says nothing of where it comes from")
    if given.reviewed is None or given.reviewed + A_LIST_HOLDS < today:
        yield _remark(line_of(tree, ("reviewed",)), str(given.reviewed or ""), "该复核了", "is due for a review")


def _answers(file: Path, today: date) -> Iterator[Remark]:
    faq, (_, tree) = load_model(file, Faq), read_yaml(file)
    for number, each in enumerate(faq.entries):
        if each.valid_until and each.valid_until < today:
            place = line_of(tree, ("entries", number, "valid_until"))
            yield _remark(place, each.id, "已过有效期，不再使用", "has run out and is not said any more")
        elif each.reviewed + timedelta(days=faq.review_days) < today:
            yield _remark(line_of(tree, ("entries", number, "reviewed")), each.id, "该复核了", "is due for a review")


def _remark(line: int, said: str, zh: str, en: str) -> Remark:
    return Remark(line, "review", Severity.WARNING, said, zh, en)
