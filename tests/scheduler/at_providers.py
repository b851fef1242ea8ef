"""A stage whose providers are the sandbox, over real HTTP and on the test's own clock, with lines that can be cut."""

import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import Engine, select
from werkzeug.serving import make_server

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.messages import Outgoing, Way
from bot.ports import Sender
from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.wechat.send import KINDS, EveryAccount, WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from sandbox.accounts import SandboxAccount, SandboxSms
from sandbox.site import create_sandbox
from scheduler.deliver import Deliverer
from scheduler.reconcile import SmsReconciler
from store import troubles
from store.engine import reading
from store.losable import Losable
from store.tables.runtime import feed
from tests.conftest import StillClock
from tests.databases import free_port
from tests.provider import HTTP500, IMPATIENT, PATIENT, SILENCE, Provider, provider
from tests.sandbox.conftest import Serving
from tests.scheduler.stage import DEALER, JOURNEYS, Stage

DOWN = ("http500", "silence", "refused")


class TestersClock:
    """Implements `MovableClock` for the sandbox: the stage's clock, moved by the test alone."""

    def __init__(self, clock: StillClock) -> None:
        self.business, self.machine, self.monotonic = clock.business, clock.machine, clock.monotonic

    def refresh(self) -> None: ...

    def follow(self, stop: threading.Event) -> None: ...

    def leave(self) -> None: ...

    def move(self, to: datetime) -> int:
        raise NotImplementedError

    def advance(self, by: timedelta) -> int:
        raise NotImplementedError

    def everyone_saw(self, version: int, within: float) -> bool:
        return True


class Line:
    """Implements `Sender` and `Lookup`: to the provider, or to what stands there while it is down."""

    def __init__(self, ways: Mapping[str, Any]) -> None:
        self._ways, self.state = ways, "up"

    def send(self, out: Outgoing) -> str:
        return str(self._ways[self.state].send(out))

    def find(self, *asked: Any) -> Any:
        return self._ways[self.state].find(*asked)


class AtProviders(Stage):
    """sms, wechat: the lines, of WeChat by account. `until` also looks after lost SMS, as the clock process does."""

    def __init__(
        self, engine: Engine, clock: StillClock, base: str, bad: Provider, dealer: Dealer, journeys: tuple[Journey, ...]
    ) -> None:
        super().__init__(engine, clock, dealer, journeys)
        self.base = base
        bases = {"up": base, "http500": bad.base, "silence": bad.base, "refused": f"http://127.0.0.1:{free_port()}"}
        waits = {"silence": IMPATIENT}
        self._bad = bad
        self._https = {name: Http(each, waits.get(name, PATIENT)) for name, each in bases.items()}
        self.sms = Line({name: self._aliyun(http) for name, http in self._https.items()})
        self.wechat = {name: self._account(name) for name in dealer.accounts}
        everywhere = EveryAccount(self.wechat)
        senders: dict[Way, Sender] = {**dict.fromkeys(KINDS, everywhere), Way.SMS: self.sms}
        buckets = Losable(None, clock.monotonic).buckets
        self.deliverer = Deliverer(self.writer, clock, senders, buckets, self.settler, dealer, "worker:1")
        self.reconciler = SmsReconciler(self.writer, clock, self.sms)

    def _aliyun(self, http: Http) -> AliyunSms:
        return AliyunSms("key", "secret", http, now=self.clock.business, nonce=lambda: uuid.uuid4().hex)

    def _account(self, name: str) -> Line:
        """The token is fetched while all is well; what goes wrong is the sending."""
        losable, good = Losable(None), self._https["up"]
        tokens = AccessTokens(
            app_id(name), "s" * 32, good, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
            monotonic=self.clock.monotonic, machine=self.clock.machine,
        )  # fmt: skip
        return Line({
            each: WeChatSender(WeChatApi(tokens, http, self.clock.machine)) for each, http in self._https.items()
        })  # fmt: skip

    def cut(self, line: Line, how: str) -> None:
        line.state = how
        for path in ("/", *(f"/cgi-bin/message/{each}" for each in ("custom/send", "template/send", "mass/send"))):
            self._bad.script(path, SILENCE if how == "silence" else HTTP500)

    def round(self) -> None:
        super().round()
        self.reconciler.tick()
        self.calls.tick()
        self.deadlines.tick()

    def follows(self, openid: str, account: str = "main") -> None:
        self._control(f"wechat/{openid}/follow", {"account": account})

    def on_phone(self, address: str, **query: str) -> list[dict[str, Any]]:
        kind = "sms" if address.startswith("+") else "wechat"
        told = self._control(f"{kind}/{address}/messages", query=query)
        return [each for each in told if each["dir"] == "out"]

    def _control(self, path: str, body: Any = None, query: Mapping[str, str] | None = None) -> Any:
        method = "GET" if body is None else "POST"
        answer = requests.request(method, f"{self.base}/control/{path}", json=body, params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def told(self, reason: str) -> int:
        """How often staff were alerted of it."""
        return sum(row.kind == "alert" and row.ref["reason"] == reason for row in self.rows(feed))

    def banners(self) -> list[tuple[str, str]]:
        with reading(self.engine) as conn:
            return [(row.way, row.account) for row in troubles.standing(conn, self.clock.now)]

    def states(self, table: Any, *columns: str) -> list[tuple[Any, ...]]:
        with reading(self.engine) as conn:
            return [
                tuple(row) for row in conn.execute(select(*(table.c[each] for each in columns)).order_by(table.c.id))
            ]


def app_id(account: str) -> str:
    return f"wx{account:0>16}"


@contextmanager
def at_providers(
    engine: Engine,
    clock: StillClock,
    folder: Path,
    dealer: Dealer = DEALER,
    journeys: tuple[Journey, ...] = JOURNEYS,
) -> Iterator[AtProviders]:
    accounts = {
        name: SandboxAccount(
            name,
            app_id(name),
            "s" * 32,
            "TOKEN",
            "a" * 43,
            {one.template_id: tuple(one.fields) for one in kept.templates.values()},
        )
        for name, kept in dealer.accounts.items()
    }
    sms = SandboxSms("key", "secret", "c" * 32, dealer.sms)
    nobody = f"http://127.0.0.1:{free_port()}"
    sandbox = create_sandbox(folder, nobody, TestersClock(clock), accounts, sms)
    with ExitStack() as stack:
        server = make_server("127.0.0.1", free_port(), sandbox.app, threaded=True)
        stack.enter_context(Serving(server))
        bad = stack.enter_context(provider())
        yield AtProviders(engine, clock, f"http://127.0.0.1:{server.port}", bad, dealer, journeys)
