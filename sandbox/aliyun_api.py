"""The fake dysmsapi.aliyuncs.com: SendSms and QuerySendDetails, signature checked (sms.md §1)."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import jsonify, request
from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.dialects import sqlite

from bot.dealer import SmsTemplate
from bot.ports import Clock
from sandbox import acs3, courier, faults, phone_book, sms_review, sms_rules
from sandbox.accounts import SandboxSms
from sandbox.sms_gateway import Answer, SmsApi
from sandbox.sms_rules import SmsRefused
from sandbox.tables import sms, used_nonce
from store.engine import writing

VERSION = "2017-05-25"
UNKNOWN_ACTION = "InvalidAction.NotFound"
SKEW = timedelta(minutes=15)
DAILY = 50  # per signature, template and number, over a rolling day
PROMOTION = (time(8), time(20))
SHANGHAI = ZoneInfo("Asia/Shanghai")


def aliyun_api(engine: Engine, clock: Clock, account: SandboxSms, wake: Callable[[], None]) -> SmsApi:
    def carry_out(action: str) -> Answer:
        try:
            with writing(engine) as connection:
                _authorise(connection, account, clock.business())
                answer = ACTIONS[action](connection, account, request.values, clock)
        except SmsRefused as no:
            return jsonify(_answer(no.code, no.text)), no.status
        wake()
        return jsonify(_answer("OK", "OK") | answer)

    actions = {name: partial(carry_out, name) for name in ACTIONS}
    return SmsApi("x-acs-action", actions, _refuse, UNKNOWN_ACTION)


def _refuse(code: str) -> Answer:
    """Business refusals are HTTP 200, those of the gateway are not."""
    if code == UNKNOWN_ACTION:
        return jsonify(_answer(code, "Specified api is not found.")), 404
    return jsonify(_answer(code, "fault of the sandbox"))


def _answer(code: str, message: str) -> dict[str, Any]:
    return {"Code": code, "Message": message, "RequestId": str(uuid4()).upper()}


def _authorise(connection: Connection, account: SandboxSms, now: datetime) -> None:
    """Key, signature, time and nonce, as the gateway does it: HTTP 4xx."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    if acs3.credential(headers.get("authorization", "")) != account.access_key_id:
        raise SmsRefused("InvalidAccessKeyId.NotFound", "Specified access key is not found.", 404)
    if headers.get("x-acs-version") != VERSION:
        raise SmsRefused("InvalidVersion", "Specified parameter Version is not valid.", 400)
    if not acs3.is_signed(account.access_key_secret, request.method, request.args, headers, request.get_data()):
        raise SmsRefused("SignatureDoesNotMatch", "Specified signature is not matched with our calculation.", 400)
    if abs(_stamp(headers["x-acs-date"]) - now) > SKEW:
        raise SmsRefused("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", 400)
    row = {"nonce": headers["x-acs-signature-nonce"], "at": now}
    if connection.execute(sqlite.insert(used_nonce).values(**row).on_conflict_do_nothing()).rowcount == 0:
        raise SmsRefused("SignatureNonceUsed", "Specified signature nonce was used already.", 400)


def _stamp(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise SmsRefused("InvalidTimeStamp.Format", "Specified time stamp is not well formatted.", 400) from None


def _send(connection: Connection, account: SandboxSms, asked: Mapping[str, str], clock: Clock) -> dict[str, Any]:
    phone, now = sms_rules.national(asked.get("PhoneNumbers", "")), clock.business()
    sign, code = asked.get("SignName", ""), asked.get("TemplateCode", "")
    text, template = sms_rules.content(account.approved, sign, code, asked.get("TemplateParam", ""))
    if _today(connection, phone, sign, code, now) >= DAILY:
        raise SmsRefused("isv.BUSINESS_LIMIT_CONTROL", f"触发天级流控Permits:{DAILY}")
    err_code = faults.take(connection, "sms/report") or _fate(template, now)
    biz_id = f"{uuid4().int % 10**18:018d}^0"
    kept = {"biz_id": biz_id, "phone": phone, "sign": sign, "template": code, "content": text}
    connection.execute(insert(sms).values(**kept, out_id=asked.get("OutId", ""), at=now, err_code=err_code))
    if err_code == "DELIVERED":
        phone_book.add(connection, "sms", "", phone, now, dir="out", kind="sms", text=text, template=code)
    report = _report(phone, now, err_code, biz_id, asked.get("OutId", ""))
    courier.post(connection, "sms_report", {"items": [report]}, clock.machine())
    return {"BizId": biz_id}


def _today(connection: Connection, phone: str, sign: str, code: str, now: datetime) -> int:
    same = (sms.c.phone == phone) & (sms.c.sign == sign) & (sms.c.template == code)
    counted = select(func.count()).where(same, sms.c.at > now - timedelta(days=1))
    return int(connection.execute(counted).scalar_one())


def _fate(template: SmsTemplate, now: datetime) -> str:
    """Carriers do not carry promotion at night."""
    hour = now.astimezone(SHANGHAI).time()
    night = template.kind == "promotion" and not PROMOTION[0] <= hour < PROMOTION[1]
    return "AP:16" if night else "DELIVERED"


def _report(phone: str, now: datetime, err_code: str, biz_id: str, out_id: str) -> dict[str, Any]:
    good = err_code == "DELIVERED"
    return {
        "phone_number": phone,
        "send_time": beijing(now),
        "report_time": beijing(now),
        "success": good,
        "err_code": err_code,
        "err_msg": "用户接收成功" if good else "用户接收失败",
        "sms_size": "1",
        "biz_id": biz_id,
        "out_id": out_id,
    }


def beijing(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _query(connection: Connection, _account: SandboxSms, asked: Mapping[str, str], _clock: Clock) -> dict[str, Any]:
    phone = sms_rules.national(asked.get("PhoneNumber", ""))
    size, page = int(asked.get("PageSize") or 10), int(asked.get("CurrentPage") or 1)
    found = select(sms).where(sms.c.phone == phone).order_by(sms.c.id.desc())
    day = asked.get("SendDate", "")
    rows = [row for row in connection.execute(found) if beijing(row.at)[:10].replace("-", "") == day]
    if asked.get("BizId"):
        rows = [row for row in rows if row.biz_id == asked["BizId"]]
    details = [_detail(row) for row in rows[(page - 1) * size : page * size]]
    return {"TotalCount": len(rows), "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}}


def _detail(row: Any) -> dict[str, Any]:
    return {
        "PhoneNum": row.phone,
        "SendStatus": 3 if row.err_code == "DELIVERED" else 2,
        "ErrCode": row.err_code,
        "TemplateCode": row.template,
        "Content": row.content,
        "SendDate": beijing(row.at),
        "ReceiveDate": beijing(row.at),
        "OutId": row.out_id,
    }


ACTIONS: dict[str, Callable[[Connection, SandboxSms, Mapping[str, str], Clock], dict[str, Any]]] = {
    "SendSms": _send,
    "QuerySendDetails": _query,
    "QuerySmsTemplate": sms_review.template,
    "QuerySmsSign": sms_review.sign,
}
