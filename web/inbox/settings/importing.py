"""Tables taken in on a page: a file is read and tried first, every bad row named with its line, then taken.

The same functions as `python app.py import` (commands/importing.py), handed in with the office. Between trying and
taking the file lies in the media folder, where the sweep takes what nobody owns.
"""

import re
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask_babel import gettext

from bot.errors import ConfigError, RuleBroken
from store import colleagues
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.settings.fault_words import said_of_fault
from web.inbox.settings.office import Office, done, keeper, page, say
from web.login import user
from web.tables_in import TakenIn, Upload

KEPT = re.compile(r"[0-9a-f]{32}")
KINDS = ("customers", "vehicles", "repair_orders")
LARGEST = 5 * 1024 * 1024  # what a request may take its time for; more goes by the command
SHOWN = 200  # bad rows on a page


def register(pages: Blueprint, desk: Desk, office: Office) -> None:
    @pages.get("/inbox/settings/import")
    def settings_import() -> Answer:
        keeper()
        return _page(desk)

    @pages.post("/inbox/settings/import")
    def settings_import_try() -> Answer:
        """Everything is done and taken back, so that the numbers are those of the real thing."""
        keeper()
        try:
            kept, name = _kept(desk)
            upload = _upload(desk, kept, name, dry_run=True)
            return _page(desk, office.take_in(upload), upload, kept)
        except (RuleBroken, ConfigError) as refusal:
            return _refused(desk, refusal)

    @pages.post("/inbox/settings/import/take")
    def settings_import_take() -> Answer:
        keeper()
        kept, name = request.form.get("kept", ""), _plain(request.form.get("name", ""))
        try:
            if not KEPT.fullmatch(kept) or not desk.media.path(kept).exists():
                raise RuleBroken("file_gone", "文件已经不在了，请重新上传")
            upload = _upload(desk, kept, name, dry_run=False)
            outcome = office.take_in(upload)
        except (RuleBroken, ConfigError) as refusal:
            return _refused(desk, refusal)
        if not outcome.written:
            return _page(desk, outcome, upload, kept), 409
        desk.media.remove(kept)
        made, changed, bad = sum(outcome.made.values()), sum(outcome.changed.values()), len(outcome.faults)
        done(gettext("已导入：新增 %(made)s，更新 %(changed)s，跳过 %(bad)s", made=made, changed=changed, bad=bad))
        return redirect(url_for("inbox.settings_import"), 303)


def _kept(desk: Desk) -> tuple[str, str]:
    """(its name in the folder, as the colleague calls it). Raises RuleBroken no_file, file_size."""
    given = request.files.get("file")
    if given is None or not given.filename:
        raise RuleBroken("no_file", "请先选择文件")
    if given.stream.seek(0, 2) > LARGEST:
        raise RuleBroken("file_size", "文件超过 5 MB，请用命令行导入")
    given.stream.seek(0)
    return desk.media.write(given.save), _plain(given.filename)


def _plain(name: str) -> str:
    return Path(name.replace("\\", "/")).name[-100:] or "table.csv"


def _upload(desk: Desk, kept: str, name: str, *, dry_run: bool) -> Upload:
    """Raises RuleBroken not_yours."""
    form = request.form
    store_id = form.get("store_id", user().store_id, type=int)
    if store_id not in desk.read(lambda conn: colleagues.stores_for(conn, user())):
        raise RuleBroken("not_yours", "这要管理员来做")
    kind = form.get("kind", "")
    return Upload(
        desk.media.path(kept), name, kind if kind in KINDS else "", store_id, user(), "skip_bad" in form, dry_run
    )


def _page(desk: Desk, told: TakenIn | None = None, upload: Upload | None = None, kept: str = "") -> str:
    stores = desk.read(lambda conn: colleagues.stores_for(conn, user()))
    faults = [] if told is None else [(each, said_of_fault(each.sentence)) for each in told.faults[:SHOWN]]
    parts: dict[str, Any] = {"told": told, "upload": upload, "kept": kept, "faults": faults}
    return page("import", stores=stores, kinds=KINDS, **parts)


def _refused(desk: Desk, refusal: RuleBroken | ConfigError) -> Answer:
    if isinstance(refusal, ConfigError):
        refusal = RuleBroken("bad_table", said_of_fault(refusal.sentence))
    say(refusal)
    return _page(desk), 409
