"""What the house holds, taken away: whole tables, and all of one person. Managers; each download is in the audit."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, request
from flask_babel import lazy_gettext
from sqlalchemy import Connection

from bot.customer import StaffMember
from store import erasing, extracts
from store.whole_file import whole_file
from web.answers import Answer
from web.extract_text import PIECES, plain
from web.inbox.conversation import Desk, head
from web.inbox.settings.office import Office, keeper, noted, page
from web.login import me

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8"}
SHOWN = {
    "customers": (lazy_gettext("客户"), lazy_gettext("每位客户一行：档案、车辆、工单、同意")),
    "conversations": (lazy_gettext("对话"), lazy_gettext("每句话一行：谁说的、渠道、送达")),
    "cases": (lazy_gettext("投诉单"), lazy_gettext("等级、方案、处理、结果和每一步")),
    "touchpoints": (lazy_gettext("计划的联系"), lazy_gettext("每次联系的结果，以及为什么发或不发")),
    "visits": (lazy_gettext("到店"), lazy_gettext("何时到、等了多久、谁接待")),
    "calls": (lazy_gettext("电话任务"), lazy_gettext("每次拨打和结果")),
    "audit": (lazy_gettext("操作记录"), lazy_gettext("同事做过的事，全部")),
}


def register(pages: Blueprint, desk: Desk, _office: Office) -> None:
    @pages.get("/inbox/settings/exports")
    def settings_exports() -> Answer:
        keeper()
        return page("exports", tables=SHOWN, since=request.args.get("since", ""))

    @pages.get("/inbox/settings/exports/<table>.<form>")
    def settings_exports_table(table: str, form: str) -> Answer:
        """Row by row, so that a table of any length costs the same memory."""
        who = keeper()
        if table not in extracts.KINDS or form not in TYPES:
            abort(404)
        since = _since(request.args.get("since", ""))
        desk.write(lambda conn: noted(conn, desk, "table_exported", kind=table, format=form, since=str(since.date())))
        return _streamed(desk, who, table, form, since)

    @pages.get("/inbox/customers/<int:customer_id>/file.json")
    def whole_file_of(customer_id: int) -> Answer:
        """PIPL art. 45: a copy of everything, for the person to have."""
        keeper()

        def load(conn: Connection) -> Mapping[str, Any]:
            who = head(conn, desk, customer_id)
            noted(conn, desk, "person_exported", customer_id=who.customer_id)
            ids = erasing.files_of_person(conn, [who.customer_id])
            return {"made_at": desk.now(), **whole_file(conn, ids)}

        told = json.dumps(desk.write(load), ensure_ascii=False, indent=2, default=plain)
        return _file(told, TYPES["json"], f"customer-{customer_id}.json")


def _streamed(desk: Desk, who: StaffMember, table: str, form: str, since: datetime) -> Response:
    rows = extracts.rows(desk.engine, table, who, since)
    pieces = PIECES[form](extracts.KINDS[table].columns, rows)
    return _file(pieces, TYPES[form], f"{table}-{desk.now():%Y%m%d}.{form}")


def _file(body: Any, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, content_type=kind, headers=headers)


def _since(day: str) -> datetime:
    """The beginning of that day in the store; what is no day is the beginning of all."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), ZoneInfo(me().time_zone))
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
