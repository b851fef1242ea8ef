"""The calls: a list by urgency and time, one card a call, and what became of it."""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.calls import Result, groups
from bot.errors import RuleBroken
from store import call_tries, calls, numbers, page_facts
from store.call_tries import LONGEST, Report
from store.calls import TABS, Task
from web.answers import Answer
from web.inbox.acting import said
from web.inbox.conversation import PREFIX, Desk, head
from web.inbox.telephone import Heard, hear, may_ring, rules_of
from web.login import user
from web.pages import choices

ONE = "/inbox/calls/<int:call_id>"


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def badge() -> dict[str, Any]:
        def calls_due() -> int:
            return desk.read(lambda conn: conn.execute(calls.due(user(), desk.now())).scalar_one())

        return {"calls_due": calls_due}

    @pages.get("/inbox/calls")
    def calls_page() -> Answer:
        asked = request.args.get("tab", "")
        tab, customer_id = asked if asked in TABS else "all", request.args.get("c", type=int)

        def load(conn: Connection) -> dict[str, Any]:
            rows = calls.tasks_for(conn, user(), tab, desk.now(), customer_id)
            counts = calls.counts_for(conn, user(), desk.now())
            return {"rows": rows, "numbers": counts, "barred": calls.barred_now(conn, [row.id for row in rows])}

        return render_template("pages/inbox/calls.html", tab=tab, tabs=TABS, **desk.read(load))

    @pages.get(ONE)
    def call_page(call_id: int) -> Answer:
        return _card(desk, call_id)

    @pages.post(f"{ONE}/claim")
    def claim_call(call_id: int) -> Answer:
        version = request.form.get("version", type=int) or 0
        return _do(desk, call_id, lambda conn: calls.claim(conn, user(), call_id, version, desk.now()))

    @pages.post(f"{ONE}/release")
    def release_call(call_id: int) -> Answer:
        return _do(desk, call_id, lambda conn: calls.give_back(conn, user(), call_id, desk.now()))

    @pages.post(f"{ONE}/result")
    def call_result(call_id: int) -> Answer:
        return _do(desk, call_id, lambda conn: _write(conn, desk, call_id))

    @pages.post(f"{PREFIX}/phone", endpoint="do_phone")
    def confirm_phone(customer_id: int) -> Answer:
        desk.write(lambda conn: _confirm(conn, desk, customer_id))
        return redirect(url_for("inbox.thread_page", customer_id=customer_id), 303)


def _confirm(conn: Connection, desk: Desk, customer_id: int) -> None:
    head(conn, desk, customer_id)
    numbers.confirmed(conn, user(), customer_id, request.form.get("phone", "").strip(), desk.now())


def _do(desk: Desk, call_id: int, step: Callable[[Connection], None]) -> Answer:
    """In one transaction, visibility asked first; a rule that says no is told on the card itself."""

    def act(conn: Connection) -> None:
        if calls.task_for(conn, user(), call_id) is None:
            abort(404)
        step(conn)

    try:
        desk.write(act)
    except RuleBroken as error:
        return _card(desk, call_id, notice=said(error), status=409)
    return redirect(url_for("inbox.call_page", call_id=call_id), 303)


def _write(conn: Connection, desk: Desk, call_id: int) -> None:
    task = calls.task_for(conn, user(), call_id)
    assert task is not None
    heard = _heard()
    report = Report(
        result=_result(),
        key=request.form.get("key", ""),
        version=request.form.get("version", type=int) or 0,
        note=request.form.get("note", ""),
        wanted=_wanted(task),
        rating=heard.rating,
        answered=bool(heard),
    )
    dealer, telephone = desk.papers.dealer, desk.telephone
    written = call_tries.record(
        conn, user(), call_id, report, lambda _category: rules_of(dealer, telephone, task), desk.now()
    )
    if heard and not written.again:
        hear(conn, telephone, written, heard, desk.now())


def _result() -> Result:
    try:
        return Result(request.form.get("result", ""))
    except ValueError as error:
        raise RuleBroken("no_result", "请先选择通话结果") from error


def _wanted(task: Task) -> datetime | None:
    """The store's local time, as the browser's field gives it."""
    given = request.form.get("wanted", "").strip()
    if not given:
        return None
    try:
        return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(task.zone))
    except ValueError as error:
        raise RuleBroken("bad_time", "约定的时间要在将来，且在可以打电话的时段内") from error


def _heard() -> Heard:
    rating = request.form.get("rating", "")
    return Heard(
        words=request.form.get("words", "").strip()[:LONGEST],
        rating=int(rating) if rating.isdecimal() and len(rating) < 3 else None,
        complained="complained" in request.form,
    )


def _card(desk: Desk, call_id: int, notice: str = "", status: int = 200) -> Answer:
    def load(conn: Connection) -> dict[str, Any]:
        task = calls.task_for(conn, user(), call_id)
        if task is None:
            abort(404)
        question = page_facts.question(conn, task.prompt_id) if task.prompt_id else None
        return {
            "task": task,
            "made": calls.tries_of(conn, [task.id])[task.id],
            "barred": calls.barred_now(conn, [task.id]).get(task.id, ""),
            "scale": question.scale if question else "",
        }

    parts = desk.read(load)
    task: Task = parts["task"]
    parts |= {
        "groups": groups(task.rule),
        "open_hours": may_ring(desk.papers.dealer, desk.telephone, task, desk.now()),
        "key": secrets.token_hex(12),
        "given": request.form,
        "choices": choices,
    }
    return render_template("pages/inbox/call.html", notice=notice, **parts), status
