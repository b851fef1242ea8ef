"""Two stores and who works there: 李雷 and 韩梅梅 at 滨江, 王磊 elsewhere, who must see nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, insert

from bot.cases import CaseState
from bot.customer import Role, StaffMember
from bot.effects import OpenCase, ReopenCase
from store import cases
from store.engine import writing
from store.tables import people, staff


@dataclass(frozen=True, slots=True)
class Cast:
    store_id: int
    elsewhere_id: int
    lilei: StaffMember  # manager
    hanmeimei: StaffMember  # advisor
    advisor: StaffMember  # a second advisor of the same store
    wanglei: StaffMember  # manager of another store
    admin: StaffMember
    zhang: int  # a customer of 滨江
    chen: int  # another one
    stranger: int  # a customer of the other store


def seed(engine: Engine, now: datetime, password_hash: str = "") -> Cast:
    with writing(engine) as conn:
        here, there = _store(conn, "binjiang", "远禾滨江店"), _store(conn, "xixi", "远禾西溪店")
        return Cast(
            here,
            there,
            _staff(conn, here, "lilei", "李雷", Role.MANAGER, password_hash),
            _staff(conn, here, "hanmeimei", "韩梅梅", Role.ADVISOR, password_hash),
            _staff(conn, here, "lucy", "孙丽", Role.ADVISOR, password_hash),
            _staff(conn, there, "wanglei", "王磊", Role.MANAGER, password_hash),
            _staff(conn, here, "admin", "总部", Role.ADMIN, password_hash),
            _customer(conn, here, "张伟", "+8613800000001", now),
            _customer(conn, here, "陈静", "+8613800000002", now),
            _customer(conn, there, "赵敏", "+8613800000003", now),
        )


def complain(conn: Connection, cast: Cast, now: datetime, customer_id: int = 0, level: str = "P3") -> int:
    """张伟 is dissatisfied: a case owned by 韩梅梅, contact in 2 h, plan in 24 h, close in 72 h."""
    due = [now + timedelta(hours=hours) for hours in (2, 24, 72)]
    opened = OpenCase(level, "quality", "空调还是不凉", cast.hanmeimei.id, None, None, *due)
    return cases.open_case(conn, cast.store_id, customer_id or cast.zhang, opened, now)


def complain_again(conn: Connection, cast: Cast, case_id: int, now: datetime) -> None:
    due = [now + timedelta(hours=hours) for hours in (1, 8, 72)]
    cases.reopen(conn, ReopenCase(case_id, "P2", "还是不行", cast.lilei.id, *due), now)


def fix(conn: Connection, case_id: int, staff_member: StaffMember, now: datetime) -> None:
    """Everything from the claim to the recorded fix."""
    cases.claim(conn, case_id, staff_member, now)
    cases.set_plan(conn, case_id, staff_member, "免费复检空调", now)
    cases.record_fix(conn, case_id, staff_member, "更换压缩机继电器", now)


def state_of(conn: Connection, case_id: int) -> CaseState:
    return cases.load(conn, case_id).state


def _store(conn: Connection, code: str, name: str) -> int:
    row = {"code": code, "name": name, "time_zone": "Asia/Shanghai"}
    made: int = conn.execute(insert(people.store).values(row).returning(people.store.c.id)).scalar_one()
    return made


def _staff(conn: Connection, store_id: int, username: str, name: str, role: Role, password_hash: str) -> StaffMember:
    row = {"store_id": store_id, "username": username, "name": name, "role": role, "password_hash": password_hash}
    made = conn.execute(insert(staff.staff).values(row).returning(staff.staff.c.id)).scalar_one()
    return StaffMember(made, store_id, name, role)


def _customer(conn: Connection, store_id: int, name: str, phone: str, now: datetime) -> int:
    row = {"store_id": store_id, "name": name, "phone": phone, "created_at": now}
    made: int = conn.execute(insert(people.customer).values(row).returning(people.customer.c.id)).scalar_one()
    return made
