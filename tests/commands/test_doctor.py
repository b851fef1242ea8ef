"""`doctor` against the sandbox: every doubt has its line, its level and what to do; nothing secret is printed."""

import json
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from sqlalchemy import Engine
from werkzeug.serving import make_server

from bot.dealer import Dealer
from bot.errors import ConfigError
from channels.email import EmailSender, NoEmail
from channels.email_message import Mailbox
from channels.email_smtp import MailServer
from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.sms_log import LogSms
from channels.wechat.receive import WeChatReceiver
from commands import doctor
from commands.examine import callback, machine
from commands.examine.finding import Finding, Level, ok, side_by_side
from config.accounts import AccountSecrets
from config.calendar import Calendar, Table
from config.settings import Settings, read_settings
from sandbox.accounts import SandboxAccount
from store import templates, troubles
from store.engine import open_engine, writing
from store.migrate import head, upgrade
from tests.commands.conftest import Command
from tests.conftest import StillClock
from tests.databases import free_port
from tests.mail_server import PASSWORD, USER, mail_house
from tests.sandbox.conftest import (
    ACCOUNT,
    Running,
    Serving,
    app_engine,
    box,
    sms_account,
    start,
    webhook,
)
from tests.sandbox.conftest import SMS as BOX_SMS
from tests.scheduler.stage import DEALER
from tests.store.cast import a_staff_member, a_store

__all__ = ["app_engine", "box", "sms_account", "start", "webhook"]
KEYS = AccountSecrets(ACCOUNT.app_id, ACCOUNT.app_secret, ACCOUNT.token, ACCOUNT.aes_key)
# Whatever the day of the test, its year and the next are published.
KNOWN = Calendar(Table(holidays=tuple(date(year, 1, 1) for year in range(2026, 2060))))
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)


@dataclass
class House:
    """What doctor needs, on one database and against the sandbox."""

    engine: Engine
    clock: StillClock
    settings: Settings
    dealer: Dealer = DEALER
    calendar: Calendar = field(default_factory=lambda: KNOWN)
    accounts: Mapping[str, AccountSecrets] = field(default_factory=lambda: {"main": KEYS})
    sms: object = None
    email: object = None
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return time.monotonic()


@pytest.fixture
def wechat_account() -> SandboxAccount:
    known = DEALER.accounts["main"]
    return replace(
        ACCOUNT,
        templates={one.template_id: tuple(one.fields) for one in known.templates.values()},
        subscriptions={one.template_id: tuple(one.fields) for one in known.subscriptions.values()},
    )


@pytest.fixture
def site() -> Flask:
    """The house as WeChat sees it: a test may put something else in its place."""
    app = Flask("house")
    receiver = WeChatReceiver("main", ACCOUNT.token, ACCOUNT.aes_key, ACCOUNT.app_id, "secure")
    app.get("/wechat/main")(lambda: Response(receiver.echo(request.args, NOW), mimetype="text/plain"))
    return app


