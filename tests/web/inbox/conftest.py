"""The inbox on a database of each kind, with 李雷, 韩梅梅 and the stranger 王磊 logged in where a test asks."""

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine

import web.login
from bot.customer import StaffMember
from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, WeChatAccount, WeChatTemplate
from bot.journeys import Journey
from bot.links import Links
from bot.messages import Category
from channels.assistant import Assistant
from channels.configured import with_email
from channels.preview import Previews
from channels.render import Templates
from commands.importing import from_page
from commands.previews import previews_of
from commands.translations import compile_all
from config.calendar import Calendar
from config.load import load_content, load_dealer, load_journeys
from scheduler.event_preview import EventForesight
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as Letters
from store import sessions
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.writer import Writer
from tests.conftest import StillClock
from tests.learnt import classifier
from tests.provider import Provider
from tests.staff_cast import Cast, seed
from tests.web.inbox.day import Day, morning
from web.entrance.doors import Doors, login_blueprint
from web.entrance.sso import SignOn
from web.inbox import UPLOADS, Desk, Office, Papers, Taught, Telephone, inbox_blueprint
from web.inbox.settings.office import Told
from web.login import Member, log_ins
from web.sealed import Seal
from web.site import Part, SiteNeeds, create_site
from web.stream import stream_blueprint
from web.tables_in import TakenIn, Upload
from web.turn import TurnTaker

TRANSLATIONS = Path(web.login.__file__).parent / "translations"
ROOT = Path(__file__).parents[3]
SEAL = Seal("k" * 40)
PASSWORD = "correct horse 电池"
SMS = Sms(
    signature="远禾滨江店",
    templates={
        "staff_contact": SmsTemplate(
            code="SMS_100005",
            kind="notification",
            variables=["name", "staff", "subject"],
            text="${name}您好，我是远禾滨江店${staff}，就${subject}想与您联系，方便时请致电0571-00000000。",
            approved_for=[Category.SERVICE],
        ),
        "case_progress": SmsTemplate(
            code="SMS_100004",
            kind="notification",
            variables=["name", "progress", "owner"],
            text="${name}您好，您反映的问题有进展：${progress}。${owner}会继续跟进，有疑问请致电0571-00000000。",
            approved_for=[],
        ),
        "repair_file": SmsTemplate(
            code="SMS_100018",
            kind="notification",
            variables=["name", "seal", "stub"],
            text="${name}您好，这次维修的档案在这里：http://car.example/r/${seal}.${stub}",
            approved_for=[Category.SERVICE],
        ),
    },
)
WECHAT = WeChatAccount(
    store="binjiang",
    templates={
        "repair_file": WeChatTemplate(template_id="TPL-file", fields={"car_number1": "plate"}, link="file"),
        "checkin_question": WeChatTemplate(template_id="TPL-checkin", fields={"thing1": "plate"}),
    },
)

DEALER = Dealer(
    stores=[StoreConfig(code="binjiang", name="远禾滨江店"), StoreConfig(code="xixi", name="远禾西溪店")],
    accounts={"main": WECHAT, "xixi": WeChatAccount(store="xixi")},
    sms=SMS,
    content=load_content(ROOT / "config"),
)
TEXTS = Path(web.login.__file__).parents[1] / "templates" / "messages"
MAILING = with_email(DEALER, TEXTS, account=True)
PAPERS = Papers(MAILING, Templates(TEXTS, SMS), Links("a secret", "http://car.example"))


