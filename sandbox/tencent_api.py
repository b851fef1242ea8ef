"""The fake sms.tencentcloudapi.com: SendSms and the pulls, signature checked (sms.md §2)."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from flask import jsonify, request
from sqlalchemy import Connection, Engine, func, insert, select

from bot.ports import Clock
from sandbox import courier, faults, phone_book, tc3, tencent_records, tencent_review, tencent_rules
from sandbox.accounts import SandboxSms
from sandbox.sms_gateway import Answer, SmsApi
from sandbox.sms_rules import SmsRefused
from sandbox.tables import pullable, sms
from sandbox.tencent_records import Body
from sandbox.tencent_rules import SHANGHAI
from store.engine import writing

VERSION, SERVICE = "2021-01-11", "sms"
SKEW = timedelta(minutes=5)
MOST_NUMBERS = 200
SAME_CONTENT = timedelta(seconds=30)  # as the console has it at first: one of the same content, ten a day
DAILY = 10
# Families that are answered as a whole; the others stand at the number.
WHOLE = ("AuthFailure", "UnauthorizedOperation", "InternalError", "RequestLimitExceeded", "InvalidAction")
OF_NO_APP = ("DescribeSmsTemplateList",)  # actions about the account, whose bodies name no application
Act = Callable[[Connection, SandboxSms, Body, Clock], dict[str, Any]]


def tencent_api(engine: Engine, clock: Clock, account: SandboxSms, wake: Callable[[], None]) -> SmsApi:
    def carry_out(act: Act, named: bool = True) -> Answer:
        try:
            with writing(engine) as connection:
                _authorise(account, clock.business())
                answer = act(connection, account, _body(account, named), clock)
        except SmsRefused as no:
            return _whole(no.code, no.text)
        wake()
        return jsonify(Response={**answer, "RequestId": str(uuid4())})

    acts: dict[str, Act] = {
        "SendSms": _send,
        "PullSmsSendStatus": tencent_records.statuses,
        "PullSmsReplyStatus": tencent_records.replies,
        "PullSmsSendStatusByPhoneNumber": tencent_records.of_number,
        "DescribeSmsTemplateList": tencent_review.templates,
    }
    actions = {name: partial(carry_out, act, name not in OF_NO_APP) for name, act in acts.items()}
    return SmsApi("X-TC-Action", actions, _on_demand, "InvalidAction")


def _whole(code: str, message: str) -> Answer:
    return jsonify(Response={"Error": {"Code": code, "Message": message}, "RequestId": str(uuid4())})


def _on_demand(code: str) -> Answer:
    """Where Tencent puts a code: families of the whole request in `Error`, the others at the number. HTTP 200 both."""
    if code.partition(".")[0] in WHOLE or request.headers["X-TC-Action"] != "SendSms":
        return _whole(code, "fault of the sandbox")
    numbers = (request.get_json(force=True, silent=True) or {}).get("PhoneNumberSet") or [""]
    statuses = [_status(str(phone), "", "", code, "fault of the sandbox") for phone in numbers]
    return jsonify(Response={"SendStatusSet": statuses, "RequestId": str(uuid4())})


def _authorise(account: SandboxSms, now: datetime) -> None:
    headers = {name.lower(): value for name, value in request.headers.items()}
    if headers.get("x-tc-version") != VERSION:
        raise SmsRefused("NoSuchVersion", "no such version")
    if not headers.get("x-tc-region"):
        raise SmsRefused("MissingParameter", "X-TC-Region is missing")
    if tc3.credential(headers.get("authorization", "")) != account.secret_id:
        raise SmsRefused("AuthFailure.SecretIdNotFound", "the secret id is not found")
    if not tc3.is_signed(account.secret_key, SERVICE, headers, request.get_data()):
        raise SmsRefused("AuthFailure.SignatureFailure", "the signature is not matched with our calculation")
    if abs(datetime.fromtimestamp(int(headers["x-tc-timestamp"]), UTC) - now) > SKEW:
        raise SmsRefused("AuthFailure.SignatureExpire", "the timestamp is expired")


def _body(account: SandboxSms, named: bool) -> Body:
    asked = request.get_json(force=True, silent=True)
    if not isinstance(asked, dict):
        raise SmsRefused("FailedOperation.JsonParseFail", "no JSON object")
    if not named and "SmsSdkAppId" in asked:
        raise SmsRefused("UnknownParameter", "SmsSdkAppId is not a parameter of this action")
    if named and asked.get("SmsSdkAppId") != account.app_id:
        raise SmsRefused("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId is not yours")
    return asked


def _send(connection: Connection, account: SandboxSms, asked: Body, clock: Clock) -> dict[str, Any]:
    phones = asked.get("PhoneNumberSet") or []
    if not phones:
        raise SmsRefused("MissingParameter.EmptyPhoneNumberSet", "no number")
    if len(phones) > MOST_NUMBERS:
        raise SmsRefused("LimitExceeded.PhoneNumberCountLimit", "more than 200 numbers")
    return {"SendStatusSet": [_to_one(connection, account, asked, str(phone), clock) for phone in phones]}


def _to_one(connection: Connection, account: SandboxSms, asked: Body, phone: str, clock: Clock) -> dict[str, Any]:
    """Every number has an answer of its own."""
    context, now = str(asked.get("SessionContext") or ""), clock.business()
    sign, template = str(asked.get("SignName") or ""), str(asked.get("TemplateId") or "")
    try:
        number = tencent_rules.national(phone)
        text = tencent_rules.content(account.approved, sign, template, asked.get("TemplateParamSet") or [], now)
        _check_frequency(connection, number, text, now)
    except SmsRefused as no:
        return _status(phone, "", context, no.code, no.text)
    serial = f"5000:{uuid4().int % 10**28:028d}"
    told = faults.take(connection, "sms/report") or "DELIVRD"
    kept = {"biz_id": serial, "phone": number, "sign": sign, "template": template, "content": text}
    row = connection.execute(insert(sms).values(**kept, out_id=context, at=now, err_code=told).returning(sms)).one()
    if told == "DELIVRD":
        phone_book.add(connection, "sms", "", number, now, dir="out", kind="sms", text=text, template=template)
    courier.post(connection, "tencent_report", {"items": [tencent_records.report(row)]}, clock.machine())
    connection.execute(insert(pullable).values(kind="report", record=tencent_records.record(row), at=now))
    return _status(phone, serial, context, "Ok", "send success")


def _check_frequency(connection: Connection, number: str, text: str, now: datetime) -> None:
    today = datetime.combine(now.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    counted = select(func.count()).where(sms.c.phone == number)
    same = counted.where(sms.c.content == text, sms.c.at > now - SAME_CONTENT)
    if connection.execute(same).scalar_one():
        raise SmsRefused("LimitExceeded.PhoneNumberThirtySecondLimit", "the same within 30 seconds")
    if connection.execute(counted.where(sms.c.at >= today)).scalar_one() >= DAILY:
        raise SmsRefused("LimitExceeded.PhoneNumberDailyLimit", "ten a day")


def _status(phone: str, serial: str, context: str, code: str, message: str) -> dict[str, Any]:
    fee = 1 if code == "Ok" else 0
    said = {"SerialNo": serial, "PhoneNumber": phone, "Fee": fee, "SessionContext": context}
    return {**said, "Code": code, "Message": message, "IsoCode": "CN" if serial else ""}
