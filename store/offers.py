"""To whom the thank-you page may offer notifications: a bound follower nothing weighs on."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from store.tables.cases import cases
from store.tables.contact import prompt
from store.tables.people import identity


def account_of_follower(conn: Connection, prompt_id: int, accounts: Collection[str]) -> str | None:
    """The account whose bound follower was asked this; None without one, or while a complaint is open."""
    open_case = select(cases.c.id).where(cases.c.customer_id == prompt.c.customer_id, cases.c.state != "closed")
    follows = (identity.c.channel == "wechat", identity.c.following, identity.c.bound_by != "")
    found = (
        select(identity.c.account)
        .join(prompt, prompt.c.customer_id == identity.c.customer_id)
        .where(prompt.c.id == prompt_id, *follows, identity.c.account.in_(accounts), ~open_case.exists())
    )
    return conn.execute(found.order_by(identity.c.id.desc()).limit(1)).scalar()
