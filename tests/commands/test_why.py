"""`why`: the whole chain of each touchpoint, as text and as JSON."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.messages import Category, Priority, Way
from commands import why
from store.engine import reading, writing
from store.outbox import begin, claim, enqueue, mark_accepted
from store.tables.contact import prompt
from store.tables.outbound import verdict
from store.tables.people import customer
from store.why import chain
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.store.cast import a_customer, a_store, a_touchpoint, add


@pytest.fixture
def told(house: House) -> House:
    """李雷: one check-in sent by SMS after the template was refused, one still planned."""
    now = house.clock.now
    with writing(house.engine) as conn:
        store_id = a_store(conn)
        person = a_customer(conn, store_id)
        a_touchpoint(conn, store_id, person, now + timedelta(days=3), occurrence="RO#2")
        sent = a_touchpoint(conn, store_id, person, now, occurrence="RO#1", state="done", outcome="sent", done_at=now)
        steps = [
            ("gate", "consent", "pass", ""),
            ("route", "template", "passed_over", "43004"),
            ("send", "sms", "accepted", ""),
        ]
        for step, name, said, reason in steps:
            row = {"touchpoint_id": sent, "at": now, "step": step, "name": name, "verdict": said, "reason": reason}
            conn.execute(insert(verdict).values(**row))
        enqueue(
            conn, store_id=store_id, customer_id=person, way=Way.SMS, account="", address="+8613900000001",
            category=Category.SURVEY, priority=Priority.SERVICE, payload={}, out_id="o", not_before=now,
            touchpoint_ids=[sent],
        )  # fmt: skip
        (job,) = claim(conn, Priority.SERVICE, limit=1, now=now, machine_now=now, worker="w", lease_s=30)
        begin(conn, job, "w", now, 30)
        mark_accepted(conn, job.id, "B-1", now, now)
        row = {"kind": "survey", "ref": {"touchpoint_id": sent}, "asked_at": now, "expires_at": now, "answered_at": now}
        add(conn, prompt, customer_id=person, state="answered", rating=5, satisfaction="satisfied", text="很好", **row)
    return house


def test_the_chain_as_text(told: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(why, told, "C-李雷") == 0
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "李雷 (C-李雷, 远禾滨江店)",
        "",
        "  checkin.question · RO#1 · survey → sent",
        "    planned  2026-09-17 10:20:00  rule version 1",
        "    gate     2026-09-17 10:20:00  consent: pass",
        "    route    2026-09-17 10:20:00  template: passed_over (43004)",
        "    send     2026-09-17 10:20:00  sms: accepted",
        "    message  2026-09-17 10:20:00  sms → accepted · ¥0.000",
        "      attempt 1: accepted, 2026-09-17 10:20:00 by the machine's clock",
        "    answer   2026-09-17 10:20:00  satisfied (5)",
        "",
        "  checkin.question · RO#2 · survey → planned",
        "    planned  2026-09-20 10:20:00  rule version 1",
        "    next     2026-09-20 10:20:00  by rule checkin.question; every gate and way is asked then",
        "",
        "  never planned",
        "    birthday.greeting (no_birthday: 档案里没有生日)",
        "    event_invitation.invitation (no_event: 门店没有已发布、未开始的活动)",
        "    quote.sent (no_quote: 没有待客户确认的报价)",
        "    recontact.question (no_fix: 没有已整改、待回访的投诉单)",
    ]


def test_the_chain_as_json(told: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(why, told, "C-李雷", "--json") == 0
    (person,) = json.loads(capsys.readouterr().out)
    sent, planned = person["touchpoints"]
    assert (sent["outcome"], planned["state"], planned["outcome"]) == ("sent", "planned", None)
    assert [step["verdict"] for step in sent["verdicts"]] == ["pass", "passed_over", "accepted"]
    (message,) = sent["messages"]
    assert (message["way"], message["provider_id"], message["attempts"][0]["result"]) == ("sms", "B-1", "accepted")


def test_no_address_and_no_words_are_told(told: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    command(why, told, "C-李雷", "--json")
    out = capsys.readouterr().out
    assert "13900000001" not in out
    assert "很好" not in out


def test_our_own_id_will_do(told: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with reading(told.engine) as conn:
        ours = conn.execute(select(customer.c.id)).scalar_one()
    assert command(why, told, str(ours)) == 0
    assert capsys.readouterr().out.startswith("李雷")


@pytest.mark.parametrize("word", ["C-王磊", "999", "9" * 40, ""])
def test_nobody_of_that_name(told: House, command: Command, capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert command(why, told, word) == 1
    assert command(why, told, word, "--json") == 1
    assert json.loads(capsys.readouterr().out) == []


def test_nothing_planned(house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(house.engine) as conn:
        a_customer(conn, a_store(conn))
    assert command(why, house, "C-李雷") == 0
    assert "nothing planned yet" in capsys.readouterr().out


def test_one_touchpoint_alone(told: House) -> None:
    with reading(told.engine) as conn:
        found = chain(conn, 2)
        assert found is not None
        assert found["occurrence"] == "RO#1"
        assert chain(conn, 999) is None
