"""Sorting the work: labels, transfer, putting aside, and the same for many at once. Sheets are fetched when opened."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import aside, labels, mentions, merging, transfers
from web.answers import Answer
from web.inbox.conversation import PREFIX, Desk, head
from web.login import me, user

SHEETS = ("labels", "transfer", "later", "merge")
MANY = 100  # conversations in one go; more is a mistake of the hand
Step = Callable[[Connection, StaffMember, int], object]


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get(f"{PREFIX}/sheet/<name>")
    def sheet_part(customer_id: int, name: str) -> Answer:
        if name not in SHEETS:
            abort(404)

        def load(conn: Connection) -> dict[str, Any]:
            who = head(conn, desk, customer_id)
            return {"head": who, "key": secrets.token_hex(12)} | _sheet(conn, desk, name, customer_id)

        return render_template("pages/inbox/sheet.html", sheet=name, **desk.read(load))

    @pages.get("/inbox/bulk")
    def bulk_part() -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            people = mentions.colleagues(conn, user().store_id)
            return {"people": people, "labels": labels.of_store(conn, user()), "times": times(desk.now())}

        return render_template("pages/inbox/bulk.html", key=secrets.token_hex(12), **desk.read(load))

    @pages.post("/inbox/bulk")
    def do_bulk() -> Answer:
        deed, chosen = request.form.get("deed", ""), _chosen()
        did, refused, unseen = 0, [], 0
        for customer_id in chosen:
            try:
                desk.write(lambda conn, each=customer_id: _one(conn, desk, each, deed))  # type: ignore[misc]  # bound now
                did += 1
            except RuleBroken as no:
                unseen += isinstance(no, NotThere)
                refused.append(str(gettext(str(no).partition("：")[0])))
        if unseen == len(chosen):
            abort(404)
        told = gettext("已处理 %(n)s 个", n=did)
        if refused:
            told += gettext("，%(n)s 个没有：%(why)s", n=len(refused), why="；".join(sorted(set(refused))))
        if "HX-Request" not in request.headers:
            return redirect(url_for("inbox.desk"), 303)
        return render_template("pages/inbox/_told.html", told=told), 200, {"HX-Trigger": "changed"}


def deeds(desk: Desk) -> dict[str, Step]:
    """For `acting`: each is one form of a sheet."""

    def label(conn: Connection, who: StaffMember, to: int) -> None:
        if (gone := request.form.get("peel", type=int)) is not None:
            labels.peel(conn, who, to, gone, desk.now())
        else:
            labels.stick(conn, who, to, request.form.get("name", ""), desk.now())

    def transfer(conn: Connection, who: StaffMember, to: int) -> None:
        colleague, why = request.form.get("to", type=int) or 0, request.form.get("text", "")
        transfers.hand_over(conn, who, to, colleague, why, request.form.get("key", ""), desk.now())

    return {
        "label": label,
        "transfer": transfer,
        "later": lambda conn, who, to: aside.put_aside(conn, who, to, until(desk.now()), desk.now()),
        "back": lambda conn, who, to: aside.take_back(conn, who, to, desk.now()),
    }


def _sheet(conn: Connection, desk: Desk, name: str, customer_id: int) -> dict[str, Any]:
    if name == "labels":
        return {"labels": labels.of_store(conn, user(), customer_id)}
    if name == "transfer":
        who = head(conn, desk, customer_id)
        return {"people": [each for each in mentions.colleagues(conn, who.store_id) if each.id != user().id]}
    if name == "later":
        return {"times": times(desk.now())}
    twins = merging.twins_of(conn, user(), customer_id)
    return {"twins": twins, "merged": merging.merged_into(conn, customer_id)}


def _one(conn: Connection, desk: Desk, customer_id: int, deed: str) -> None:
    """One of many: what one may not see is not there, and says so like everything else."""
    steps = deeds(desk)
    if deed not in ("label", "transfer", "later"):
        raise RuleBroken("no_deed", "没有这个操作")
    if deed == "transfer":
        key, why = request.form.get("key", ""), request.form.get("text", "")
        to = request.form.get("to", type=int) or 0
        transfers.hand_over(conn, user(), customer_id, to, why, f"{key}-{customer_id}", desk.now())
        return
    steps[deed](conn, user(), customer_id)


def _chosen() -> list[int]:
    ids = [int(each) for each in request.form.getlist("id") if each.isdecimal()]
    if not ids or len(ids) > MANY:
        raise RuleBroken("bad_choice", "请选择 1–100 个会话")
    return ids


def times(now: datetime) -> list[tuple[str, datetime]]:
    """When to come back: as people say it, in the store's time."""
    zone = ZoneInfo(me().time_zone)
    local = now.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - local.weekday())
    found = [
        (gettext("20 分钟后"), now + timedelta(minutes=20)),
        (gettext("1 小时后"), now + timedelta(hours=1)),
        (gettext("今天 17:00"), local.replace(hour=17, minute=0, second=0, microsecond=0)),
        (gettext("明天 9:00"), morning + timedelta(days=1)),
        (gettext("下周一 9:00"), monday),
    ]
    return [(str(words), at) for words, at in found if at > now + timedelta(minutes=5)]


def until(now: datetime) -> datetime:
    """The form's time: an instant of ours, or day and hour in the store's time. Raises RuleBroken bad_time."""
    try:
        at = datetime.fromisoformat(request.form.get("own") or request.form.get("until", ""))
    except ValueError as error:
        raise RuleBroken("bad_time", "请选择 60 天内的时间") from error
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(me().time_zone))
