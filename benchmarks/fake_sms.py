"""An SMS provider that says OK after a given time, as cheaply as Python can, and counts what it was sent.

python -m benchmarks.fake_sms PORT LATENCY_MS

`GET /stats` answers {"received","distinct","first","last"}: requests, different OutIds, seconds of its own clock.
"""

import asyncio
import json
import re
import sys
import time

OUT_ID = re.compile(rb"[?&]OutId=([^& ]+)")
END = b"\r\n\r\n"


class Counted:
    """first, last: of the requests counted, in seconds of `time.monotonic`."""

    def __init__(self) -> None:
        self.received = 0
        self.ids: set[bytes] = set()
        self.first = self.last = 0.0

    def take(self, out_id: bytes) -> int:
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.received += 1
        self.ids.add(out_id)
        return self.received

    def told(self) -> bytes:
        known = {"received": self.received, "distinct": len(self.ids), "first": self.first, "last": self.last}
        return json.dumps(known).encode()


class Gateway(asyncio.Protocol):
    """Requests without a body, one after the other on a connection that stays open."""

    transport: asyncio.Transport

    def __init__(self, counted: Counted, latency_s: float) -> None:
        self._counted, self._latency = counted, latency_s
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while END in self._read:
            head, self._read = self._read.split(END, 1)
            self._answer(head.split(b"\r\n", 1)[0])

    def _answer(self, line: bytes) -> None:
        found = OUT_ID.search(line)
        if found is None:
            self._say(self._counted.told())
            return
        number = self._counted.take(found[1])
        body = b'{"Message":"OK","RequestId":"%d","BizId":"%d^0","Code":"OK"}' % (number, number)
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._say, body)
        else:
            self._say(body)

    def _say(self, body: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        self.transport.write(head + body)


async def serve(port: int, latency_s: float) -> None:
    counted = Counted()
    server = await asyncio.get_running_loop().create_server(lambda: Gateway(counted, latency_s), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
