"""Files in WeChat's keeping: what `media/get` gives and what `media/upload` takes (wechat.md §3.7)."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import Connection, Row, insert, select

from bot.media import ENDINGS, LARGEST, MediaKind, mime_of
from sandbox.tables import media_file
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

KEPT = timedelta(days=3)
THUMB_BYTES = 64 * 1024
WHERE = "/mp/video/"  # of this sandbox; a video is fetched from an address of its own


def get(call: Call) -> Response | dict[str, Any]:
    """The file, or for a video where it lies. 40007: unknown, or older than three days."""
    row = find(call.connection, call.account.name, call.args.get("media_id"), call.now)
    if row.kind == MediaKind.VIDEO.value:
        return {"video_url": f"{request.host_url.rstrip('/')}{WHERE}{row.media_id}"}
    return file_response(row)


def upload(call: Call) -> dict[str, Any]:
    """40004 the type, 41005 no file, 44001 an empty one, 40005 the format, 40009 an image's size, 40006 another's."""
    kind = call.args.get("type", "")
    if kind not in {*MediaKind, "thumb"}:
        raise Refused(40004, "invalid media type")
    given = request.files.get("media")
    if given is None:
        raise Refused(41005, "media data missing")
    content = given.read()
    if not content:
        raise Refused(44001, "empty media data")
    mime = _checked(kind, content)
    media_id = keep(call.connection, call.account.name, kind, mime, content, call.now)
    return {"type": kind, "media_id": media_id, "created_at": int(call.now.timestamp())}


def sent_image(call: Call) -> tuple[str, dict[str, Any]]:
    """What a customer-service message of type image shows. 40007 for an id that is none of a picture."""
    part = call.body.get("image")
    media_id = part.get("media_id") if isinstance(part, Mapping) else None
    row = find(call.connection, call.account.name, media_id, call.now)
    if row.kind != MediaKind.IMAGE.value:
        raise Refused(40007, "invalid media_id")
    return "[图片]", {"image": row.media_id}


def shown(connection: Connection, account: str, fields: Mapping[str, Any], now: datetime) -> dict[str, str] | None:
    """{kind: media id} of a pushed message whose file is in WeChat's keeping."""
    kind, media_id = str(fields.get("MsgType")), fields.get("MediaId")
    if kind not in set(MediaKind):
        return None
    try:
        return {kind: str(find(connection, account, media_id, now).media_id)}
    except Refused:
        return None


def keep(connection: Connection, account: str, kind: str, mime: str, content: bytes, now: datetime) -> str:
    media_id = secrets.token_urlsafe(48)
    row = {"account": account, "media_id": media_id, "kind": kind, "mime": mime, "content": content, "at": now}
    connection.execute(insert(media_file).values(**row))
    return media_id


def find(connection: Connection, account: str, media_id: object, now: datetime) -> Row[Any]:
    mine = select(media_file).where(media_file.c.account == account, media_file.c.media_id == str(media_id or ""))
    row = connection.execute(mine.where(media_file.c.at > now - KEPT)).first()
    if row is None:
        raise Refused(40007, "invalid media_id")
    return row


def by_address(connection: Connection, media_id: str, now: datetime) -> Response:
    """A file by its address alone; 404 when there is none, or no more."""
    one = select(media_file).where(media_file.c.media_id == media_id, media_file.c.at > now - KEPT)
    row = connection.execute(one).first()
    return Response("", status=404) if row is None else file_response(row)


def file_response(row: Row[Any]) -> Response:
    answer = Response(row.content, mimetype=row.mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.media_id}.{ENDINGS.get(row.mime, "bin")}"'
    return answer


def _checked(kind: str, content: bytes) -> str:
    thumb = kind == "thumb"
    if len(content) > (THUMB_BYTES if thumb else LARGEST[MediaKind(kind)]):
        raise Refused(40009 if kind == MediaKind.IMAGE.value else 40006, "invalid file size")
    mime = mime_of(MediaKind.IMAGE if thumb else MediaKind(kind), content)
    if mime is None or mime == "image/webp" or (thumb and mime != "image/jpeg"):
        raise Refused(40005, "invalid file type")
    return mime
