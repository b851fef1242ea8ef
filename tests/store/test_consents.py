"""The ledger: who said what through which door, with its wording and proof, on both databases."""

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, select

from bot.consent import Aside, ConsentText, Source, Standing, Wording, fold
from bot.customer import Purpose
from bot.errors import Mark
from bot.messages import Way
from store import consents, marks
from store.consents import Act, ConsentFact
from store.engine import writing
from store.proof import proof_of
from store.standing import standing_of
from store.tables.people import consent, refusal
from store.wordings import changed_texts, in_force, keep_texts
from tests.store.cast import a_customer, a_store

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
PHONE = "+8613900000001"
ROOT = Path(__file__).parents[2]


def words(conn: Connection) -> list[Any]:
    return list(conn.execute(select(consent).order_by(consent.c.id)))


def standing(conn: Connection, customer_id: int) -> Standing:
    return standing_of(conn, [customer_id])[customer_id]


def text(version: str, words: str, day: str = "2026-01-01") -> ConsentText:
    return ConsentText(
        id=Wording.FOLLOW, version=version, valid_from=date.fromisoformat(day), purposes=(Purpose.SERVICE,), text=words
    )


@pytest.mark.parametrize(
    ("said", "refused", "allowed"),
    [
        ([], [], {"service", "survey"}),
        ([("marketing", True)], [], {"service", "survey", "greeting", "marketing"}),
        ([("marketing", True), ("marketing", False)], [], {"service", "survey"}),
        ([("marketing", True)], ["marketing"], {"service", "survey"}),
        ([("greeting", True)], ["survey"], {"service", "greeting"}),
        ([("marketing", True), ("all", False)], [], {"service", "survey"}),
        ([("marketing", True)], ["all"], set()),
    ],
)
def test_the_newest_word_stands_and_a_refusal_beats_it(said: Any, refused: Any, allowed: set[str]) -> None:
    found = fold([(Purpose(purpose), given) for purpose, given in said], map(Purpose, refused))
    assert {each.value for each in Purpose if each is not Purpose.ALL and found.allows(each)} == allowed


def test_following_is_a_word_about_service_and_about_nothing_else(engine: Engine) -> None:
    with writing(engine) as conn:
        keep_texts(conn, [text("1", "只发服务消息。")])
        customer_id = a_customer(conn, a_store(conn), openid="o1")
        consents.serve(conn, customer_id, Wording.FOLLOW, Act(Source.FOLLOW, NOW, "wechat", "o1", "message:7"))
        (row,) = words(conn)
        assert (row.purpose, row.given, row.source, row.address) == ("service", True, "follow", "o1")
        assert (row.wording, row.version, row.evidence, row.aside) == ("follow", "1", "message:7", "")
        assert not standing(conn, customer_id).allows(Purpose.MARKETING)


def test_following_again_lifts_no_refusal(engine: Engine) -> None:
    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn), openid="o1")
        consents.withdraw(conn, customer_id, [Purpose.ALL], Act(Source.WORD, NOW, "wechat", "o1", "message:1"))
        consents.serve(conn, customer_id, Wording.FOLLOW, Act(Source.FOLLOW, NOW, "wechat", "o1", "message:2"))
        assert words(conn)[-1].aside == Aside.REFUSED
        assert standing(conn, customer_id).refuses(Purpose.SERVICE)


def test_a_yes_to_one_thing_leaves_the_rest_of_a_refusal_of_everything(engine: Engine) -> None:
    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        consents.withdraw(conn, customer_id, [Purpose.ALL], Act(Source.WORD, NOW, "sms", PHONE))
        consents.give(conn, customer_id, Purpose.MARKETING, Act(Source.WORD, NOW, "sms", PHONE))
        assert standing(conn, customer_id).refusals == {Purpose.SERVICE, Purpose.SURVEY, Purpose.GREETING}


@pytest.mark.parametrize(
    ("mark", "way", "address", "purposes", "aside", "refused"),
    [
        (Mark.REFUSED_MARKETING, Way.SMS, PHONE, ["marketing", "greeting"], "", {"marketing", "greeting"}),
        (Mark.REFUSED_ALL, Way.SMS, PHONE, ["all"], "channel", set()),
        (Mark.REJECTS_ACCOUNT, Way.CUSTOM, "o1", ["service"], "channel", set()),
    ],
)
def test_a_providers_code_is_noted_once_with_its_code(
    engine: Engine, mark: Mark, way: Way, address: str, purposes: list[str], aside: str, refused: set[str]
) -> None:
    with writing(engine) as conn:
        a_customer(conn, a_store(conn), openid="o1")
        for _ in range(2):
            marks.remember(conn, mark, way, "main", address, NOW, "isv.X")
        rows = words(conn)
        assert [row.purpose for row in rows] == purposes
        assert {(r.given, r.source, r.address, r.evidence, r.aside) for r in rows} == {
            (False, "provider_code", address, "code:isv.X", aside)
        }
        assert set(conn.execute(select(refusal.c.purpose)).scalars()) == refused


def test_a_refusal_of_nobody_we_know_waits_for_whoever_comes(engine: Engine) -> None:
    with writing(engine) as conn:
        consents.withdraw(conn, None, [Purpose.SURVEY], Act(Source.EVENT, NOW, "wechat", "o1", "revoked"))
        customer_id = a_customer(conn, a_store(conn), openid="o1")
        assert standing(conn, customer_id).refusals == {Purpose.SURVEY}
        (word,) = proof_of(conn, customer_id)["words"]
        assert (word["file"], word["source"]) == (None, "event")


def test_the_dms_may_not_lift_what_the_customer_refused_at_an_old_number(engine: Engine) -> None:
    """The DMS refused the new number before the customer's own refusal was carried to it."""
    from store import refusals

    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        refusals.stand(conn, PHONE, Purpose.MARKETING, Source.DMS.value, NOW)
        refusals.refuse(conn, ["+8613900000009"], [Purpose.MARKETING], Source.WORD.value, NOW)
        refusals.carry(conn, ["+8613900000009"], [PHONE])
        yes = ConsentFact(Purpose.MARKETING, True, NOW, "paper", "v1", "form 1", dated=True)
        consents.record_consents(conn, customer_id, PHONE, [yes])
        assert words(conn)[-1].aside == Aside.REFUSED
        assert standing(conn, customer_id).refusals == {Purpose.MARKETING}


def test_a_wording_is_the_newest_whose_day_has_come_and_never_changes(engine: Engine) -> None:
    texts = [text("1", "一"), text("2", "二", "2026-09-01"), text("3", "三", "2026-10-01")]
    with writing(engine) as conn:
        keep_texts(conn, texts)
        assert in_force(conn, [Wording.FOLLOW], NOW)[Wording.FOLLOW].text == "二"
        changed = [texts[0], text("2", "另一句", "2026-09-01")]
        keep_texts(conn, changed)
        assert (changed_texts(conn, texts), changed_texts(conn, changed)) == ([], [1])
        assert in_force(conn, [Wording.FOLLOW], NOW)[Wording.FOLLOW].text == "二"


def test_no_code_changes_or_removes_a_word() -> None:
    """Erasing a person will be the one exception; it does not exist yet."""
    changes = re.compile(r"(?:update|delete)\((?:people\.)?consent\)")
    sources = [path for folder in ("store", "web", "scheduler", "commands") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in sources if changes.search(path.read_text("utf-8"))] == []
