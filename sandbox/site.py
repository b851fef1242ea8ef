"""The sandbox as one Flask application, and the process that serves it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.accounts import SandboxAccount, SandboxSms
from sandbox.aliyun_api import aliyun_api
from sandbox.control import MovableClock, control_api
from sandbox.courier import Courier
from sandbox.dealer import Dealer
from sandbox.deeds import Deeds
from sandbox.demo import Demo, adopt
from sandbox.guard import guard
from sandbox.oauth import oauth_pages
from sandbox.phones import Desk, phones_page
from sandbox.sms_gateway import sms_gateway
from sandbox.sms_push import MANNERS, SmsPusher
from sandbox.tables import sandbox_metadata
from sandbox.tencent_api import tencent_api
from sandbox.wechat_api import wechat_api
from sandbox.wechat_push import Pusher
from store.engine import open_engine

BODY_BYTES = 16 << 20  # a picture of 10 MB, as base64 in a control call
STOP_LOOK_S = 0.1  # how soon it notices that it shall end


@dataclass(frozen=True, slots=True)
class Sandbox:
    """app answers requests; courier brings the callbacks and must run beside it."""

    app: Flask
    courier: Courier
    clock: MovableClock


def create_sandbox(
    data_dir: Path, web_url: str, clock: MovableClock, accounts: Mapping[str, SandboxAccount], sms: SandboxSms
) -> Sandbox:
    """The fake providers of these accounts. Their memory is `data_dir/sandbox.sqlite`; web_url is where we listen."""
    data_dir.mkdir(parents=True, exist_ok=True)
    engine = open_engine(f"sqlite:///{data_dir / 'sandbox.sqlite'}")
    sandbox_metadata.create_all(engine)
    pushers = {name: SmsPusher(web_url, sms.callback_token, clock, name) for name in MANNERS}
    deeds = Deeds(engine, clock, accounts, Pusher(web_url, clock), pushers[sms.provider], sms.approved.signature)
    aliyun, tencent = pushers["aliyun"], pushers["tencent"]
    ways = {
        "wechat": deeds.later,
        "sms_report": aliyun.reports,
        "sms_reply": aliyun.replies,
        "tencent_report": tencent.reports,
        "tencent_reply": tencent.replies,
    }
    courier = Courier(engine, clock.machine, ways)
    app = Flask(__name__, static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]  # fields of a template keep their order
    guard(app)
    app.before_request(clock.refresh)
    demo, main = Demo(data_dir), next(iter(accounts.values()))
    app.before_request(lambda: adopt(engine, clock, demo, main.name))
    app.register_blueprint(wechat_api(engine, clock, accounts, courier.wake, courier.over))
    apis = (api(engine, clock, sms, courier.wake) for api in (aliyun_api, tencent_api))
    app.register_blueprint(sms_gateway(engine, *apis, over=courier.over))
    app.register_blueprint(control_api(engine, clock, deeds))
    desk = Desk(engine, clock, main, deeds, demo, Dealer(web_url))
    app.register_blueprint(oauth_pages(engine, clock, accounts, desk.people, courier.over))
    app.register_blueprint(phones_page(desk))
    return Sandbox(app, courier, clock)


class Unlogged(WSGIRequestHandler):
    """Aliyun's calls carry phone numbers in the URL, WeChat's their token: no line a request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing."""


def serve(sandbox: Sandbox, port: int, stop: threading.Event, host: str = "127.0.0.1") -> None:
    """Serve until `stop` is set. A thread a request: a call that is made to hang must hold up no other."""
    server = make_server(host, port, sandbox.app, threaded=True, request_handler=Unlogged)
    bodies = (lambda: sandbox.clock.follow(stop), sandbox.courier.run, lambda: server.serve_forever(STOP_LOOK_S))
    for body in bodies:
        threading.Thread(target=body, daemon=True).start()
    stop.wait()
    sandbox.courier.stop()
    server.shutdown()
    server.server_close()
