"""Turns the bot was unsure of or misread, for managers: one click makes an example of an intent, or leaves it aside."""

import io
import zipfile

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.understanding import intents
from bot.understanding.normalise import normalise
from config.nlu import Example
from config.nlu_added import added, whole_files
from store import audit, reviews
from store.reviews import IGNORED, Doubt
from web.answers import Answer
from web.inbox.conversation import PREFIX, Desk, head
from web.inbox.understanding import managers_only
from web.login import user

OFFERED = 3  # intents one click away; every other is in the list
# Danger and refusals are read by rules alone: an example of them would be learnt from by nobody.
LEARNT = tuple(sorted({*intents.SLOTS, *intents.WITHOUT_SLOTS} - {intents.EMERGENCY, intents.OPT_OUT, intents.OPT_IN}))


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/understanding/review")
    def review_page() -> Answer:
        managers_only()
        before = request.args.get("before", type=int)
        found = desk.read(lambda conn: (reviews.waiting(conn, user(), before), reviews.how_many(conn, user())))
        rows = [(each, _offered(desk, each)) for each in found[0]]
        return render_template(
            "pages/inbox/review.html", rows=rows, counts=found[1], learnt=LEARNT, page=reviews.PAGE, before=before
        )

    @pages.post("/inbox/understanding/review/<int:review_id>")
    def label_turn(review_id: int) -> Answer:
        managers_only()
        if desk.read(lambda conn: reviews.one(conn, user(), review_id)) is None:
            abort(404)
        label = request.form.get("label", "") or request.form.get("other", "")
        if label not in ("", IGNORED, *LEARNT):
            abort(400)
        desk.write(
            lambda conn: reviews.settle(conn, user(), review_id, label, request.form.get("text", ""), desk.now())
        )
        if "HX-Request" not in request.headers:
            return redirect(url_for("inbox.review_page"), 303)
        row = desk.read(lambda conn: reviews.one(conn, user(), review_id))
        return render_template("pages/inbox/_review.html", row=row, offered=_offered(desk, row), learnt=LEARNT)

    @pages.get("/inbox/understanding/examples.zip")
    def examples_file() -> Answer:
        """The dealer's own files with the new sentences in them: unpacked over `nlu/`, they are ready to commit."""
        managers_only()
        new = desk.read(reviews.labelled)
        config_dir = desk.taught.config_dir
        files = whole_files(
            config_dir, added(config_dir, [Example(each.text, each.opened, each.intent) for each in new])
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                archive.writestr(f"nlu/{name}", text)
        desk.write(lambda conn: audit.record(conn, user(), "examples_exported", {"files": sorted(files)}, desk.now()))
        named = {"Content-Disposition": "attachment; filename=examples.zip"}
        return Response(packed.getvalue(), mimetype="application/zip", headers=named)

    @pages.post(f"{PREFIX}/misread")
    def misread(customer_id: int) -> Answer:
        """Anybody who reads the line may say so; a manager says what it meant."""
        number = request.form.get("message", 0, type=int)

        def mark(conn: Connection) -> bool:
            head(conn, desk, customer_id)
            return reviews.misread(conn, user(), customer_id, number, desk.now())

        if not desk.write(mark):
            abort(404)
        if "HX-Request" not in request.headers:
            return redirect(url_for("inbox.thread_page", customer_id=customer_id), 303)
        return f'<span class="quiet">· {gettext("已记下，等经理看")}</span>'


def _offered(desk: Desk, row: Doubt | None) -> list[str]:
    """The likeliest first, what the bot took it for among them."""
    if row is None:
        abort(404)
    likely = desk.taught.classifier().guesses(normalise(row.text), [row.opened] if row.opened else [])
    names = dict.fromkeys([row.guess, row.understood, *(each.intent for each in likely)])
    return [name for name in names if name in LEARNT and name != intents.UNCLEAR][:OFFERED]
