"""Tokens of the API: made and shown once, listed with their last use, revoked."""

from flask import Blueprint, abort, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import colleagues, tokens
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.office import Office, done, keeper, noted, page, say
from web.login import user


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/settings/tokens")
    def settings_tokens() -> Answer:
        keeper()
        return _page(desk)

    @pages.post("/inbox/settings/tokens")
    def settings_tokens_add() -> Answer:
        keeper()
        name, store_id = request.form.get("name", "").strip()[:60], request.form.get("store_id", type=int) or 0

        def make(conn: Connection) -> str:
            if not name:
                raise RuleBroken("no_name", "请写上这个令牌给谁用")
            if store_id not in colleagues.stores_for(conn, user()):
                raise RuleBroken("not_yours", "这要管理员来做")
            token = tokens.new_api_token(conn, store_id, name, office.machine())
            noted(conn, desk, "token_made", name=name, store_id=store_id)
            return token

        try:
            return _page(desk, desk.write(make))
        except RuleBroken as refusal:
            say(refusal)
            return _page(desk), 409

    @pages.post("/inbox/settings/tokens/<int:token_id>/revoke")
    def settings_tokens_revoke(token_id: int) -> Answer:
        keeper()

        def revoke(conn: Connection) -> None:
            name = tokens.revoke_one(conn, user(), token_id, office.machine())
            noted(conn, desk, "token_revoked", name=name, token_id=token_id)

        try:
            desk.write(revoke)
        except RuleBroken:
            abort(404)
        done(gettext("已撤销，用它的系统现在就进不来了"))
        return redirect(url_for("inbox.settings_tokens"), 303)


def _page(desk: Desk, token: str = "") -> str:
    """token: just made, on this page and never again."""
    parts = desk.read(lambda conn: (tokens.api_tokens(conn, user()), colleagues.stores_for(conn, user())))
    return page("tokens", rows=parts[0], stores=parts[1], token=token)
