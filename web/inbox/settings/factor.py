"""One's own second factor: a QR for the telephone, proved by a code, recovery codes shown once."""

from typing import Any

import pyotp
import segno
from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import second_factor, sessions
from web.answers import Answer
from web.entrance.second_step import matching
from web.inbox.conversation import Desk
from web.inbox.settings.mine import did, prove_password
from web.inbox.settings.office import Office, noted, page, say
from web.login import me, my_session, user

ISSUER = "Huifang"


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/account/factor")
    def me_factor() -> Answer:
        """The QR of a secret that counts once a code has proved it; made anew only where none is open."""

        def propose(conn: Connection) -> str:
            factor = second_factor.factor_of(conn, user().id)
            secret = office.seal.open(factor.sealed) if factor.sealed else None
            if secret is None and not factor.on:
                secret = pyotp.random_base32()
                second_factor.propose(conn, user().id, office.seal.seal(secret))
            return secret or ""

        if me().second_factor:
            return redirect(url_for("inbox.me_page"))
        return page("factor", **_drawn(desk.write(propose)), codes=None, owed=current_user.owes_factor)

    @pages.post("/inbox/account/factor")
    def me_factor_on() -> Answer:
        """Proved by a code; the recovery codes are shown, this once."""

        def prove(conn: Connection) -> list[str]:
            secret = office.seal.open(second_factor.factor_of(conn, user().id).sealed)
            step = matching(secret, "".join(request.form.get("code", "").split()), office.machine()) if secret else None
            codes = second_factor.switch_on(conn, user().id, step) if step is not None else None
            if codes is None:
                raise RuleBroken("wrong_code", "验证码不对，请看手机上的新数字")
            sessions.end_all(conn, user().id, office.machine(), but=my_session())
            noted(conn, desk, "second_factor_on", staff_id=user().id)
            return codes

        try:
            return page("factor", codes=desk.write(prove))
        except RuleBroken as refusal:
            say(refusal)
            return redirect(url_for("inbox.me_factor"), 303)

    @pages.post("/inbox/account/factor/off")
    def me_factor_off() -> Answer:
        def off(conn: Connection) -> None:
            second_factor.switch_off(conn, user().id)
            noted(conn, desk, "second_factor_off", staff_id=user().id)

        def work() -> str:
            prove_password(desk)
            desk.write(off)
            return str(gettext("两步验证已关闭"))

        return did(work)


def _drawn(secret: str) -> dict[str, Any]:
    uri = pyotp.TOTP(secret).provisioning_uri(name=me().username, issuer_name=ISSUER)
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=3)
    return {"picture": picture, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
