"""What staff do with a conversation: claim, write, call, note, plan, fix, close. Each answers with the new state."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from bot.tone_words import Medium
from store import again, bookmarks, cases, claims, replies
from web.answers import Answer
from web.inbox import files, papers, sorting, template_choice
from web.inbox.conversation import PREFIX, Desk, head, new_composer, thread_parts
from web.inbox.sms_choice import filled
from web.inbox.tone import keep, look_again
from web.login import user

NAMING = {
    "held": "%(name)s 正在处理，请先转交",
    "already_claimed": "%(name)s 已先认领",
    "visit_taken": "%(name)s 正在接待",
}


def register(pages: Blueprint, desk: Desk) -> None:
    def post(path: str, step: Callable[[Connection, StaffMember, int], object], *, composed: bool = False) -> None:
        """A form's address: the step in one transaction, visibility asked first."""

        def answer(customer_id: int) -> Answer:
            def act(conn: Connection) -> None:
                head(conn, desk, customer_id)
                step(conn, user(), customer_id)
                if composed:
                    bookmarks.keep_draft(conn, user(), customer_id, "", "", desk.now())

            desk.write(act)
            return _answer(desk, customer_id, composed)

        pages.add_url_rule(f"{PREFIX}/{path}", f"do_{path}", answer, methods=["POST"])

    post("claim", lambda conn, who, to: claims.claim(conn, who, to, _number("version"), desk.now()))
    post("done", lambda conn, who, to: claims.finish(conn, who, to, desk.now()))
    for name, step in sorting.deeds(desk).items():
        post(name, step)
    post("again", lambda conn, who, to: again.once_more(conn, who, to, _number("message"), desk.now()))
    post("release", lambda conn, who, to: claims.release(conn, who, to, desk.now()))
    _case_steps(post, desk)

    _messages(post, desk)

    @pages.post(f"{PREFIX}/image", endpoint="do_image")
    def image(customer_id: int) -> Answer:
        files.send_picture(desk, customer_id, _key())
        return _answer(desk, customer_id, composed=True)

    def file(conn: Connection, who: StaffMember, to: int) -> None:
        papers.send_file(conn, desk.papers, who, head(conn, desk, to), _number("order"), _key(), desk.now())

    post("file", file)


def _messages(post: Callable[..., None], desk: Desk) -> None:
    def written(do: Callable[..., object]) -> Callable[[Connection, StaffMember, int], object]:
        return lambda conn, who, to: do(conn, who, to, _text(), _key(), desk.now())

    def reply(conn: Connection, who: StaffMember, to: int) -> None:
        doubts = look_again(desk.guide, [_text()], Medium.WECHAT, "way-reply")
        sent = replies.staff_reply(conn, who, to, _text(), _key(), desk.now())
        keep(conn, who, [] if sent.again else doubts, {"message_id": sent.message_id}, desk.now())

    post("reply", reply, composed=True)

    def template(conn: Connection, who: StaffMember, to: int) -> None:
        payload, text = template_choice.filled(
            desk.papers.dealer, head(conn, desk, to), request.form.get("template", ""), request.form
        )
        doubts = look_again(desk.guide, [text], Medium.NOTIFICATION, "way-template")
        sent = replies.staff_template(conn, who, to, payload, text, _key(), desk.now())
        keep(conn, who, [] if sent.again else doubts, {"message_id": sent.message_id}, desk.now())

    post("template", template, composed=True)
    post("call", written(replies.record_call), composed=True)
    post("note", written(replies.add_note), composed=True)

    def sms(conn: Connection, who: StaffMember, to: int) -> None:
        payload = filled(desk.sms, request.form.get("template", ""), request.form)
        typed = [str(value) for value in cast("Mapping[str, object]", payload["params"]).values()]
        doubts = look_again(desk.guide, typed, Medium.NOTIFICATION, "way-sms")
        sent = replies.staff_sms(conn, who, to, payload, _key(), desk.now())
        keep(conn, who, [] if sent.again else doubts, {"message_id": sent.message_id}, desk.now())

    post("sms", sms, composed=True)


def _case_steps(post: Callable[..., None], desk: Desk) -> None:
    def on_case(step: Callable[[Connection, int, StaffMember], None]) -> Callable[[Connection, StaffMember, int], None]:
        def act(conn: Connection, who: StaffMember, customer_id: int) -> None:
            case_id = cases.open_case_of(conn, customer_id)
            if case_id is None:
                raise RuleBroken("no_case", "没有未结的单")
            step(conn, case_id, who)

        return act

    post("plan", on_case(lambda conn, case, who: cases.set_plan(conn, case, who, _text(), desk.now())))
    post("start", on_case(lambda conn, case, who: cases.start_fixing(conn, case, who, desk.now())))
    post("fix", on_case(lambda conn, case, who: cases.record_fix(conn, case, who, _text(), desk.now())))
    post("close", on_case(lambda conn, case, who: cases.close_by_manager(conn, case, who, _text(), desk.now())))


def refused(error: RuleBroken) -> Answer:
    """409 with the sentence; htmx puts it beside the composer, a plain form gets a page."""
    sentence = said(error)
    if "HX-Request" not in request.headers:
        return render_template("pages/error.html", status=409, detail=sentence), 409
    return render_template("pages/inbox/_notice.html", notice=sentence), 409


def hidden(error: NotThere) -> Answer:
    """404, the same words for a row that never was and for another store's."""
    if "HX-Request" not in request.headers:
        return render_template("pages/error.html", status=404, detail=""), 404
    return render_template("pages/inbox/_notice.html", notice=said(error)), 404


def said(error: RuleBroken) -> str:
    """The sentence in the reader's language; where it begins with a colleague's name, the name stays."""
    sentence = str(error)
    if error.code in NAMING:
        return str(gettext(NAMING[error.code], name=sentence.split(" ", 1)[0]))
    head, colon, detail = sentence.partition("：")
    return f"{gettext(head)}{colon}{detail}"


def _answer(desk: Desk, customer_id: int, composed: bool) -> Answer:
    if "HX-Request" not in request.headers:
        return redirect(url_for("inbox.thread_page", customer_id=customer_id), 303)
    since = request.form.get("since", type=int) or None
    parts: dict[str, Any] = desk.read(lambda conn: thread_parts(conn, desk, customer_id, since=since))
    if composed:
        parts |= new_composer(desk, parts["head"])
    answer = make_response(render_template("pages/inbox/_live.html", composed=composed, **parts))
    answer.headers["HX-Trigger"] = "changed"
    return answer


def _text() -> str:
    return request.form.get("text", "")


def _key() -> str:
    return request.form.get("key", "")


def _number(name: str) -> int:
    return request.form.get(name, type=int) or 0
