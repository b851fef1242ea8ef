"""Every route of the house, asked by every role, of the row's own store and of another, and by nobody logged in.

The table is routes.yaml: a route without a row fails here with what to add.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert, select
from werkzeug.routing import Rule

from app import House
from bot.customer import Role, StaffMember
from config.load import load_content
from config.settings import read_settings
from config.yaml_lines import read_yaml
from store import sessions, tokens
from store.engine import reading, writing
from store.staff import add as add_staff
from store.staff import log_in
from store.tables import alerts, cases, contact, desk, metadata, outbound, people, staff, taught, visits
from tests.learnt import classifier
from tests.staff_cast import seed
from tests.web.inbox.day import add, morning
from web.login import Member

TABLE = Path(__file__).with_name("routes.yaml")
CONFIG = Path(__file__).parents[3] / "config"
ENTRY = load_content(CONFIG).faq.entries[0]
KEY = {400, 401, 403, 404, 405, 410, 422, 429}
# Of routes without a row of a store: any value does, none of them is a key.
ANY = {
    "external_id": "X1", "token": "nobody", "account": "main", "page": "cars", "provider": "aliyun", "given": "nobody",
    "kind": "reply", "code": "zh", "filename": "inbox.css", "name": "birthday",
    "table": "customers", "form": "csv", "case": "1", "about": ENTRY.about, "topic": ENTRY.id, "verdict": "approve",
    "address": ENTRY.id,
}  # fmt: skip
# Doors that ask for no role: three askers are enough of them.
DEEDS = {"row": {404}, "own": {404}, "kept": {403, 404}}  # doors of one store's row, and what another store gets
ANYBODY = {"open", "key", "code", "gone"}
FEW = {("nobody", "nobody"), ("own", "advisor"), ("other", "admin")}
# Deeds that end their row: it is put back for the next asker.
ENDS_ROW = {
    "POST /inbox/roster/<int:shift_id>/off": (staff.duty, "shift_id"),
    "POST /inbox/snippets/<int:snippet_id>/drop": (desk.snippet, "snippet_id"),
}
# A deed of another store's: with words enough that only the door can refuse it.
WHOLE = {
    "version": "0", "text": "你好", "key": "k" * 12, "step": "level", "level": "P1", "template": "staff_contact",
    "subject": "保养", "photos": "https://car.example/a", "label": "ignore", "name": "急", "result": "reached",
    "phone": "13800000009", "heads": "1", "why": "x", "staff": "1", "until": "2099-01-01T09:00",
}  # fmt: skip
# A deed that would end the asker's own session before the next question.
ENDS_ITSELF = {"POST /logout"}


@dataclass(frozen=True)
class Walk:
    """places: the parameter of a route → the id of a row of 滨江. people: (store, role) → who asks.

    lost: table → its row as it was, for deeds that end it.
    """

    house: House
    places: dict[str, int]
    people: dict[tuple[str, str], StaffMember]
    lost: dict[str, dict[str, Any]]

    @property
    def site(self) -> Flask:
        return self.house.site

    def rules(self) -> Iterator[tuple[str, Rule]]:
        """`GET /inbox` → its rule, those of the providers' doors too."""
        pushes: Any = self.site.wsgi_app
        while not hasattr(pushes, "_pushes"):
            pushes = pushes.app
        for routes in (self.site.url_map, pushes._pushes.url_map):
            for rule in routes.iter_rules():
                for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                    yield f"{method} {rule}", rule

    def client(self, store: str, role: str) -> FlaskClient:
        """A browser of its own, logged in where somebody has that role."""
        client = self.site.test_client()
        member = self.people.get((store, role))
        if member is not None:
            now = self.house.now()
            with writing(self.house.engine) as conn:
                found = log_in(conn, member.id)
                token = sessions.begin(conn, member.id, "password", "", "", now)
            assert found is not None
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = Member(found, token).get_id(), True
        return client

    def path(self, rule: Rule) -> str:
        def value(found: re.Match[str]) -> str:
            name = found[1].split(":")[-1]
            known = self.places | ANY | ({"name": "labels"} if "/sheet/" in str(rule) else {})
            assert name in known, f"{rule}: add the id of a row of 滨江 for {name} to PLACES in test_route_matrix.py"
            return str(known[name])

        return re.sub(r"<([^>]+)>", value, str(rule))


def table() -> dict[str, Any]:
    read: dict[str, Any] = read_yaml(TABLE)[0]
    return read


