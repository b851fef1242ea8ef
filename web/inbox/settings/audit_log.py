"""The audit, searched and taken away: who did what, when, to whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, request
from sqlalchemy import Connection

from store import audit_log, colleagues
from store.audit_log import LONGEST, PAGE, Entry, Sought
from web.answers import Answer
from web.extract_text import csv_pieces
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, keeper, noted, page
from web.inbox.words import word
from web.login import me, user

COLUMNS = ("at", "who", "store", "action", "whom", "detail")


def register(pages: Blueprint, desk: Desk, _office: Office) -> None:
    @pages.get("/inbox/settings/audit")
    def settings_audit() -> Answer:
        keeper()
        sought, before = _sought(), request.args.get("before", type=int) or 0

        def load(conn: Connection) -> dict[str, Any]:
            return {
                "rows": audit_log.entries(conn, user(), sought, before=before),
                "people": [(each.id, each.name) for each in colleagues.colleagues(conn, user())],
                "actions": audit_log.actions_of(conn, user()),
            }

        asked = {name: value for name, value in request.args.items() if value and name != "before"}
        return page("audit", **desk.read(load), asked=asked, size=PAGE, detail_of=detail_of)

    @pages.get("/inbox/settings/audit.csv")
    def settings_audit_csv() -> Answer:
        """What the filters find, and the download itself is an entry."""
        keeper()
        sought = _sought()

        def load(conn: Connection) -> list[Entry]:
            found = audit_log.entries(conn, user(), sought, limit=LONGEST)
            noted(conn, desk, "audit_exported", rows=len(found))
            return found

        answer = make_response(as_csv(desk.write(load), ZoneInfo(me().time_zone)))
        answer.headers["Content-Type"] = "text/csv; charset=utf-8"
        answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
        return answer


def as_csv(found: Sequence[Entry], zone: ZoneInfo) -> str:
    """With the byte order mark that spreadsheets need for Chinese; times local to the store."""
    rows = (
        (f"{each.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", each.who, each.store, word("deed", each.action), each.whom,
         detail_of(each.ref))
        for each in found
    )  # fmt: skip
    return "".join(csv_pieces(COLUMNS, (dict(zip(COLUMNS, row, strict=True)) for row in rows)))


def detail_of(ref: Mapping[str, Any]) -> str:
    return " · ".join(_parts(ref))


def _parts(ref: Mapping[str, Any]) -> Iterator[str]:
    for name, value in ref.items():
        if isinstance(value, list) and len(value) == 2 and name in ("role", "store_id", "active"):
            yield f"{name} {value[0]} → {value[1]}"
        elif value not in (None, "", 0):
            yield f"{name} {', '.join(map(str, value)) if isinstance(value, list) else value}"


def _sought() -> Sought:
    """Dates are the store's own, the last one included; what is no date is left out."""
    args, zone = request.args, ZoneInfo(me().time_zone)
    since, until = _day(args.get("since", "")), _day(args.get("until", ""))
    return Sought(
        who=args.get("who", type=int) or 0,
        action=args.get("action", "")[:60],
        whom=args.get("whom", "").strip()[:60],
        since=datetime.combine(since, time(), zone) if since else None,
        until=datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
