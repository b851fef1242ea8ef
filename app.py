"""Composition root and command line: the only reader of the real clock and of Settings()."""

import argparse
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import HuifangError
from commands.table import COMMANDS, overview
from config.logs import set_up_logging
from config.secrets import with_secrets
from config.settings import Settings, read_settings

if TYPE_CHECKING:
    from flask import Flask
    from flask_limiter import Limiter
    from sqlalchemy import Engine

    from bot.dealer import Dealer
    from bot.journeys import Journey
    from bot.links import Links
    from bot.messages import Receipt, Way
    from bot.ports import Sender
    from bot.understanding.classifier import Classifier
    from channels.email import EmailSender, NoEmail
    from channels.preview import Previews
    from channels.render import Templates
    from channels.sms_provider import SmsSender
    from channels.wechat.accounts import WeChatAccounts
    from channels.wechat.receive import WeChatReceiver
    from channels.wechat.send import WeChatApi
    from commands.steps import Step
    from config.accounts import AccountSecrets
    from config.calendar import Calendar
    from sandbox.site import Sandbox
    from scheduler.clock import Tick
    from scheduler.worker import Worker
    from store.clock import StoredClock
    from store.losable import Losable
    from store.writer import Writer
    from web.health import Check, Gauge
    from web.site import Part
    from web.turn import Decide, TurnTaker

ROOT = Path(__file__).parent
MESSAGES = ROOT / "templates" / "messages"


def machine_now() -> datetime:
    return datetime.now(UTC)


