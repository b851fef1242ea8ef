"""Where WeChat knocks: `/wechat/<account>`, no trailing slash, no redirect (wechat.md §2.1)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog
from flask import Blueprint, Response, abort, request

from bot.errors import BadSignature
from bot.messages import Inbound, News, Receipt
from bot.ports import Clock, NonceCache
from channels.wechat.receive import Came, WeChatReceiver
from web.turn import Answer, TurnFailed

NONCE_S = 600  # twice the time a signature stays fresh
log = structlog.get_logger()


class Take(Protocol):
    def __call__(self, inbound: Inbound, /) -> Answer: ...


def wechat_webhooks(
    receivers: Mapping[str, WeChatReceiver],
    clock: Clock,
    nonces: NonceCache,
    take: Take,
    settle: Callable[[Receipt], object],
    note: Callable[[News], object],
) -> Blueprint:
    """receivers: by account name. settle: writes a receipt down; a report about nothing of ours is no error.

    note: acts on what WeChat tells and nobody said; `web/news.py`.
    """
    pages = Blueprint("wechat", __name__)

    @pages.get("/wechat/<account>", strict_slashes=False)
    def verify(account: str) -> Response:
        return _plain(_receiver(receivers, account).echo(request.args, clock.business()))

    @pages.post("/wechat/<account>", strict_slashes=False)
    def push(account: str) -> Response:
        receiver, now = _receiver(receivers, account), clock.business()
        came = receiver.receive(request.args, request.get_data(cache=False), now)
        _refuse_replay(nonces, account, came)
        if not isinstance(came, Inbound):
            _write_down(came, note, settle)
            return _plain("success")
        answer = take(came)
        reply = receiver.reply(answer.passive, came, request.args.get("nonce", ""), now)
        return Response(reply, mimetype="application/xml") if answer.passive else _plain(reply)

    @pages.errorhandler(TurnFailed)
    def come_again(error: TurnFailed) -> Response:
        """Nothing was kept, so WeChat must push again."""
        return Response("try again\n", error.status, mimetype="text/plain", headers={"Retry-After": "1"})

    return pages


def _receiver(receivers: Mapping[str, WeChatReceiver], account: str) -> WeChatReceiver:
    if (receiver := receivers.get(account)) is None:
        log.warning("unknown_account", account=account[:40])
        abort(404)
    return receiver


def _write_down(
    came: News | tuple[Receipt, ...], note: Callable[[News], object], settle: Callable[[Receipt], object]
) -> None:
    """Raises TurnFailed when it could not be kept: WeChat comes again, and what was kept counts once."""
    try:
        if isinstance(came, News):
            note(came)
            return
        for receipt in came:
            settle(receipt)
    except Exception as error:  # whatever went wrong, the provider hears 503 and not our fault's name
        log.error("news_not_kept", error=type(error).__name__)
        raise TurnFailed("not kept") from error


def _refuse_replay(nonces: NonceCache, account: str, came: Came) -> None:
    """A nonce belongs to one message: a retry may bring it again, other content may not (wechat.md §2.5)."""
    message = "+".join(_names(came))
    nonce = f"{account}:{request.args.get('timestamp', '')}:{request.args.get('nonce', '')}"
    first = nonces.first_use(nonce, message, NONCE_S)
    if first is not None and first != message:
        raise BadSignature("this nonce was used for another message")


def _names(came: Came) -> Sequence[str]:
    if isinstance(came, Inbound | News):
        return (came.provider_key,)
    return [f"{receipt.provider_id}-{receipt.address}" for receipt in came]


def _plain(text: str) -> Response:
    return Response(text, mimetype="text/plain")
