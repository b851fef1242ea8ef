"""A second look before something leaves: what the tone lint says of a colleague's words, and sending all the same.

The consent to send anyway names the very words that were warned of, so changed words are read again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import render_template, request
from flask_babel import get_locale, lazy_gettext
from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.tone import Finding, Guide, worst_first
from bot.tone_words import Medium
from store import audit
from web.answers import Answer
from web.inbox.sms_choice import LABELS as VARIABLES

OURS = {"anyway", "csrf_token"}
LABELS = {**VARIABLES, "text": lazy_gettext("您写的内容")}


class Doubtful(RuleBroken):
    """Nothing was written. form: the id of the form whose words these are."""

    def __init__(self, findings: Sequence[Finding], mark: str, form: str) -> None:
        super().__init__("tone", "发送前请再看一眼")
        self.findings, self.mark, self.form = findings, mark, form


def look_again(guide: Guide, parts: Sequence[str], medium: Medium, form: str) -> list[Finding]:
    """Raises Doubtful, unless these very words were confirmed; then what they were warned of."""
    findings = worst_first([each for part in parts for each in guide.check(part, medium, whole=False)])
    mark = marked(parts)
    if findings and request.form.get("anyway") != mark:
        raise Doubtful(findings, mark, form)
    return findings


def marked(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def keep(
    conn: Connection, who: StaffMember, findings: Sequence[Finding], ref: Mapping[str, object], now: datetime
) -> None:
    """That it went out against a warning, and which rules warned."""
    if findings:
        rules = sorted({each.rule for each in findings})
        audit.record(conn, who, "sent_against_warning", {**ref, "rules": rules}, now)


def said_of(each: Finding) -> str:
    """The sentence in the reader's language."""
    return each.en if get_locale().language == "en" else each.zh


def warned(doubt: Doubtful) -> Answer:
    """409: htmx puts the warning beside the composer, whose draft stays; a plain form gets a page with its words."""
    findings = [(each, said_of(each)) for each in doubt.findings]
    if "HX-Request" in request.headers:
        return render_template("pages/inbox/_doubt.html", findings=findings, mark=doubt.mark, form=doubt.form), 409
    fields = [(name, str(LABELS.get(name, "")), value) for name, value in request.form.items() if name not in OURS]
    return render_template("pages/inbox/doubt.html", findings=findings, mark=doubt.mark, fields=fields), 409