@pytest.fixture
def web_url(site: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", free_port(), site, threaded=True)
    with Serving(server):
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture
def house(engine: Engine, clock: StillClock, box: Running, web_url: str, tmp_path: Path) -> House:
    port = box.base.rpartition(":")[2]
    given = {"HUIFANG_SANDBOX": "1", "HUIFANG_DATA_DIR": str(tmp_path / "data"), "HUIFANG_PUBLIC_URL": web_url}
    settings = read_settings({**given, "HUIFANG_SANDBOX_PORT": port}, dotenv=tmp_path / "no.env")
    with writing(engine) as conn:
        a_staff_member(conn, a_store(conn), role="admin")
    sms = AliyunSms(
        BOX_SMS.access_key_id, BOX_SMS.access_key_secret, Http(box.base, (10.0, 10.0)), now=box.sandbox.clock.business,
        nonce=lambda: secrets.token_hex(16),
    )  # fmt: skip
    dealer = DEALER.model_copy(update={"sms": BOX_SMS.approved})
    upgrade_mark(engine)
    return House(engine, clock, settings, dealer, sms=sms)


def upgrade_mark(engine: Engine) -> None:
    """The tests' databases are made without Alembic; this one shall look migrated."""
    with writing(engine) as conn:
        conn.exec_driver_sql("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)")
        conn.exec_driver_sql("DELETE FROM alembic_version")
        conn.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{head()}')")


def looked(house: House, *words: str) -> list[Finding]:
    return side_by_side(doctor.checks(house, offline="--offline" in words), 20, house.monotonic)


def about(found: list[Finding], check: str) -> list[tuple[Level, str]]:
    return [(each.level, f"{each.sentence} {each.todo}") for each in found if each.check.startswith(check)]


def test_a_well_house_is_well_in_every_line(house: House) -> None:
    found = looked(house)
    assert [each for each in found if each.level is not Level.OK] == []
    checks = {each.check for each in found}
    assert {
        "clock",
        "wechat main: token",
        "wechat main: templates",
        "callback: /wechat/main",
        "sms: signature",
    } <= checks


@pytest.mark.parametrize(
    ("api", "code", "check", "level", "words"),
    [
        ("stable_token", "40164", "wechat main: token", Level.ERROR, "203.0.113.7"),
        ("stable_token", "40125", "wechat main: token", Level.ERROR, "HUIFANG_WECHAT_APP_ID"),
        ("stable_token", "40001", "wechat main: token", Level.ERROR, "HUIFANG_WECHAT_APP_ID"),
        ("stable_token", "40013", "wechat main: token", Level.ERROR, "HUIFANG_WECHAT_APP_ID"),
        ("stable_token", "40243", "wechat main: token", Level.ERROR, "unfreeze"),
        ("stable_token", "89503", "wechat main: token", Level.ERROR, "administrator"),
        ("stable_token", "-1", "wechat main: token", Level.ERROR, "-1"),
        ("stable_token", "http500", "wechat main: token", Level.ERROR, "token"),
        ("stable_token", "reset", "wechat main: token", Level.ERROR, "token"),
        ("template/list", "48001", "wechat main: templates", Level.ERROR, "接口权限"),
        ("template/list", "html", "wechat main: templates", Level.ERROR, "no_answer"),
        ("subscription/list", "48001", "wechat main: subscriptions", Level.ERROR, "接口权限"),
        ("openapi/quota/get", "48001", "wechat main: quota", Level.WARNING, "48001"),
        ("callback/check", "48001", "wechat main: network", Level.WARNING, "48001"),
        ("callback/check", "40201", "wechat main: network", Level.WARNING, "40201"),
        ("callback/check", "http500", "wechat main: network", Level.WARNING, "no_answer"),
        ("sms/sign", "SignatureDoesNotMatch", "sms: signature", Level.ERROR, "HUIFANG_ALIYUN_ACCESS_KEY_SECRET"),
        ("sms/sign", "isv.SMS_SIGNATURE_ILLEGAL", "sms: signature", Level.ERROR, "isv.SMS_SIGNATURE_ILLEGAL"),
        ("sms/sign", "reset", "sms: signature", Level.ERROR, "no_answer"),
        ("sms/template", "isv.SMS_TEMPLATE_ILLEGAL", "sms: case_ack", Level.ERROR, "SMS_1"),
        ("sms/template", "http500", "sms: case_ack", Level.WARNING, "no_answer"),
    ],
)
def test_what_a_provider_refuses_is_a_line_with_what_to_do(
    house: House, box: Running, api: str, code: str, check: str, level: Level, words: str
) -> None:
    box.control("faults", {"api": api, "code": code, "times": 9})
    found = looked(house)
    lines = about(found, check)
    assert lines, found
    assert lines[0][0] is level
    assert words in lines[0][1]
    if api == "stable_token":
        assert about(found, "wechat main: templates") == [], "one line about the token is enough"
    if code == "SignatureDoesNotMatch":
        assert about(found, "sms: case_ack") == [], "a wrong key is said once"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"template_id": "TPL-gone"}, "templates.case_ack.template_id is not in the account's library"),
        ({"fields": {"thing9": "x", "name2": "x", "time3": "x"}}, "the account calls it thing1"),
        ({"fields": {"thing1": "x", "name2": "x"}}, "templates.case_ack.fields lacks time3"),
        ({"fields": {"phrase1": "x", "name2": "x", "time3": "x"}}, "the account has thing1, name2, time3"),
    ],
)
def test_a_template_that_differs_is_an_error_that_names_the_field(
    house: House, change: dict[str, Any], words: str
) -> None:
    main = house.dealer.accounts["main"]
    bound = {**main.templates, "case_ack": main.templates["case_ack"].model_copy(update=change)}
    account = main.model_copy(update={"templates": bound})
    house.dealer = house.dealer.model_copy(update={"accounts": {"main": account}})
    lines = about(looked(house), "wechat main: templates")
    assert lines
    assert all(level is Level.ERROR for level, _ in lines)
    assert any(words in line for _, line in lines), lines


