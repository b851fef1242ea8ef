"""What a turn says: on WeChat in the answer and after it, by SMS as approved templates, on a page at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.dealer import Dealer
from bot.effects import Ask, PromptKind, Say
from bot.errors import RenderError
from bot.links import Links
from bot.messages import Category, Channel, InboundKind, Priority, Way
from bot.parts import as_messages
from bot.ports import Renderer
from bot.routing import BOT_KEEPS
from channels.render import spoken
from channels.sms_text import sms_approved, sms_payload, sms_text
from handlers.dialogue import TOPICS
from handlers.human import due
from store import outbox, prompts, threads, turns
from web.apply import Shell, resolved

STRANGER = "车主"
AT_ONCE = timedelta(0)
PART_GAP = timedelta(seconds=1)  # between the parts of one text, so that they arrive in order
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Said:
    passive: str = ""
    texts: tuple[str, ...] = ()


def _ask_a_person(shell: Shell, each: Say | Ask) -> None:
    """What we cannot ask back by SMS a person finds out, or the customer would wait for nothing."""
    if isinstance(each, Ask) and each.kind in (PromptKind.CLARIFY, *TOPICS):
        threads.hand_off(
            shell.conn,
            shell.customer_id,
            shell.store_id,
            reason="not_understood",
            priority="normal",
            at=shell.now,
            due_at=due(shell.read, shell.now),
        )


@dataclass(frozen=True, slots=True)
class _Line:
    """part: which of a long text's parts this is, from 0."""

    say: Say
    params: Mapping[str, object]
    text: str = ""
    part: int = 0


def _fitted(lines: Sequence[_Line], room: int, *, passive: bool) -> list[_Line]:
    """Lines WeChat takes, long texts in parts. room: custom messages the window still has; one slot stays for a person.

    Without room all go into one text, rather than some not at all; what is still too long ends with a sentence.
    """
    parted = [each for line in lines for each in _parts(line, line.text)]
    if len(parted) - passive <= room:
        return parted
    whole = _parts(lines[0], "\n\n".join(line.text for line in lines))
    kept = whole[: max(1, room + passive)]
    if len(kept) < len(whole):
        log.warning("reply_shortened", message_id=lines[0].say.message_id, parts=len(whole), room=room)
    return kept


def _parts(line: _Line, text: str) -> list[_Line]:
    return [replace(line, text=part, part=number) for number, part in enumerate(as_messages(text))]


