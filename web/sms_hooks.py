"""Where SMS providers knock: `/hooks/sms/<provider>/<token>/reply` and `/report`, acknowledged within 700 ms.

Nothing is signed (sms.md §1.5), so the token in the path is the lock: compared in constant time, 404 when wrong, as
for a page that is not there. It must stay out of access logs.
"""

import hmac

import structlog
from flask import Blueprint, Response, abort, jsonify, request

from bot.errors import BadBody, BodyTooLarge
from bot.ports import Clock, WakeUps
from channels.sms_pushes import PUSHES
from store import callbacks
from store.outbox import TOPIC
from store.writer import Writer

LARGEST = 256 * 1024


def sms_hooks(token: str, writer: Writer, clock: Clock, wakeups: WakeUps) -> Blueprint:
    """token: HUIFANG_SMS_CALLBACK_TOKEN; empty closes the hooks. Stores raw, commits, wakes the worker, answers.

    A failure of our own is a 500, so that the provider comes again (Aliyun after 1, 5 and 10 minutes, Tencent twice).
    """
    pages = Blueprint("sms_hooks", __name__)

    @pages.post("/hooks/sms/<provider>/<given>/<kind>")
    def pushed(provider: str, given: str, kind: str) -> Response:
        if not token or not hmac.compare_digest(given.encode(), token.encode()):
            abort(404)
        pushes = PUSHES.get(provider)
        if pushes is None or kind not in pushes.parse:
            abort(404)
        items = [(key, item, pushes.phone_or_nobody(item)) for key, item in pushes.parse[kind](_body())]
        new = writer.run(lambda conn: callbacks.keep(conn, provider, kind, items, clock.business()))
        if new:
            wakeups.wake(TOPIC)
        structlog.get_logger().info("sms_pushed", provider=provider, kind=kind, usable=len(items), new=new)
        return jsonify(pushes.says(0))

    @pages.errorhandler(BadBody)
    @pages.errorhandler(BodyTooLarge)
    def refused(error: BadBody | BodyTooLarge) -> tuple[Response, int]:
        structlog.get_logger().warning("sms_push_refused", status=error.status, why=str(error))
        provider = str((request.view_args or {}).get("provider"))
        return jsonify(PUSHES[provider].says(error.status)), error.status

    return pages


def _body() -> bytes:
    """The body as it is, whatever its content type says; Werkzeug stops reading at the limit."""
    if (request.content_length or 0) > LARGEST:
        raise BodyTooLarge(f"{request.content_length} bytes")
    body = request.get_data(cache=False)
    if len(body) > LARGEST:
        raise BodyTooLarge(f"{len(body)} bytes")
    return body
