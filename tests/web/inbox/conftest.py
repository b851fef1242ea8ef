"""The inbox on a database of each kind, with 李雷, 韩梅梅 and the stranger 王磊 logged in where a test asks."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine

import web.login
from bot.customer import StaffMember
from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, WeChatAccount, WeChatTemplate
from bot.links import Links
from bot.messages import Category
from channels.preview import Previews
from channels.render import Templates
from commands.previews import previews_of
from commands.translations import compile_all
from config.load import load_dealer, load_journeys
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.staff import hash_password
from store.writer import Writer
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.web.inbox.day import Day, morning
from web.inbox import UPLOADS, Desk, Papers, inbox_blueprint
from web.login import Member, log_ins, login_blueprint
from web.site import Part, SiteNeeds, create_site
from web.stream import stream_blueprint

TRANSLATIONS = Path(web.login.__file__).parent / "translations"
ROOT = Path(__file__).parents[3]
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
)
TEXTS = Path(web.login.__file__).parents[1] / "templates" / "messages"
PAPERS = Papers(DEALER, Templates(TEXTS, SMS), Links("a secret", "http://car.example"))


@pytest.fixture(scope="session")
def password_hash() -> str:
    return hash_password(PASSWORD)


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


def previews() -> Previews:
    """Of the house as it ships, with the SMS of these tests."""
    config = ROOT / "config"
    dealer = load_dealer(config).model_copy(update={"sms": SMS})
    return previews_of(config, dealer, load_journeys(config))


def build(
    engine: Engine,
    clock: StillClock,
    losable: Losable,
    stopping: Callable[[], bool] = lambda: False,
    streams: int = 4,
    folder: MediaFolder | None = None,
) -> Flask:
    compile_all(TRANSLATIONS)
    files = folder or MediaFolder(Path("nowhere"), lambda: "")
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    return create_site(
        SiteNeeds(secret_key="k" * 40, https=False),
        parts=[
            Part(login_blueprint(engine, limiter)),
            Part(
                inbox_blueprint(Desk(Writer(engine), clock, losable.wakeups, PAPERS, files, previews())), bodies=UPLOADS
            ),
            Part(stream_blueprint(engine, clock, losable.wakeups, stopping, streams)),
        ],
        extensions=[log_ins(engine)],
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
def enter(site: Flask, engine: Engine) -> Enter:
    """A browser in which this member is logged in, by the session cookie a log-in sets."""
    from store.engine import reading
    from store.staff import log_in

    def browser(member: StaffMember) -> FlaskClient:
        with reading(engine) as conn:
            found = log_in(conn, member.id)
        assert found is not None
        client = site.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = Member(found).get_id()
            session["_fresh"] = True
        return client

    return browser


def key_in(html: str) -> str:
    """The idempotency key of the reply form."""
    found = re.search(r'id="way-reply".*?name="key" value="([^"]+)"', html, re.S)
    assert found
    return found[1]
