"""A dealer whose models are called otherwise is read as the demo dealer is: no name of a model stands in the code."""

import json
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from bot.catalogue import CarModel
from bot.dealer import Span
from bot.understanding.classifier import Classifier
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.subjects import Subject, subject
from config.load import load_catalogue
from handlers.setting import electric, names
from tests.learnt import CONFIG, classifier

OURS = load_catalogue(CONFIG).models
NOW = datetime(2026, 9, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def renamed(model: CarModel, name: str, *aliases: str) -> CarModel:
    return model.model_copy(update={"name": name, "aliases": aliases})


THEIRS = (
    *(renamed(each, "星澜") for each in OURS if each.name == "牧野"),
    *(renamed(each, "青鸢 E7", "E7") for each in OURS if each.name == "拾光"),
)


@lru_cache(maxsize=1)
def another() -> Classifier:
    """Ours with their names: what is learnt of a name is that there is one."""
    head, _, weights = classifier().dump().partition(b"\n")
    theirs = json.loads(head) | {"names": list(names(THEIRS))}
    return Classifier.load(json.dumps(theirs).encode() + b"\n" + weights)


def read(text: str, learnt: Classifier, models: tuple[CarModel, ...]) -> Subject:
    opening = Span(start=time(8, 30), end=time(17, 30))
    setting = Setting(learnt, NOW, opening, names(models), electric=electric(models))
    return subject(normalise(text), (), setting)


@pytest.mark.parametrize(
    "said",
    [
        "{}啥时候到",
        "{}什么时候能到啊",
        "我想试驾{}",
        "{}有几个颜色",
        "{}落地多少钱",
        "{}小保养多少钱",
        "约周六上午给{}做保养",
    ],
)
@pytest.mark.parametrize(("ours", "theirs", "model"), [("牧野", "星澜", "星澜"), ("拾光", "E7", "青鸢 E7")])
def test_theirs_is_read_like_ours(said: str, ours: str, theirs: str, model: str) -> None:
    here, there = read(said.format(ours), classifier(), OURS), read(said.format(theirs), another(), THEIRS)
    assert (there.intent, there.confidence, there.also) == (here.intent, here.confidence, here.also)
    assert here.slots.get("model") in (ours, None)
    assert there.slots == here.slots | ({"model": model} if here.slots.get("model") else {})


def test_a_car_on_the_way_is_known_by_its_name() -> None:
    assert read("星澜啥时候到", another(), THEIRS).intent == "delivery_query"


def test_who_names_a_model_that_only_runs_on_electricity_wants_one() -> None:
    wanted = {name: read(f"想买{name}，家用", another(), THEIRS).slots.get("energy") for name in ("E7", "星澜")}
    assert wanted == {"E7": "ev", "星澜": None}


def test_our_names_mean_nothing_there() -> None:
    assert read("我想试驾牧野", another(), THEIRS).slots.get("model") is None
