"""Following and leaving. Who leaves loses the WeChat data (wechat.md §4); the dealer's own file stays."""

from datetime import datetime

from sqlalchemy import Connection, delete, update

from store import media
from store.tables.contact import prompt, wechat_window
from store.tables.people import identity


def mark(conn: Connection, account: str, openid: str, following: bool, now: datetime) -> None:
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.address == openid)
    changed = {"following": following, "changed_at": now} | ({"rejects": False} if following else {})
    conn.execute(update(identity).where(*mine).values(**changed))


def forget(conn: Connection, account: str, openid: str, customer_id: int) -> None:
    """The window, files sent either way, and open questions that were asked on WeChat."""
    media.forget_of(conn, account, openid)
    mine = (wechat_window.c.account == account, wechat_window.c.openid == openid)
    conn.execute(delete(wechat_window).where(*mine))
    asked = (prompt.c.customer_id == customer_id, prompt.c.state == "open")
    here = prompt.c.ref["channel"].as_string() == "wechat"
    conn.execute(update(prompt).where(*asked, here).values(state="replaced"))
