"""The board of cases, one case with all that happened, and every step of it: one, or the same for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import Connection

from bot import cases as rules
from bot.cases import MANAGERS, PRIORITY, CaseState
from bot.customer import Role, StaffMember
from bot.errors import RuleBroken
from store import alarms, case_board, case_steps, case_story, evidence
from store.case_board import CaseRow, Filter
from store.case_steps import Step, Terms
from store.evidence import Proof
from store.media import Stored
from web.answers import Answer
from web.inbox import files
from web.inbox.acting import said
from web.inbox.case_words import STAGES
from web.inbox.conversation import Desk
from web.login import me, user

MOST_AT_ONCE = 100
BULK = ("claim", "assign", "level", "close")  # what makes sense for many; the rules are asked of each
ENDINGS = ("satisfied", "declined", "manager")


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one case of many: "" when the step was taken, else why not."""

    row: CaseRow
    why: str


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def banner() -> dict[str, Any]:
        """Asked only while one rings, which the log-in's own statement says."""
        rings = current_user.is_authenticated and me().alarms
        return {"alarms": partial(desk.read, lambda conn: alarms.ringing_for(conn, user())) if rings else list}

    @pages.get("/inbox/cases")
    def cases_page() -> Answer:
        return _board(desk)

    @pages.get("/inbox/cases/<int:case_id>")
    def case_page(case_id: int) -> Answer:
        return _one(desk, case_id)

    @pages.post("/inbox/cases/<int:case_id>/step")
    def case_step(case_id: int) -> Answer:
        desk.read(lambda conn: case_steps.visible(conn, user(), case_id))
        photos = _photos(desk, case_id) if request.form.get("step") == "fix" else []
        try:
            _take(desk, case_id, _asked(photos))
        except RuleBroken:
            for photo in photos:
                desk.media.remove(photo.name)
            raise
        return redirect(_back(case_id), 303)

    @pages.post("/inbox/cases/bulk")
    def cases_bulk() -> Answer:
        step = _asked([])
        if step.name not in BULK:
            raise RuleBroken("no_step", "没有这个步骤")
        found = [_tried(desk, case_id, step) for case_id in _chosen()]
        if not any(found):
            abort(404)
        return _board(desk, told=[each for each in found if each])

    @pages.get("/inbox/evidence/<int:evidence_id>")
    @files.apart
    def evidence_file(evidence_id: int) -> Any:
        proof = desk.read(lambda conn: evidence.visible_file(conn, user(), evidence_id))
        if proof is None:
            abort(404)
        return files.served(desk.media, evidence_id, Stored(proof.name, proof.mime, proof.size))


def _board(desk: Desk, told: Sequence[Told] = ()) -> Answer:
    which, now = _filter(), desk.now()

    def load(conn: Connection) -> dict[str, Any]:
        return {
            "rows": case_board.board_for(conn, user(), now, which),
            "counts": case_board.counts_for(conn, user(), now, which),
            "owners": case_board.owners_for(conn, user()),
            "stores": case_board.stores_for(conn, user()),
        }

    seen = desk.read(load)
    columns = {stage: [row for row in seen["rows"] if row.state == stage] for stage in STAGES}
    over = sum(row.over and row.state != CaseState.CLOSED for row in seen["rows"])
    refused = bool(told) and all(each.why for each in told)
    page = render_template(
        "pages/inbox/cases.html",
        columns=columns, over=over, which=which, told=told, levels=list(PRIORITY), manager=user().role in MANAGERS,
        **seen,
    )  # fmt: skip
    return page, 409 if refused else 200


def _filter() -> Filter:
    """mine=1: one's own. Numbers that are none count as not given."""
    given = request.values.get
    level, stage = given("level", "") if request.method == "GET" else given("only", ""), given("stage", "")
    owner = user().id if given("mine") else given("owner", 0, type=int) or 0
    return Filter(
        store_id=given("store", 0, type=int) or 0,
        owner_id=owner,
        level=level if level in PRIORITY else "",
        state=stage if stage in STAGES else "",
    )


def _one(desk: Desk, case_id: int) -> Answer:
    now = desk.now()

    def load(conn: Connection) -> dict[str, Any]:
        more = case_board.record_for(conn, user(), case_id, now)
        who = case_story.everybody(conn, case_id)
        story, terms = case_story.course_of(conn, case_id, who)
        return {
            "facts": more.facts,
            "row": more.row,
            "more": more,
            "terms": [each for each in terms if each.round == more.facts.round],
            "story": story,
            "proofs": evidence.of_case(conn, case_id),
            "owners": [(each.id, each.username, each.name) for each in who if each.active],
        }

    try:
        seen = desk.read(load)
    except RuleBroken:
        abort(404)
    return render_template(
        "pages/inbox/case.html", levels=list(PRIORITY), steps=_steps(seen["facts"], now), endings=ENDINGS, **seen
    )


