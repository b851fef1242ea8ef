"""A store in trouble, as rows: cases in every stage, late ones, a P0 that rings, and weeks of answers behind them."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.effects import OpenCase
from store import cases, threads
from store.tables import contact, people
from tests.staff_cast import Cast, complain_again
from tests.web.inbox.day import add, line, sent

TOLD = [
    ("周芳", "P1", "你们再不处理我就打12315，孩子坐在车里差点出事", "quality"),
    ("吴强", "P2", "同一个异响修了三次还是响", "quality"),
    ("郑楠", "P3", "等了两个小时没人告诉我进度", "waiting"),
    ("冯雪", "P3", "结算比报价多了三百，没人解释", "price"),
    ("许晴", "P4", "休息区的咖啡机坏了", ""),
    ("何斌", "P3", "接待小伙态度很冷淡", "attitude"),
    ("马超", "P2", "刹车片换完还是有声音", "parts"),
]


def a_customer(conn: Connection, cast: Cast, name: str, now: datetime, store_id: int = 0) -> int:
    home = store_id or cast.store_id
    return add(conn, people.customer, store_id=home, name=name, phone="", created_at=now)


def opened(
    conn: Connection, cast: Cast, who: int, level: str, text: str, at: datetime, owner: StaffMember, category: str = ""
) -> int:
    hours = {"P0": (0.1, 1, 72), "P1": (0.5, 4, 72), "P2": (0.5, 8, 72)}.get(level, (2, 24, 72))
    due = [at + timedelta(hours=each) for each in hours]
    case = OpenCase(level, category, text, owner.id, None, None, *due)
    return cases.open_case(conn, cast.store_id, who, case, at)


def trouble(conn: Connection, cast: Cast, now: datetime) -> dict[str, int]:
    """Name of the customer → case."""
    made = {}
    for n, (name, level, text, category) in enumerate(TOLD):
        at, owner = now - timedelta(hours=3 * n + 1), cast.hanmeimei if n % 2 else cast.advisor
        made[name] = opened(conn, cast, a_customer(conn, cast, name, at), level, text, at, owner, category)
    _in_hand(conn, cast, made, now)
    danger = a_customer(conn, cast, "高远", now)
    made["高远"] = opened(conn, cast, danger, "P0", "高速上刹车踩下去没有反应，我停在应急车道了", now, cast.hanmeimei)
    return made


def _in_hand(conn: Connection, cast: Cast, made: dict[str, int], now: datetime) -> None:
    """Planned, fixed, asked again, closed, and come back."""
    for name, owner in (("郑楠", cast.advisor), ("冯雪", cast.hanmeimei), ("何斌", cast.hanmeimei)):
        cases.claim(conn, made[name], owner, now - timedelta(hours=1))
        cases.record_contact(conn, made[name], owner, "", now - timedelta(hours=1))
    cases.set_plan(conn, made["郑楠"], cast.advisor, "以后每小时主动报进度，送一次洗车", now - timedelta(minutes=50))
    cases.set_plan(
        conn, made["冯雪"], cast.hanmeimei, "逐项解释，多收的部分退回", now - timedelta(minutes=50),
        cast.lilei, now + timedelta(hours=6),
    )  # fmt: skip
    cases.record_fix(conn, made["冯雪"], cast.lilei, "已退回三百元，附明细", now - timedelta(minutes=20))
    cases.record_recontact(conn, made["冯雪"], now - timedelta(minutes=15))
    complain_again(conn, cast, made["马超"], now - timedelta(minutes=40))
    cases.close_by_customer(conn, made["许晴"], "satisfied", now - timedelta(hours=2))


def weeks(conn: Connection, cast: Cast, now: datetime, many: int = 4) -> None:
    """Hand-overs answered soon and late, ratings, and finished deadlines, one set a day."""
    for day in range(7 * many):
        at = now - timedelta(days=day, hours=1)
        who = a_customer(conn, cast, f"客户{day}", at)
        line(conn, cast, who, at, "请转人工")
        threads.hand_off(conn, who, cast.store_id, reason="human_request", priority="high", at=at)
        staff = cast.hanmeimei if day % 3 else cast.advisor
        replied = at + timedelta(seconds=40 + (day * 67) % 400)
        if day % 9 != 8:
            threads.answered(conn, who, staff.id, replied)
            _accepted(conn, cast, who, replied, staff)
        rating = None if day % 4 == 3 else 5 - (day * 3) % 4
        add(
            conn, contact.prompt, customer_id=who, kind="survey", ref={}, asked_at=at, expires_at=at, state="answered",
            rating=rating, answered_at=at if rating else None,
        )  # fmt: skip
        if day % 3 == 0:
            case_id = opened(conn, cast, who, "P3", "不满意", at, staff)
            cases.claim(conn, case_id, staff, at)
            cases.record_contact(conn, case_id, staff, "", at + timedelta(hours=1 + day % 2 * 2))
            cases.close_by_customer(conn, case_id, "satisfied", at + timedelta(hours=5 + day))


def _accepted(conn: Connection, cast: Cast, who: int, at: datetime, staff: StaffMember) -> None:
    from store.tables import outbound

    sent(conn, cast, who, at, "您好，我来帮您", "accepted", author="staff", staff_id=staff.id)
    mine = outbound.outbox.c.customer_id == who
    conn.execute(outbound.outbox.update().where(mine).values(accepted_at=at))