def test_a_subscription_that_differs_is_an_error_too(house: House) -> None:
    main = house.dealer.accounts["main"]
    wrong = main.subscriptions["checkin_question"].model_copy(update={"fields": {"car_number9": "plate"}})
    account = main.model_copy(update={"subscriptions": {"checkin_question": wrong}})
    house.dealer = house.dealer.model_copy(update={"accounts": {"main": account}})
    lines = about(looked(house), "wechat main: subscriptions")
    assert lines[0][0] is Level.ERROR
    assert "subscriptions.checkin_question.fields.car_number9" in lines[0][1]
    assert "the account calls it car_number1" in lines[0][1]


@pytest.mark.parametrize(
    ("ahead", "level"), [(0, Level.OK), (90, Level.WARNING), (-90, Level.WARNING), (400, Level.ERROR)]
)
def test_the_clock_is_compared_with_wechats(house: House, ahead: int, level: Level) -> None:
    house.ahead = timedelta(seconds=ahead)
    assert about(looked(house), "clock")[0][0] is level


def redirecting() -> Response:
    return Response(status=308, headers={"Location": "/wechat/main/"})


def a_page() -> Response:
    return Response("<html>welcome</html>")


def another_token() -> Response:
    return Response(status=403)


def unknown() -> Response:
    return Response(status=404)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (redirecting, "redirects (HTTP 308)"),
        (a_page, "without our echo"),
        (another_token, "another token"),
        (unknown, "no such account"),
    ],
)
def test_a_callback_that_would_not_pass_wechats_verification(
    house: House, site: Flask, answer: Callable[[], Response], words: str
) -> None:
    """§7.3 no. 17: a redirect, and what else stands in the way."""
    site.view_functions["<lambda>"] = answer
    assert [level for level, line in about(looked(house), "callback: /wechat/main") if words in line] == [Level.ERROR]


def test_a_house_that_is_not_running_is_a_warning_in_the_sandbox_and_an_error_outside(house: House) -> None:
    away = house.settings.model_copy(update={"public_url": "http://127.0.0.1:9"})
    for sandbox, level in ((True, Level.WARNING), (False, Level.ERROR)):
        settings = away.model_copy(update={"sandbox": sandbox})
        (line,) = callback.answers(settings, "main", ACCOUNT.token, house.clock.business)
        assert line.level is level
        assert "app.py run" in line.todo


@pytest.mark.parametrize(
    ("url", "words"),
    [("https://10.0.0.8", "nobody outside can reach"), ("https://nowhere.invalid", "has no address")],
)
def test_an_address_nobody_can_reach(house: House, url: str, words: str) -> None:
    settings = house.settings.model_copy(update={"sandbox": False, "public_url": url})
    (line,) = callback.address(settings)
    assert line.level is Level.ERROR
    assert words in line.sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"public_url": "http://car.example.com"}, "in the clear"),
        ({"public_url": "https://car.example.com:8443"}, "port 8443"),
        ({"wechat_app_id": ""}, "no WeChat account"),
        ({"sms_provider": "log"}, "nobody receives them"),
    ],
)
def test_settings_that_do_not_agree(house: House, change: dict[str, Any], words: str) -> None:
    real = {"sandbox": False, "public_url": "https://car.example.com", "sms_provider": "aliyun"}
    found = list(machine.settings_agree(house.settings.model_copy(update={**real, **change})))
    assert any(each.level is not Level.OK and words in each.sentence for each in found)


