"""What a word about consent is: where it came from, whether it counts, and the wording somebody agreed to.

Sources of the rules: docs/consent.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.customer import Purpose


class Source(StrEnum):
    """Through what a word reached us."""

    WORD = "word"  # typed to the bot
    LINK = "link"  # the page behind `/u/`, or the one click of a mail program
    MENU = "menu"  # the same page, opened from the account's menu
    EVENT = "event"  # WeChat told: left, switched off, authorisation revoked
    PROVIDER_CODE = "provider_code"  # a provider refused a message because the person had refused
    DMS = "dms"
    FOLLOW = "follow"
    BOOKING = "booking"
    QR = "qr"
    STAFF = "staff"
    CALL = "call"  # said to a colleague on the telephone
    STRANGER = "wrong_person"  # somebody else at this address; never carried to the customer's next one


OWN = frozenset(Source) - {Source.DMS, Source.STAFF}  # the customer's own act
LIFTS = frozenset({Source.WORD, Source.LINK, Source.MENU})  # says yes and means it; following or booking does not


class Aside(StrEnum):
    """Why a word stands in the ledger and yet changes nothing."""

    NO_PROOF = "no_proof"  # a yes without wording, time or evidence is no consent anybody could show
    REFUSED = "refused"  # the customer's own refusal stands, and only their own yes lifts it
    OLDER = "older"  # said before the customer's own newer word
    CHANNEL = "channel"  # about one channel or template alone, kept where that is routed


class Wording(StrEnum):
    """Each text of consents.yaml."""

    FOLLOW = "follow"
    QR = "qr"
    BOOKING = "booking"
    WORD = "word"
    PAGE_SERVICE = "page_service"
    PAGE_SURVEY = "page_survey"
    PAGE_GREETING = "page_greeting"
    PAGE_MARKETING = "page_marketing"


# What the preference page shows, in its order.
ON_PAGE: Mapping[Purpose, Wording] = {
    Purpose.SERVICE: Wording.PAGE_SERVICE,
    Purpose.SURVEY: Wording.PAGE_SURVEY,
    Purpose.GREETING: Wording.PAGE_GREETING,
    Purpose.MARKETING: Wording.PAGE_MARKETING,
}
PROMOTION = (Purpose.MARKETING, Purpose.GREETING)  # what 退订 ends and 订阅 begins
NEEDS_PROOF = frozenset(PROMOTION)  # service and surveys rest on the service rendered
IMPLIED: Mapping[Purpose, tuple[Purpose, ...]] = {Purpose.GREETING: (Purpose.MARKETING,)}
# A text somebody is only told of, without a yes of their own, may speak of service and nothing else.
TOLD = frozenset({Wording.FOLLOW, Wording.QR, Wording.BOOKING})


class ConsentText(BaseModel):
    """One version of one wording. valid_from: the UTC day it is shown from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Wording
    version: Annotated[str, StringConstraints(min_length=1, max_length=20, strip_whitespace=True)]
    valid_from: date
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]

    @model_validator(mode="after")
    def says_what_it_may(self) -> Self:
        if self.id in TOLD and set(self.purposes) != {Purpose.SERVICE}:
            raise ValueError(f"{self.id} is no consent to anything but service")
        return self


class ConsentTexts(BaseModel):
    """`consents.yaml`: every wording in at least one version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    texts: tuple[ConsentText, ...]

    @model_validator(mode="after")
    def complete(self) -> Self:
        missing = set(Wording) - {each.id for each in self.texts}
        if missing:
            raise ValueError(f"no text for {', '.join(sorted(missing))}")
        _once((f"{each.id} version {each.version}" for each in self.texts), "stands twice")
        _once((f"{each.id} from {each.valid_from}" for each in self.texts), "has two versions of one day")
        return self


def _once(names: Iterable[str], wrong: str) -> None:
    doubled = [name for name, times in Counter(names).items() if times > 1]
    if doubled:
        raise ValueError(f"{doubled[0]} {wrong}")


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands now, folded from every word of everybody who shares the number. A refusal beats a consent."""

    consents: frozenset[Purpose] = frozenset()
    refusals: frozenset[Purpose] = frozenset()

    def refuses(self, purpose: Purpose) -> bool:
        return purpose in self.refusals or Purpose.ALL in self.refusals

    def allows(self, purpose: Purpose) -> bool:
        """As the gate has it: a greeting also goes to who agreed to marketing, service and surveys to all but who
        refused."""
        if self.refuses(purpose):
            return False
        asked = (purpose, *IMPLIED.get(purpose, ()))
        return purpose not in NEEDS_PROOF or any(each in self.consents and not self.refuses(each) for each in asked)


def fold(words: Iterable[tuple[Purpose, bool]], refused: Iterable[Purpose]) -> Standing:
    """words: the counting rows of the ledger, oldest first; the newest of a purpose stands. refused: what stands at
    any address of the person."""
    newest: dict[Purpose, bool] = {}
    for purpose, given in words:
        if purpose is Purpose.ALL:
            newest = dict.fromkeys(Purpose, given)
        newest[purpose] = given
    return Standing(frozenset(each for each, given in newest.items() if given), frozenset(refused))
