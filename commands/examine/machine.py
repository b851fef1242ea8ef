"""Settings, files, database, Redis, people and days: what is looked at without leaving the house."""

import shutil
import stat
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from redis import RedisError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from commands.examine.finding import Finding, error, ok, warning
from commands.preflight import check_data_dir
from config.calendar import Calendar
from config.consents import changed, load_consents
from config.settings import PREFIX, SECRETS, Settings
from store.engine import reading
from store.migrate import current, head
from store.probe import ask_redis
from store.staff import active_roles
from store.wordings import changed_texts

GIB = 1 << 30
LITTLE, TOO_LITTLE = GIB, GIB // 5  # room for weeks of messages; for a day
NOTICE_MONTH = 11  # the State Council publishes the coming year's days in November


def settings_agree(settings: Settings) -> Iterator[Finding]:
    if settings.sandbox:
        yield ok("settings", "sandbox: the providers are this machine's own, no real account is set")
        return
    parts = urlsplit(settings.public_url)
    if not settings.https:
        yield error(
            "settings", f"HUIFANG_PUBLIC_URL is {parts.scheme}://, customers' links and log-ins would go in the clear",
            "put a reverse proxy with a certificate in front and set https://",
        )  # fmt: skip
    elif parts.port not in (None, 443):
        yield error(
            "settings", f"HUIFANG_PUBLIC_URL names port {parts.port}; WeChat calls ports 80 and 443 only",
            "let the proxy listen on 443",
        )  # fmt: skip
    else:
        yield ok("settings", "read; links and callback begin with https")
    if not settings.wechat_app_id:
        yield warning("settings", "no WeChat account is set", "set HUIFANG_WECHAT_APP_ID and its secrets")
    if settings.sms_provider == "log":
        yield warning("settings", "SMS are written to a file, nobody receives them", "set HUIFANG_SMS_PROVIDER")


def secrets_are_closed(settings: Settings, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Files only their owner may read: what we keep, `.env`, and what `*_FILE` names."""
    named = [environment.get(f"{PREFIX}{name}_FILE", "") for name in SECRETS]
    kept = sorted((settings.data_dir / "secrets").glob("*"))
    files = [Path(".env"), *kept, *(Path(name) for name in named if name)]
    open_ones = [file for file in files if file.is_file() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    for file in open_ones:
        yield error("secrets", f"{file} may be read by others", f"chmod 600 {file}")
    if not open_ones:
        yield ok("secrets", "only their owner reads them")


def data_folder(settings: Settings) -> Iterator[Finding]:
    check_data_dir(settings.data_dir)
    free = shutil.disk_usage(settings.data_dir).free
    told = f"writable, {free / GIB:.1f} GiB free"
    if free < TOO_LITTLE:
        yield error("data folder", told, "make room: what cannot be stored cannot be answered")
    elif free < LITTLE:
        yield warning("data folder", told, "make room")
    else:
        yield ok("data folder", told)


def database(engine: Engine) -> Iterator[Finding]:
    try:
        with reading(engine) as conn:
            stands = current(conn)
    except SQLAlchemyError as wrong:
        kind = type(getattr(wrong, "orig", None) or wrong).__name__
        yield error("database", f"does not answer ({kind})", "check HUIFANG_DATABASE_URL and that it runs")
        return
    if stands != head():
        yield error("database", f"at revision {stands or 'none'}, the program needs {head()}", "python app.py migrate")
        return
    yield ok("database", f"answers, at revision {head()}")
    if engine.dialect.name == "sqlite":
        yield ok("backup", "SQLite is one file", 'copy it daily while running: sqlite3 FILE ".backup COPY"')


def redis(settings: Settings) -> Iterator[Finding]:
    """Never an error: all of it may be lost (design §3)."""
    if not settings.redis_url:
        yield ok("redis", "none set; `run` brings its own, more machines need HUIFANG_REDIS_URL")
        return
    try:
        ask_redis(settings.redis_url)
    except (RedisError, OSError) as away:
        yield warning("redis", f"does not answer ({type(away).__name__})", "start it: without it all goes more slowly")
        return
    yield ok("redis", "answers")


def people(engine: Engine) -> Iterator[Finding]:
    with reading(engine) as conn:
        if current(conn) != head():
            return  # the line of the database says it
        roles = active_roles(conn)
    if not roles:
        yield error("staff", "nobody may log in to the inbox", "python app.py staff add NAME --name … --role admin")
    elif "admin" not in roles:
        yield warning("staff", "no administrator", "python app.py staff add NAME --name … --role admin")
    else:
        yield ok("staff", f"{sum(roles.values())} may log in, {roles['admin']} of them administrators")


def holidays(calendar: Calendar, now: datetime) -> Iterator[Finding]:
    """From November on the coming year must be known too (scheduling.md §5)."""
    wanted = [now.year] + ([now.year + 1] if now.month >= NOTICE_MONTH else [])
    guessed = [str(year) for year in wanted if calendar.projected(date(year, 1, 1))]
    if guessed:
        yield warning(
            "holidays", f"{', '.join(guessed)} is projected: make-up workdays are missing, days may differ",
            "upgrade chinese-calendar, or write the State Council's days into config/calendar.yaml",
        )  # fmt: skip
    else:
        yield ok("holidays", f"published for {', '.join(map(str, wanted))}")


def wordings(engine: Engine, config_dir: Path) -> Iterator[Finding]:
    """A consent is worth no more than the words it was given to."""
    texts = load_consents(config_dir).texts
    with reading(engine) as conn:
        wrong = changed_texts(conn, texts)
    if wrong:
        yield error("consents.yaml", str(changed(config_dir, wrong[0])), "leave the old version as it was and add one")
    else:
        yield ok("consents.yaml", f"{len(texts)} wordings, none changed under its version")
