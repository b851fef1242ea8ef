"""A person's data taken away on request (PIPL art. 47), on a page: what would go, a reason, the name typed in full."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import audit, erasing, erasure
from store.erasing import Erased
from web.answers import Answer
from web.inbox.conversation import Desk, head
from web.inbox.settings.office import done, keeper
from web.login import user

REASONS = {
    "requested": lazy_gettext("本人要求删除"),
    "withdrawn": lazy_gettext("本人撤回同意"),
    "mistaken": lazy_gettext("误建的档案"),
}
# What tables hold, for a reader; whatever is not named here is the rest.
GROUPS = (
    (
        lazy_gettext("对话"),
        "message media mention thread prompt survey_factor bookmark wait wait_mark review labelled callback",
    ),
    (lazy_gettext("车辆、工单、报价"), "vehicle odometer policy milestone sale repair_order quote quote_line"),
    (
        lazy_gettext("计划的联系和发出的消息"),
        "touchpoint verdict outbox attempt carries call_task call_try subscription wechat_window mass_copy",
    ),
    (lazy_gettext("投诉"), "cases case_step deadline escalation alarm evidence"),
    (lazy_gettext("预约和到店"), "appointment slot_hold visit visit_step assignment"),
    (lazy_gettext("活动"), "rsvp event_invitee event_arrival event"),
)
REST = lazy_gettext("其他")
WHERE = "/inbox/customers/<int:customer_id>/erase"


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get(WHERE)
    def erase_page(customer_id: int) -> Answer:
        keeper()
        return _page(desk, customer_id)

    @pages.post(WHERE)
    def erase_customer(customer_id: int) -> Answer:
        keeper()
        why = request.form.get("why", "")
        try:
            ids, phrase = desk.read(lambda conn: _who(conn, desk, customer_id))
            if why not in REASONS:
                raise RuleBroken("no_why", "请选择原因")
            if request.form.get("confirm", "").strip() != phrase:
                raise RuleBroken("not_confirmed", "输入的姓名不对，什么都没有删除")
            erasure.carried_out(
                desk.engine, desk.media, ids, desk.now(), lambda conn, gone: _record(conn, desk, ids, gone, why)
            )
        except RuleBroken as refusal:
            return _page(desk, customer_id, refusal), 409
        done(gettext("已删除，操作记录里留有编号"))
        return redirect(url_for("inbox.customers_page"), 303)


def _who(conn: Connection, desk: Desk, customer_id: int) -> tuple[list[int], str]:
    """(every file of the person, what must be typed). 404 for who may not see it."""
    who = head(conn, desk, customer_id)
    return erasing.files_of_person(conn, [who.customer_id]), who.name or str(who.customer_id)


def _record(conn: Connection, desk: Desk, ids: Sequence[int], gone: Erased, why: str) -> None:
    """Ids, counts and a code: a record of the erasure, not of what was erased."""
    counts = {"gone": gone.gone.total(), "emptied": gone.emptied.total()}
    for each in ids:
        audit.record(conn, user(), "customer_erased", {"customer_id": each, "why": why, **counts}, desk.now())


def _page(desk: Desk, customer_id: int, refusal: RuleBroken | None = None) -> str:
    """The counts are those of the real thing, done and taken back."""

    def load(conn: Connection) -> dict[str, Any]:
        ids, phrase = _who(conn, desk, customer_id)
        return {
            "head": head(conn, desk, customer_id),
            "ids": ids,
            "phrase": phrase,
            "others": erasing.sharing(conn, ids),
        }

    shown = desk.read(load)
    gone, barred = Erased(), False
    try:
        gone = erasure.foreseen(desk.engine, shown["ids"], desk.now())
    except RuleBroken:
        barred = True
    said = gettext(str(refusal)) if refusal and refusal.code != "open_case" else ""
    return render_template(
        "pages/inbox/erase.html", reasons=REASONS, gone=_some(gone.gone), emptied=_some(gone.emptied),
        files=len(gone.files), barred=barred, said=said, chosen=request.form.get("why", ""), **shown,
    )  # fmt: skip


def _some(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """By group, those with rows."""
    sums = [(str(name), sum(counts.get(each, 0) for each in tables.split())) for name, tables in GROUPS]
    rest = sum(counts.values()) - sum(count for _, count in sums)
    return [(name, count) for name, count in (*sums, (str(REST), rest)) if count]
