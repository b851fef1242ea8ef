"""The dealer's own system in a simulation: who is in its files on the first day, and what it tells on each day after.

Everything goes through the store functions the API uses.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.customer import Role, StaffMember
from bot.dealer import Dealer
from bot.journeys import Journey
from bot.phones import Phone
from bot.quotes import Work
from commands.simulation import bookings, gatherings, offers
from commands.simulation.bookings import Call
from commands.simulation.drawn import Person
from commands.simulation.gatherings import Gathering
from store import approvals, ownership, staff
from store.consents import ConsentFact
from store.customers import CustomerFacts, VehicleFacts, put_customer, put_vehicle
from store.dialects import insert_into
from store.orders import OrderFacts, OrderStatus, put_order
from store.ownership import PolicyFacts, PolicyKind, PolicyOutcome, RecallFacts, SaleFacts, SaleState
from store.stores import keep_stores, store_id_of
from store.tables.people import identity

Fact: TypeAlias = Callable[[Connection, datetime], object]  # (transaction, now)
WORKS = ("小保养", "小保养", "大保养", "空调滤芯", "前制动片", "四轮定位")
REWORK = 0.025  # of visits: the car is back the next day
RENEWED = ((0.6, PolicyOutcome.RENEWED_HERE), (0.85, PolicyOutcome.RENEWED_ELSEWHERE))
RECALLED = 0.06
STAFF = (
    ("sim-manager", "陈经理", Role.MANAGER),
    ("sim-care", "林晓", Role.CARE),
    ("sim-advisor", "韩梅梅", Role.ADVISOR),
)


@dataclass(frozen=True, slots=True)
class House:
    """Where the people of a simulation are customers."""

    dealer: Dealer
    journeys: Sequence[Journey]
    seed: int
    first_day: date
    days: int

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.dealer.stores[0].time_zone)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone)

    def store_of(self, person: Person) -> str:
        """Spread over all stores, as their numbers come."""
        stores = self.dealer.stores
        return stores[person.number % len(stores)].code

    def account_of(self, person: Person) -> str:
        """The WeChat account of the store, "" without one."""
        return next((name for name, one in self.dealer.accounts.items() if one.store == self.store_of(person)), "")


class Dms:
    """files: our id of each file. staff: who works at each store, the manager first."""

    def __init__(self, house: House, people: Sequence[Person]) -> None:
        self._house, self._people = house, people
        self.files: dict[int, Person] = {}
        self.manager: StaffMember | None = None
        self._stores: dict[str, int] = {}
        self._due: dict[date, list[Fact]] = defaultdict(list)

    def open(self, conn: Connection, now: datetime) -> None:
        """Stores, staff, approved journeys, and everybody who is a customer already; then the year is drawn."""
        keep_stores(conn, self._house.dealer.stores)
        self._stores = {each.code: store_id_of(conn, each.code) for each in self._house.dealer.stores}
        for code, store_id in self._stores.items():
            self._hire(conn, code, store_id)
        self._approve(conn, now)
        for person in self._people:
            if person.car.delivered < self._house.first_day:
                self._enter(person, conn, now)
            else:
                self._due[person.car.delivered].append(partial(self._enter, person))
            self._draw(person)
        self._draw_events()
        self._draw_recall()

    def tell(self, conn: Connection, day: date, now: datetime) -> int:
        """What happened on this day; how much."""
        facts = self._due.pop(day, [])
        for fact in facts:
            fact(conn, now)
        return len(facts)

    def _hire(self, conn: Connection, code: str, store_id: int) -> None:
        for username, name, role in STAFF:
            login = f"{username}-{code}"
            made = staff.add(conn, store_id=store_id, username=login, name=name, role=role, password_hash="!")
            if self.manager is None:
                self.manager = StaffMember(made, store_id, name, role)

    def _approve(self, conn: Connection, now: datetime) -> None:
        """As if every journey had been agreed to as it stands: what they would bring is the question here."""
        code = self._house.dealer.stores[0].code
        for journey in self._house.journeys:
            approvals.submit(conn, journey, f"sim-care-{code}", now)
            approvals.approve(conn, journey, f"sim-manager-{code}", now)

    def _enter(self, person: Person, conn: Connection, now: datetime) -> None:
        """The file, the openid tied to it, the car, its sale and its insurance."""
        store_id = self._stores[self._house.store_of(person)]
        made = put_customer(conn, store_id, self._facts(person, now), now)
        self.files[made.id] = person
        account = self._house.account_of(person)
        if person.openid and account:
            row = {"channel": "wechat", "account": account, "address": person.openid, "following": True}
            conn.execute(insert_into(conn, identity).values(**row, customer_id=made.id, bound_by="qr", changed_at=now))
        today = now.astimezone(self._house.zone).date()
        put_vehicle(conn, store_id, self._car(person, today), made.id)
        sale = SaleFacts(SaleState.DELIVERED, *self._whose(person), delivered_on=person.car.delivered)
        ownership.put_sale(conn, store_id, f"SALE{person.number}", sale, today, now)
        insured = PolicyFacts(_vehicle(person), PolicyKind.COMMERCIAL, "平安", person.car.insured_until)
        ownership.put_policy(conn, store_id, f"POL{person.number}", insured)

    def _facts(self, person: Person, now: datetime) -> CustomerFacts:
        agreed = [
            ConsentFact(each, True, now, "paper", "接车单告知书", f"SALE{person.number}") for each in person.consents
        ]
        refused = [ConsentFact(each, False, now, "paper") for each in person.refuses]
        return CustomerFacts(
            person.external_id,
            name=person.name,
            phone=Phone(person.phone, sms=person.phone.startswith("+861")),
            email=person.email or None,
            birthday=person.born if person.year_told else None,
            birthday_md=person.born.strftime("%m-%d") if person.born else None,
            consents=(*agreed, *refused),
        )

    def _car(self, person: Person, today: date) -> VehicleFacts:
        car = person.car
        serviced = today - timedelta(days=person.number % 250 + 15)
        return VehicleFacts(
            _vehicle(person), plate=car.plate, model=car.model, vin=car.vin, energy=car.energy, mileage=car.km(today),
            mileage_on=today, first_registration=car.delivered,
            serviced_on=serviced if serviced > car.delivered else None,
        )  # fmt: skip

    def _whose(self, person: Person) -> tuple[CustomerFacts, VehicleFacts]:
        return CustomerFacts(person.external_id), VehicleFacts(_vehicle(person))

    def _draw(self, person: Person) -> None:
        """Visits to the workshop, some of them twice, and the end of the insurance."""
        house, chance = self._house, random.Random(f"{self._house.seed}:year:{person.number}")
        day = max(house.first_day, person.car.delivered + timedelta(days=30))
        last = house.first_day + timedelta(days=house.days)
        number = 0
        while (day := day + timedelta(days=int(chance.expovariate(person.visits_a_year / 365)) + 3)) < last:
            number += 1
            self._draw_visit(person, f"{person.number}-{number}", day, chance)
        self._draw_renewal(person, chance)

    def _draw_visit(self, person: Person, number: str, day: date, chance: random.Random) -> None:
        work, back = chance.choice(WORKS), chance.random() < REWORK
        at = self._house.at(day, chance.randrange(10, 17), chance.randrange(60))
        self._draw_offer(person, number, at)
        for call in bookings.calls(self._house.seed, number, at, self._house.first_day):
            self._due[call.on].append(partial(self._book, person, call))
        self._due[day].append(partial(self._visit, person, number, OrderStatus.DELIVERED, at, work))
        if back:
            again = at + timedelta(days=3)
            self._due[day + timedelta(days=1)].append(
                partial(self._visit, person, number, OrderStatus.REWORK, None, work)
            )
            self._due[again.date()].append(partial(self._visit, person, number, OrderStatus.DELIVERED, again, work))

    def _draw_offer(self, person: Person, number: str, at: datetime) -> None:
        works = offers.offered(self._house.seed, number)
        evening = offers.evening_before(at.date(), self._house.first_day)
        if works and evening is not None:
            self._due[evening].append(partial(self._offer, person, f"R{number}", works, at))

    def _offer(
        self, person: Person, visit: str, works: Sequence[Work], at: datetime, conn: Connection, now: datetime
    ) -> None:
        store_id = self._stores[self._house.store_of(person)]
        offers.offer(conn, store_id, person, visit, _vehicle(person), works, at, now)

    def _book(self, person: Person, call: Call, conn: Connection, now: datetime) -> None:
        store_id, store = (
            self._stores[self._house.store_of(person)],
            self._house.dealer.store(self._house.store_of(person)),
        )
        bookings.tell(conn, store_id, person.external_id, _vehicle(person), call, store.booking, now)

    def _visit(
        self, person: Person, number: str, status: OrderStatus, at: datetime | None, work: str, conn: Connection,
        now: datetime,
    ) -> None:  # fmt: skip
        today = now.astimezone(self._house.zone).date()
        mileage = VehicleFacts(_vehicle(person), mileage=person.car.km(today), mileage_on=today)
        facts = OrderFacts(
            status, at, CustomerFacts(person.external_id), mileage, advisor="韩梅梅", items=[{"name": work}]
        )
        put_order(conn, self._stores[self._house.store_of(person)], f"R{number}", facts, now)

    def _draw_renewal(self, person: Person, chance: random.Random) -> None:
        drawn, car = chance.random(), person.car
        outcome = next((each for share, each in RENEWED if drawn < share), None)
        day = car.insured_until - timedelta(days=chance.randrange(1, 40))
        if outcome is not None and day > max(self._house.first_day, car.delivered):
            self._due[day].append(partial(self._renew, person, outcome))

    def _renew(self, person: Person, outcome: PolicyOutcome, conn: Connection, now: datetime) -> None:
        store_id = self._stores[self._house.store_of(person)]
        ownership.put_policy(conn, store_id, f"POL{person.number}", PolicyFacts(outcome=outcome))
        until = person.car.insured_until.replace(year=person.car.insured_until.year + 1)
        following = PolicyFacts(_vehicle(person), PolicyKind.COMMERCIAL, "平安", until)
        ownership.put_policy(conn, store_id, f"POL{person.number}/2", following)

    def _draw_events(self) -> None:
        for each in gatherings.of_the_year(self._house.first_day, self._house.days):
            self._due[each.published].append(partial(self._publish, each))

    def _publish(self, gathering: Gathering, conn: Connection, now: datetime) -> None:
        assert self.manager is not None
        day = gathering.published + timedelta(days=gatherings.AHEAD)
        starts = self._house.at(day, gatherings.DOORS)
        made = gatherings.publish(conn, self.manager, gathering.name, starts, now)
        self._due[day].append(partial(self._receive, made))
        if gathering.changes:
            changed = gathering.published + timedelta(days=gatherings.CHANGES_AFTER)
            self._due[changed].append(partial(self._change, made, gathering))

    def _change(self, event_id: int, gathering: Gathering, conn: Connection, now: datetime) -> None:
        assert self.manager is not None
        gatherings.change(conn, self.manager, event_id, gathering, now)

    def _receive(self, event_id: int, conn: Connection, now: datetime) -> None:
        assert self.manager is not None
        gatherings.receive(conn, self.manager, event_id, self._house.seed, now)

    def _draw_recall(self) -> None:
        """One in the year, of a share of the cars; half of them come within two months."""
        chance = random.Random(f"{self._house.seed}:recall")
        day = self._house.first_day + timedelta(days=self._house.days // 3)
        sold = [each for each in self._people if each.car.delivered < day]
        called = [each for each in sold if chance.random() < RECALLED]
        if not called:
            return
        self._due[day].append(partial(self._recall, "SIM-1", called))
        for each in called[::2]:
            seen = day + timedelta(days=chance.randrange(3, 60))
            self._due[seen].append(partial(self._recall_done, "SIM-1", each))

    def _recall(self, number: str, called: Iterable[Person], conn: Connection, now: datetime) -> None:
        today = now.astimezone(self._house.zone).date()
        for code, store_id in self._stores.items():
            vins = [each.car.vin for each in called if self._house.store_of(each) == code]
            if vins:
                ownership.put_recall(conn, store_id, number, RecallFacts("安全气囊检查", vins=vins), today)

    def _recall_done(self, number: str, person: Person, conn: Connection, now: datetime) -> None:
        today = now.astimezone(self._house.zone).date()
        store_id = self._stores[self._house.store_of(person)]
        ownership.put_recall(conn, store_id, number, RecallFacts(done={person.car.vin: today}), today)


def _vehicle(person: Person) -> str:
    return f"V{person.number}"
