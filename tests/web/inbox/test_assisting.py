"""The assistant's buttons over real HTTP: masked on the way out, a draft and nothing else, no harm when it fails."""

import json
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from channels.assistant import Assistant
from store import sessions
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.staff import log_in
from tests.conftest import StillClock
from tests.provider import HTTP500, RESET, SILENCE, Asked, Provider, Step, says
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter, build
from tests.web.inbox.day import Day, line
from tests.web.inbox.test_understanding import counted
from web.login import Member

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
PATH = "/v1/chat/completions"
SAID = "我是张伟，车架号LSVAA49J132047371，浙A·D62K8，打13912345678，召回要钱吗"


@pytest.fixture
def browser(
    engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder, cast: Cast, day: Day, endpoint: Provider
) -> FlaskClient:
    """韩梅梅, or whoever `enter_as` makes of it, on a site with an assistant."""
    one = Assistant(endpoint.base, "sk-1", "m-1")
    one._http = endpoint.http("/v1")
    site = build(engine, clock, losable, folder=folder, assistant=one)
    site.config["WTF_CSRF_ENABLED"] = False
    with writing(engine) as conn:
        line(conn, cast, cast.zhang, clock.now, SAID)
    client = site.test_client()
    enter_as(client, engine, cast.hanmeimei.id)
    return client


def enter_as(client: FlaskClient, engine: Engine, staff_id: int) -> None:
    with writing(engine) as conn:
        found = log_in(conn, staff_id)
        token = sessions.begin(conn, staff_id, "password", "Chrome · Linux", "127.0.*.*", NOW)
    assert found is not None
    with client.session_transaction() as session:
        session["_user_id"] = Member(found, token).get_id()
        session["_fresh"] = True


def answers(words: object) -> Step:
    return says({"choices": [{"message": {"content": words}}]})


def test_a_draft_is_masked_on_the_way_out_and_put_back(
    browser: FlaskClient, cast: Cast, engine: Engine, endpoint: Provider
) -> None:
    endpoint.script(PATH, answers("〔姓名1〕您好，召回是免费的，同事会打〔电话1〕与您核实。"))
    before = counted(engine)
    answer = browser.post(f"/inbox/c/{cast.zhang}/assist")
    assert answer.json == {"draft": "张伟您好，召回是免费的，同事会打13912345678与您核实。"}
    assert counted(engine) == before
    asked = json.dumps(endpoint.asked[0].body, ensure_ascii=False)
    for words in ("张伟", "13912345678", "LSVAA49J132047371", "D62K8", "韩梅梅"):
        assert words not in asked, words
    assert "〔姓名1〕" in asked
    assert "召回是免费的。可以在市场监管总局" in asked  # the approved fact


def test_notes_of_colleagues_stay_in_the_house(
    browser: FlaskClient, cast: Cast, engine: Engine, clock: StillClock, endpoint: Provider
) -> None:
    with writing(engine) as conn:
        line(conn, cast, cast.zhang, clock.now, "这位客户很难缠", direction="note", channel="note", author="staff")
    endpoint.script(PATH, answers("您好。"))
    browser.post(f"/inbox/c/{cast.zhang}/assist")
    assert "难缠" not in json.dumps(endpoint.asked[0].body, ensure_ascii=False)


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        (HTTP500, "没有回应"),
        (RESET, "没有回应"),
        (SILENCE, "没有回应"),
        (Step(raw=b"{not json"), "没有回应"),
        (says({"error": {"message": "quota"}}), "报错"),
        (answers(""), "没有写出内容"),
        (answers(None), "读不懂"),
        (answers("这次给您打八折，再退您200元。"), "不能答应的话"),
        (answers("〔姓名7〕您好"), "对不上的资料"),
    ],
    ids=["500", "reset", "silence", "bad_json", "200_with_error", "empty", "null", "promise", "token"],
)
def test_a_failure_is_one_sentence_and_nothing_else(
    browser: FlaskClient, cast: Cast, engine: Engine, endpoint: Provider, step: Step, sentence: str
) -> None:
    endpoint.script(PATH, step)
    before = counted(engine)
    answer = browser.post(f"/inbox/c/{cast.zhang}/assist")
    assert answer.status_code == 409
    assert list(answer.json or {}) == ["said"]
    assert sentence in (answer.json or {})["said"]
    assert counted(engine) == before
    assert browser.get(f"/inbox/c/{cast.zhang}").status_code == 200


def test_other_words_for_an_answer_wait_for_approval_like_any(
    browser: FlaskClient, cast: Cast, engine: Engine, endpoint: Provider
) -> None:
    enter_as(browser, engine, cast.lilei.id)
    path = "/inbox/understanding/answers/faq/recall/rephrase"
    endpoint.script(PATH, answers("您放心，召回都是免费的。"), answers("召回免费，3天办好。"))
    assert browser.post(path, data={"answer": "召回是免费的。"}).json == {"draft": "您放心，召回都是免费的。"}
    refused = browser.post(path, data={"answer": "召回是免费的。"})
    assert (refused.status_code, "数字" in (refused.json or {})["said"]) == (409, True)
    assert browser.post(path, data={"answer": " "}).status_code == 409
    assert "换个说法" in browser.get("/inbox/understanding/answers/faq/recall").text
    enter_as(browser, engine, cast.hanmeimei.id)
    assert browser.post(path, data={"answer": "x"}).status_code == 403


def test_another_store_gets_nothing_and_nothing_is_asked(
    browser: FlaskClient, cast: Cast, engine: Engine, endpoint: Provider
) -> None:
    enter_as(browser, engine, cast.wanglei.id)
    assert browser.post(f"/inbox/c/{cast.zhang}/assist").status_code == 404
    assert endpoint.asked == []


def test_without_an_assistant_there_is_no_button(enter: Enter, cast: Cast, day: Day) -> None:
    manager = enter(cast.lilei)
    assert "起草" not in manager.get(f"/inbox/c/{cast.zhang}").text
    assert "换个说法" not in manager.get("/inbox/understanding/answers/faq/recall").text
    answer = manager.post(f"/inbox/c/{cast.zhang}/assist")
    assert (answer.status_code, answer.json) == (409, {"said": "没有设置助手"})


def test_no_connection_is_held_while_it_writes(
    browser: FlaskClient, cast: Cast, engine: Engine, endpoint: Provider
) -> None:
    held: list[int] = []

    def look(_: Asked) -> Step:
        held.append(engine.pool.checkedout())  # type: ignore[attr-defined]  # of the pools we use
        return answers("您好。")

    endpoint.on(PATH, look)
    assert browser.post(f"/inbox/c/{cast.zhang}/assist").json == {"draft": "您好。"}
    assert held == [0]
