"""Every forbidden step by each of the four ways: page, bulk, API and command line. None gets through, nothing moves."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, func, select

from bot.customer import StaffMember
from bot.dealer import Dealer
from bot.effects import OpenCase
from bot.errors import RuleBroken
from bot.links import Links
from commands import cases as command
from config.calendar import Calendar
from store import cases
from store.case_steps import STEPS, Terms
from store.engine import reading, writing
from store.losable import Losable
from store.tables.cases import case_step
from store.tables.cases import cases as table
from store.tokens import new_api_token
from store.writer import Writer
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import DEALER, Enter
from web.api import BASE, MAX_BODY, ApiNeeds, api
from web.inbox.case_pages import BULK
from web.site import Part, SiteNeeds, create_site


@dataclass(frozen=True)
class Asked:
    """One step somebody tries. about: the second advisor is complained about."""

    stage: str
    who: str
    step: str
    code: str
    text: str = "写好的话"
    to: str = ""
    by: str = ""
    ended: str = "manager"
    level: str = ""
    about: bool = False


PAST, LATER = "2026-09-17T08:00", "2026-09-18T17:30"
FORBIDDEN = [
    # who may handle it
    Asked("open", "hanmeimei", "plan", "not_claimed"),
    Asked("open", "hanmeimei", "fix", "not_claimed"),
    Asked("assigned", "lucy", "plan", "not_yours"),
    Asked("planned", "lucy", "start", "not_yours"),
    Asked("planned", "lucy", "fix", "not_yours"),
    Asked("fixed", "lucy", "recontact", "not_yours"),
    Asked("recontacted", "lucy", "close", "not_yours", ended="satisfied"),
    Asked("assigned", "lucy", "assign", "not_yours", to="lucy"),
    Asked("assigned", "lucy", "level", "not_yours", level="P1"),
    # the owner is not the person complained about
    Asked("open", "lucy", "claim", "about_you", about=True),
    Asked("open", "lucy", "acknowledge", "about_you", about=True),
    Asked("assigned", "lucy", "plan", "about_you", about=True),
    Asked("planned", "lucy", "fix", "about_you", about=True),
    Asked("fixed", "lucy", "reopen", "about_you", about=True),
    Asked("assigned", "lilei", "assign", "about_them", to="lucy", about=True),
    Asked("assigned", "hanmeimei", "assign", "about_them", to="lucy", about=True),
    Asked("assigned", "hanmeimei", "plan", "about_them", to="lucy", about=True),
    # plan, fix, re-contact, in this order, each in words
    Asked("assigned", "hanmeimei", "plan", "no_plan_text", text="  "),
    Asked("assigned", "hanmeimei", "plan", "plan_in_the_past", by=PAST),
    Asked("assigned", "hanmeimei", "start", "not_planned"),
    Asked("assigned", "hanmeimei", "fix", "not_planned"),
    Asked("assigned", "lilei", "fix", "not_planned"),
    Asked("planned", "hanmeimei", "fix", "no_fix_text", text=""),
    Asked("fixed", "hanmeimei", "fix", "already_fixed"),
    Asked("fixed", "hanmeimei", "plan", "already_fixed"),
    Asked("assigned", "hanmeimei", "recontact", "not_fixed"),
    Asked("planned", "lilei", "recontact", "not_fixed"),
    # the three endings
    Asked("assigned", "hanmeimei", "close", "not_recontacted", ended="satisfied"),
    Asked("planned", "lilei", "close", "not_recontacted", ended="satisfied"),
    Asked("fixed", "hanmeimei", "close", "not_recontacted", ended="satisfied"),
    Asked("recontacted", "hanmeimei", "close", "no_reason", text=" ", ended="satisfied"),
    Asked("assigned", "hanmeimei", "close", "no_reason", text="", ended="declined"),
    Asked("assigned", "hanmeimei", "close", "not_a_manager"),
    Asked("recontacted", "hanmeimei", "close", "not_a_manager"),
    Asked("assigned", "lilei", "close", "no_reason", text=""),
    # levels
    Asked("assigned", "hanmeimei", "level", "not_a_manager", level="P4"),
    Asked("assigned", "hanmeimei", "level", "same_level", level="P3"),
    Asked("assigned", "lilei", "level", "no_reason", text="", level="P1"),
    # handing on
    Asked("assigned", "lilei", "assign", "no_colleague", to="nobody"),
    Asked("assigned", "lilei", "assign", "no_colleague", to="wanglei"),
    Asked("assigned", "admin", "assign", "other_store", to="wanglei"),
    Asked("assigned", "admin", "plan", "other_store", to="wanglei"),
    # reopening
    Asked("assigned", "lilei", "reopen", "still_open"),
    Asked("closed", "hanmeimei", "reopen", "no_reason", text=""),
    Asked("closed_long", "lilei", "reopen", "closed_too_long"),
    # a closed case takes no other step
    *(Asked("closed", "lilei", step, "closed", to="hanmeimei", level="P1", by=LATER)
      for step in STEPS if step != "reopen"),
]  # fmt: skip


@dataclass
class House:
    """The same rows behind all four doors."""

    engine: Engine
    clock: StillClock
    cast: Cast
    enter: Enter
    dms: Any
    token: str
    case_id: int = 0

    @property
    def dealer(self) -> Dealer:
        return DEALER

    @property
    def calendar(self) -> Calendar:
        return Calendar()

    @property
    def writer(self) -> Writer:
        return Writer(self.engine)

    def member(self, username: str) -> StaffMember:
        return {"lilei": self.cast.lilei, "hanmeimei": self.cast.hanmeimei, "lucy": self.cast.advisor,
                "admin": self.cast.admin, "wanglei": self.cast.wanglei}[username]  # fmt: skip

    def fingerprint(self) -> tuple[Any, ...]:
        with reading(self.engine) as conn:
            row = conn.execute(select(table).where(table.c.id == self.case_id)).one()
            steps = conn.execute(select(func.count()).select_from(case_step)).scalar_one()
        return (*row, steps)


def staged(conn: Connection, cast: Cast, stage: str, about: bool, now: datetime) -> int:
    """A case of 张伟 owned by 韩梅梅, taken as far as `stage`."""
    began = now - timedelta(days=9) if stage == "closed_long" else now - timedelta(minutes=10)
    due = [began + timedelta(hours=hours) for hours in (2, 24, 72)]
    complained = cast.advisor.id if about else None
    opened = OpenCase("P3", "quality", "空调还是不凉", cast.hanmeimei.id, None, complained, *due)
    made = cases.open_case(conn, cast.store_id, cast.zhang, opened, began)
    owner = cast.hanmeimei
    walk: list[tuple[str, Callable[[], None]]] = [
        ("assigned", lambda: cases.claim(conn, made, owner, began)),
        ("planned", lambda: cases.set_plan(conn, made, owner, "复检", began)),
        ("fixed", lambda: cases.record_fix(conn, made, owner, "已换", began)),
        ("recontacted", lambda: cases.record_recontact(conn, made, began)),
        ("closed", lambda: cases.close_by_customer(conn, made, "satisfied", began + timedelta(minutes=1))),
    ]
    for name, step in walk if stage != "open" else []:
        step()
        if name == stage:
            break
    return made


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """The rules stand above the database; store/cases is tested on both."""
    return sqlite_engine


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast, enter: Enter) -> House:
    with writing(engine) as conn:
        token = new_api_token(conn, cast.store_id, "DMS", clock.now)
    losable, links = Losable(None, clock.monotonic), Links("a secret", "http://car.example")
    needs = ApiNeeds(engine, Writer(engine), clock, losable.buckets, losable.wakeups, links, Terms(DEALER, Calendar()))
    site: Flask = create_site(SiteNeeds("s", https=False), parts=[Part(api(needs), csrf=False, max_body=MAX_BODY)])
    return House(engine, clock, cast, enter, site.test_client(), token)


def by_page(house: House, asked: Asked) -> tuple[int, str]:
    form = {"step": asked.step, "text": asked.text, "to": asked.to, "by": asked.by, "ended": asked.ended,
            "level": asked.level}  # fmt: skip
    answer = house.enter(house.member(asked.who)).post(f"/inbox/cases/{house.case_id}/step", data=form)
    return answer.status_code, answer.text


def by_bulk(house: House, asked: Asked) -> tuple[int, str]:
    form = {"step": asked.step, "text": asked.text, "to": asked.to, "ended": asked.ended, "level": asked.level,
            "case": [str(house.case_id)]}  # fmt: skip
    answer = house.enter(house.member(asked.who)).post("/inbox/cases/bulk", data=form)
    return answer.status_code, answer.text


def by_api(house: House, asked: Asked) -> tuple[int, str]:
    body = {"step": asked.step, "staff": asked.who, "text": asked.text, "ended": asked.ended}
    body |= {name: value for name in ("to", "by", "level") if (value := getattr(asked, name))}
    answer = house.dms.post(
        f"{BASE}/cases/{house.case_id}/steps", json=body, headers={"Authorization": f"Bearer {house.token}"}
    )
    return answer.status_code, answer.text


def by_command(house: House, asked: Asked) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    words = [asked.step, str(house.case_id), "--as", asked.who, f"--text={asked.text}", f"--ended={asked.ended}"]
    words += [f"--{name}={value}" for name in ("to", "by", "level") if (value := getattr(asked, name))]
    try:
        return command.run(house, parser.parse_args(words)), ""
    except RuleBroken as refusal:
        return 409, f"{refusal.code} {refusal}"


WAYS = {"page": by_page, "bulk": by_bulk, "api": by_api, "command": by_command}


@pytest.fixture
def sentence(house: House) -> Callable[[str, Asked], str]:
    """What staff read for a refusal: taken from the rule itself, by the command line."""

    def of(code: str, asked: Asked) -> str:
        _status, said = by_command(house, asked)
        assert said.startswith(f"{code} "), said
        return said.removeprefix(f"{code} ")

    return of


@pytest.mark.handbook("H1.5.2")
@pytest.mark.parametrize("asked", FORBIDDEN, ids=lambda each: f"{each.stage}-{each.who}-{each.step}-{each.code}")
def test_no_way_leads_around_a_rule(house: House, asked: Asked, sentence: Callable[[str, Asked], str]) -> None:
    with writing(house.engine) as conn:
        house.case_id = staged(conn, house.cast, asked.stage, asked.about, house.clock.now)
    before = house.fingerprint()
    told = sentence(asked.code, asked)
    for way, act in WAYS.items():
        status, said = act(house, asked)
        assert status == 409, (way, status, said)
        if way == "bulk" and asked.step not in BULK:
            assert "没有这个步骤" in said
        else:
            assert (asked.code if way in ("api", "command") else told) in said, (way, said)
        assert house.fingerprint() == before, way


@pytest.mark.parametrize("way", WAYS)
def test_each_way_takes_what_is_allowed(house: House, way: str) -> None:
    """So that the table above does not pass because a door is shut for all."""
    with writing(house.engine) as conn:
        house.case_id = staged(conn, house.cast, "assigned", False, house.clock.now)
    steps = [Asked("", "lilei", "level", "", level="P2"), Asked("", "lilei", "assign", "", to="lucy")]
    if way != "bulk":
        steps += [
            Asked("", "lucy", "plan", "", to="hanmeimei", by=LATER), Asked("", "lucy", "start", ""),
            Asked("", "lucy", "fix", ""), Asked("", "lucy", "recontact", ""),
            Asked("", "lucy", "close", "", ended="satisfied"), Asked("", "lucy", "reopen", ""),
        ]  # fmt: skip
    steps += [Asked("", "lilei", "close", "")]
    for asked in steps:
        status, said = WAYS[way](house, asked)
        assert status in (0, 200, 303), (asked, status, said)
    with reading(house.engine) as conn:
        facts = cases.load(conn, house.case_id)
    assert facts.state == "closed"
    assert facts.level == "P2", "reopened one level graver, and P1 only by its own triggers"
    assert facts.round == (1 if way == "bulk" else 2)


@pytest.mark.parametrize("step", STEPS)
def test_another_stores_case_is_not_there_by_any_way(house: House, step: str) -> None:
    with writing(house.engine) as conn:
        house.case_id = staged(conn, house.cast, "assigned", False, house.clock.now)
    before, asked = house.fingerprint(), Asked("", "wanglei", step, "", level="P1", to="lucy")
    # 409 says nothing of the case: no such step for many, no such colleague for this token, a sentence to a shell.
    hidden = {"bulk": 404 if step in BULK else 409, "api": 409, "command": 409}
    for way, act in WAYS.items():
        status, said = act(house, asked)
        assert status == hidden.get(way, 404), (way, status)
        assert "张伟" not in said, way
        assert house.fingerprint() == before, way


def test_a_token_of_another_store_sees_no_case(house: House) -> None:
    with writing(house.engine) as conn:
        house.case_id = staged(conn, house.cast, "assigned", False, house.clock.now)
        token = new_api_token(conn, house.cast.elsewhere_id, "DMS", house.clock.now)
    stranger = replace(house, token=token)
    before = house.fingerprint()
    headers = {"Authorization": f"Bearer {token}"}
    for staff in ("wanglei", "admin"):
        status, _ = by_api(stranger, Asked("", staff, "claim", ""))
        assert status == 404
    assert house.dms.get(f"{BASE}/cases/{house.case_id}", headers=headers).status_code == 404
    assert house.dms.get(f"{BASE}/cases", headers=headers).json == {"cases": []}
    assert house.fingerprint() == before


def test_bulk_goes_on_past_the_one_that_may_not(house: House) -> None:
    """Three chosen: one is closed, one is another store's, one is taken."""
    with writing(house.engine) as conn:
        closed = staged(conn, house.cast, "closed", False, house.clock.now)
        house.case_id = staged(conn, house.cast, "assigned", False, house.clock.now)
    form = {"step": "assign", "to": "lucy", "case": [str(closed), "999999", str(house.case_id)]}
    answer = house.enter(house.cast.lilei).post("/inbox/cases/bulk", data=form)
    assert answer.status_code == 200
    assert "已处理 1 张，未处理 1 张" in answer.text
    assert "此单已结案" in answer.text
    with reading(house.engine) as conn:
        assert cases.load(conn, house.case_id).owner_id == house.cast.advisor.id


@pytest.mark.parametrize(
    ("form", "words"),
    [({"step": "assign", "to": "lucy"}, "请先勾选投诉单"), ({"step": "plan", "case": ["1"]}, "没有这个步骤")],
)
def test_bulk_says_what_is_missing(house: House, form: dict[str, Any], words: str) -> None:
    answer = house.enter(house.cast.lilei).post("/inbox/cases/bulk", data=form)
    assert (answer.status_code, words in answer.text) == (409, True)


def test_the_command_line_wants_a_name_and_a_number(house: House) -> None:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    for words, sentence in ((["close"], "needs the number"), (["close", "1"], "needs --as")):
        with pytest.raises(RuleBroken, match=sentence):
            command.run(house, parser.parse_args(words))
