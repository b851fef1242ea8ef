"""`run`: everything on this machine, set up on the way, until Ctrl-C."""

import argparse
import json
import os
from collections.abc import Callable, Mapping
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.ports import BusinessCalendar
from commands import preflight, valkey
from commands.migrate import bring_up
from commands.supervise import Child, Supervisor
from commands.translations import compile_all
from config.settings import PREFIX, Settings
from store.probe import ask_redis

READY_S = 60.0
SILENT = ("worker", "clock")  # they have no address to ask whether they are ready


class Needs(Protocol):
    """program: how this very program is started again, for each child. seed: the demo dealer, once, when empty."""

    settings: Settings
    program: tuple[str, ...]
    engine: Engine
    dealer: Dealer
    journeys: tuple[Journey, ...]
    calendar: BusinessCalendar
    monotonic: Callable[[], float]

    def seed_demo(self) -> Mapping[str, str] | None: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 after Ctrl-C or SIGTERM, 1 when a process kept ending, 2 (ConfigError) when the start is not possible."""
    console = Console(stderr=True)
    supervisor = Supervisor(house.monotonic)
    supervisor.obey_signals()
    try:
        sentence = _start(house, supervisor, console, demo=not options.no_demo)
        if not sentence and not supervisor.stopping.is_set():
            _tell(house.settings, console)
            sentence = supervisor.watch()
    finally:
        supervisor.stop()
    if sentence:
        console.print(f"huifang: {sentence}", style="red", soft_wrap=True, highlight=False)
    return 1 if sentence else 0


def _start(house: Needs, supervisor: Supervisor, console: Console, demo: bool) -> str:
    """Set up step by step, then start the processes. Returns the sentence why it cannot go on, or ""."""
    settings = house.settings
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    ) as progress:
        task = progress.add_task("checking ports and folders", total=8)

        def step(words: str) -> None:
            progress.update(task, advance=1, description=words)
            if not console.is_terminal:
                console.print(f"· {words}", highlight=False)

        preflight.check(settings)
        _read_content(house)
        step("bringing the database up to date")
        preflight.check_database(house.engine)
        bring_up(house.engine, house.dealer)
        compile_all(Path(__file__).parent.parent / "web" / "translations")
        step("starting Valkey")
        environment = _environment(settings)
        if not settings.redis_url and not _start_valkey(settings, supervisor, environment):
            return f"the embedded Valkey did not start; {settings.data_dir / 'valkey' / 'valkey.log'} says why."
        step("seeding the demo dealer")
        if demo and settings.sandbox:
            house.seed_demo()
        house.engine.dispose()
        # Those that are waited for come first: on two cores the others' start would delay them by a second.
        for names in (_answering(settings), SILENT):
            step(f"starting {', '.join(names)}")
            for name in names:
                supervisor.start(Child(name, [*house.program, name], environment))
            if sentence := _await_ready(settings, supervisor):
                return sentence
    return ""


def _read_content(house: Needs) -> None:
    """A mistake in any file of CONFIG_DIR ends the start here, before one of the processes stumbles over it."""
    house.dealer, house.journeys, house.calendar  # noqa: B018  read once on first use


def _answering(settings: Settings) -> tuple[str, ...]:
    return ("web", "sandbox") if settings.sandbox else ("web",)


def _environment(settings: Settings) -> dict[str, str]:
    """The children's: ours, plus what was decided here."""
    return {**os.environ, f"{PREFIX}SANDBOX": "1" if settings.sandbox else "0"}


def _start_valkey(settings: Settings, supervisor: Supervisor, environment: dict[str, str]) -> bool:
    socket = valkey.socket_path(settings.data_dir)
    child = Child("valkey", valkey.command(settings.data_dir, socket), environment, last=True)
    supervisor.start(child)
    url = valkey.url(socket)
    environment[f"{PREFIX}REDIS_URL"] = url
    return valkey.await_answer(lambda: ask_redis(url), alive=lambda: child.ended is None)


def _await_ready(settings: Settings, supervisor: Supervisor) -> str:
    """Web answers that the database is there, the sandbox shows its page, and nobody has ended meanwhile."""
    waiting = {settings.port: "/readyz"} | ({settings.sandbox_port: "/control/clock"} if settings.sandbox else {})
    host = "127.0.0.1" if settings.bind in ("0.0.0.0", "::") else settings.bind  # noqa: S104  # compared, not bound
    pause = Event()
    for _ in range(int(READY_S / 0.05)):
        if (dead := supervisor.dead()) is not None:
            return f"{dead.name} ended while starting (exit code {dead.ended}); its message stands above."
        waiting = {port: path for port, path in waiting.items() if not _answers(host, port, path)}
        if not waiting or supervisor.stopping.is_set():
            return ""
        pause.wait(0.05)
    return f"no answer on port {next(iter(waiting))} after {READY_S:.0f} s; the log above says why."


def _answers(host: str, port: int, path: str) -> bool:
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _tell(settings: Settings, console: Console) -> None:
    """Where to look. The password is printed only for the demo, whose only customers are made up."""
    local = f"http://127.0.0.1:{settings.port}"
    console.print(f"\n  Huifang 回访 is running.   inbox   {local}/inbox", highlight=False, soft_wrap=True)
    if settings.sandbox:
        demo = settings.data_dir.absolute() / "demo.json"
        console.print(f"                             phones  {settings.sandbox_url}/", highlight=False, soft_wrap=True)
        console.print(f"                             log-in  {_login(demo)}", highlight=False, soft_wrap=True)
    console.print("  Ctrl-C ends it.\n", highlight=False)


def _login(demo: Path) -> str:

    try:
        told = json.loads(demo.read_text("utf-8"))
    except (OSError, ValueError):
        return "add one: python app.py staff add"
    return f"{told['login']}  /  {told['password']}   (and more in {demo})"
