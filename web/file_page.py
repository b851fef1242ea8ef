"""`/r/<token>`: the repair file, to read and to print (handbook H1.4.5). What is not known is said to be missing.

Fields: 三包 rule, art. 17. Quality periods: 机动车维修管理规定, from the day the work is done, whichever comes first.
"""

from datetime import datetime
from typing import Any

from flask import Response

from bot.links import ForgedLink, Link
from store import repair_pages
from store.engine import reading
from web.page_parts import PageNeeds, page, target

# name, days, kilometres
QUALITY = {
    "overhaul": ("整车修理或总成修理", 100, 20_000),
    "level_two": ("二级维护", 30, 5_000),
    "level_one": ("一级维护", 10, 2_000),
    "minor": ("小修", 10, 2_000),
    "special": ("专项修理", 10, 2_000),
}
CERTIFIED = ("overhaul", "level_two")  # whoever does these must hand over a 竣工出厂合格证
RESULTS = {"ok": "正常", "attention": "需留意", "replaced": "已更换"}


def show(needs: PageNeeds, token: str) -> Response:
    order_id, customer_id = target(needs, Link.FILE, token).ids
    with reading(needs.engine) as conn:
        found = repair_pages.repair_file(conn, order_id, customer_id)
    if found is None:
        raise ForgedLink("no such file")
    data = found.data
    work = data.get("work") or []
    return page(
        "file",
        found.house,
        file=found,
        data=data,
        work=work,
        total_fen=sum(line["total_fen"] for line in work) + data.get("towing_fen", 0) if work else None,
        quality=QUALITY.get(data.get("work_type", "")),
        certificate=_certificate(data),
        results=RESULTS,
        moment=datetime.fromisoformat,
    )


def _certificate(data: Any) -> str:
    """ "" when nothing is known of it."""
    given = data.get("certificate")
    if given is None:
        return "这类维修不要求出具" if data.get("work_type", "") in {*QUALITY} - {*CERTIFIED} else ""
    if not given["issued"]:
        return "未出具"
    return f"已出具，编号 {given['number']}" if given.get("number") else "已出具"
