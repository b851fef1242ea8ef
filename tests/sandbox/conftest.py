"""The sandbox on a free port, a webhook written with wechatpy alone, and Aliyun's caller as its vendor shows it."""

import inspect
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import xmltodict
from flask import Flask, Response
from flask import request as asked
from sqlalchemy import Engine
from wechatpy import create_reply, parse_message
from wechatpy.crypto import WeChatCrypto
from werkzeug.serving import BaseWSGIServer, make_server

from bot.dealer import Sms, SmsTemplate, TencentTemplate
from bot.messages import Category
from sandbox.accounts import SandboxAccount, SandboxSms
from sandbox.site import Sandbox, create_sandbox, serve
from store.clock import StoredClock
from store.engine import open_engine
from tests.databases import copied, free_port

ACCOUNT = SandboxAccount(
    name="main",
    app_id="wxsandbox0000000000",
    app_secret="s" * 32,
    token="TOKENTOKEN",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    templates={"TPL-checkin": ("thing1", "time2"), "TPL-plate": ("car_number1",)},
    store_name="远禾滨江店",
    menu=({"type": "click", "name": "服务评价", "key": "SURVEY"},),
    subscriptions={"SUB-checkin": ("thing1",), "SUB-event": ("thing1", "time2")},
    miniprograms=frozenset({("wx1", "pages/survey")}),
)
# A test account: no menu messages.
TRIAL = replace(ACCOUNT, name="trial", app_id="wxtrial00000000000", menus=False)
SMS = SandboxSms(
    access_key_id="testId",
    access_key_secret="testSecret",
    callback_token="c" * 32,
    secret_id="AKIDtest",
    secret_key="tencentSecret",
    app_id="1400000000",
    approved=Sms(
        signature="远禾滨江店",
        tencent_longest_variable=12,
        templates={
            "case_ack": SmsTemplate(
                code="SMS_1",
                kind="notification",
                variables=["name", "owner"],
                text="${name}您好，${owner}会联系您。",
                approved_for=[Category.SERVICE],
                tencent=TencentTemplate(code="1001", approved_for=[Category.SERVICE]),
            ),
            "birthday_greeting": SmsTemplate(
                code="SMS_2", kind="promotion", variables=["name"], text="${name}生日快乐。拒收请回复R",
                approved_for=[Category.GREETING],
                tencent=TencentTemplate(code="1002", approved_for=[Category.GREETING]),
            ),
            "not_yet": SmsTemplate(
                code="SMS_3", kind="notification", variables=[], text="x", tencent=TencentTemplate(code="1003")
            ),
        },
    ),
)  # fmt: skip


@dataclass
class Heard:
    """One push our webhook got, decrypted."""

    query: dict[str, str]
    body: bytes
    message: Any
    plain: dict[str, Any]


@dataclass
class Webhook:
    """The dealer's side: decrypts with wechatpy and answers what the test says."""

    answer: str = "success"
    raw_answer: Response | None = None
    failures: int = 0
    hang: threading.Event | None = None
    heard: list[Heard] = field(default_factory=list)
    sms: list[tuple[str, Any]] = field(default_factory=list)
    tencent: list[tuple[str, Any]] = field(default_factory=list)
    sms_answers: list[Response] = field(default_factory=list)
    seen: threading.Condition = field(default_factory=threading.Condition)
    more: Callable[[Flask], None] = lambda _app: None

    def wait_for(self, count: int, kind: str = "heard", seconds: float = 10) -> None:
        with self.seen:
            assert self.seen.wait_for(lambda: len(getattr(self, kind)) >= count, seconds), getattr(self, kind)

    def events(self) -> list[Any]:
        return [heard.plain for heard in self.heard if heard.message.type == "event"]

    def app(self) -> Flask:
        app = Flask("webhook")
        app.post("/wechat/main")(self.wechat)
        self.more(app)
        app.post(f"/hooks/sms/aliyun/{SMS.callback_token}/<kind>")(self.callback)
        app.post(f"/hooks/sms/tencent/{SMS.callback_token}/<kind>")(self.tencent_callback)
        return app

    def wechat(self) -> Response:
        crypto = WeChatCrypto(ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.app_id)
        query = asked.args
        plain = crypto.decrypt_message(asked.data, query["msg_signature"], query["timestamp"], query["nonce"])
        message = parse_message(plain)
        with self.seen:
            self.heard.append(Heard(dict(query), asked.data, message, xmltodict.parse(plain)["xml"]))
            failing = len(self.heard) <= self.failures
            self.seen.notify_all()
        if self.hang is not None:
            self.hang.wait(20)
        if failing:
            return Response("no", status=500)
        if self.raw_answer is not None:
            return self.raw_answer
        if self.answer in {"", "success"}:
            return Response(self.answer)
        return Response(crypto.encrypt_message(create_reply(self.answer, message), query["nonce"]), mimetype="text/xml")

    def callback(self, kind: str) -> Response:
        with self.seen:
            self.sms.append((kind, asked.get_json()))
            self.seen.notify_all()
            if self.sms_answers:
                return self.sms_answers.pop(0)
        return Response('{"code":0,"msg":"接收成功"}', mimetype="application/json")

    def tencent_callback(self, kind: str) -> Response:
        with self.seen:
            self.tencent.append((kind, asked.get_json()))
            self.seen.notify_all()
            if self.sms_answers:
                return self.sms_answers.pop(0)
        return Response('{"result":0,"errmsg":"OK"}', mimetype="application/json")