class Speech:
    def __init__(self, dealer: Dealer, renderer: Renderer, links: Links) -> None:
        self._dealer, self._renderer, self._links = dealer, renderer, links

    def speak(self, shell: Shell, intent: str, *, late: bool) -> Said:
        """late: the request has (nearly) been given up, so the answer goes out through the outbox."""
        if shell.turn.inbound.kind is InboundKind.UNFOLLOW or shell.turn.inbound.channel is Channel.CALL:
            return Said()  # on the telephone a person speaks
        match shell.turn.inbound.channel:
            case Channel.WECHAT:
                return self._wechat(shell, intent, late)
            case Channel.SMS:
                return self._sms(shell, intent)
            case _:
                return self._page(shell, intent)

    def _wechat(self, shell: Shell, intent: str, late: bool) -> Said:
        """The first text is the passive reply; the rest are custom messages while the window has room for them."""
        lines = [self._rendered(shell, each, "wechat") for each in shell.spoken()]
        if not lines:
            return Said()
        window = shell.turn.window
        lines = _fitted(lines, window.left - BOT_KEEPS if window else 0, passive=not late)
        after = lines if late else lines[1:]
        passive = "" if late else lines[0].text
        if passive:
            self._note(shell, "passive", passive, intent, None)
        for number, line in enumerate(after):
            self._custom(shell, line, number, intent)
        return Said(passive, tuple(line.text for line in lines))

    def _custom(self, shell: Shell, line: _Line, number: int, intent: str) -> None:
        made = self._enqueue(shell, line.say, Way.CUSTOM, {"text": line.text}, number, line.part * PART_GAP)
        self._note(shell, Way.CUSTOM.value, line.text, intent, made)

    def _sms(self, shell: Shell, intent: str) -> Said:
        """Mainland SMS carries no free text: an approved template, else a call task; without a template nothing."""
        texts = []
        for number, each in enumerate(shell.spoken()):
            say = each.say if isinstance(each, Ask) else each
            if not self._renderer.has(say.message_id, "sms"):
                _ask_a_person(shell, each)
                continue
            params = self._params(shell, say)
            if (payload := self._sms_payload(say, params)) is None:
                self._enqueue(shell, say, Way.CALL, self._script(say, params), number)
                continue
            if isinstance(each, Ask):
                self._ask(shell, each)
            made = self._enqueue(shell, say, Way.SMS, payload, number)
            text = sms_text(self._dealer.sms, say.message_id, spoken(params))
            self._note(shell, Way.SMS.value, text, intent, made)
            texts.append(text)
        return Said(texts=tuple(texts))

    def _script(self, say: Say, params: Mapping[str, object]) -> Mapping[str, object]:
        """What a person is to say: the message's words for WeChat, where it has some."""
        written = self._renderer.has(say.message_id, "wechat")
        script = self._renderer.text(say.message_id, "wechat", params) if written else ""
        return {"why": say.message_id, "script": script}

    def _sms_payload(self, say: Say, params: Mapping[str, object]) -> Mapping[str, object] | None:
        if not sms_approved(self._dealer.sms, say.message_id, say.category):
            return None
        try:
            return sms_payload(self._dealer.sms, say.message_id, spoken(params))
        except RenderError:
            return None  # a variable the provider refuses: a person telephones

    def _page(self, shell: Shell, intent: str) -> Said:
        lines = [self._rendered(shell, each, "page") for each in shell.spoken()]
        for line in lines:
            self._note(shell, "page", line.text, intent, None)
        return Said(texts=tuple(line.text for line in lines))

    def _rendered(self, shell: Shell, each: Say | Ask, channel: str) -> _Line:
        extra: dict[str, object] = {}
        say = each.say if isinstance(each, Ask) else each
        if isinstance(each, Ask):
            asked = self._ask(shell, each)
            extra = {"prompt_id": asked, "link": self._links.survey(asked, each.expires_at)}
        params = {**self._params(shell, say), **extra}
        channel = channel if self._renderer.has(say.message_id, channel) else "wechat"
        return _Line(say, params, self._renderer.text(say.message_id, channel, params))

    def _ask(self, shell: Shell, question: Ask) -> int:
        ref = {"channel": shell.turn.inbound.channel.value, **resolved(question.ref, shell.refs)}
        return prompts.ask(shell.conn, shell.customer_id, question, ref, shell.now)

    def _params(self, shell: Shell, say: Say) -> dict[str, object]:
        """What every template may name, under the message's own parameters."""
        turn = shell.turn
        common: dict[str, object] = {
            "name": turn.customer.name or STRANGER,
            "store": turn.store.name,
            "store_code": turn.store.code,
            "hotline": turn.store.hotline,
            "rescue": turn.store.rescue,
            "now": shell.now,
            "zone": turn.store.time_zone,
        }
        return common | resolved(say.params, shell.refs)

    def _enqueue(
        self, shell: Shell, say: Say, way: Way, payload: Mapping[str, object], number: int, later: timedelta = AT_ONCE
    ) -> int:
        inbound = shell.turn.inbound
        return outbox.enqueue(
            shell.conn,
            store_id=shell.store_id,
            customer_id=shell.customer_id,
            way=way,
            account=inbound.account if way is Way.CUSTOM else "",
            address=inbound.address,
            category=say.category,
            priority=Priority.SAFETY if say.category is Category.SAFETY else Priority.REPLY,
            payload=payload,
            out_id=f"m{shell.message_id}n{number}",
            not_before=shell.now + later,
        )

    def _note(self, shell: Shell, kind: str, text: str, intent: str, outbox_id: int | None) -> None:
        inbound = shell.turn.inbound
        turns.say(
            shell.conn,
            store_id=shell.store_id,
            customer_id=shell.customer_id,
            channel=inbound.channel.value,
            kind=kind,
            text=text,
            at=shell.now,
            intent=intent,
            outbox_id=outbox_id,
        )
