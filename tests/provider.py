"""A provider on this machine that answers from a script, over real HTTP, and remembers what it was asked."""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from channels.http import Http


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass(frozen=True)
class Step:
    """kind: answer | reset (the connection breaks) | silence (the request is taken, no answer comes).

    length: the Content-Length as said, where it is not true; -1: none, the body ends with the connection.
    """

    kind: str = "answer"
    status: int = 200
    raw: bytes = b""
    content_type: str = "application/json"
    length: int | None = None


def says(body: object, status: int = 200) -> Step:
    return Step(status=status, raw=json.dumps(body, ensure_ascii=False).encode())


RESET = Step("reset")
SILENCE = Step("silence")
HTTP500 = Step(status=500, raw=b'{"errcode":0,"Code":"OK","BizId":"1"}')
EMPTY500 = Step(status=502)
HTML = Step(raw="<html><body>请登录</body></html>".encode(), content_type="text/html")
LIST = Step(raw=b"[]")
NOT_UTF8 = Step(raw=b'{"errcode": "\xff\xfe"}')
PORTAL = says({"message": "forbidden"}, status=403)
REDIRECT = Step(status=302)
NO_ANSWERS = [RESET, SILENCE, HTTP500, EMPTY500, HTML, LIST, NOT_UTF8, PORTAL, REDIRECT]
NO_ANSWER_NAMES = ["reset", "timeout_after", "http500", "empty502", "html", "list", "not_utf8", "portal", "redirect"]


# Seconds to connect and to wait for an answer. A busy machine may take many for one that comes.
IMPATIENT, PATIENT = (5.0, 0.3), (10.0, 10.0)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # sixteen threads connect at once


class Provider:
    """script: path → steps, used up in turn; the last one of a path stays. `on` gives one path a function instead."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: dict[str, deque[Step]] = {}
        self._functions: dict[str, Callable[[Asked], Step]] = {}
        self._over = threading.Event()
        self._guard = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def script(self, path: str, *steps: Step) -> None:
        self._functions.pop(path, None)
        self._script[path] = deque(steps)

    def on(self, path: str, function: Callable[[Asked], Step]) -> None:
        self._functions[path] = function

    def to(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == path]

    def http(self, path: str = "", connections: int = 32) -> Http:
        """Asks it; impatient as long as the script holds silence for any path."""
        return _Asking(self, path, connections)

    @property
    def silent(self) -> bool:
        return any(step.kind == "silence" for steps in self._script.values() for step in steps)

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    def _step(self, asked: Asked) -> Step:
        with self._guard:
            self.asked.append(asked)
            if asked.path not in self._functions:
                steps = self._script[asked.path]
                return steps.popleft() if len(steps) > 1 else steps[0]
        return self._functions[asked.path](asked)

    def _handler(provider: "Provider") -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler's own self is inside
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.do_POST()

            def do_POST(self) -> None:
                target = urlsplit(self.path)
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                step = provider._step(Asked(target.path, dict(parse_qsl(target.query)), dict(self.headers), raw))
                if step.kind == "answer":
                    self._answer(step)
                    return
                self.close_connection = True
                if step.kind == "silence":
                    provider._over.wait(20)
                self._break()

            def _answer(self, step: Step) -> None:
                self.send_response(step.status)
                self.send_header("Content-Type", step.content_type)
                if step.length != -1:
                    self.send_header("Content-Length", str(len(step.raw) if step.length is None else step.length))
                if step.status == 302:
                    self.send_header("Location", provider.base + "/elsewhere")
                self.end_headers()
                self.wfile.write(step.raw)
                if step.length is not None:
                    self.close_connection = True

            def _break(self) -> None:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()

            def finish(self) -> None:
                try:
                    super().finish()
                except OSError:
                    pass  # broken on purpose

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


class _Asking(Http):
    def __init__(self, provider: Provider, path: str, connections: int) -> None:
        self._provider = provider
        super().__init__(provider.base + path, connections=connections)

    @property
    def timeouts(self) -> tuple[float, float]:
        return IMPATIENT if self._provider.silent else PATIENT

    @timeouts.setter
    def timeouts(self, _of_the_house: tuple[float, float]) -> None: ...


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()
    try:
        yield made
    finally:
        made.close()