@dataclass
class Running:
    """The sandbox as another program sees it."""

    base: str
    sandbox: Sandbox
    engine: Engine

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A control call that must work: POST with a body, GET without."""
        url = f"{self.base}/control/{path}"
        answer = requests.get(url, timeout=30) if body is None else requests.post(url, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refused(self, path: str, body: Any) -> tuple[int, str]:
        answer = requests.post(f"{self.base}/control/{path}", json=body, timeout=30)
        return answer.status_code, answer.json()["error"]

    def token(self, **more: object) -> str:
        body = {"grant_type": "client_credential", "appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret, **more}
        return str(self.weixin("stable_token", body, token=None)["access_token"])

    def weixin(self, api: str, body: Any = None, token: str | None = "") -> Any:
        """A call of WeChat's API; token "" takes a good one, None sends none. Chinese is not escaped."""
        import json

        parameters = {} if token is None else {"access_token": token or self.token()}
        raw = body if isinstance(body, bytes) else json.dumps(body or {}, ensure_ascii=False).encode()
        return requests.post(f"{self.base}/cgi-bin/{api}", params=parameters, data=raw, timeout=10).json()

    def custom(self, openid: str, content: str = "您好") -> int:
        body = {"touser": openid, "msgtype": "text", "text": {"content": content}}
        return int(self.weixin("message/custom/send", body)["errcode"])


@pytest.fixture
def app_engine(sqlite_engine: Engine) -> Engine:
    """The house's database, where the moved clock stands."""
    return sqlite_engine


@pytest.fixture
def wechat_account() -> SandboxAccount:
    return ACCOUNT


@pytest.fixture
def patience(request: pytest.FixtureRequest) -> tuple[float, float]:
    """Seconds to connect and to wait for an answer: one where the test lets an answer be lost, plenty elsewhere."""
    given = getattr(request.node, "callspec", None)
    named = [*given.params.values()] if given else []
    lost = "timeout_after" in named or "timeout_after" in inspect.getsource(request.function)
    return (1.0, 1.0) if lost else (10.0, 10.0)


@pytest.fixture
def webhook() -> Webhook:
    return Webhook()


@pytest.fixture
def web_url(webhook: Webhook) -> Iterator[str]:
    server = make_server("127.0.0.1", free_port(), webhook.app(), threaded=True)
    with Serving(server):
        yield f"http://127.0.0.1:{server.port}"


class Serving:
    """A server in a thread, ended with the block."""

    def __init__(self, server: BaseWSGIServer) -> None:
        self.server = server
        self.thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_of: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def sms_account() -> SandboxSms:
    """Customers answer by Aliyun; a test module may choose Tencent."""
    return SMS


@pytest.fixture
def start(
    tmp_path: Path, sandbox_template: Path, app_engine: Engine, sms_account: SandboxSms, request: pytest.FixtureRequest
) -> Iterator[Any]:
    """Starts the sandbox on the same data folder, as often as a test likes; the last one is stopped at the end."""
    copied(sandbox_template, tmp_path / "sandbox.sqlite")
    stops: list[tuple[threading.Event, threading.Thread]] = []

    def begin() -> Running:
        halt()
        # The tests' day: 2026-09-17 10:20 in Shanghai, running on from there.
        zero = time.monotonic()
        beginning = datetime(2026, 9, 17, 2, 20, tzinfo=UTC).timestamp()

        def now() -> datetime:
            return datetime.fromtimestamp(beginning + time.monotonic() - zero, UTC)

        clock = StoredClock(app_engine, now, time.monotonic, True, "sandbox:1")
        web_url = request.getfixturevalue("web_url")  # late: a test may add routes to the webhook before
        accounts = {"main": request.getfixturevalue("wechat_account"), "trial": TRIAL}
        sandbox = create_sandbox(tmp_path, web_url, clock, accounts, sms_account)
        port, stop = free_port(), threading.Event()
        thread = threading.Thread(target=serve, args=(sandbox, port, stop), daemon=True)
        thread.start()
        stops.append((stop, thread))
        base = f"http://127.0.0.1:{port}"
        _until_up(base)
        return Running(base, sandbox, open_engine(f"sqlite:///{tmp_path / 'sandbox.sqlite'}"))

    def halt() -> None:
        while stops:
            stop, thread = stops.pop()
            stop.set()
            thread.join(10)

    yield begin
    halt()


def _until_up(base: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{base}/control/clock", timeout=5)
            return
        except requests.ConnectionError:
            threading.Event().wait(0.05)
    raise RuntimeError("the sandbox did not start")


@pytest.fixture
def box(start: Any) -> Running:
    running: Running = start()
    return running