def test_open_secrets_are_named_and_never_shown(house: House, tmp_path: Path) -> None:
    kept, named = house.settings.data_dir / "secrets" / "secret_key", tmp_path / "wechat"
    kept.parent.mkdir(parents=True)
    for file in (kept, named):
        file.write_text("very-secret")
        file.chmod(0o644)
    found = list(machine.secrets_are_closed(house.settings, {"HUIFANG_WECHAT_APP_SECRET_FILE": str(named)}))
    assert [each.level for each in found] == [Level.ERROR, Level.ERROR]
    assert not any("very-secret" in each.sentence + each.todo for each in found)
    kept.chmod(0o600)
    named.chmod(0o400)
    assert [each.level for each in machine.secrets_are_closed(house.settings, {})] == [Level.OK]


@pytest.mark.parametrize(("free", "level"), [(10, Level.OK), (0.5, Level.WARNING), (0.05, Level.ERROR)])
def test_room_for_data(house: House, monkeypatch: pytest.MonkeyPatch, free: float, level: Level) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: type("Usage", (), {"free": int(free * machine.GIB)}))
    assert [each.level for each in machine.data_folder(house.settings)] == [level]


def test_a_database_to_be_migrated_and_one_that_is_away(empty_database_url: str, house: House) -> None:
    engine = open_engine(empty_database_url)
    (line,) = machine.database(engine)
    assert (line.level, line.todo) == (Level.ERROR, "python app.py migrate")
    assert list(machine.people(engine)) == []
    upgrade(engine)
    assert next(each.level for each in machine.database(engine)) is Level.OK
    engine.dispose()
    away = open_engine("postgresql://doctor:hidden-password@127.0.0.1:9/none")
    (line,) = machine.database(away)
    assert line.level is Level.ERROR
    assert "hidden-password" not in line.sentence


def test_redis_is_never_more_than_a_warning(house: House) -> None:
    away = house.settings.model_copy(update={"redis_url": "redis://127.0.0.1:9/0"})
    assert [each.level for each in machine.redis(away)] == [Level.WARNING]


def test_nobody_who_may_log_in(sqlite_engine: Engine) -> None:
    upgrade_mark(sqlite_engine)
    assert [each.level for each in machine.people(sqlite_engine)] == [Level.ERROR]
    with writing(sqlite_engine) as conn:
        a_staff_member(conn, a_store(conn), role="care")
    assert [each.level for each in machine.people(sqlite_engine)] == [Level.WARNING]


@pytest.mark.parametrize(
    ("day", "level"), [("2026-10-31", Level.OK), ("2026-11-01", Level.WARNING), ("2027-03-01", Level.WARNING)]
)
def test_the_coming_years_holidays_are_asked_for_from_november(day: str, level: Level) -> None:
    (line,) = machine.holidays(Calendar(), datetime.fromisoformat(f"{day}T04:00:00+00:00"))
    assert line.level is level
    assert ("2027" in line.sentence) == (level is Level.WARNING)


def test_what_stands_against_an_account_is_told(house: House) -> None:
    moment, later = house.now(), house.now() + timedelta(minutes=5)
    with writing(house.engine) as conn:
        templates.disable(conn, "main", "TPL-checkin", "40037", moment)
        templates.disable(conn, "main", "TPL-of-yesterday", "40037", moment)
        troubles.begin(
            conn, "*", "main", code="48004", sentence="接口因违规被封禁", stops=True, now=moment, machine_now=moment,
            until=later,
        )  # fmt: skip
    lines = about(looked(house), "wechat main: standing")
    assert [level for level, _ in lines] == [Level.ERROR, Level.WARNING]
    assert "enable-template main TPL-checkin" in lines[1][1]


