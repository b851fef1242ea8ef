"""`demo`: the demo dealer, seeded once; a second time only what is missing is added and the same file is told."""

import argparse
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, select, update

from bot.dealer import Dealer
from bot.errors import ConfigError
from bot.phones import parse_phone
from bot.ports import Clock
from commands.demo_cast import ACCOUNT, LOGIN, PEOPLE, STAFF, STORE, Person
from commands.migrate import bring_up
from config.settings import Settings
from store.consents import ConsentFact
from store.customers import CustomerFacts, VehicleFacts
from store.dialects import insert_into
from store.engine import writing
from store.orders import OrderFacts, OrderStatus, put_order, zone_of
from store.staff import add as add_staff
from store.staff import check_password, hash_password
from store.stores import store_id_of
from store.tables.people import customer, identity
from store.tables.staff import staff
from store.tokens import api_caller, new_api_token, revoke_api_tokens

TOKEN_NAME = "demo DMS"
FILE = "demo.json"


class Needs(Protocol):
    @property
    def settings(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def dealer(self) -> Dealer: ...


def arguments(_parser: argparse.ArgumentParser) -> None:
    pass


def run(house: Needs, _options: argparse.Namespace) -> int:
    """Prints what it wrote to DATA_DIR/demo.json: log-in, API token, customers."""
    print(json.dumps(seed(house), ensure_ascii=False, indent=2))
    return 0


def seed(house: Needs) -> Mapping[str, Any]:
    """Raises ConfigError beside a real account: nobody's customers get invented colleagues."""
    if house.settings.wechat_app_id and not house.settings.sandbox:
        raise ConfigError("HUIFANG_WECHAT_APP_ID", "the demo dealer is not seeded beside a real account")
    path = house.settings.data_dir / FILE
    bring_up(house.engine, house.dealer, house.settings.config_dir)
    with writing(house.engine) as conn:
        told = _seeded(conn, _read(path), house.clock)
    _write(path, told)
    return told


def _seeded(conn: Connection, known: Mapping[str, Any], clock: Clock) -> Mapping[str, Any]:
    """known: what demo.json tells already; log-in and token stay while they are good, else they are made anew."""
    store_id = store_id_of(conn, STORE)
    password = _keep_staff(conn, store_id, str(known.get("password", "")))
    for person in PEOPLE:
        _keep_person(conn, store_id, person, clock.business())
    return {
        "login": LOGIN,
        "password": password,
        "api_token": _keep_token(conn, store_id, str(known.get("api_token", "")), clock.machine()),
        "customers": [_told(person) for person in PEOPLE],
    }


def _keep_person(conn: Connection, store_id: int, person: Person, now: datetime) -> None:
    """As the DMS would put them; who is there already is left as the demo's course has made them."""
    there = select(customer.c.id).where(customer.c.store_id == store_id, customer.c.external_id == person.external_id)
    if conn.execute(there).first() is not None:
        return
    facts = OrderFacts(
        status=OrderStatus(person.status),
        customer=_customer(conn, store_id, person, now),
        vehicle=VehicleFacts(f"V100{person.number}", person.plate, person.model, _vin(person), person.mileage),
        advisor=person.advisor,
        items=[{"name": item} for item in person.items],
    )
    put_order(conn, store_id, person.order, facts, now)
    if person.follows:
        _follow(conn, conn.execute(there).scalar_one(), person, now)


def _customer(conn: Connection, store_id: int, person: Person, now: datetime) -> CustomerFacts:
    birthday = (now.astimezone(zone_of(conn, store_id)) + timedelta(days=person.birthday_in)).date()
    consents = tuple(
        ConsentFact(purpose, True, now, channel="paper", wording="接车单告知书 v1", evidence=f"接车单 {person.order}")
        for purpose in person.consents
    )
    return CustomerFacts(
        person.external_id,
        name=person.name,
        phone=parse_phone(person.phone),
        birthday_md=birthday.strftime("%m-%d"),
        consents=consents,
    )


def _vin(person: Person) -> str:
    """World maker code X is assigned to nobody in China; the check digit is not right either."""
    return f"XYH00000000{person.number:06d}"


def _follow(conn: Connection, customer_id: int, person: Person, now: datetime) -> None:
    row = {"channel": "wechat", "account": ACCOUNT, "address": person.openid, "following": True, "bound_by": "qr"}
    insert = insert_into(conn, identity).values(**row, customer_id=customer_id, changed_at=now)
    conn.execute(insert.on_conflict_do_nothing())


def _keep_staff(conn: Connection, store_id: int, password: str) -> str:
    """One password for all of the demo's staff. Lost with demo.json, it is made anew."""
    names = {username for username, _, _ in STAFF}
    there = set(conn.execute(select(staff.c.username).where(staff.c.username.in_(names))).scalars())
    if there == names and check_password(conn, LOGIN, password) is not None:
        return password
    password = secrets.token_urlsafe(12)
    password_hash = hash_password(password)
    for username, name, role in STAFF:
        if username not in there:
            add_staff(conn, store_id=store_id, username=username, name=name, role=role, password_hash=password_hash)
    conn.execute(update(staff).where(staff.c.username.in_(there)).values(password_hash=password_hash))
    return password


def _keep_token(conn: Connection, store_id: int, token: str, now: datetime) -> str:
    if token and api_caller(conn, token) is not None:
        return token
    revoke_api_tokens(conn, store_id, TOKEN_NAME, now)
    return new_api_token(conn, store_id, TOKEN_NAME, now)


def _told(person: Person) -> dict[str, str]:
    return {
        "external_id": person.external_id,
        "name": person.name,
        "openid": person.openid,
        "phone": person.phone,
        "plate": person.plate,
        "repair_order": person.order,
    }


def _read(path: Path) -> Mapping[str, Any]:
    with suppress(OSError, ValueError):
        told = json.loads(path.read_text("utf-8"))
        return told if isinstance(told, dict) else {}
    return {}


def _write(path: Path, told: Mapping[str, Any]) -> None:
    """Readable by its owner alone, and never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(told, file, ensure_ascii=False, indent=2)
    fresh.replace(path)