@pytest.fixture
def walk(engine: Engine, database_url: str, tmp_path: Path) -> Iterator[Walk]:
    given = {
        "SANDBOX": "1", "DATABASE_URL": database_url, "DATA_DIR": str(tmp_path), "CONFIG_DIR": str(CONFIG),
        "OIDC_ISSUER": "http://127.0.0.1:9", "OIDC_CLIENT_ID": "us", "OIDC_CLIENT_SECRET": "secret",
    }  # fmt: skip
    house = House(read_settings({f"HUIFANG_{k}": v for k, v in given.items()}, dotenv=tmp_path / "no"), "web")
    house.classifier = classifier()
    cast = seed(house.engine, house.clock.business())
    with writing(house.engine) as conn:
        members = {}
        for store, store_id in (("own", cast.store_id), ("other", cast.elsewhere_id)):
            for role in Role:
                name = f"{store}-{role}"
                made = add_staff(conn, store_id=store_id, username=name, name=name, role=role, password_hash="")
                members[store, role.value] = StaffMember(made, store_id, name, role)
        places = rows(conn, house, cast, tmp_path)
        lost = {
            table.name: dict(conn.execute(select(table).where(table.c.id == places[place])).one()._mapping)
            for table, place in ENDS_ROW.values()
        }
    house.site.config["WTF_CSRF_ENABLED"] = False
    house.limiter.enabled = False
    yield Walk(house, places, members, lost)
    house.stopping.set()
    house.engine.dispose()


def rows(conn: Any, house: House, cast: Any, folder: Path) -> dict[str, int]:
    """PLACES: the id of a row of 滨江 by the name of a route's parameter."""
    now = house.clock.business()
    day = morning(conn, cast, now)
    theirs = (contact.message.c.customer_id == cast.zhang, contact.message.c.direction == "in")
    said = conn.execute(
        select(contact.message.c.id).where(*theirs).order_by(contact.message.c.id).limit(1)
    ).scalar_one()
    name = "ab" + "0" * 30
    (folder / "media" / "ab").mkdir(parents=True)
    (folder / "media" / "ab" / name).write_bytes(b"\x89PNG")
    picture = add(
        conn, contact.media, message_id=said, account="main", openid="o", kind="image", state="kept", name=name,
        mime="image/png", bytes=4, wanted_at=now, retry_at=now,
    )  # fmt: skip
    outgoing = conn.execute(select(outbound.outbox.c.id).order_by(outbound.outbox.c.id).limit(1)).scalar_one()
    call = add(
        conn, outbound.call_task, store_id=cast.store_id, customer_id=cast.zhang, outbox_id=outgoing, why="x",
        phone="+8613800000001", category="service", priority="normal", best=[], best_why="usual", next_at=now,
        created_at=now,
    )  # fmt: skip
    lecture = {"name": "养护讲座", "starts_at": now, "capacity": 9, "audience": {}, "state": "published"}
    came = {"arrived_at": now, "called_at": now}
    merged = {"from_id": cast.chen, "into_id": cast.zhang, "moved": {}, "at": now}
    tokens.new_api_token(conn, cast.store_id, "DMS", now)
    return {
        "customer_id": cast.zhang,
        "touchpoint_id": day.touchpoint_id,
        "event_id": add(conn, people.event, store_id=cast.store_id, **lecture),
        "media_id": picture,
        "call_id": call,
        "staff_id": cast.advisor.id,
        "token_id": 1,
        "version_id": 1,
        "shift_id": add(
            conn, staff.duty, store_id=cast.store_id, staff_id=cast.lilei.id, rung="manager", starts_at=now, ends_at=now
        ),
        "case_id": day.case_id,
        "evidence_id": add(
            conn,
            cases.evidence,
            case_id=day.case_id,
            round=1,
            name=name,
            mime="image/png",
            bytes=4,
            staff_id=cast.lilei.id,
            at=now,
        ),
        "message_id": said,
        "number": 0,
        "visit_id": add(conn, visits.visit, store_id=cast.store_id, way="staff", state="waiting", **came),
        "alert_id": add(conn, alerts.alert, store_id=cast.store_id, reason="sms", level="normal", ref={}, at=now),
        "snippet_id": add(conn, desk.snippet, store_id=cast.store_id, title="x", text="x"),
        "merging_id": add(conn, desk.merging, store_id=cast.store_id, staff_id=cast.lilei.id, **merged),
        "review_id": add(conn, taught.review, store_id=cast.store_id, message_id=said, why="low", percent=9, at=now),
    }


