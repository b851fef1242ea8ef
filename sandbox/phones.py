"""The page at `/`: several customers' phones, the clock, and what the dealer would do meanwhile."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request, send_from_directory
from sqlalchemy import Connection, Engine, select

from bot.ports import Clock
from sandbox import followers, media, phone_book, subscribing
from sandbox.accounts import SandboxAccount
from sandbox.asked import BadControl, Delivery, asked
from sandbox.dealer import Dealer
from sandbox.deeds import Deeds
from sandbox.demo import PASSER_BY, Demo, Person
from sandbox.tables import account_menu
from store.engine import reading

POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
FINAL = ("delivered", "cancelled")
ONCE = Delivery(account="main", msg_id="", times=1, retries=3)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the page looks at and reaches for."""

    engine: Engine
    clock: Clock
    account: SandboxAccount
    deeds: Deeds
    demo: Demo
    dealer: Dealer

    def person(self, person_id: str) -> Person:
        with reading(self.engine) as connection:
            found = next((one for one in self.people(connection) if one.id == person_id), None)
        if found is None:
            raise BadControl(f"nobody is called {person_id!r}")
        return found

    def people(self, connection: Connection) -> list[Person]:
        """The demo's customers, a passer-by, and whoever else showed up on WeChat or by SMS."""
        known = [*self.demo.people, Person(PASSER_BY, "路过的人", f"o_{PASSER_BY}", "")]
        openids, numbers = {one.openid for one in known}, {one.phone for one in known}
        for openid in phone_book.addresses(connection, "wechat", self.account.name):
            if openid not in openids:
                known.append(Person(f"wx:{openid}", openid, openid, ""))
        for number in phone_book.addresses(connection, "sms", ""):
            if number not in numbers:
                known.append(Person(f"sms:{number}", number, "", number))
        return known

    def file(self, person: Person) -> dict[str, Any] | None:
        if not person.external_id:
            return None
        return self.dealer.file(self.demo.token, person.external_id, self.clock.monotonic())


def phones_page(desk: Desk) -> Blueprint:
    blueprint = Blueprint("phones", __name__)
    blueprint.register_error_handler(BadControl, lambda no: (jsonify(error=str(no)), 400))

    @blueprint.get("/")
    def page() -> Response:
        answer = send_from_directory("static", "phones.html", max_age=0)
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @blueprint.get("/phones/state")
    def state() -> Response:
        return jsonify(_state(desk, request.args.get("who", "")))

    @blueprint.get("/phones/files/<media_id>")
    def file(media_id: str) -> Response:
        """A picture, voice or video on a phone, while WeChat keeps it."""
        with reading(desk.engine) as connection:
            return media.by_address(connection, media_id, desk.clock.business())

    _buttons(blueprint, desk)
    return blueprint


def _buttons(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.post("/phones/<who>/scan-receipt")
    def scan_receipt(who: str) -> Response:
        body, person = asked({"order": str}), desk.person(who)
        pushed = desk.deeds.scan(person.openid, desk.dealer.scene(desk.demo.token, body["order"]), ONCE)
        return jsonify(status=pushed[-1].status)

    @blueprint.post("/phones/<who>/deliver")
    def deliver(who: str) -> Response:
        body = asked({"order": str})
        desk.person(who)
        desk.dealer.deliver(desk.demo.token, body["order"])
        return jsonify(status=200)

    @blueprint.post("/phones/<who>/quote")
    def quote(who: str) -> Response:
        body = asked({"order": str})
        desk.person(who)
        desk.dealer.quote(desk.demo.token, body["order"])
        return jsonify(status=200)

    @blueprint.post("/phones/<who>/open-order")
    def open_order(who: str) -> Response:
        asked({})
        file = desk.file(desk.person(who))
        if not file or not file["vehicles"]:
            raise BadControl("this person has no car in the dealer's file")
        order = f"RO{desk.clock.business():%m%d%H%M%S}"
        desk.dealer.open_order(desk.demo.token, order, file)
        return jsonify(order=order)

    @blueprint.post("/phones/<who>/birthday-tomorrow")
    def birthday(who: str) -> Response:
        asked({})
        tomorrow = desk.clock.business().astimezone(phone_book.SHANGHAI) + timedelta(days=1)
        desk.dealer.birthday(desk.demo.token, desk.person(who).external_id, f"{tomorrow:%m-%d}")
        return jsonify(birthday=f"{tomorrow:%m-%d}")


def _state(desk: Desk, who: str) -> dict[str, Any]:
    now = desk.clock.business()
    with reading(desk.engine) as connection:
        people = desk.people(connection)
        chosen = next((one for one in people if one.id == who), people[0])
        summaries = [_summary(connection, desk.account.name, one) for one in people]
        phone = _phone(connection, desk, chosen)
        menu = connection.execute(select(account_menu.c.menu)).scalar()
    account = {
        "store": desk.account.store_name,
        "menu": menu or list(desk.account.menu),
        "spots": dict(desk.account.spots),
    }
    detail = {**phone, "file": _file(desk.file(chosen))}
    return {"now": phone_book.local(now), "account": account, "people": summaries, "chosen": detail}


def _summary(connection: Connection, account: str, person: Person) -> dict[str, Any]:
    """One row of the list: the newest message on either phone. last: its id, by which the page marks news."""
    lines = [*_wechat(connection, account, person), *_sms(connection, person)]
    newest = max(lines, key=lambda line: line["id"], default=None)
    shown = {"text": newest["text"].split("\n")[0], "last": newest["id"]} if newest else {"text": "", "last": 0}
    return {"id": person.id, "name": person.name, "known": bool(person.external_id), **shown}


def _phone(connection: Connection, desk: Desk, person: Person) -> dict[str, Any]:
    follower = followers.find(connection, desk.account.name, person.openid, desk.clock.business())
    window = None
    if follower is not None and follower.until is not None:
        window = {"left": follower.left, "until": phone_book.local(follower.until)}
    return {
        "id": person.id,
        "name": person.name,
        "openid": person.openid,
        "phone": person.phone,
        "following": follower is not None and follower.following,
        "window": window,
        "subscriptions": _subscriptions(connection, desk.account, person),
        "wechat": _wechat(connection, desk.account.name, person),
        "sms": _sms(connection, person),
    }


def _subscriptions(connection: Connection, account: SandboxAccount, person: Person) -> dict[str, int]:
    """Template → notifications the person allowed and has not got yet."""
    held = subscribing.left(connection, account.name, person.openid)
    return {template: held.get(template, 0) for template in account.subscriptions}


def _wechat(connection: Connection, account: str, person: Person) -> list[dict[str, Any]]:
    return phone_book.timeline(connection, "wechat", account, person.openid) if person.openid else []


def _sms(connection: Connection, person: Person) -> list[dict[str, Any]]:
    return phone_book.timeline(connection, "sms", "", person.phone) if person.phone else []


def _file(file: dict[str, Any] | None) -> dict[str, Any] | None:
    """What the counter knows of this customer."""
    if file is None:
        return None
    cars = {car["external_id"]: car for car in file["vehicles"]}
    orders = [
        {
            "id": order["external_id"],
            "status": order["status"],
            "open": order["status"] not in FINAL,
            "car": cars.get(order["vehicle"], {}).get("plate", ""),
        }
        for order in file["repair_orders"]
    ]
    first = file["vehicles"][0] if file["vehicles"] else {}
    return {
        "bound": any(one["bound"] for one in file["wechat"]),
        "birthday": file["birthday"],
        "car": " ".join(filter(None, (first.get("model"), first.get("plate")))),
        "orders": orders,
    }