class House:
    """Everything a process may need, made on first use and handed to whoever states the need for it.

    Imports stand inside the properties: a process loads only what it uses and stays small.
    """

    def __init__(self, given: Settings, kind: str) -> None:
        self.given, self.kind = given, kind
        self.now: Callable[[], datetime] = machine_now
        self.monotonic: Callable[[], float] = time.monotonic
        self.stopping = threading.Event()  # set once this process is told to end: live streams then close
        self.program = (sys.executable, str(Path(__file__).absolute()))

    def apart(self, folder: Path) -> "House":
        """A house of its own in a throw-away folder: own database, no Valkey, no account. For `converse`.

        What is learnt is kept in this house's folder, so that only the first of many files waits for it.
        """
        from bot.errors import ConfigError
        from config.nlu import bring

        # Where nothing can be kept, the house apart learns for itself and says what is wrong.
        with suppress(ConfigError):
            _ = self.classifier
        bring(self.given.config_dir, self.given.data_dir, folder)
        blank = {"HUIFANG_SANDBOX": "1", "HUIFANG_DATA_DIR": str(folder)}
        blank["HUIFANG_CONFIG_DIR"] = str(self.given.config_dir)
        return House(read_settings(blank, dotenv=folder / ".env"), self.kind)

    @cached_property
    def settings(self) -> Settings:
        """Complete, secrets included."""
        return with_secrets(self.given)

    @cached_property
    def engine(self) -> "Engine":
        from store.engine import open_engine

        return open_engine(self.given.database_url)

    @cached_property
    def writer(self) -> "Writer":
        from store.writer import Writer

        return Writer(self.engine, self.losable.wakeups.wake)

    @cached_property
    def clock(self) -> "StoredClock":
        from store.clock import StoredClock

        name = f"{self.kind}:{os.getpid()}"
        return StoredClock(
            self.engine, self.now, self.monotonic, movable=self.given.sandbox, name=name, write=self.writer.run
        )

    @cached_property
    def losable(self) -> "Losable":
        from store.losable import Losable

        return Losable(self.given.redis_url, self.monotonic)

    @cached_property
    def dealer(self) -> "Dealer":
        from channels.configured import check_templates, for_provider, with_email
        from config.load import load_dealer

        dealer = for_provider(check_templates(load_dealer(self.given.config_dir)), self.given.sms_provider)
        return with_email(dealer, MESSAGES, account=bool(self.given.email_host))

    @cached_property
    def journeys(self) -> "tuple[Journey, ...]":
        from config.load import load_journeys

        return load_journeys(self.given.config_dir)

    @cached_property
    def calendar(self) -> "Calendar":
        from config.load import load_calendar

        return load_calendar(self.given.config_dir, self.dealer.stores)

    @cached_property
    def renderer(self) -> "Templates":
        from channels.render import Templates

        return Templates(MESSAGES, self.dealer.sms)

    @cached_property
    def previews(self) -> "Previews":
        from commands.previews import previews_of

        return previews_of(self.given.config_dir, self.dealer, self.journeys)

    @cached_property
    def links(self) -> "Links":
        from bot.links import Links

        return Links(self.settings.secret_key.get_secret_value(), self.settings.public_url)

    @cached_property
    def accounts(self) -> "dict[str, AccountSecrets]":
        from config.accounts import account_secrets

        return account_secrets(self.settings, self.dealer, os.environ)

    @cached_property
    def receivers(self) -> "dict[str, WeChatReceiver]":
        from channels.wechat.receive import WeChatReceiver

        mode = self.settings.wechat_mode
        return {
            name: WeChatReceiver(name, known.token, known.aes_key, known.app_id, mode)
            for name, known in self.accounts.items()
        }

    @cached_property
    def at_wechat(self) -> "WeChatAccounts":
        from channels.wechat.accounts import connected

        api_base, oauth_base = self.settings.wechat_api_base, self.settings.wechat_oauth_base
        return connected(self.accounts, api_base, oauth_base, self.losable, self.monotonic, self.now)

    @property
    def wechat(self) -> "Mapping[str, WeChatApi]":
        """The calls of each account."""
        return self.at_wechat.apis

    @cached_property
    def sms(self) -> "SmsSender":
        from channels.sms_provider import sms_sender

        return sms_sender(self.settings, self.clock.business if self.given.sandbox else self.now)

    @cached_property
    def email(self) -> "EmailSender | NoEmail":
        from channels.email import email_sender

        now = self.clock.business if self.given.sandbox else self.now
        return email_sender(self.settings, now, self.monotonic)

    @cached_property
    def senders(self) -> "dict[Way, Sender]":
        """By way: what the worker sends with."""
        from bot.messages import Way
        from channels.wechat.send import KINDS, EveryAccount
        from commands.media_parts import wechat_senders

        return {**dict.fromkeys(KINDS, EveryAccount(wechat_senders(self))), Way.SMS: self.sms, Way.EMAIL: self.email}

    @cached_property
    def settle(self) -> "Callable[[Receipt], None]":
        """For the WeChat webhook."""
        from scheduler.callbacks import settle_wechat

        return settle_wechat(self.writer, self.clock)

    def set_up(self, step: "Step", demo: bool, code: str) -> None:
        from commands.set_up import set_up

        set_up(self, step, demo, code)

    def seed_demo(self) -> Mapping[str, Any]:
        from commands.demo import seed

        return seed(self)

    @cached_property
    def taker(self) -> "TurnTaker":
        from web.turn import TurnTaker

        return TurnTaker(
            self.writer, self.clock, self.dealer, self.calendar, self.renderer, self.links, self.decide
        )  # fmt: skip

    @cached_property
    def decide(self) -> "Decide":
        """`handlers.decide` with what was learnt from the examples."""
        import handlers

        return partial(handlers.decide, classifier=self.classifier)

    @cached_property
    def classifier(self) -> "Classifier":
        """Learnt by a process of its own, once for these examples: scikit-learn would double this one."""
        from commands.learning import learn_apart
        from config.nlu import learnt

        return learnt(self.given.config_dir, self.given.data_dir, learn_apart)

    @cached_property
    def worker(self) -> "Worker":
        """What the worker process does: hand over, send, sweep, read what providers pushed."""
        from commands.worker_parts import worker_of

        return worker_of(self, f"{self.kind}:{os.getpid()}")

    @cached_property
    def ticks(self) -> "dict[str, Tick]":
        """What the clock process does, and how often."""
        from commands.clock_parts import ticks_of

        return ticks_of(self)

    @cached_property
    def site(self) -> "Flask":
        from web.login import log_ins
        from web.site import SiteNeeds, create_site, limits_url

        settings = self.settings
        needs = SiteNeeds(
            secret_key=settings.secret_key.get_secret_value(),
            https=settings.https,
            limits=limits_url(settings.redis_url),
        )
        return create_site(
            needs,
            parts=self.parts(),
            extensions=[log_ins(self.engine, self.now, factor_for_admins=settings.admin_two_factor)],
            checks=self.checks,
            limiter=self.limiter,
            collect=self.gauges,
        )

    @cached_property
    def limiter(self) -> "Limiter":
        """Counts log-ins on the machine's clock, in Redis while it is there."""
        from flask_limiter import Limiter
        from flask_limiter.util import get_remote_address

        return Limiter(get_remote_address)

    def parts(self) -> "list[Part]":
        """Every owner's blueprint with what it needs."""
        from commands.web_parts import web_parts

        return web_parts(self)

    def gauges(self) -> "list[Gauge]":
        from store.engine import reading
        from store.gauges import counted
        from web.health import Gauge

        with reading(self.engine) as connection:
            return [Gauge(*each) for each in counted(connection, self.clock.business())]

    @cached_property
    def sandbox(self) -> "Sandbox":
        from sandbox.accounts import our_accounts, our_sms
        from sandbox.site import create_sandbox

        settings = self.settings
        everywhere = settings.bind in ("0.0.0.0", "::")  # noqa: S104  # compared, not bound
        web_url = f"http://{'127.0.0.1' if everywhere else settings.bind}:{settings.port}"
        accounts = our_accounts(settings, self.dealer, self.accounts)
        return create_sandbox(settings.data_dir, web_url, self.clock, accounts, our_sms(settings, self.dealer))

    @cached_property
    def checks(self) -> "dict[str, Check]":
        from store.probe import ask_database, ask_redis

        checks: dict[str, Check] = {"database": lambda: ask_database(self.engine)}
        if self.given.redis_url:
            checks["redis"] = lambda: ask_redis(self.given.redis_url)
        return checks


def main(arguments: list[str]) -> int:
    """Exit codes: 0 well, 1 found something wrong, 2 could not run (one sentence on standard error)."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        overview().parse_args(arguments)  # answers --help, refuses the rest
        return 2
    body: Any = importlib.import_module(COMMANDS[name].module)
    parser = argparse.ArgumentParser(f"app.py {name}", description=COMMANDS[name].help)
    body.arguments(parser)
    options = parser.parse_args(arguments[1:])
    set_up_logging()
    try:
        return int(body.run(House(read_settings(try_out=name == "run"), name), options))
    except HuifangError as error:
        print(f"huifang: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        from store.dialects import not_set_up

        if not not_set_up(error):
            raise
        print("huifang: the database is not set up for this version: python app.py migrate", file=sys.stderr)
        return 2


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Taking down an interpreter with our imports takes up to a second on a busy machine; all is closed by now.
    os._exit(code)
