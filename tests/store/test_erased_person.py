"""张伟, who left something in every corner of the house, erased: not a word of him in any text of any table."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import JSON, Connection, Engine, Text, func, select, text, update

from bot.customer import Purpose
from bot.visits import VisitState
from store import bookmarks, callbacks, erasing, feed, labels, refusals, reviews, seats, showroom, survey_results, views
from store.engine import reading, writing
from store.erased_tables import DECIDED, How
from store.tables import contact, desk, metadata, outbound, people, quotes, visits
from store.tables.cases import cases
from store.tables.searching import rewrite
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.cast import an_event
from tests.web.inbox.day import add, line, morning

NAME, PHONE, OPENID, EMAIL, CITY = "张伟", "13800000001", "o-zhang", "zhangwei@example.com", "绍兴上虞"
PLATE, VIN, BIRTHDAY, SAID = "浙A·D62K8", "LYHE1A2B3C4D58812", "05-12", "刹车踩下去软绵绵的"
WORDS = (NAME, PHONE, OPENID, EMAIL, CITY, PLATE, VIN, BIRTHDAY, SAID, "还是热风", "软绵绵")
PROOF = {("refusal", "address"), ("consent", "address")}  # docs/privacy.md


@dataclass(frozen=True)
class House:
    cast: Cast
    event_id: int
    batch_id: int
    visit_id: int
    line_id: int


@pytest.fixture
def house(engine: Engine, clock: StillClock) -> House:
    cast = seed(engine, clock.now)
    with writing(engine) as conn:
        day = morning(conn, cast, clock.now)
        conn.execute(update(cases).where(cases.c.id == day.case_id).values(state="closed"))
        known = {"email": EMAIL, "city": CITY, "birthday_md": BIRTHDAY, "external_id": "C-77", "member": True}
        conn.execute(update(people.customer).where(people.customer.c.id == cast.zhang).values(**known))
        said = line(conn, cast, cast.zhang, clock.now, SAID)
        _learnt(conn, cast, said, clock.now)
        _at_the_desk(conn, cast, clock.now)
        visit_id = _in_the_showroom(conn, cast, clock.now)
        _proof(conn, cast, clock.now)
        batch_id = _planned_and_sent(conn, cast, clock.now)
        return House(cast, _two_seats(conn, cast, clock.now), batch_id, visit_id, _agreed(conn, cast, clock.now))


def _learnt(conn: Connection, cast: Cast, said: int, now: datetime) -> None:
    assert reviews.misread(conn, cast.hanmeimei, cast.zhang, said, now)
    (doubt,) = reviews.waiting(conn, cast.lilei)
    reviews.settle(conn, cast.lilei, doubt.id, "complaint", SAID, now)
    add(conn, people.fact, customer_id=cast.zhang, message_id=said, key="trip", value=SAID, confidence=0.4, at=now)
    asked = {"kind": "survey", "ref": {"plate": PLATE}, "asked_at": now, "expires_at": now, "text": SAID}
    survey_results.keep(conn, add(conn, contact.prompt, customer_id=cast.zhang, **asked), {"service": 2})


def _at_the_desk(conn: Connection, cast: Cast, now: datetime) -> None:
    bookmarks.keep_draft(conn, cast.hanmeimei, cast.zhang, "reply", f"{NAME}您好，{SAID}", now)
    labels.stick(conn, cast.hanmeimei, cast.zhang, "重点", now)
    views.keep(conn, cast.lilei.id, "找人", "tab=all&q=%E5%BC%A0%E4%BC%9F")
    views.keep(conn, cast.lilei.id, "我的", "tab=mine")
    feed.tell(conn, cast.store_id, "alert", {"reason": "case"}, cast.zhang, now)
    shared = {"store_id": cast.store_id, "staff_id": cast.lilei.id, "from_id": cast.stranger, "into_id": cast.chen}
    add(conn, desk.merging, **shared, moved={"customer": [cast.stranger]}, at=now)
    add(conn, desk.merging, **{**shared, "into_id": cast.zhang}, moved={"phone": PHONE}, at=now)


def _in_the_showroom(conn: Connection, cast: Cast, now: datetime) -> int:
    came = showroom.Arrival("wechat", now + timedelta(minutes=3), name=NAME, need=SAID, customer_id=cast.zhang)
    visit_id = showroom.check_in(conn, cast.store_id, came, now)
    showroom.attend(conn, visit_id, cast.hanmeimei, now)
    return visit_id


def _proof(conn: Connection, cast: Cast, now: datetime) -> None:
    refusals.refuse(conn, [f"+86{PHONE}", OPENID, EMAIL], [Purpose.MARKETING], "word", now)
    before = {"customer_id": None, "address": f"+86{PHONE}", "purpose": "survey", "given": True, "at": now}
    add(conn, people.consent, **before, evidence=SAID)
    callbacks.keep(conn, "wechat", "news", [(f"main:1-{OPENID}-revoke", {"openid": OPENID}, OPENID)], now)
    callbacks.keep(conn, "aliyun", "reply", [("17", {"phone_number": PHONE, "content": SAID}, f"+86{PHONE}")], now)


def _planned_and_sent(conn: Connection, cast: Cast, now: datetime) -> int:
    """A birthday of its day, a recall of this car, and a mass send to two; the row of the mass send."""
    plan = {"store_id": cast.store_id, "rule_version": "1", "due_at": now, "planned_for": now, "ref": {}}
    mine = {**plan, "customer_id": cast.zhang}
    recall = {"rule": "recall.notice", "occurrence": f"recall#7/{VIN}", "category": "safety"}
    add(conn, outbound.touchpoint, **mine, **recall)
    born = {"rule": "birthday.wish", "occurrence": "2026-birthday", "category": "greeting"}
    add(conn, outbound.touchpoint, **mine, **born, anchor_key=f"2026-{BIRTHDAY}")
    news = {"rule": "event.news", "occurrence": "event#1", "category": "marketing", "state": "handed"}
    carried = [
        add(conn, outbound.touchpoint, **{**plan, "customer_id": who}, **news) for who in (cast.zhang, cast.chen)
    ]
    mass = {"way": "mass", "account": "main", "address": "", "category": "marketing", "priority": "bulk"}
    row = {"payload": {"text": "讲座", "openids": [OPENID, "o-chen"]}, "not_before": now, "created_at": now}
    batch = add(conn, outbound.outbox, store_id=cast.store_id, out_id="t1n1", **mass, **row)
    for each in carried:
        add(conn, outbound.carries, outbox_id=batch, touchpoint_id=each)
    copy = {"account": "main", "openid": OPENID, "month": "2026-09", "copies": 1}
    add(conn, contact.mass_copy, outbox_id=batch, **copy)
    return batch


def _two_seats(conn: Connection, cast: Cast, now: datetime) -> int:
    """张伟 holds both; 陈静 waits for one."""
    event_id = an_event(conn, cast.store_id, at=now + timedelta(days=9), now=now, capacity=2)
    assert seats.book(conn, event_id, cast.zhang, 2, 0, now)
    assert seats.wait(conn, event_id, cast.chen, 1, 0, now)
    return event_id


def _agreed(conn: Connection, cast: Cast, now: datetime) -> int:
    """A line of the quote for 陈静's car that 张伟 agreed to in his own words."""
    order = conn.execute(
        select(people.repair_order.c.id).where(people.repair_order.c.customer_id == cast.chen)
    ).scalar()
    offer = {"external_id": "Q-1", "version": 1, "state": "answered", "expires_at": now, "total_fen": 1}
    quote_id = add(
        conn, quotes.quote, store_id=cast.store_id, repair_order_id=order, **offer, created_at=now, note="陈女士的车"
    )
    agreed = {"answer": "approved", "answered_by": cast.zhang, "text": SAID}
    work = {"position": 1, "name": "刹车片", "kind": "part", "total_fen": 1, "urgency": "must"}
    return add(conn, quotes.quote_line, quote_id=quote_id, **work, **agreed)


