"""What the fake Tencent tells of messages and replies: pushed, pulled once each, or asked by number (sms.md §2.3)."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.ports import Clock
from sandbox import tencent_rules
from sandbox.accounts import SandboxSms
from sandbox.sms_rules import SmsRefused
from sandbox.tables import pullable, sms
from sandbox.tencent_rules import SHANGHAI

MOST_PULLED = 100
KEPT, SKEW = timedelta(days=7), timedelta(minutes=5)
Body = Mapping[str, Any]


def report(row: Row[Any]) -> dict[str, Any]:
    """As the callback has it."""
    good = row.err_code == "DELIVRD"
    return {
        "user_receive_time": row.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        "nationcode": "86",
        "mobile": row.phone,
        "report_status": "SUCCESS" if good else "FAIL",
        "errmsg": row.err_code,
        "description": "用户短信送达成功" if good else "用户短信送达失败",
        "sid": row.biz_id,
        "ext": row.out_id,
    }


def record(row: Row[Any]) -> dict[str, Any]:
    """The same as the pull has it."""
    return {
        "UserReceiveTime": int(row.at.timestamp()),
        "CountryCode": "86",
        "SubscriberNumber": row.phone,
        "PhoneNumber": f"+86{row.phone}",
        "SerialNo": row.biz_id,
        "ReportStatus": "SUCCESS" if row.err_code == "DELIVRD" else "FAIL",
        "Description": row.err_code,
        "SessionContext": row.out_id,
    }


def statuses(connection: Connection, _account: SandboxSms, asked: Body, _clock: Clock) -> dict[str, Any]:
    return {"PullSmsSendStatusSet": _pull(connection, "report", asked)}


def replies(connection: Connection, _account: SandboxSms, asked: Body, _clock: Clock) -> dict[str, Any]:
    return {"PullSmsReplyStatusSet": _pull(connection, "reply", asked)}


def _pull(connection: Connection, kind: str, asked: Body) -> list[dict[str, Any]]:
    """Each record once, oldest first, whether its callback was taken or not."""
    waiting = select(pullable).where(pullable.c.kind == kind, pullable.c.given.is_(False)).order_by(pullable.c.id)
    rows = connection.execute(waiting.limit(_limit(asked))).all()
    given = update(pullable).where(pullable.c.id.in_([row.id for row in rows]))
    connection.execute(given.values(given=True))
    return [row.record for row in rows]


def of_number(connection: Connection, _account: SandboxSms, asked: Body, clock: Clock) -> dict[str, Any]:
    """Of one number and a span of at most the last seven days, as often as one likes."""
    start, end = (datetime.fromtimestamp(int(asked.get(name) or 0), UTC) for name in ("BeginTime", "EndTime"))
    if start < clock.business() - KEPT:
        raise SmsRefused("InvalidParameterValue.BeginTimeVerifyFail", "seven days at most")
    if not start < end <= clock.business() + SKEW:
        raise SmsRefused("InvalidParameterValue.EndTimeVerifyFail", "EndTime")
    mine = (sms.c.phone == tencent_rules.national(str(asked.get("PhoneNumber") or "")), sms.c.at.between(start, end))
    rows = connection.execute(select(sms).where(*mine).order_by(sms.c.id).limit(_limit(asked)))
    return {"PullSmsSendStatusSet": [record(row) for row in rows]}


def _limit(asked: Body) -> int:
    limit = asked.get("Limit")
    if not isinstance(limit, int) or not 1 <= limit <= MOST_PULLED:
        raise SmsRefused("InvalidParameterValue.LimitVerifyFail", "Limit is 1 to 100")
    return limit
