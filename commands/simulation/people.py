"""What customers do about what they get: answer, come, refuse, leave, complain. Each is a turn of the real house."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.customer import Purpose
from bot.messages import Category, Channel, Inbound, InboundKind, Way
from commands.simulation import offers
from commands.simulation.dms import House
from commands.simulation.drawn import Person
from store.tables.contact import prompt
from store.tables.outbound import carries, outbox, touchpoint

SCORED = ("survey", "recontact")
MOST_LINES = 3  # of a quote; a position it does not have says nothing
COMES = 0.12  # to an event, of those invited
BOOKS = 0.15  # after a reminder
THANKS = 0.03
KEEPS, GIVES_UP = 0.5, 0.06  # of reminders of an appointment: says so
GIVES_BACK = 0.08  # of reminders of an event: the seats
REFUSES, LEAVES = 0.006, 0.004  # after a greeting or an invitation
ASKS_A_YEAR, COMPLAINS_A_YEAR = 0.7, 0.03
COMPLAINT = "空调修了两次还是不制冷，太失望了，我要投诉"
QUESTION = "请问这个周末你们上班吗"
BOOKING = "好的，想约周六上午保养"
COMING, NOT_COMING, SEATS_BACK = "好的", "来不了", "活动去不了了"
STOPPED = (Purpose.MARKETING, Purpose.GREETING)  # who says 退订 is off both (docs/consent.md)
PROMOTIONS = (Category.GREETING, Category.MARKETING)


@dataclass(frozen=True, slots=True)
class Deed:
    """refuses: what the person takes back with it, for the referee's own books."""

    at: datetime
    person: Person
    inbound: Inbound
    refuses: tuple[Purpose, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A touchpoint that has just reached somebody. question: (id, kind) of what it asked, if anything."""

    person: Person
    rule: str
    occurrence: str
    category: Category
    way: Way
    question: tuple[int, str] | None


class Customers:
    """Draws by the seed, the person and the message's own identity, so that no order of rows matters."""

    def __init__(self, house: House, files: Mapping[int, Person]) -> None:
        self._house, self._files = house, files
        self._outbox = self._prompt = 0  # looked at up to here
        self._said = 0

    def unasked(self, person: Person) -> Iterator[Deed]:
        """What somebody says in the year without being asked."""
        chance = random.Random(f"{self._house.seed}:talk:{person.number}")
        share = self._house.days / 365
        for often, text in ((ASKS_A_YEAR, QUESTION), (COMPLAINS_A_YEAR, COMPLAINT)):
            day = self._house.first_day + timedelta(days=chance.randrange(self._house.days))
            if chance.random() < often * share and day > person.car.delivered:
                at = self._house.at(day, chance.randrange(8, 22), chance.randrange(60))
                yield from self._says(person, at, self._channel(person), text)

    def listen(self, conn: Connection, now: datetime) -> list[Deed]:
        """What they will do about what has reached them since the last time."""
        return [deed for heard in self._reached(conn) for deed in self._about(heard, now)]

    def _reached(self, conn: Connection) -> list[Heard]:
        asked = select(prompt.c.id, prompt.c.kind, prompt.c.ref).where(prompt.c.id > self._prompt)
        questions = {}
        for row in conn.execute(asked.order_by(prompt.c.id)):
            questions[row.ref.get("touchpoint_id")] = (row.id, row.kind)
            self._prompt = row.id
        rows = (
            select(outbox.c.id.label("row"), outbox.c.way, touchpoint)
            .join_from(outbox, carries, carries.c.outbox_id == outbox.c.id)
            .join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
            .where(outbox.c.id > self._outbox, outbox.c.state == "accepted")
        )
        found = conn.execute(rows.order_by(outbox.c.id, touchpoint.c.id)).all()
        self._outbox = max([self._outbox, *(each.row for each in found)])
        return [
            Heard(self._files[row.customer_id], row.rule, row.occurrence, Category(row.category), Way(row.way),
                  questions.get(row.id))
            for row in found if row.customer_id in self._files
        ]  # fmt: skip

    def _about(self, heard: Heard, now: datetime) -> Iterator[Deed]:
        chance = random.Random(f"{self._house.seed}:{heard.person.number}:{heard.rule}:{heard.occurrence}")
        at = now + timedelta(minutes=chance.choice((20, 45, 90, 240, 600, 1500)))
        if heard.rule.startswith("event_reminder.") and chance.random() < GIVES_BACK:
            yield from self._says(heard.person, at, heard.way, SEATS_BACK)
        elif heard.question is not None:
            yield from self._answers(heard, heard.question, chance, at)
        elif heard.category is Category.REMINDER and chance.random() < BOOKS:
            yield from self._says(heard.person, at, heard.way, BOOKING)
        if heard.category in PROMOTIONS:
            yield from self._of_promotion(heard, chance, at)

    def _answers(self, heard: Heard, question: tuple[int, str], chance: random.Random, at: datetime) -> Iterator[Deed]:
        number, kind = question
        if kind == "event":
            if chance.random() < COMES:
                yield from self._says(heard.person, at, heard.way, f"来，{chance.randrange(1, 4)}个人")
        elif kind == "appointment":
            said = COMING if (drawn := chance.random()) < KEEPS else NOT_COMING if drawn < KEEPS + GIVES_UP else ""
            yield from self._says(heard.person, at, heard.way, said) if said else ()
        elif kind == "quote" and chance.random() < heard.person.answers:
            yield Deed(at, heard.person, replace(self._page(number, None, at), option=offers.said(chance, MOST_LINES)))
        elif kind in SCORED and chance.random() < heard.person.answers:
            happy = chance.random() < heard.person.happy
            rating = chance.choice((4, 5, 5)) if happy else chance.choice((1, 2, 2, 3))
            if heard.way is Way.SMS:
                yield from self._says(heard.person, at, heard.way, str(rating))
            else:
                yield Deed(at, heard.person, self._page(number, rating, at))

    def _of_promotion(self, heard: Heard, chance: random.Random, at: datetime) -> Iterator[Deed]:
        drawn, person = chance.random(), heard.person
        if drawn < REFUSES:
            by_sms = heard.way is Way.SMS
            yield from self._says(person, at, heard.way, "R" if by_sms else "退订", STOPPED)
        elif drawn < REFUSES + LEAVES and person.openid:
            account = self._house.account_of(person)
            yield Deed(at, person, self._by_wechat(person, account, InboundKind.UNFOLLOW, "", at))
        elif drawn < REFUSES + LEAVES + THANKS:
            yield from self._says(person, at, heard.way, "谢谢")

    def _says(
        self, person: Person, at: datetime, way: Way, text: str, refuses: tuple[Purpose, ...] = ()
    ) -> Iterator[Deed]:
        """By SMS to an SMS, else on WeChat; who has neither says nothing."""
        account = self._house.account_of(person)
        mobile = person.phone.startswith("+861") and not person.dead
        if way is Way.SMS and mobile:
            inbound = Inbound(Channel.SMS, "aliyun", person.phone, InboundKind.TEXT, self._key(), at, text)
            yield Deed(at, person, inbound, refuses)
        elif way is not Way.SMS and person.openid and account:
            yield Deed(at, person, self._by_wechat(person, account, InboundKind.TEXT, text, at), refuses)

    def _channel(self, person: Person) -> Way:
        return Way.CUSTOM if person.openid and self._house.account_of(person) else Way.SMS

    def _by_wechat(self, person: Person, account: str, kind: InboundKind, text: str, at: datetime) -> Inbound:
        return Inbound(Channel.WECHAT, account, person.openid, kind, self._key(), at, text)

    def _page(self, number: int, rating: int | None, at: datetime) -> Inbound:
        return Inbound(
            Channel.PAGE, "", str(number), InboundKind.ANSWER, self._key(), at, rating=rating, prompt_id=number
        )

    def _key(self) -> str:
        self._said += 1
        return f"sim:{self._said}"