def test_every_route_has_a_row_and_every_row_a_route(walk: Walk) -> None:
    known, there = table()["routes"], {name for name, _ in walk.rules()}
    lacking = [
        f"{name}: say who may by a row `{name}: <door>` in tests/web/inbox/routes.yaml, one of its doors or a new one"
        for name in sorted(there - set(known))
    ]
    assert lacking == []
    assert sorted(set(known) - there) == [], "rows of routes.yaml that no route has any more"


@pytest.mark.timeout(600)  # a thousand requests, on machines that do other things too
def test_each_role_of_each_store_gets_what_the_table_says(walk: Walk) -> None:
    with structlog.testing.capture_logs():  # a broken route tells its story once, not by each asker
        wrong = walked(walk)
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def walked(walk: Walk) -> list[str]:
    told = table()
    askers = [("nobody", "nobody"), *(("other", role.value) for role in Role), *(("own", role.value) for role in Role)]
    mine = walk.places["customer_id"]
    form = {"message": walk.places["message_id"], "other": mine, "guest": mine}  # of deeds about one more row
    browsers = {asker: walk.client(*asker) for asker in askers}
    wrong = []
    for name, rule in sorted(walk.rules(), key=lambda pair: pair[0]):
        table_says = told["routes"].get(name, "")
        door = told["doors"].get(table_says)
        if door is None or name in ENDS_ITSELF or name == "GET /events":
            continue
        for (store, role), browser in browsers.items():
            if table_says in ANYBODY and (store, role) not in FEW:
                continue
            answer = browser.open(
                walk.path(rule), method=name.split()[0], data=None if name.startswith("GET") else form
            )
            answer.close()
            put_back(walk, name)
            expected, got = wanted(door, store, role), kind_of(answer)
            if expected != got and not (expected == "key" and answer.status_code in KEY):
                wrong.append(f"{name} by {role} of {store}: {answer.status_code} is {got}, the table says {expected}")
    return wrong


def put_back(walk: Walk, name: str) -> None:
    if name not in ENDS_ROW:
        return
    table, place = ENDS_ROW[name]
    with writing(walk.house.engine) as conn:
        if conn.execute(select(table.c.id).where(table.c.id == walk.places[place])).first() is None:
            conn.execute(insert(table).values(walk.lost[table.name]))


def test_no_deed_of_another_store_changes_anything(walk: Walk) -> None:
    """Each deed on a row of 滨江, asked by everybody of the other store with a whole form: 404 or 403, and no trace."""
    told = table()
    asked = [(name, rule) for name, rule in walk.rules() if told["routes"].get(name) in DEEDS and name[:4] == "POST"]
    assert len(asked) > 50
    askers = [role for role in Role if role is not Role.ADMIN]
    browsers = {role: walk.client("other", role.value) for role in askers}
    form = WHOLE | {"message": walk.places["message_id"], "guest": walk.places["customer_id"]}
    before, let_in = everything(walk.house.engine), []
    for name, rule in asked:
        for role, browser in browsers.items():
            status = browser.post(walk.path(rule), data=form).status_code
            if status not in DEEDS[told["routes"][name]]:
                let_in.append(f"{name} by {role}: {status}")
    assert let_in == []
    assert everything(walk.house.engine) == before


def test_many_rows_of_another_store_at_once_are_not_there_either(walk: Walk) -> None:
    browser, before = walk.client("other", "manager"), everything(walk.house.engine)
    many = {"id": walk.places["customer_id"], "deed": "label", "name": "急"}
    assert browser.post("/inbox/bulk", data=many).status_code == 404
    step = {"case": walk.places["case_id"], "step": "level", "level": "P1", "text": "x"}
    assert browser.post("/inbox/cases/bulk", data=step).status_code == 404
    assert everything(walk.house.engine) == before


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Each row of each table."""
    with reading(engine) as conn:
        return {each.name: sorted(map(repr, conn.execute(select(each)))) for each in metadata.sorted_tables}


def test_the_live_stream_is_for_staff_alone(walk: Walk) -> None:
    """It never ends, so it is not walked with the rest."""
    assert table()["routes"]["GET /events"] == "staff"
    assert walk.client("nobody", "nobody").get("/events").status_code == 401


def wanted(door: dict[str, Any], store: str, role: str) -> str:
    if store == "other":
        return str(door["other"].get(role, door["other"]["all"]))
    return str(door[role])


def kind_of(answer: Any) -> str:
    away = answer.headers.get("Location", "")
    if answer.status_code == 401 or (answer.status_code in (302, 303) and away.split("?")[0].endswith("/login")):
        return "login"
    broken = "broken" if answer.status_code == 500 else "in"
    return {403: "refused", 404: "hidden"}.get(answer.status_code, broken)
