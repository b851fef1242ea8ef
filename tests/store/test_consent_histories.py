"""Random lives of three files, three numbers and two followers: no import, move or merge undoes a customer's own no.

Each history runs in a transaction that is rolled back. The model is a plain dictionary: address → purposes refused.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, select

from bot.consent import PROMOTION, Source, Standing, Wording
from bot.customer import Customer, Purpose
from bot.gate import REFUSABLE, Decision, gate
from bot.messages import Category
from bot.phones import parse_phone
from store import binding, consents, tokens
from store.consents import Act, ConsentFact
from store.customers import CustomerFacts, put_customer
from store.engine import writing
from store.standing import agreeing, refuses, standing_of
from store.tables.people import consent, customer, identity
from store.turns import permissions
from tests.bot.test_gate import context
from tests.store.cast import a_store

SINGLE = (Purpose.SERVICE, Purpose.SURVEY, Purpose.GREETING, Purpose.MARKETING)
START = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
NUMBERS = ("13900000001", "13900000002", "13900000003")
FILES, FOLLOWERS = ("C-1", "C-2", "C-3"), ("o1", "o2")

file = st.sampled_from(FILES)
purpose = st.sampled_from(SINGLE)
own = st.sampled_from((Source.WORD, Source.LINK, Source.MENU, Source.EVENT))
DEEDS = st.one_of(
    st.tuples(st.just("no"), file, st.sampled_from((*SINGLE, Purpose.ALL)), own),
    st.tuples(st.just("yes"), file, purpose, st.sampled_from((Source.WORD, Source.LINK, Source.MENU))),
    st.tuples(st.just("imports"), file, purpose, st.booleans(), st.booleans(), st.integers(-3, 3)),
    st.tuples(st.just("move"), file, st.sampled_from(NUMBERS)),
    st.tuples(st.just("stranger_no"), st.sampled_from(FOLLOWERS), purpose),
    st.tuples(st.just("stranger_yes"), st.sampled_from(FOLLOWERS), purpose),
    st.tuples(st.just("bind"), st.sampled_from(FOLLOWERS), file),
    st.tuples(st.just("code"), st.sampled_from(NUMBERS)),
    st.tuples(st.just("serve"), file, st.sampled_from((Wording.FOLLOW, Wording.BOOKING))),
)


class Over(Exception):
    """Ends a history, so that its transaction is rolled back."""


@dataclass
class Life:
    """Implementation and model side by side."""

    conn: Connection
    store_id: int
    now: datetime = START
    refused: dict[str, set[Purpose]] = field(default_factory=lambda: defaultdict(set))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def act(self, source: Source, address: str = "") -> Act:
        return Act(source, self.now, "sms", address, f"message:{next(self.numbers)}")

    def id_of(self, key: str) -> int:
        return int(self.conn.execute(select(customer.c.id).where(customer.c.external_id == key)).scalar_one())

    def follower(self, openid: str) -> int:
        """Whoever has this openid; a stranger is made on first sight."""
        found = self.conn.execute(select(identity.c.customer_id).where(identity.c.address == openid)).scalar()
        if found is not None:
            return int(found)
        row = {"store_id": self.store_id, "known": False, "created_at": self.now}
        made = int(self.conn.execute(insert(customer).values(**row).returning(customer.c.id)).scalar_one())
        tie = {"channel": "wechat", "account": "main", "address": openid, "changed_at": self.now}
        self.conn.execute(insert(identity).values(customer_id=made, following=True, **tie))
        return made

    def addresses(self, customer_id: int) -> set[str]:
        phone = self.conn.execute(select(customer.c.phone).where(customer.c.id == customer_id)).scalar_one()
        openids = select(identity.c.address).where(identity.c.customer_id == customer_id)
        return {*self.conn.execute(openids).scalars(), *([phone] if phone else [])}

    def do(self, deed: tuple[Any, ...]) -> None:
        self.now += timedelta(hours=1)
        getattr(self, deed[0])(*deed[1:])

    def no(self, key: str, what: Purpose, source: Source) -> None:
        self._no(self.id_of(key), [what], self.act(source))

    def yes(self, key: str, what: Purpose, source: Source) -> None:
        self._yes(self.id_of(key), what, self.act(source))

    def stranger_no(self, openid: str, what: Purpose) -> None:
        self._no(self.follower(openid), [what], self.act(Source.WORD, openid))

    def stranger_yes(self, openid: str, what: Purpose) -> None:
        self._yes(self.follower(openid), what, self.act(Source.WORD, openid))

    def code(self, number: str) -> None:
        address = parse_phone(number).e164
        self.refused[address] |= set(PROMOTION)
        consents.refused_at_provider(self.conn, self.act(Source.PROVIDER_CODE, address))

    def serve(self, key: str, wording: Wording) -> None:
        consents.serve(self.conn, self.id_of(key), wording, self.act(Source.FOLLOW))

    def move(self, key: str, number: str) -> None:
        before = self.addresses(self.id_of(key))
        put_customer(self.conn, self.store_id, CustomerFacts(key, phone=parse_phone(number)), self.now)
        for each in self.addresses(self.id_of(key)) - before:
            self.refused[each] |= set().union(*(self.refused[address] for address in before if address[0] == "+"))

    def bind(self, openid: str, key: str) -> None:
        self.follower(openid)
        code = tokens.new_bind_code(self.conn, self.id_of(key), None, self.now).scene.removeprefix("bind:")
        assert binding.spend(self.conn, code, self.id_of(key), self.now)
        binding.bind(self.conn, "wechat", "main", openid, self.id_of(key), "qr", self.now)
        here = self.addresses(self.id_of(key))
        everything = set().union(*(self.refused[each] for each in here))
        for each in here:
            self.refused[each] |= everything

    # An import is all the DMS may do: the model has no line for it, since it must change nothing of a customer's own.
    def imports(self, key: str, what: Purpose, given: bool, proven: bool, day: int) -> None:
        at = self.now + timedelta(days=day)
        fact = ConsentFact(what, given, at, "paper", "v1", f"form {day}", dated=day != 0, proven=proven)
        put_customer(self.conn, self.store_id, CustomerFacts(key, consents=(fact,)), self.now)

    def files_at(self, address: str) -> list[int]:
        tied = select(identity.c.customer_id).where(identity.c.address == address)
        here = select(customer.c.id).where((customer.c.phone == address) | customer.c.id.in_(tied))
        return list(self.conn.execute(here.order_by(customer.c.id)).scalars())

    def _no(self, customer_id: int, what: list[Purpose], act: Act) -> None:
        for each in self.addresses(customer_id):
            self.refused[each] |= set(what)
        consents.withdraw(self.conn, customer_id, what, act)

    def _yes(self, customer_id: int, what: Purpose, act: Act) -> None:
        for each in self.addresses(customer_id):
            if Purpose.ALL in self.refused[each]:
                self.refused[each] |= set(SINGLE)
            self.refused[each] -= {what, Purpose.ALL}
        consents.give(self.conn, customer_id, what, act)


def check(life: Life) -> None:
    ids = [life.id_of(key) for key in FILES]
    standing = standing_of(life.conn, ids)
    for customer_id in ids:
        mine = standing[customer_id]
        addresses = life.addresses(customer_id)
        owned = set().union(*(life.refused[each] for each in addresses))
        undone = [each for each in owned if not mine.refuses(each)]  # a refusal of all covers each of them
        assert undone == [], "a customer's own refusal was undone"
        the_gate_obeys(mine)


def all_agree(life: Life) -> None:
    """At the end of a life, for it asks much."""
    for customer_id, standing in standing_of(life.conn, [life.id_of(key) for key in FILES]).items():
        all_readers_agree(life, customer_id, standing)


def the_gate_obeys(standing: Standing) -> None:
    person = Customer(1, 1, "李雷", known=True, consents=standing.consents, refusals=standing.refusals)
    for category in set(Category) - {Category.SAFETY}:
        if any(standing.refuses(each) for each in REFUSABLE[category]):
            assert gate(context(category=category, customer=person)).decision is Decision.SKIP
    for what, category in ((Purpose.GREETING, Category.GREETING), (Purpose.MARKETING, Category.MARKETING)):
        sends = gate(context(category=category, customer=person)).decision is Decision.SEND
        assert sends is standing.allows(what), "the preference page and the gate disagree"


def all_readers_agree(life: Life, customer_id: int, standing: Standing) -> None:
    phone = life.conn.execute(select(customer.c.phone).where(customer.c.id == customer_id)).scalar_one()
    assert permissions(life.conn, customer_id, phone) == standing
    for each in SINGLE:
        here = select(customer.c.id).where(customer.c.id == customer_id)
        in_sql = life.conn.execute(here.where(refuses(each))).first() is not None
        assert in_sql is standing.refuses(each)
    alone = len(life.files_at(phone)) == 1
    if alone:  # a number's other files are not looked at for an audience, each is asked for itself
        agrees = life.conn.execute(agreeing(Purpose.MARKETING, customer_id)).first() is not None
        assert agrees is (Purpose.MARKETING in standing.consents)


def ledger(conn: Connection) -> list[Any]:
    return [tuple(row) for row in conn.execute(select(consent).order_by(consent.c.id))]


def live(engine: Engine, deeds: list[tuple[Any, ...]]) -> None:
    with suppress(Over), writing(engine) as conn:
        live_in(conn, deeds)
        raise Over


def live_in(conn: Connection, deeds: list[tuple[Any, ...]]) -> None:
    life = Life(conn, a_store(conn))
    for key, number in zip(FILES, (NUMBERS[0], NUMBERS[0], NUMBERS[1]), strict=True):
        put_customer(conn, life.store_id, CustomerFacts(key, name=key, phone=parse_phone(number)), START)
    rows: list[Any] = []
    for deed in deeds:
        life.do(deed)
        now = ledger(conn)
        assert now[: len(rows)] == rows, "the ledger shrank or changed"
        rows = now
        check(life)
    all_agree(life)


@pytest.mark.timeout(900)  # eight seconds on a quiet machine
@pytest.mark.parametrize("examples", [100, pytest.param(600, marks=pytest.mark.slow)])
def test_an_own_refusal_is_never_undone(engine: Engine, examples: int, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = examples if engine.dialect.name == "sqlite" else examples // 4
    ran = count()

    @settings(max_examples=wanted, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(DEEDS, min_size=1, max_size=14))
    def history(deeds: list[tuple[Any, ...]]) -> None:
        next(ran)
        live(engine, deeds)

    history()
    total = next(ran)
    with capsys.disabled():
        print(f"\n{engine.dialect.name}: {total} histories of consents")
    assert total >= wanted
