"""What we compare with (b): WeRoBot under Flask with its default session storage, a SQLite file in this folder."""

from typing import Any

from flask import Flask
from werobot import WeRoBot
from werobot.contrib.flask import make_view

from benchmarks.account import AES_KEY, APP_ID, TOKEN


def make() -> Flask:
    robot = WeRoBot(token=TOKEN, encoding_aes_key=AES_KEY, app_id=APP_ID)

    @robot.text
    def echo(message: Any, session: dict[str, int]) -> str:
        session["count"] = session.get("count", 0) + 1
        return str(message.content)

    site = Flask(__name__)
    site.add_url_rule("/wechat", endpoint="werobot", view_func=make_view(robot), methods=["GET", "POST"])
    return site
