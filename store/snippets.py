"""Sentences staff use often, with {variables}: the store's and one's own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store.tables.desk import snippet
from store.visibility import visible_to

TITLE, TEXT, MOST = 20, 600, 100


@dataclass(frozen=True, slots=True)
class Snippet:
    """sounds: its title in pinyin, whole and initials: "kongtiao kt". mine: only for who wrote it."""

    id: int
    title: str
    text: str
    sounds: str
    mine: bool


def all_for(conn: Connection, user: StaffMember) -> Sequence[Snippet]:
    """One's own first, then the store's, by title."""
    usable = or_(snippet.c.staff_id.is_(None), snippet.c.staff_id == user.id)
    own_store = visible_to(user, snippet) if user.role != "admin" else snippet.c.store_id == user.store_id
    query = select(snippet).where(own_store, usable).order_by(snippet.c.staff_id.is_(None), snippet.c.title)
    rows = conn.execute(query.limit(2 * MOST))
    return [Snippet(row.id, row.title, row.text, row.sounds, row.staff_id is not None) for row in rows]


def add(conn: Connection, user: StaffMember, title: str, text: str, sounds: str, *, everybody: bool) -> int:
    """Raises RuleBroken bad_snippet, many_snippets."""
    title, text = " ".join(title.split()), text.strip()
    if not title or len(title) > TITLE or not text or len(text) > TEXT:
        raise RuleBroken("bad_snippet", "标题 1–20 字，内容 1–600 字")
    if len(all_for(conn, user)) >= MOST:
        raise RuleBroken("many_snippets", "最多 100 条常用语")
    whose = None if everybody else user.id
    row = {"store_id": user.store_id, "staff_id": whose, "title": title, "text": text, "sounds": sounds}
    return int(conn.execute(insert(snippet).values(**row).returning(snippet.c.id)).scalar_one())


def drop(conn: Connection, user: StaffMember, snippet_id: int) -> None:
    """One's own, or the store's. Raises NotThere no_snippet: another's, another store's, gone."""
    usable = or_(snippet.c.staff_id.is_(None), snippet.c.staff_id == user.id)
    mine = delete(snippet).where(snippet.c.id == snippet_id, snippet.c.store_id == user.store_id, usable)
    if conn.execute(mine).rowcount != 1:
        raise NotThere("no_snippet", "没有这条常用语")