def found(conn: Connection) -> set[tuple[str, str]]:
    """Columns in which one of the words stands."""
    there = set()
    for table in metadata.sorted_tables:
        columns = [column.name for column in table.c if isinstance(column.type, Text | JSON)]
        for row in conn.execute(select(table)).mappings():
            there |= {(table.name, name) for name in columns if any(word in repr(row[name]) for word in WORDS)}
    return there


def test_not_a_word_is_left_but_the_proof(engine: Engine, clock: StillClock, house: House) -> None:
    with writing(engine) as conn:
        before = found(conn)
        erasing.erase(conn, [house.cast.zhang], clock.now)
        after = found(conn)
    assert len({table for table, _ in before}) > 15, "he had left something in many tables"
    assert after == PROOF
    assert {table for table, _ in PROOF} <= {
        name for name, fate in DECIDED.items() if fate.how is How.KEPT or "address" in fate.columns
    }


def test_not_a_byte_is_left_in_the_file_of_sqlite(sqlite_engine: Engine, clock: StillClock) -> None:
    """靐齉 stands in no other word here, so its bytes are the table's or the search's."""
    with sqlite_engine.connect() as conn:  # as SQLite is built elsewhere than at Debian
        conn.exec_driver_sql("PRAGMA secure_delete = OFF")
    cast, said = seed(sqlite_engine, clock.now), "龘靐齉"
    with writing(sqlite_engine) as conn:
        line(conn, cast, cast.zhang, clock.now, said)
    for n in range(20):  # pieces of the index of its own each
        with writing(sqlite_engine) as conn:
            line(conn, cast, cast.chen, clock.now, f"第{n}句话，空调还是不凉")
    file = Path(str(sqlite_engine.url.database))
    assert (rest := said[1:].encode()) in file.read_bytes() + Path(f"{file}-wal").read_bytes()
    with writing(sqlite_engine) as conn:
        erasing.erase(conn, [cast.zhang], clock.now)
    rewrite(sqlite_engine)
    assert rest not in file.read_bytes() + Path(f"{file}-wal").read_bytes()
    assert "第19".encode() in file.read_bytes()


