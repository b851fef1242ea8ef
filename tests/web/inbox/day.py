"""A morning at 远禾滨江店, as rows: what the list, the conversation and the file show."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from bot.effects import OpenCase
from bot.messages import Category, Priority, Way
from store import cases, outbox, threads, windows
from store.tables import contact, outbound, people
from tests.staff_cast import Cast


@dataclass(frozen=True, slots=True)
class Day:
    case_id: int
    touchpoint_id: int


def add(conn: Connection, table: Any, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())


def follow(conn: Connection, customer_id: int, openid: str, now: datetime) -> None:
    add(
        conn, people.identity, customer_id=customer_id, channel="wechat", account="main", address=openid,
        following=True, bound_by="qr", changed_at=now,
    )  # fmt: skip


def open_window(conn: Connection, openid: str, now: datetime) -> None:
    windows.open_window(conn, "main", openid, "typed", now)


def line(conn: Connection, cast: Cast, to: int, at: datetime, text: str, **more: Any) -> int:
    row = {"direction": "in", "channel": "wechat", "kind": "text", "author": "customer"} | more
    made = add(conn, contact.message, store_id=cast.store_id, customer_id=to, at=at, text=text, **row)
    threads.touch(conn, to, cast.store_id, at=at, text=text, channel=row["channel"], message_id=made)
    return made


def sent(conn: Connection, cast: Cast, to: int, at: datetime, text: str, state: str, **more: Any) -> int:
    row = {"direction": "out", "author": "bot", "kind": "custom", "channel": "wechat"} | more
    way = Way.SMS if row["channel"] == "sms" else Way.CUSTOM
    made = outbox.enqueue(
        conn, store_id=cast.store_id, customer_id=to, way=way, account="main", address="x", category=Category.SERVICE,
        priority=Priority.REPLY, payload={"text": text}, out_id=f"o-{to}-{at.timestamp()}", not_before=at,
    )  # fmt: skip
    conn.execute(outbound.outbox.update().where(outbound.outbox.c.id == made).values(state=state))
    return line(conn, cast, to, at, text, outbox_id=made, **row)


def car(conn: Connection, cast: Cast, to: int, plate: str, model: str, key: str, at: datetime, **order: Any) -> None:
    vehicle = add(
        conn, people.vehicle, store_id=cast.store_id, customer_id=to, plate=plate, model=model,
        vin="LYHE1A2B3C4D5" + key[-4:], mileage=18230,
    )  # fmt: skip
    values = {"status": "delivered", "delivered_at": at, "items": [{"name": "空调检漏加冷媒"}, {"name": "空调滤芯"}]}
    add(
        conn, people.repair_order, store_id=cast.store_id, customer_id=to, vehicle_id=vehicle, external_id=key,
        advisor_id=cast.advisor.id, advisor_name="孙丽", amount_fen=38600, updated_at=at, **(values | order),
    )  # fmt: skip


def morning(conn: Connection, cast: Cast, now: datetime) -> Day:
    """张伟 is dissatisfied with his air conditioning; 陈静 asks for a person; others are content."""
    touchpoint = _zhang(conn, cast, now)
    due = [now + timedelta(minutes=12), now + timedelta(hours=5), now + timedelta(days=3)]
    opened = OpenCase("P3", "quality", "不满意，空调还是不凉", cast.hanmeimei.id, None, cast.advisor.id, *due)
    case_id = cases.open_case(conn, cast.store_id, cast.zhang, opened, now - timedelta(minutes=18))
    _chen(conn, cast, now)
    _others(conn, cast, now)
    return Day(case_id, touchpoint)


def _zhang(conn: Connection, cast: Cast, now: datetime) -> int:
    three_days = now - timedelta(days=3)
    car(conn, cast, cast.zhang, "浙A·D62K8", "长风 1.5T", "RO#8812", three_days)
    follow(conn, cast.zhang, "o-zhang", three_days)
    add(
        conn,
        people.consent,
        customer_id=cast.zhang,
        purpose="marketing",
        given=True,
        evidence="到店签字",
        at=three_days,
    )
    add(conn, people.refusal, address="+8613800000001", purpose="greeting", source="退订", at=now - timedelta(days=1))
    touchpoint = add(
        conn, outbound.touchpoint, store_id=cast.store_id, customer_id=cast.zhang, rule="checkin.question",
        occurrence="RO#8812", rule_version="1", category="survey", due_at=now - timedelta(minutes=20),
        planned_for=now - timedelta(minutes=20), ref={}, state="done", outcome="sent",
    )  # fmt: skip
    verdicts = [("plan", "checkin.question", "planned", ""), ("gate", "consent", "pass", ""),
                ("gate", "quiet_hours", "pass", ""), ("route", "template", "chosen", ""),
                ("send", "template", "accepted", ""), ("outcome", "", "sent", "")]  # fmt: skip
    for step, name, said, why in verdicts:
        at = now - timedelta(minutes=20)
        add(conn, outbound.verdict, touchpoint_id=touchpoint, at=at, step=step, name=name, verdict=said, reason=why)
    add(
        conn, outbound.touchpoint, store_id=cast.store_id, customer_id=cast.zhang, rule="birthday.greeting",
        occurrence="2026-birthday", rule_version="1", category="greeting", due_at=now + timedelta(days=40),
        planned_for=now + timedelta(days=40), ref={},
    )  # fmt: skip
    question = "张先生您好，您的爱车浙A·D62K8交车已有三天，用着还顺心吗？"
    asked = now - timedelta(minutes=20)
    sent(conn, cast, cast.zhang, three_days, "张先生，您的车修好了，随时可来取。", "accepted")
    sent(conn, cast, cast.zhang, asked, question, "accepted", kind="template", touchpoint_id=touchpoint)
    line(conn, cast, cast.zhang, now - timedelta(minutes=18), "不满意，空调还是不凉")
    open_window(conn, "o-zhang", now - timedelta(minutes=18))
    apology = "非常抱歉让您费心了。韩梅梅会在今天 10:32 前联系您。方便说说具体是什么情况吗？"
    line(conn, cast, cast.zhang, now - timedelta(minutes=18), apology, direction="out", author="bot", kind="passive")
    line(
        conn,
        cast,
        cast.zhang,
        now - timedelta(minutes=16),
        "开了二十分钟还是热风，刚修完三天就这样，周末还要带孩子出门",
    )
    return touchpoint


def _chen(conn: Connection, cast: Cast, now: datetime) -> None:
    car(conn, cast, cast.chen, "浙A·8F213", "云栖 PHEV", "RO#8830", now, status="in_progress", delivered_at=None)
    follow(conn, cast.chen, "o-chen", now)
    line(conn, cast, cast.chen, now - timedelta(minutes=2), "请转人工，想问下我的车几点能取")
    open_window(conn, "o-chen", now - timedelta(minutes=2))
    due = now + timedelta(seconds=52)
    threads.hand_off(
        conn,
        cast.chen,
        cast.store_id,
        reason="human_request",
        priority="high",
        at=now - timedelta(minutes=2),
        due_at=due,
    )


def _others(conn: Connection, cast: Cast, now: datetime) -> None:
    told = [("刘洋", "浙A·35K7M", "拾光 EV", "好的，谢谢", "wechat"),
            ("赵磊", "浙A·Q9021", "牧野 PHEV", "5", "sms"),
            ("孙悦", "浙A·77TA1", "千帆 PHEV", "满意，师傅很细心", "wechat"),
            ("周敏", "", "", "你好，请问几点关门", "wechat")]  # fmt: skip
    for n, (name, plate, model, text, channel) in enumerate(told):
        at = now - timedelta(hours=2 + 9 * n)
        who = add(
            conn, people.customer, store_id=cast.store_id, name=name, known=bool(plate), created_at=at,
            phone=f"+86139000010{n:02}", external_id=f"C-20{n}",
        )  # fmt: skip
        if plate:
            car(conn, cast, who, plate, model, f"RO#88{40 + n}", at)
        line(conn, cast, who, at, text, channel=channel)
        if channel == "wechat":
            follow(conn, who, f"o-{n}", at)
