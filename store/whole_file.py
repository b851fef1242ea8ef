"""Everything the house holds about one person, to be handed over (PIPL art. 45: to look into it, and to have a copy).

Every table that leads to a customer is named here, or left out with its reason; a test looks that none is forgotten.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, false, or_, select, tuple_

from store.proof import proof_of
from store.tables import metadata
from store.tables.contact import mass_copy, subscription, wechat_window
from store.tables.people import customer, identity

# Table → how the copy calls it, in its order.
NAMES: Mapping[str, str] = {
    "customer": "档案", "identity": "微信与其他账号", "fact": "您告诉我们的情况", "labelled": "同事贴的标签",
    "vehicle": "车辆", "odometer": "里程读数", "policy": "保险", "milestone": "日期", "sale": "购车",
    "repair_order": "维修工单", "quote": "报价单", "quote_line": "报价项目", "appointment": "预约",
    "message": "对话", "media": "图片、语音和视频", "prompt": "提问与评价", "survey_factor": "分项评分",
    "thread": "会话", "wait": "等候", "wechat_window": "微信回复窗口", "subscription": "订阅通知次数",
    "touchpoint": "计划的联系", "verdict": "每次联系为何发出或未发出", "outbox": "发出的消息", "attempt": "发送尝试",
    "mass_copy": "群发次数", "call_task": "电话任务", "call_try": "通话", "cases": "投诉单", "case_step": "投诉处理",
    "deadline": "处理时限", "evidence": "处理照片", "visit": "到店", "visit_step": "接待", "event_invitee": "活动邀请",
    "rsvp": "活动报名", "event_arrival": "活动签到",
}  # fmt: skip
LEFT_OUT: Mapping[str, str] = {
    "consent": "told whole under `consent`, with wording and message",
    "bind_token": "a key, not a fact",
    "bookmark": "what a colleague read and had not sent yet",
    "mention": "which colleague was called into a conversation",
    "alert": "which colleague was told of something",
    "alert_copy": "the same",
    "escalation": "the same",
    "alarm": "the same",
    "assignment": "whose turn it was among the staff",
    "wait_mark": "which nudge the staff had already",
    "carries": "ties two rows that are both here",
    "slot_hold": "a place of the workshop's calendar; the appointment is here",
    "feed": "what an open page of the inbox was told",
    "merging": "ids of rows that moved; the rows are here",
    "trial": "a text a colleague sent to themselves",
    "review": "a line the bot was unsure of; the line is here",
}
MACHINERY = frozenset({"lease_by", "lease_until", "retry_at", "reply", "provider_key", "submission", "key", "standing"})
BY_OPENID = (wechat_window, subscription, mass_copy)


def whole_file(conn: Connection, ids: Sequence[int]) -> dict[str, Any]:
    """{"customers": ids, "consent": [a proof each], "tables": {table: {"name", "rows"}}}; empty tables left out.

    ids: every file of the person, those merged into one another too (`store.erasing.files_of_person`). Instants are
    datetimes in UTC, days dates.
    """
    at = [(row.account, row.address) for row in conn.execute(select(identity).where(identity.c.customer_id.in_(ids)))]
    tables = {}
    for name, called in NAMES.items():
        table = metadata.tables[name]
        found = conn.execute(select(table).where(_theirs(table, ids, at)).order_by(table.c.id))
        rows = [{k: v for k, v in row._mapping.items() if k not in MACHINERY} for row in found]
        if rows:
            tables[name] = {"name": called, "rows": rows}
    return {"customers": list(ids), "consent": [proof_of(conn, each) for each in ids], "tables": tables}


def _theirs(table: Table, ids: Sequence[int], at: Sequence[tuple[str, str]]) -> ColumnElement[bool]:
    if table is customer:
        return table.c.id.in_(ids)
    if table in BY_OPENID:
        return tuple_(table.c.account, table.c.openid).in_(at) if at else false()
    if "customer_id" in table.c:
        return table.c.customer_id.in_(ids)
    under = [
        key.parent.in_(select(key.column.table.c.id).where(_theirs(key.column.table, ids, at)))
        for key in table.foreign_keys
        if key.column.table.name in NAMES
    ]
    return or_(*under) if under else false()
