"""The house as `app.py` composes it, with its web and its sandbox served in threads: real HTTP, real encryption.

Two stores with an account each: `main` at 滨江 and `xixi` at 西溪. 李雷's people are those of `tests/staff_cast.py`.
"""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import requests
import yaml
from sqlalchemy import Table, insert, select
from werkzeug.serving import make_server

from app import House
from config.settings import read_settings
from config.yaml_lines import read_yaml
from sandbox.site import serve
from store.engine import reading, writing
from store.tables.people import identity
from tests.databases import free_port
from tests.learnt import classifier
from tests.staff_cast import Cast, seed

CONFIG = Path(__file__).parents[1] / "config"


@dataclass
class WholeHouse:
    house: House
    cast: Cast
    web: str
    box: str

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """A control call of the sandbox that must work: POST with a body, GET without."""
        url = f"{self.box}/control/{path}"
        answer = requests.get(url, timeout=60) if body is None else requests.post(url, json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def push(self, openid: str, fields: dict[str, Any], **how: Any) -> list[dict[str, Any]]:
        """A raw push; the answers of our web."""
        pushes: list[dict[str, Any]] = self.control(f"wechat/{openid}/push", {"fields": fields, **how})["pushes"]
        return pushes

    def said(self, openid: str, kind: str, body: dict[str, Any]) -> str:
        """What our web answers to one push; "" when it is silent."""
        (one,) = self.control(f"wechat/{openid}/{kind}", body)["pushes"]
        assert one["status"] == 200, one
        return str(one["reply"]["text"]) if one["reply"] else ""

    def bound(self, openid: str, customer_id: int, account: str = "main") -> None:
        """The openid belongs to a file of the dealer's."""
        row = {"channel": "wechat", "account": account, "address": openid, "following": True, "bound_by": "qr"}
        with writing(self.house.engine) as conn:
            conn.execute(
                insert(identity).values(customer_id=customer_id, changed_at=self.house.clock.business(), **row)
            )

    def rows(self, table: Table, **where: Any) -> list[Any]:
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        with reading(self.house.engine) as conn:
            return list(conn.execute(query.order_by(*table.primary_key.columns)))

    def work(self) -> None:
        """The worker's rounds until nothing is left to do."""
        worker = self.house.worker
        while worker.once():
            pass


@contextmanager
def whole_house(folder: Path, database_url: str, **settings: str) -> Iterator[WholeHouse]:
    """settings: further ones, without their prefix."""
    web_port, box_port = free_port(), free_port()
    given = {
        "SANDBOX": "1", "DATABASE_URL": database_url, "DATA_DIR": str(folder / "data"), "PORT": str(web_port),
        "CONFIG_DIR": _two_accounts().name, "SANDBOX_PORT": str(box_port), **settings,
    }  # fmt: skip
    environment = {f"HUIFANG_{name}": value for name, value in given.items()}
    house = House(read_settings(environment, dotenv=folder / "no.env"), "web")
    house.classifier = classifier()
    cast = seed(house.engine, house.clock.business())
    stop = threading.Event()
    server = make_server("127.0.0.1", web_port, house.site, threaded=True)
    parts = [
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True),
        threading.Thread(target=serve, args=(house.sandbox, box_port, stop), daemon=True),
    ]
    for part in parts:
        part.start()
    box = f"http://127.0.0.1:{box_port}"
    _until_up(box)
    try:
        yield WholeHouse(house, cast, f"http://127.0.0.1:{web_port}", box)
    finally:
        stop.set()
        house.stopping.set()
        server.shutdown()
        for part in parts:
            part.join(10)
        server.server_close()
        house.engine.dispose()


@cache
def _two_accounts() -> tempfile.TemporaryDirectory[str]:
    """Of the shipped files, once a process: a house reads its folder and never writes it."""
    made = tempfile.TemporaryDirectory(prefix="huifang-config-", ignore_cleanup_errors=True)
    hidden = shutil.ignore_patterns("*.py", "__pycache__")
    shutil.copytree(CONFIG, made.name, ignore=hidden, dirs_exist_ok=True)
    file = Path(made.name) / "dealer.yaml"
    dealer, _ = read_yaml(file)
    dealer["stores"].append({**dealer["stores"][0], "code": "xixi", "name": "远禾西溪店"})
    dealer["accounts"]["xixi"] = {**dealer["accounts"]["main"], "store": "xixi"}
    file.write_text(yaml.safe_dump(dealer, allow_unicode=True), "utf-8")
    return made


def _until_up(base: str) -> None:
    for _ in range(200):
        try:
            requests.get(f"{base}/control/clock", timeout=5)
            return
        except requests.ConnectionError:
            threading.Event().wait(0.05)
    raise RuntimeError("the sandbox did not start")
