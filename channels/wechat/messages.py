"""What a person sends → `Inbound` (wechat.md §2.8): words, taps, pictures, voices, videos, places, links."""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.messages import Channel, Inbound, InboundKind, Link, Media, Place
from channels.wechat.body import LONGEST_WORD, Fields, moment, needed, openid, word

LONGEST_KEY = 200  # characters; an EventKey may be a whole address, an index entry may not
UNSUPPORTED = "【收到不支持的消息类型"  # arrives as text where the client has something we may not see


@dataclass(frozen=True, slots=True)
class Meaning:
    """The parts of an `Inbound` that depend on the kind."""

    kind: InboundKind
    text: str = ""
    option: str = ""
    media: Media | None = None
    place: Place | None = None
    link: Link | None = None


def read_message(fields: Fields, account: str) -> Inbound:
    """Raises BadBody. A kind WeChat invents tomorrow is OTHER, and kept."""
    kind = needed(fields, "MsgType", LONGEST_WORD).lower()
    return inbound_of(fields, account, READERS.get(kind, _other)(fields))


def inbound_of(fields: Fields, account: str, meaning: Meaning, event: str = "") -> Inbound:
    return Inbound(
        channel=Channel.WECHAT,
        account=account,
        address=openid(fields),
        kind=meaning.kind,
        provider_key=key_of(fields, event),
        sent_at=moment(fields),
        text=meaning.text,
        option=meaning.option,
        media=meaning.media,
        place=meaning.place,
        link=meaning.link,
        raw={"to": openid(fields, "ToUserName"), "type": word(fields, "MsgType").lower(), "event": event},
    )


def key_of(fields: Fields, event: str = "", *told_apart: str) -> str:
    """Messages `MsgId-CreateTime-From`; events `CreateTime-From-EventKey-Event` and what else tells two of one second
    apart (wechat.md §2.6)."""
    when, who = word(fields, "CreateTime"), word(fields, "FromUserName")
    if not event and (number := word(fields, "MsgId")):
        return short(f"{number}-{when}-{who}")
    more = [word(fields, name) for name in ("UserCardCode", "MsgID") if fields.get(name)]
    return short("-".join((when, who, word(fields, "EventKey"), event, *more, *told_apart)))


def short(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def place_of(fields: Fields) -> Place | None:
    """X is the latitude. None when there are no such coordinates on earth."""
    try:
        latitude, longitude = float(word(fields, "Location_X")), float(word(fields, "Location_Y"))
    except ValueError:
        return None
    on_earth = math.isfinite(latitude + longitude) and abs(latitude) <= 90 and abs(longitude) <= 180
    return Place(latitude, longitude, word(fields, "Label") or word(fields, "Poiname")) if on_earth else None


def _text(fields: Fields) -> Meaning:
    words, option = word(fields, "Content"), word(fields, "bizmsgmenuid")
    if option:
        return Meaning(InboundKind.TAP, words, option)
    return Meaning(InboundKind.OTHER) if words.startswith(UNSUPPORTED) else Meaning(InboundKind.TEXT, words)


def _image(fields: Fields) -> Meaning:
    return Meaning(InboundKind.IMAGE, media=_media(fields, url=word(fields, "PicUrl")))


def _voice(fields: Fields) -> Meaning:
    """Recognition was withdrawn for many accounts, so it is a gift when it is there."""
    media = _media(fields, form=word(fields, "Format", LONGEST_WORD).lower())
    return Meaning(InboundKind.VOICE, word(fields, "Recognition").strip(), media=media)


def _video(fields: Fields) -> Meaning:
    return Meaning(InboundKind.VIDEO, media=_media(fields))


def _location(fields: Fields) -> Meaning:
    place = place_of(fields)
    coordinates = f"{place.latitude:.6f}, {place.longitude:.6f}" if place else ""
    return Meaning(InboundKind.LOCATION, word(fields, "Label") or coordinates, place=place)


def _link(fields: Fields) -> Meaning:
    title, url = word(fields, "Title"), word(fields, "Url")
    return Meaning(InboundKind.LINK, title or url, link=Link(title, url))


def _mini_program(fields: Fields) -> Meaning:
    """A page of a mini-program: we may not open it, its title says what it is."""
    title = word(fields, "Title")
    return Meaning(InboundKind.OTHER, f"[小程序] {title}" if title else "")


def _other(_fields: Fields) -> Meaning:
    return Meaning(InboundKind.OTHER)


def _media(fields: Fields, url: str = "", form: str = "") -> Media | None:
    """The 16K copy of a voice is used where the first is missing."""
    found = word(fields, "MediaId") or word(fields, "MediaId16K")
    return Media(found, url, form) if found or url else None


READERS: Mapping[str, Callable[[Fields], Meaning]] = {
    "text": _text,
    "image": _image,
    "voice": _voice,
    "video": _video,
    "shortvideo": _video,
    "location": _location,
    "link": _link,
    "miniprogrampage": _mini_program,
}
