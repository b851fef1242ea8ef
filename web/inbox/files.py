"""Pictures, voices and videos of the conversations: shown to who may see the conversation, and a picture to send."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, abort, request, send_file
from sqlalchemy import Connection
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import HTTPException

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.media import ENDINGS, HEAD, LARGEST, MB, SENDABLE, MediaKind, mime_of
from store import media, replies
from store.media import Stored
from store.media_files import MediaFolder
from web.inbox.conversation import Desk, head
from web.login import user

MOST = LARGEST[MediaKind.IMAGE]
LARGEST_BODY = MOST + 256 * 1024  # a picture and the rest of its form
# What a customer sent is never a page of ours: no script, no origin, no further fetch.
POLICY = "sandbox; default-src 'none'"
INLINE = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "audio/mpeg", "video/mp4"})


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/media/<int:media_id>")
    @apart
    def media_file(media_id: int) -> Response:
        stored = desk.read(lambda conn: media.visible_file(conn, user(), media_id))
        if stored is None:
            abort(404)
        return served(desk.media, media_id, stored)


View = Callable[[int], Response]


def _under(policy: str) -> Callable[[View], View]:
    """Another Content-Security-Policy than the site's, told as Flask-Talisman wants it: on the view."""

    def mark(view: View) -> View:
        vars(view)["talisman_view_options"] = {"content_security_policy": policy}
        return view

    return mark


def apart(view: View) -> View:
    """What a customer or a colleague sent, under a policy of its own."""
    return _under(POLICY)(view)


def served(folder: MediaFolder, media_id: int, stored: Stored) -> Response:
    """By the checked type only. A page asks again each time, so that who logs out or may no more sees nothing."""
    try:
        answer = send_file(
            folder.path(stored.name).absolute(),
            mimetype=stored.mime,
            as_attachment=stored.mime not in INLINE,
            download_name=f"{media_id}.{ENDINGS[stored.mime]}",
            conditional=True,
            etag=stored.name,
            max_age=0,
        )
    except FileNotFoundError:
        abort(404)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


def send_picture(desk: Desk, customer_id: int, key: str) -> None:
    """The form's picture is kept, then queued in one transaction. What was not queued does not stay in the folder.

    Raises RuleBroken: no_picture, picture_type, picture_size, and those of `store.replies.staff_picture`.
    """
    desk.read(lambda conn: head(conn, desk, customer_id))  # before anything is written for who may not
    stored = kept(desk.media, request.files.get("picture"))
    try:
        sent = desk.write(partial(_queue, desk, user(), customer_id, stored, key))
    except (RuleBroken, HTTPException):  # nothing was written; after any other error the sweep finds out
        desk.media.remove(stored.name)
        raise
    if sent.again:
        desk.media.remove(stored.name)


def _queue(desk: Desk, who: StaffMember, customer_id: int, stored: Stored, key: str, conn: Connection) -> replies.Sent:
    head(conn, desk, customer_id)
    return replies.staff_picture(conn, who, customer_id, stored, key, desk.now(), desk.clock.machine())


def kept(folder: MediaFolder, given: FileStorage | None) -> Stored:
    """A JPG or PNG of a form, by what its bytes say. Raises RuleBroken: no_picture, picture_type, picture_size."""
    if given is None or not given.filename:
        raise RuleBroken("no_picture", "请先选择图片")
    mime = mime_of(MediaKind.IMAGE, given.stream.read(HEAD))
    if mime not in SENDABLE:
        raise RuleBroken("picture_type", "只能发送 JPG 或 PNG 图片")
    size = given.stream.seek(0, 2)
    if size > MOST:
        raise RuleBroken("picture_size", f"图片不能超过 {MOST // MB} MB")
    given.stream.seek(0)
    return Stored(folder.write(given.save), mime, size)