def test_a_check_that_breaks_or_hangs_is_a_line_of_its_own(house: House) -> None:
    over = threading.Event()

    def breaks() -> list[Finding]:
        raise RuntimeError("13900000001 with the password hunter2")

    def misconfigured() -> list[Finding]:
        raise ConfigError("dealer.yaml:3: stores", "must not be empty")

    def hangs() -> list[Finding]:
        over.wait(20)
        return []

    checks = {"one": breaks, "two": hangs, "three": misconfigured, "four": lambda: [ok("four", "well")]}
    found = side_by_side(checks, 0.3, house.monotonic)
    over.set()
    assert [(each.check, each.level) for each in found] == [
        ("one", Level.ERROR), ("two", Level.ERROR), ("three", Level.ERROR), ("four", Level.OK),
    ]  # fmt: skip
    assert "RuntimeError" in found[0].sentence
    assert "hunter2" not in found[0].sentence
    assert "dealer.yaml:3" in found[2].sentence


def test_offline_asks_nobody(house: House, box: Running) -> None:
    box.control("faults", {"api": "stable_token", "code": "40164", "times": 5})
    found = looked(house, "--offline")
    assert {each.level for each in found} == {Level.OK}
    assert box.control("faults")["faults"][0]["times"] == 5


def test_without_the_sandbox_there_is_one_warning(house: House) -> None:
    house.settings = house.settings.model_copy(update={"sandbox_port": free_port()})
    found = [each for each in looked(house) if each.level is not Level.OK]
    assert [each.check for each in found] == ["providers"]


@pytest.mark.parametrize(
    ("api", "code", "exit_code", "level"),
    [("token", "-1", 0, "ok"), ("callback/check", "48001", 1, "warning"), ("stable_token", "40164", 2, "error")],
)
def test_the_exit_code_is_the_worst_line_and_no_secret_is_printed(
    house: House, box: Running, command: Command, capsys: pytest.CaptureFixture[str],
    api: str, code: str, exit_code: int, level: str,
) -> None:  # fmt: skip
    box.control("faults", {"api": api, "code": code, "times": 5})
    assert command(doctor, house, "--json") == exit_code
    printed = capsys.readouterr().out
    told = json.loads(printed.splitlines()[-1])
    assert told["level"] == level
    assert set(told["findings"][0]) == {"level", "check", "sentence", "todo"}
    assert command(doctor, house) == exit_code
    printed += capsys.readouterr().out
    for secret in (ACCOUNT.app_secret, ACCOUNT.token, ACCOUNT.aes_key, BOX_SMS.access_key_secret):
        assert secret not in printed


def test_sms_written_to_a_file_are_not_asked_about(house: House, tmp_path: Path) -> None:
    house.sms = LogSms(tmp_path / "sms.log", house.now)
    assert about(looked(house), "sms") == []


def test_an_unapproved_template_in_use_is_named(house: House) -> None:
    approved = BOX_SMS.approved
    used = approved.templates["not_yet"].model_copy(update={"approved_for": ["service"]})
    sms = approved.model_copy(update={"templates": {**approved.templates, "not_yet": used}})
    house.dealer = house.dealer.model_copy(update={"sms": sms})
    ((level, line),) = about(looked(house), "sms: not_yet")
    assert level is Level.ERROR
    assert "SMS_3 is still under review" in line


@pytest.mark.parametrize(
    ("answers", "level", "words"),
    [
        ({}, Level.OK, "takes our log-in"),
        ({"auth": "535 5.7.8 wrong"}, Level.ERROR, "授权码"),
        ({"auth": "500 what"}, Level.ERROR, "HUIFANG_EMAIL_USER"),
        ({"connect": "reset"}, Level.WARNING, "HUIFANG_EMAIL_HOST"),
        ({"noop": "421 4.3.2 busy"}, Level.WARNING, "421 4.3.2"),
    ],
)
def test_the_mail_account_is_logged_in_to_and_told_nothing(
    house: House, answers: dict[str, str], level: Level, words: str
) -> None:
    with mail_house(log_in=True) as mail:
        mail.answers.update(answers)
        server = MailServer("127.0.0.1", mail.port, "plain", "dealer.example", user=USER, password=PASSWORD)
        house.email = EmailSender(server, Mailbox(USER), now=house.now, monotonic=house.monotonic)
        ((said, sentence),) = about(looked(house), "e-mail")
        assert (said, words in sentence) == (level, True)
        assert PASSWORD not in sentence
        assert not mail.kept


def test_without_a_mail_account_there_is_no_line(house: House) -> None:
    house.email = NoEmail()
    assert about(looked(house), "e-mail") == []
