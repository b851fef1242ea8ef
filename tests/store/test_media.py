"""Files as rows: wanted with the message, claimed by one, kept once, seen by one's own store, forgotten whole."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select, update

from bot.media import MediaState
from bot.messages import Channel, Inbound, InboundKind, Media
from store import follow, media
from store.engine import reading, writing
from store.media import Stored
from store.tables import contact
from store.tables.runtime import feed
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.cast import add

LEASE = timedelta(minutes=5)
FILE = Stored("ab" * 16, "image/png", 1234)


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


@pytest.fixture
def conn(engine: Engine, cast: Cast) -> Iterator[Connection]:
    with writing(engine) as connection:
        yield connection


def arrived(
    conn: Connection, cast: Cast, now: datetime, openid: str = "o-zhang", kind: InboundKind = InboundKind.IMAGE,
    media_id: str = "M-1", customer_id: int = 0,
) -> int:  # fmt: skip
    inbound = Inbound(Channel.WECHAT, "main", openid, kind, "k", now, media=Media(media_id) if media_id else None)
    message_id = add(
        conn, contact.message, store_id=cast.store_id, customer_id=customer_id or cast.zhang, direction="in",
        channel="wechat", kind=kind.value, author="customer", at=now, data={"media": {"id": media_id}},
    )  # fmt: skip
    media.want(conn, message_id, inbound, now)
    return message_id


def rows(conn: Connection) -> list[tuple[str, str, int]]:
    found = conn.execute(select(contact.media).order_by(contact.media.c.id))
    return [(row.state, row.name, row.tries) for row in found]


@pytest.mark.parametrize("kind", [InboundKind.IMAGE, InboundKind.VOICE, InboundKind.VIDEO])
def test_a_file_is_wanted_once_with_its_message(
    conn: Connection, cast: Cast, clock: StillClock, kind: InboundKind
) -> None:
    message_id = arrived(conn, cast, clock.now, kind=kind)
    again = Inbound(Channel.WECHAT, "main", "o-zhang", kind, "k", clock.now, media=Media("M-1"))
    media.want(conn, message_id, again, clock.now)
    assert rows(conn) == [("wanted", "", 0)]
    (errand,) = media.claim(conn, 9, "w1", clock.now, LEASE)
    assert (errand.kind.value, errand.provider_id, errand.account, errand.tries) == (kind.value, "M-1", "main", 0)


@pytest.mark.parametrize(
    ("kind", "media_id"),
    [(InboundKind.TEXT, ""), (InboundKind.IMAGE, ""), (InboundKind.LINK, "M"), (InboundKind.OTHER, "M")],
)
def test_nothing_is_wanted_of_a_message_without_a_file(
    conn: Connection, cast: Cast, clock: StillClock, kind: InboundKind, media_id: str
) -> None:
    arrived(conn, cast, clock.now, kind=kind, media_id=media_id)
    assert rows(conn) == []
    assert not media.any_due(conn, clock.now)


def test_one_worker_has_it_until_its_lease_ends(conn: Connection, cast: Cast, clock: StillClock) -> None:
    arrived(conn, cast, clock.now)
    assert media.any_due(conn, clock.now)
    (first,) = media.claim(conn, 9, "w1", clock.now, LEASE)
    assert media.claim(conn, 9, "w2", clock.now, LEASE) == []
    assert not media.any_due(conn, clock.now)
    later = clock.advance(minutes=5)
    (second,) = media.claim(conn, 9, "w2", later, LEASE)
    assert not media.keep(conn, first, FILE, later), "its lease is over"
    assert media.keep(conn, second, FILE, later)
    assert not media.keep(conn, second, FILE, later)
    assert rows(conn) == [("kept", FILE.name, 2)]


def test_two_workers_at_once_do_not_claim_the_same(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        for number in range(6):
            arrived(conn, cast, clock.now, media_id=f"M-{number}")
    taken: list[int] = []
    for worker in ("w1", "w2", "w3"):
        with writing(engine) as conn:
            taken += [errand.id for errand in media.claim(conn, 2, worker, clock.now, LEASE)]
    assert len(set(taken)) == len(taken) == 6


def test_later_means_not_before(conn: Connection, cast: Cast, clock: StillClock) -> None:
    arrived(conn, cast, clock.now)
    (errand,) = media.claim(conn, 1, "w1", clock.now, LEASE)
    media.later(conn, errand, clock.now + timedelta(seconds=40), "微信系统繁忙")
    assert media.claim(conn, 1, "w1", clock.advance(seconds=39), LEASE) == []
    (again,) = media.claim(conn, 1, "w1", clock.advance(seconds=1), LEASE)
    assert again.tries == 1


def test_every_end_tells_the_open_pages(conn: Connection, cast: Cast, clock: StillClock) -> None:
    first, second = arrived(conn, cast, clock.now), arrived(conn, cast, clock.now, media_id="M-2")
    kept, refused = media.claim(conn, 2, "w1", clock.now, LEASE)
    media.keep(conn, kept, FILE, clock.now)
    media.give_up(conn, refused, MediaState.REFUSED, "文件类型不在允许之列", clock.now)
    told = [(row.kind, row.ref, row.customer_id, row.store_id) for row in conn.execute(select(feed))]
    assert told == [("message", {"message_id": each}, cast.zhang, cast.store_id) for each in (first, second)]
    assert not media.any_due(conn, clock.advance(days=9))


def test_only_who_may_see_the_conversation_sees_the_file(conn: Connection, cast: Cast, clock: StillClock) -> None:
    arrived(conn, cast, clock.now)
    (errand,) = media.claim(conn, 1, "w1", clock.now, LEASE)
    assert media.visible_file(conn, cast.hanmeimei, errand.id) is None, "not kept yet"
    media.keep(conn, errand, FILE, clock.now)
    for member in (cast.hanmeimei, cast.lilei, cast.admin):
        assert media.visible_file(conn, member, errand.id) == FILE
    assert media.visible_file(conn, cast.wanglei, errand.id) is None


def test_a_file_moves_with_its_conversation(conn: Connection, cast: Cast, clock: StillClock) -> None:
    """Binding ties the openid to another file, and the message with it."""
    message_id = arrived(conn, cast, clock.now)
    (errand,) = media.claim(conn, 1, "w1", clock.now, LEASE)
    media.keep(conn, errand, FILE, clock.now)
    conn.execute(update(contact.message).where(contact.message.c.id == message_id).values(customer_id=cast.stranger))
    assert media.visible_file(conn, cast.hanmeimei, errand.id) is None
    assert media.visible_file(conn, cast.wanglei, errand.id) == FILE


def test_who_leaves_is_forgotten_and_nobody_else(conn: Connection, cast: Cast, clock: StillClock) -> None:
    arrived(conn, cast, clock.now)
    arrived(conn, cast, clock.now, openid="o-chen", media_id="M-2", customer_id=cast.chen)
    sent = media.put(conn, "main", "o-zhang", Stored("cd" * 16, "image/jpeg", 9), clock.now, clock.now)
    (errand, _) = media.claim(conn, 2, "w1", clock.now, LEASE)
    assert media.forget_of(conn, "other", "o-zhang") == 0
    follow.forget(conn, "main", "o-zhang", cast.zhang)
    assert rows(conn) == [("wanted", "", 1)]
    assert media.kept_file(conn, sent) is None
    assert not media.keep(conn, errand, FILE, clock.now), "fetched while it was forgotten: the file is nobody's"
    assert media.known_names(conn, ["cd" * 16, FILE.name]) == set()


def test_which_names_are_somebodys(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        media.put(conn, "main", "o-zhang", FILE, clock.now, clock.now)
    with reading(engine) as conn:
        assert media.known_names(conn, [FILE.name, FILE.name + ".part", "x"]) == {FILE.name}
        assert media.known_names(conn, []) == set()
