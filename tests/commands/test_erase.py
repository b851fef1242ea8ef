"""`erase`: what goes, what stays without the person, what must stay; and nothing of anybody else."""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, insert, select, update

from bot.customer import Purpose
from bot.errors import RuleBroken
from bot.reasons import Reason
from commands import erase
from store import refusals
from store.engine import reading, writing
from store.erasing import GONE_WORDS
from store.tables import contact, metadata, outbound, people
from store.tables.cases import case_step, cases, evidence
from store.tables.staff import audit
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.staff_cast import Cast, seed
from tests.web.inbox.day import add, morning

PHONE, OPENID, PICTURE = "+8613800000001", "o-zhang", "ab" + "1" * 30
FIX = PICTURE[:2] + "2" * 30
WORDS = (FIX, "张伟", "13800000001", "o-zhang", "空调还是不凉", "浙A·D62K8", "LYHE1A2B3C4D58812", "C-77")


@pytest.fixture
def cast(house: House, tmp_path: Path) -> Cast:
    """张伟 with all that a customer leaves: words, a picture, a car, orders, a closed case, a consent, a refusal."""
    cast = seed(house.engine, house.clock.now)
    now = house.clock.now
    with writing(house.engine) as conn:
        day = morning(conn, cast, now)
        conn.execute(update(cases).where(cases.c.id == day.case_id).values(state="closed", plan="换压缩机"))
        conn.execute(update(people.customer).where(people.customer.c.id == cast.zhang).values(external_id="C-77"))
        said = conn.execute(select(contact.message.c.id).where(contact.message.c.customer_id == cast.zhang)).scalars()
        row = {"account": "main", "openid": OPENID, "kind": "image", "state": "kept", "wanted_at": now, "retry_at": now}
        add(conn, contact.media, message_id=next(iter(said)), name=PICTURE, **row)
        add(conn, people.fact, customer_id=cast.zhang, key="budget", value="二十万", at=now)
        event = {"store_id": cast.store_id, "name": "讲座", "starts_at": now, "capacity": 9, "taken": 3, "audience": {}}
        event_id = add(conn, people.event, **event)
        add(conn, people.rsvp, event_id=event_id, customer_id=cast.zhang, seats=2, state="going", at=now)
        refusals.refuse(conn, [PHONE], [Purpose.MARKETING], "word", now)
        raw = {"provider": "aliyun", "kind": "reply", "item_key": "1", "body": {"content": "空调还是不凉"}}
        shown = {"name": FIX, "mime": "image/png", "bytes": 9, "staff_id": cast.lilei.id, "at": now}
        add(conn, evidence, case_id=day.case_id, round=1, **shown)
        conn.execute(insert(contact.callback).values(**raw, received_at=now, address=PHONE))
    folder = tmp_path / "media" / PICTURE[:2]
    folder.mkdir(parents=True)
    for name in (PICTURE, FIX):
        (folder / name).write_bytes(b"a picture")
    return cast


def everything(conn: Connection, *, but: Collection[str] = ()) -> str:
    """Every row of the database, as text."""
    rows = {
        t.name: [tuple(row) for row in conn.execute(select(t))] for t in metadata.sorted_tables if t.name not in but
    }
    return repr(rows)


def count(conn: Connection, table: Table, **where: Any) -> int:
    asked = (table.c[name] == value for name, value in where.items())
    return int(conn.execute(select(func.count()).select_from(table).where(*asked)).scalar_one())


def test_nothing_of_the_person_is_left_but_the_refusal_of_the_number(
    house: House, command: Command, cast: Cast, tmp_path: Path
) -> None:
    assert command(erase, house, "C-77", "--yes", "--by", "lilei") == 0
    with reading(house.engine) as conn:
        left = everything(conn, but={"refusal"})
        assert count(conn, people.refusal, address=PHONE) == 2, "greetings and marketing are refused for good"
        assert count(conn, contact.message, customer_id=cast.zhang) == 0
        assert count(conn, people.vehicle, customer_id=cast.zhang) == 0
        assert conn.execute(select(people.event.c.taken)).scalar_one() == 1
    assert [word for word in WORDS if word in left] == []
    assert list((tmp_path / "media" / PICTURE[:2]).iterdir()) == []


