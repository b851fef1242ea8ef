"""Journeys: what each says and where, a dry run, two people for a version and for going on after a pause."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import lazy_gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from bot.journeys import Journey, journey_version
from bot.messages import Category
from config.yaml_lines import line_of, read_yaml
from store import approvals, pauses
from store.approvals import Approval
from store.pauses import Pause
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, done, keeper, noted, page, say
from web.login import me, user

ONE = "/inbox/settings/journeys/<name>"
SUBMITTED = lazy_gettext("已提交，等另一位经理批准")
APPROVED = lazy_gettext("已批准，下一次计划就生效")
PAUSED = lazy_gettext("已暂停：不再计划，计划好的先等着")
ASKED = lazy_gettext("已提出恢复，等另一位经理确认")
RESUMED = lazy_gettext("已恢复")
AHEAD = (7, 30, 90)  # days a dry run may look ahead


@dataclass(frozen=True, slots=True)
class Standing:
    """state: on | off (its file says so) | unapproved | submitted | paused. where: file:line of what decides it."""

    journey: Journey
    state: str
    where: str
    approval: Approval | None
    pause: Pause | None


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/settings/journeys")
    def settings_journeys() -> Answer:
        keeper()
        return page(
            "journeys", rows=desk.read(lambda conn: [_standing(conn, office, each) for each in office.journeys])
        )

    @pages.get(ONE)
    def settings_journey(name: str) -> Answer:
        keeper()
        return _one(desk, office, _named(office, name))

    @pages.post(f"{ONE}/dry-run")
    def settings_journey_dry_run(name: str) -> Answer:
        keeper()
        journey, days = _named(office, name), request.form.get("days", type=int)
        told = office.dry_run(journey, days if days in AHEAD else 30)
        return _one(desk, office, journey, told=told, days=days if days in AHEAD else 30)

    def deed(path: str, action: str, sentence: object, work: Any) -> None:
        def answer(name: str) -> Answer:
            keeper()
            journey = _named(office, name)

            def act(conn: Connection) -> None:
                work(conn, journey)
                noted(conn, desk, action, journey=journey.id, version=journey_version(journey))

            try:
                desk.write(act)
                done(str(sentence))
            except RuleBroken as refusal:
                say(refusal)
            return redirect(url_for("inbox.settings_journey", name=name), 303)

        pages.add_url_rule(f"{ONE}/{path}", f"settings_journey_{path}", answer, methods=["POST"])

    def submit(conn: Connection, journey: Journey) -> None:
        approvals.submit(conn, journey, me().username, desk.now())

    def approve(conn: Connection, journey: Journey) -> None:
        approvals.approve(conn, journey, me().username, desk.now())

    def pause(conn: Connection, journey: Journey) -> None:
        if any(step.category is Category.SAFETY for step in journey.steps):
            raise RuleBroken("safety_runs", "安全通知不能停：召回和危险要马上告诉客户")
        pauses.pause(conn, user(), journey.id, request.form.get("why", "").strip(), desk.now())

    deed("submit", "journey_submitted", SUBMITTED, submit)
    deed("approve", "journey_approved", APPROVED, approve)
    deed("pause", "journey_paused", PAUSED, pause)
    deed("resume", "journey_resume_asked", ASKED,
         lambda conn, journey: pauses.ask_on(conn, user(), journey.id, desk.now()))  # fmt: skip
    deed("agree", "journey_resumed", RESUMED, lambda conn, journey: pauses.agree_on(conn, user(), journey.id))


def _named(office: Office, name: str) -> Journey:
    return next((each for each in office.journeys if each.id == name), None) or abort(404)


def _one(desk: Desk, office: Office, journey: Journey, **more: Any) -> str:
    parts = {"told": None, "days": 30} | more
    return page("journey", one=desk.read(lambda conn: _standing(conn, office, journey)), ahead=AHEAD, **parts)


def _standing(conn: Connection, office: Office, journey: Journey) -> Standing:
    given = approvals.approval_of(conn, journey) if journey.needs_approval else None
    pause = pauses.pauses(conn).get(journey.id)
    return Standing(journey, _state(journey, given, pause), _where(office.config_dir, journey), given, pause)


def _state(journey: Journey, given: Approval | None, pause: Pause | None) -> str:
    if not journey.enabled:
        return "off"
    if pause is not None:
        return "paused"
    if journey.needs_approval and (given is None or given.approved_at is None):
        return "submitted" if given else "unapproved"
    return "on"


def _where(config_dir: Path, journey: Journey) -> str:
    """The line of `enabled`, or of the id where the file does not say it."""
    for path in sorted((config_dir / "journeys").glob("*.yaml")):
        data, tree = read_yaml(path)
        if isinstance(data, dict) and data.get("id") == journey.id:
            return f"journeys/{path.name}:{line_of(tree, ('enabled' if 'enabled' in data else 'id',))}"
    return "journeys/"
