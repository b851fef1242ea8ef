"""Following and leaving. Who leaves loses the WeChat data (wechat.md §4); the dealer's own file stays."""

from datetime import datetime

from sqlalchemy import Connection, case, delete, false, null, update

from store.tables.contact import prompt, wechat_window
from store.tables.people import identity


def mark(conn: Connection, account: str, openid: str, following: bool, now: datetime) -> None:
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.address == openid)
    """What WeChat told of a following ends with it, and is asked anew for the next."""
    changed = {"following": following, "changed_at": now} | ({"rejects": False} if following else {})
    stays = identity.c.following if following else false()
    told = {"subscribe_scene": "", "qr_scene": "", "unionid": "", "info_at": null()}
    kept = {name: case((stays, identity.c[name]), else_=nothing) for name, nothing in told.items()}
    conn.execute(update(identity).where(*mine).values(**changed, **kept))


def forget(conn: Connection, account: str, openid: str, customer_id: int) -> None:
    """The window, and open questions that were asked on WeChat."""
    mine = (wechat_window.c.account == account, wechat_window.c.openid == openid)
    conn.execute(delete(wechat_window).where(*mine))
    asked = (prompt.c.customer_id == customer_id, prompt.c.state == "open")
    here = prompt.c.ref["channel"].as_string() == "wechat"
    conn.execute(update(prompt).where(*asked, here).values(state="replaced"))
