"""Who somebody of the single sign-on is here: tied by the provider's subject, at the first log-in by the username."""

from sqlalchemy import Connection, select, update

from bot.customer import Role
from store.staff import LogIn, log_in, log_in_of, members
from store.tables.staff import staff


def person_of(conn: Connection, subject: str, username: str) -> LogIn | None:
    """None: nobody here, ended, or the name is tied to another person of the provider's already."""
    tied = conn.execute(members().where(staff.c.oidc_subject == subject)).first()
    if tied is not None:
        return log_in_of(tied)
    known = select(staff.c.id).where(staff.c.oidc_subject == subject)  # ended: their name may not come in by another's
    if not username or conn.execute(known).first() is not None:
        return None
    free = (staff.c.username == username, staff.c.oidc_subject.is_(None), staff.c.active)
    made = conn.execute(update(staff).where(*free).values(oidc_subject=subject).returning(staff.c.id)).scalar()
    return None if made is None else log_in(conn, made)


def give_role(conn: Connection, found: LogIn, role: Role) -> bool:
    """The provider's word on the role; False when it is the same, or would leave the house without an administrator."""
    if found.member.role is role:
        return False
    if found.member.role is Role.ADMIN:
        others = select(staff.c.id).where(staff.c.role == Role.ADMIN.value, staff.c.active).order_by(staff.c.id)
        if set(conn.execute(others.with_for_update()).scalars()) <= {found.member.id}:
            return False
    conn.execute(update(staff).where(staff.c.id == found.member.id).values(role=role.value))
    return True