def test_what_must_stay_stays_without_the_person(house: House, command: Command, cast: Cast) -> None:
    command(erase, house, str(cast.zhang), "--yes")
    with reading(house.engine) as conn:
        case = conn.execute(select(cases).where(cases.c.customer_id == cast.zhang)).one()
        words = conn.execute(select(people.consent).where(people.consent.c.purpose == "marketing")).one()
        touch = conn.execute(select(outbound.touchpoint).order_by(outbound.touchpoint.c.id)).all()
        steps = conn.execute(select(case_step.c.text)).scalars().all()
        noted = conn.execute(select(audit).where(audit.c.action == "customer_erased")).one()
        orders = count(conn, people.repair_order, customer_id=cast.zhang)
    assert (case.state, case.text, case.plan) == ("closed", GONE_WORDS, "")
    assert set(steps) == {""}
    assert (words.customer_id, words.evidence, words.given) == (None, "", True)
    assert [(row.outcome, row.reason) for row in touch] == [("sent", ""), ("cancelled", Reason.ERASED.value)]
    assert orders == 1
    assert noted.ref["customer_id"] == cast.zhang
    assert not [word for word in WORDS if word in json.dumps(noted.ref, ensure_ascii=False)]


def test_nobody_else_loses_a_thing(house: House, command: Command, cast: Cast) -> None:
    def of_chen() -> list[Any]:
        with reading(house.engine) as conn:
            rows: list[Any] = []
            for table in metadata.sorted_tables:
                if "customer_id" in table.c:
                    rows += conn.execute(select(table).where(table.c.customer_id == cast.chen)).all()
            return [*rows, conn.execute(select(people.customer).where(people.customer.c.id == cast.chen)).one()]

    before = of_chen()
    assert len(before) > 5
    command(erase, house, "C-77", "--yes")
    assert of_chen() == before


def test_a_dry_run_counts_and_leaves_everything(
    house: House, command: Command, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with reading(house.engine) as conn:
        before = everything(conn)
    assert command(erase, house, "C-77", "--dry-run") == 0
    said = capsys.readouterr().out
    assert re.search(r"deleted +\d+ +message", said)
    assert re.search(r"files +2 ", said)
    assert command(erase, house, "C-77") == 1, "without --yes nothing is done"
    assert "--yes does it" in capsys.readouterr().out
    with reading(house.engine) as conn:
        assert everything(conn) == before
    assert (tmp_path / "media" / PICTURE[:2] / PICTURE).exists()


def test_by_number_every_file_of_it_goes_and_by_id_the_other_is_named(
    house: House, command: Command, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(house.engine) as conn:
        conn.execute(update(people.customer).where(people.customer.c.id == cast.stranger).values(phone=PHONE))
    command(erase, house, "C-77", "--dry-run")
    assert f"not touched: customer {cast.stranger} of the same number" in capsys.readouterr().out
    command(erase, house, "138 0000 0001", "--yes", "--json")
    assert json.loads(capsys.readouterr().out)["customers"] == [cast.zhang, cast.stranger]


def test_named_by_the_file_merged_away_the_one_that_stands_goes_too(
    house: House, command: Command, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    """The DMS goes on naming the old file; what was said lies in the other one, which may have been merged again."""
    with writing(house.engine) as conn:
        for gone, into in ((cast.zhang, cast.chen), (cast.chen, cast.stranger)):
            merged = {"merged_into": into}
            conn.execute(update(people.customer).where(people.customer.c.id == gone).values(**merged))
    command(erase, house, "C-77", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["customers"] == [cast.zhang, cast.chen, cast.stranger]


def test_a_file_merged_into_it_goes_along(house: House, command: Command, cast: Cast) -> None:
    with writing(house.engine) as conn:
        merged = {"merged_into": cast.zhang}
        conn.execute(update(people.customer).where(people.customer.c.id == cast.chen).values(**merged))
    command(erase, house, "C-77", "--yes")
    with reading(house.engine) as conn:
        assert conn.execute(select(people.customer.c.name).where(people.customer.c.id == cast.chen)).scalar() == ""


def test_an_open_case_keeps_its_papers(house: House, command: Command, cast: Cast) -> None:
    with writing(house.engine) as conn:
        conn.execute(update(cases).values(state="planned"))
    with pytest.raises(RuleBroken, match="open case"):
        command(erase, house, "C-77", "--yes")


def test_who_carries_it_out_must_be_somebody(house: House, command: Command, cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="nobody logs in like that"):
        command(erase, house, "C-77", "--yes", "--by", "nobody")
    with reading(house.engine) as conn:
        assert count(conn, contact.message, customer_id=cast.zhang) > 0, "and nothing was erased"


def test_somebody_unknown_is_said(house: House, command: Command, cast: Cast) -> None:
    assert command(erase, house, "C-99", "--yes") == 1