def _steps(facts: rules.CaseFacts, now: datetime) -> dict[str, str]:
    """Each step, and why it may not be taken now; "" when it may."""
    who, any_words, closed = user(), "…", facts.state is CaseState.CLOSED
    other = next(level for level in PRIORITY if level != facts.level)
    asked: dict[str, Any] = {
        "claim": lambda: rules.claimed(facts, who),
        "plan": lambda: rules.planned(facts, who, any_words),
        "start": lambda: rules.fixing(facts, who),
        "fix": lambda: rules.fixed(facts, who, any_words),
        "recontact": lambda: rules.recontacted_by(facts, who),
        "satisfied": lambda: rules.closed_for_customer(facts, who, "satisfied", any_words),
        "declined": lambda: rules.closed_for_customer(facts, who, "declined", any_words),
        "manager": lambda: rules.closed_by_manager(facts, who, any_words),
        "reopen": lambda: rules.reopened_by(facts, who, any_words, now),
        "assign": lambda: rules.assigned(facts, who, _somebody(facts)),
        "level": lambda: rules.releveled(facts, who, "P0" if facts.level != "P0" else other, any_words),
    }
    return {name: "" if closed and name != "reopen" else _why(rule) for name, rule in asked.items()}


def _somebody(facts: rules.CaseFacts) -> StaffMember:
    """Whom anybody could give it to: the question is whether this user may."""
    return StaffMember(-1, facts.store_id, "", Role.MANAGER)


def _why(rule: Any) -> str:
    try:
        rule()
    except RuleBroken as refusal:
        return said(refusal)
    return ""


def _asked(photos: Sequence[Proof]) -> Step:
    given = request.form.get
    return Step(
        given("step", ""),
        given("text", "")[:2000],
        given("to", ""),
        _local(given("by", "")),
        given("ended", "manager"),
        given("level", ""),
        photos,
    )


def _local(written: str) -> datetime | None:
    """As a browser's field gives it, in the time of one's own store. Raises RuleBroken bad_time."""
    if not written:
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(me().time_zone))
    except ValueError:
        raise RuleBroken("bad_time", "时间的格式不对") from None


def _take(desk: Desk, case_id: int, step: Step) -> None:
    terms = Terms(desk.papers.dealer, desk.telephone.calendar)
    desk.write(lambda conn: case_steps.take(conn, user(), case_id, step, terms, desk.now()))


def _tried(desk: Desk, case_id: int, step: Step) -> Told | None:
    """Each case is a transaction of its own: one that may not does not stop the others. None: not to be seen."""
    why = ""
    try:
        _take(desk, case_id, step)
    except RuleBroken as refusal:
        why = said(refusal)
    try:
        return Told(desk.read(lambda conn: case_board.one_for(conn, user(), case_id, desk.now())), why)
    except RuleBroken:
        return None


def _chosen() -> list[int]:
    ids = [int(each) for each in request.form.getlist("case") if each.isdecimal() and len(each) < 16]
    if not ids:
        raise RuleBroken("none_chosen", "请先勾选投诉单")
    if len(ids) > MOST_AT_ONCE:
        raise RuleBroken("too_many", "一次最多处理一百张单")
    return list(dict.fromkeys(ids))


def _photos(desk: Desk, case_id: int) -> list[Proof]:
    """Kept before the step is taken; what is refused does not stay. Raises those of `files.kept`."""
    given = [each for each in request.files.getlist("photo") if each.filename]
    if len(given) > evidence.MOST:
        raise RuleBroken("too_many_photos", "一次最多六张照片")
    kept: list[Proof] = []
    try:
        for each in given:
            stored = files.kept(desk.media, each)
            kept.append(Proof(stored.name, stored.mime, stored.size))
    except RuleBroken:
        for photo in kept:
            desk.media.remove(photo.name)
        raise
    return kept


def _back(case_id: int) -> str:
    """Where the form was: the board, the banner or the case."""
    if request.form.get("then") == "board":
        return url_for("inbox.cases_page")
    return url_for("inbox.case_page", case_id=case_id)