@pytest.mark.parametrize("word", ["软绵绵", "热风"], ids=["three characters", "two"])
def test_the_search_finds_his_words_no_more(engine: Engine, clock: StillClock, house: House, word: str) -> None:
    def hits(conn: Connection) -> int:
        if conn.dialect.name == "sqlite":
            asked = "SELECT count(*) FROM message_term WHERE term >= :word AND term < :word || char(1114111)"
        else:
            asked = "SELECT count(*) FROM message WHERE huifang_pairs(text) @> huifang_pairs(:word)"
        return int(conn.execute(text(asked), {"word": word}).scalar_one())

    with writing(engine) as conn:
        assert hits(conn) > 0
        erasing.erase(conn, [house.cast.zhang], clock.now)
        assert hits(conn) == 0


def test_the_others_go_on(engine: Engine, clock: StillClock, house: House) -> None:
    with writing(engine) as conn:
        erasing.erase(conn, [house.cast.zhang], clock.now)
    with reading(engine) as conn:
        taken = conn.execute(select(people.event.c.taken).where(people.event.c.id == house.event_id)).scalar_one()
        states = conn.execute(select(people.rsvp.c.customer_id, people.rsvp.c.state)).all()
        payload = conn.execute(select(outbound.outbox.c.payload).where(outbound.outbox.c.id == house.batch_id)).scalar()
        agreed = conn.execute(select(quotes.quote_line).where(quotes.quote_line.c.id == house.line_id)).one()
        note = conn.execute(select(quotes.quote.c.note)).scalar_one()
        kept = conn.execute(select(desk.saved_view.c.name)).scalars().all()
        moved = conn.execute(select(desk.merging.c.moved).order_by(desk.merging.c.id)).scalars().all()
    assert (taken, [tuple(row) for row in states]) == (1, [(house.cast.chen, "offered")])
    assert payload == {"text": "讲座", "openids": ["o-chen"]}
    assert (agreed.answer, agreed.text, agreed.answered_by, note) == ("approved", "", None, "陈女士的车")
    assert kept == ["我的"]
    assert moved == [{"customer": [house.cast.stranger]}, {}]


def test_the_visit_still_counts_and_a_repeated_push_is_still_known(
    engine: Engine, clock: StillClock, house: House
) -> None:
    with writing(engine) as conn:
        erasing.erase(conn, [house.cast.zhang], clock.now)
        row = conn.execute(select(visits.visit).where(visits.visit.c.id == house.visit_id)).one()
        assert (row.customer_id, row.name, row.need, row.state) == (None, "", "", VisitState.ATTENDED.value)
        again = [("17", {"phone_number": PHONE, "content": SAID}, f"+86{PHONE}")]
        assert callbacks.keep(conn, "aliyun", "reply", again, clock.now) == 0
        rows = select(func.count()).select_from(people.refusal).where(people.refusal.c.purpose == "marketing")
        assert conn.execute(rows).scalar_one() == 3, "phone, openid and e-mail address are spared for good"
