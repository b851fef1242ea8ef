"""Approved answers for managers: what the bot says, who looked at it, until when; edits another manager approves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, get_args
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from pydantic import ValidationError

from bot.faq import Entry, Faq, Subject
from bot.tone import Finding
from bot.tone_words import Medium
from config.faq_edited import edited
from store import answers, audit
from store.answers import Version
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.tone import said_of
from web.inbox.understanding import managers_only
from web.login import me, user

PATH = "/inbox/understanding/answers"
LONGEST = {"title": 40, "answer": 600, "source": 200, "clause": 40}


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as the list has it; waits: the edit that another manager has to look at."""

    entry: Entry
    reviewer: str
    standing: str
    waits: Version | None


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get(PATH)
    def answers_page() -> Answer:
        managers_only()
        base = _base(desk)
        faq, edits = desk.read(lambda conn: (answers.in_force(conn, base), answers.waiting(conn)))
        rows = _shown(faq, edits, _today(desk))
        return render_template("pages/inbox/answers.html", rows=rows, mine=user().id, changed=faq != base)

    @pages.get(f"{PATH}/faq.yaml")
    def answers_file() -> Answer:
        managers_only()
        base, path = _base(desk), desk.taught.config_dir / "faq.yaml"
        text = edited(path, base, desk.read(lambda conn: answers.in_force(conn, base)))
        named = {"Content-Disposition": "attachment; filename=faq.yaml"}
        return Response(text, mimetype="application/yaml", headers=named)

    @pages.route(f"{PATH}/<about>/<topic>", methods=["GET", "POST"])
    def answer_page(about: Subject, topic: str) -> Answer:
        managers_only()
        entry, versions = _one(desk, about, topic)
        if request.method == "GET":
            return _form(entry, versions, [], "")
        try:
            given = _given(entry, _today(desk))
        except ValidationError as error:
            return _form(entry, versions, [], str(error.errors()[0]["msg"])), 409
        findings = [each for words in (given.answer, *given.by_energy.values()) for each in _checked(desk, words)]
        if any(each.error for each in findings):
            return _form(given, versions, findings, ""), 409
        desk.write(lambda conn: answers.propose(conn, user(), given, desk.now()))
        return redirect(url_for("inbox.answers_page"), 303)

    @pages.post(f"{PATH}/<int:version_id>/<verdict>")
    def settle_answer(version_id: int, verdict: str) -> Answer:
        managers_only()
        if verdict not in ("approve", "refuse"):
            abort(404)

        def act(conn: Any) -> None:
            answers.settle(conn, user(), version_id, verdict == "approve", desk.now(), _today(desk))
            audit.record(conn, user(), f"answer_{verdict}d", {"faq_version_id": version_id}, desk.now())

        desk.write(act)
        return redirect(url_for("inbox.answers_page"), 303)


def _base(desk: Desk) -> Faq:
    return desk.papers.dealer.content.faq


def _today(desk: Desk) -> date:
    return desk.now().astimezone(ZoneInfo(me().time_zone)).date()


def _shown(faq: Faq, edits: list[Version], today: date) -> list[Shown]:
    """What needs somebody first: edits that wait, then what has run out or soon does."""
    waits = {(each.entry.about, each.entry.id): each for each in edits}
    rows = [
        Shown(
            each,
            each.reviewer or faq.reviewer,
            each.standing(today, faq.review_days).value,
            waits.get((each.about, each.id)),
        )
        for each in faq.entries
    ]
    order = ("expired", "soon", "due", "good")
    return sorted(rows, key=lambda row: (row.waits is None, order.index(row.standing)))


def _one(desk: Desk, about: Subject, topic: str) -> tuple[Entry, list[Version]]:
    if about not in get_args(Subject):
        abort(404)
    faq, versions = desk.read(lambda conn: (answers.in_force(conn, _base(desk)), answers.history(conn, about, topic)))
    entry = faq.named(topic, about)
    if entry is None:
        abort(404)
    return entry, versions


def _given(entry: Entry, today: date) -> Entry:
    """The entry as the form has it; which topic it answers stays. Raises ValidationError."""
    said = {name: request.form.get(name, "").strip()[:most] for name, most in LONGEST.items()}
    energies = {kind: request.form.get(f"by_{kind}", "").strip()[: LONGEST["answer"]] for kind in entry.by_energy}
    more = {"by_energy": {kind: words for kind, words in energies.items() if words}}
    until = request.form.get("valid_until", "").strip() or None
    return Entry.model_validate(
        {"id": entry.id, "about": entry.about, "reviewed": today, "valid_until": until} | said | more
    )


def _checked(desk: Desk, words: str) -> tuple[Finding, ...]:
    return desk.guide.check(words, Medium.WECHAT, whole=False)


def _form(entry: Entry, versions: list[Version], findings: list[Finding], error: str) -> str:
    told = [(each, said_of(each)) for each in findings]
    return render_template(
        "pages/inbox/answer.html", entry=entry, versions=versions, findings=told, error=error, longest=LONGEST
    )
