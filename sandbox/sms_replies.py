"""An SMS of a customer in the form of the provider that carries it (sms.md §1.5, §2.3)."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from sandbox.aliyun_api import beijing
from sandbox.tables import pullable


def aliyun_reply(phone: str, content: str, msg_id: str, now: datetime) -> dict[str, Any]:
    sequence = msg_id or str(secrets.randbelow(10**12))
    said = {"phone_number": phone, "content": content, "send_time": beijing(now), "dest_code": "1234"}
    return said | {"sequence_id": sequence}


def tencent_reply(
    connection: Connection, phone: str, content: str, sign: str, now: datetime, new: bool
) -> dict[str, Any]:
    """No id: the second it was said in is its identity. new: also what a later pull gives."""
    at = int(now.timestamp())
    if new:
        record = {"ExtendCode": "", "CountryCode": "86", "SubscriberNumber": phone, "PhoneNumber": f"+86{phone}"}
        said = {**record, "SignName": sign, "ReplyContent": content, "ReplyTime": at}
        connection.execute(insert(pullable).values(kind="reply", record=said, at=now))
    return {"extend": "", "mobile": phone, "nationcode": "86", "sign": sign, "text": content, "time": at}
