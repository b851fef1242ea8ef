"""The assistant's endpoint over real HTTP: success is read from the body, every failure is one sentence."""

import threading
from collections.abc import Iterator

import pytest

from bot.assistant import DraftRefused
from channels.assistant import AT_ONCE, Assistant
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, PATIENT, Asked, Provider, Step, says

PATH = "/v1/chat/completions"
MESSAGES = [{"role": "system", "content": "规矩"}, {"role": "user", "content": "对话"}]
FINE = {"choices": [{"message": {"role": "assistant", "content": "您好，同事会核实。"}}]}


@pytest.fixture
def endpoint() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


def assistant(endpoint: Provider, key: str = "sk-1") -> Assistant:
    made = Assistant(endpoint.base, key, "m-1")
    made._http = endpoint.http("/v1")
    return made


def test_it_asks_as_the_protocol_wants_and_returns_the_words(endpoint: Provider) -> None:
    endpoint.script(PATH, says(FINE))
    assert assistant(endpoint).write(MESSAGES) == "您好，同事会核实。"
    (asked,) = endpoint.asked
    assert asked.headers["Authorization"] == "Bearer sk-1"
    assert (asked.body["model"], asked.body["messages"]) == ("m-1", MESSAGES)
    assert asked.body["max_tokens"] == 400


def test_a_model_of_ones_own_needs_no_key(endpoint: Provider) -> None:
    endpoint.script(PATH, says(FINE))
    assistant(endpoint, "").write(MESSAGES)
    assert "Authorization" not in endpoint.asked[0].headers


@pytest.mark.parametrize("step", NO_ANSWERS, ids=NO_ANSWER_NAMES)
def test_no_answer_is_one_sentence_and_no_second_try(endpoint: Provider, step: Step) -> None:
    endpoint.script(PATH, step)
    with pytest.raises(DraftRefused, match="没有回应"):
        assistant(endpoint).write(MESSAGES)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(
    "step",
    [
        says({"error": {"message": "quota", "code": "insufficient_quota"}}),
        says({"error": "overloaded"}),
        says({"error": {"message": "bad key", "type": "auth"}}, status=401),
        says({"error": {"message": "slow down"}}, status=429),
    ],
    ids=["200_with_error", "200_with_text", "401", "429"],
)
def test_an_error_in_the_body_is_a_failure_whatever_the_status(endpoint: Provider, step: Step) -> None:
    endpoint.script(PATH, step)
    with pytest.raises(DraftRefused, match="报错"):
        assistant(endpoint).write(MESSAGES)


@pytest.mark.parametrize(
    "body",
    [{}, {"choices": []}, {"choices": [{}]}, {"choices": [{"message": {"content": None}}]}, {"choices": "x"},
     {"choices": [{"message": {"content": ["a"]}}]}],
)  # fmt: skip
def test_another_shape_is_not_read(endpoint: Provider, body: object) -> None:
    endpoint.script(PATH, says(body))
    with pytest.raises(DraftRefused, match="读不懂"):
        assistant(endpoint).write(MESSAGES)


def test_nobody_listens(endpoint: Provider) -> None:
    gone = Assistant("http://127.0.0.1:9/v1", "", "m", timeouts=PATIENT)
    with pytest.raises(DraftRefused, match="没有回应"):
        gone.write(MESSAGES)


def test_only_a_few_threads_wait_for_it(endpoint: Provider) -> None:
    asked, go = threading.Semaphore(0), threading.Event()

    def slow(_: Asked) -> Step:
        asked.release()
        go.wait(10)
        return says(FINE)

    endpoint.on(PATH, slow)
    one = Assistant(f"{endpoint.base}/v1", "", "m", timeouts=PATIENT)
    threads = [threading.Thread(target=one.write, args=(MESSAGES,)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert asked.acquire(timeout=10)
    with pytest.raises(DraftRefused, match="正忙"):
        one.write(MESSAGES)
    go.set()
    for thread in threads:
        thread.join(10)
    assert one.write(MESSAGES) == "您好，同事会核实。"
