"""Cars as voice and thumbs write them, where a car would stand."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.models import model, needs

NAMES = {name: name for name in ("长风", "知行", "牧野", "拾光", "千帆", "云栖")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你家那个木野后备箱大不大", "牧野"),
        ("想开一下那个石光就是小电车", "拾光"),
        ("木野是几座的?", "牧野"),
        ("之行有试驾车吗", "知行"),
        ("那知性呢,后排宽不宽", "知行"),
        ("我开的是常风公里数一万五", "长风"),
        ("看中你们云西那台混动", "云栖"),
        ("我看上千番了", "千帆"),
        ("木野和云溪哪个省油", "牧野"),
        ("云南之行有点累", None),
        ("合同执行要多久", None),
        ("执行有问题吗", None),
        ("父母也来", None),
        ("就是光看看", None),
        ("美好的时光啊", None),
        ("那个时光我还记得", None),
        ("这几天前方堵车", None),
    ],
)
def test_a_car_by_its_sound(text: str, name: str | None) -> None:
    assert model(normalise(text), NAMES) == name


@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("家里四口人 偶尔坐六个", {"purpose": ("family",), "seats_min": 6}),  # heads, no sum
        ("跑得多 一年两万多公里", {}),
        ("预算七个左右 最多8个", {"budget": {"max": 80_000}}),
        ("不要suv，停车难", {"body": ("sedan", "hatch")}),
        ("不要太大的suv", {"body": ("suv",)}),
        ("要不油车算了", {"energy": "petrol"}),
        ("油车算了", {}),
    ],
)
def test_numbers_that_are_no_money_and_what_is_not_wanted(said: str, slots: dict[str, object]) -> None:
    assert needs(normalise(said), asked=True) == slots