@pytest.fixture(scope="session")
def password_hash() -> str:
    """As cheap to check as argon2 allows: who logs in hundreds of times tests the pages, not the hash."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@pytest.fixture
def cast(engine: Engine, clock: StillClock, password_hash: str) -> Cast:
    return seed(engine, clock.now, password_hash)


@pytest.fixture
def day(engine: Engine, clock: StillClock, cast: Cast) -> Day:
    with writing(engine) as conn:
        return morning(conn, cast, clock.now)


@pytest.fixture
def losable() -> Losable:
    return Losable(None)


@cache
def shipped() -> tuple[Dealer, Sequence[Journey]]:
    return load_dealer(ROOT / "config"), load_journeys(ROOT / "config")


@cache
def previews() -> Previews:
    """Of the house as it ships, with the SMS of these tests."""
    dealer, journeys = shipped()
    return previews_of(ROOT / "config", dealer.model_copy(update={"sms": SMS}), journeys)


def desk_of(
    engine: Engine,
    clock: StillClock,
    losable: Losable,
    files: MediaFolder,
    simulations: Path = Path("nowhere"),
    assistant: Assistant | None = None,
) -> Desk:
    writer = Writer(engine)
    taker = TurnTaker(writer, clock, DEALER, Calendar(), PAPERS.renderer, PAPERS.links)
    taught = Taught(classifier, ROOT / "config")
    telephone, foresee = Telephone(taker, Calendar()), foresight(engine, clock)
    return Desk(
        writer, clock, losable.wakeups, PAPERS, files, previews(), telephone, foresee, simulations, losable.viewers,
        taught, assistant,
    )  # fmt: skip


def foresight(engine: Engine, clock: StillClock) -> EventForesight:
    """With the texts and SMS the house ships, which have an invitation."""
    dealer, journeys = shipped()
    letters = Letters(dealer, Templates(TEXTS, dealer.sms), PAPERS.links)
    keeper = Gatekeeper(engine, clock, dealer, journeys, Calendar(), letters, "foresight")
    return EventForesight(engine, keeper, journeys)


@dataclass
class Step:
    """Of a dry run, as the page gets it."""

    step: str = "question"
    planned: int = 5
    send: int = 3
    outside: int = 1
    later: Mapping[str, int] = field(default_factory=lambda: {"quiet_hours": 1})
    never: Mapping[str, int] = field(default_factory=lambda: {"no_consent": 1})
    on: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Tables:
    """What taking tables in needs of a house."""

    engine: Engine
    clock: StillClock


def dry_run(_journey: Journey, _days: int) -> Sequence[Told]:
    return [Step()]


def office_of(engine: Engine, clock: StillClock) -> Office:
    dealer, journeys = shipped()
    base, take_in = "http://car.example", taking_in(engine, clock)
    return Office(ROOT / "config", dealer, journeys, dry_run, base, SEAL, clock.machine, take_in, sandbox=True)


def taking_in(engine: Engine, clock: StillClock) -> Callable[[Upload], TakenIn]:
    """As the command takes tables in."""
    return lambda upload: from_page(Tables(engine, clock), upload)


def build(
    engine: Engine,
    clock: StillClock,
    losable: Losable,
    stopping: Callable[[], bool] = lambda: False,
    streams: int = 4,
    folder: MediaFolder | None = None,
    simulations: Path = Path("nowhere"),
    assistant: Assistant | None = None,
    factor_for_admins: bool = False,
    sign_on: SignOn | None = None,
) -> Flask:
    compile_all(TRANSLATIONS)
    files = folder or MediaFolder(Path("nowhere"), lambda: "")
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    return create_site(
        SiteNeeds(secret_key="k" * 40, https=False),
        parts=[
            Part(login_blueprint(Doors(engine, limiter, clock.machine, clock.business, SEAL, sign_on))),
            Part(
                inbox_blueprint(
                    desk_of(engine, clock, losable, files, simulations, assistant), office_of(engine, clock)
                ),
                bodies=UPLOADS,
            ),
            Part(stream_blueprint(engine, clock, losable.wakeups, losable.viewers, stopping, streams)),
        ],
        extensions=[log_ins(engine, clock.machine, factor_for_admins=factor_for_admins)],
        limiter=limiter,
    )


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media", lambda: secrets.token_hex(16))


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder) -> Flask:
    """Without CSRF tokens: what they guard is tested on its own."""
    site = build(engine, clock, losable, folder=folder)
    site.config["WTF_CSRF_ENABLED"] = False
    return site


Enter = Callable[[StaffMember], FlaskClient]


@pytest.fixture
def enter(site: Flask, engine: Engine, clock: StillClock) -> Enter:
    """A browser in which this member is logged in, by the session cookie a log-in sets."""
    from store.staff import log_in

    def browser(member: StaffMember) -> FlaskClient:
        with writing(engine) as conn:
            found = log_in(conn, member.id)
            token = sessions.begin(conn, member.id, "password", "Chrome · Linux", "127.0.*.*", clock.now)
        assert found is not None
        client = site.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = Member(found, token).get_id()
            session["_fresh"] = True
        return client

    return browser


def key_in(html: str) -> str:
    """The idempotency key of the reply form."""
    found = re.search(r'id="way-reply".*?name="key" value="([^"]+)"', html, re.S)
    assert found
    return found[1]


@pytest.fixture
def endpoint() -> Iterator[Provider]:
    """Where the assistant is asked."""
    provider = Provider()
    yield provider
    provider.close()
