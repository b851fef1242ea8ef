"""Roads, people of the staff, faults told as phrases, and what is named only to be ruled out."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.alternatives import chosen
from bot.understanding.slots.models import needs
from bot.understanding.slots.people import staff
from bot.understanding.slots.places import named_place
from bot.understanding.slots.symptoms import gone, symptom


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我车没电了趴在解放路这边能不能派个拖车", "解放路"),
        ("车坏在文晖路和绍兴路路口了", "文晖路和绍兴路路口"),
        ("停在西溪广场旁边打不着", "西溪广场旁边"),
        ("我在彩虹大道上", "彩虹大道上"),
        ("位置是江南大道12号", "江南大道12号"),
        ("在你们休息室咖啡机旁边", "你们休息室咖啡机旁边"),
        ("在你们展厅门口", "你们展厅门口"),
        ("洗手间旁边滑倒了", "洗手间旁边"),
        ("在维修车间里头", "维修车间"),
        ("就慈溪那个赶海的停车场边儿上", "慈溪那个赶海的停车场边儿上"),
        ("象山那个露营地边上", "象山那个露营地边上"),
        ("就余姚那家大润发的地下停车场", "余姚那家大润发的地下停车场"),
        ("g15北向214公里", "G15北向214公里"),
        ("g15沈海高速北向214公里", "G15沈海高速北向214公里"),
        ("沪昆高速往东120公里处", "沪昆高速往东120公里处"),
        ("g60杭州方向k132", "G60杭州方向K132"),
        ("杭州湾跨海大桥南岸", "杭州湾跨海大桥南岸"),
        ("绕城高速28公里加300米", "绕城高速28公里加300米"),
        ("在印象城b2停车场", "印象城B2停车场"),
        ("b2层,靠近电梯3号口", "B2层,电梯3号口"),
        ("在地下车库b3,d区柱子旁边", "地下车库B3,D区柱子旁边"),
        ("五常地铁站c口", "五常地铁站C口"),
        ("九溪公交站后面的停车场", "九溪公交站后面的停车场"),
        ("我们在钱江三桥上", "钱江三桥上"),
        ("追尾了,在下沙大桥上", "下沙大桥上"),
        ("刚下高架就冒烟了", "高架"),
        ("安吉往孝丰那条山路", "安吉往孝丰那条山路"),
        ("富阳到桐庐的老省道上", "富阳到桐庐的老省道上"),
        ("我从义乌往杭州走的,停在诸暨服务区里头", "诸暨服务区里头"),
        ("径山镇往里走的村道,旁边有片竹林", "径山镇往里走的村道,竹林"),
        ("村口晒谷场上,离最近的充电站还有二十里", "村口晒谷场上"),
        ("开上高架就抖", "上高架"),
        ("跑了214公里", ""),
        ("续航500公里", ""),
        ("往东走", ""),
        ("车没电了", ""),
        ("停路边了", ""),
    ],
)
def test_where_a_car_stands(text: str, place: str) -> None:
    assert named_place(text) == place


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("小张师傅很细心", "小张师傅"),
        ("王经理接待的", "王经理"),
        ("老李态度不错", "老李"),
        ("陈工很专业", "陈工"),
        ("小区停车不错", ""),
        ("小时候就来", ""),
        ("服务很好", ""),
        ("车修得不错", ""),
    ],
)
def test_whom_of_the_staff(text: str, name: str) -> None:
    assert staff(normalise(text)) == name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("空调有股馊味，后天能看吗", "空调有股馊味"),
        ("后天来换个雨刮", None),
        ("你好我的车最近底盘嗡嗡响想约明天看看", "底盘嗡嗡响"),
    ],
)
def test_the_phrase_that_tells_the_fault(text: str, told: str | None) -> None:
    found = symptom(normalise(text))
    assert found == told if told is None else told in str(found)


@pytest.mark.parametrize("text", ["这下好了，不抖了", "没再响过", "异响没了", "不漏油了", "现在凉了", "灯没再亮"])
def test_a_fault_that_is_over(text: str) -> None:
    assert gone(normalise(text))


@pytest.mark.parametrize("text", ["不抖了但是又响了", "还是响", "好像不响了", "不响了吗", "好了两天又漏了", "偶尔还抖"])
def test_a_fault_that_may_not_be(text: str) -> None:
    assert not gone(normalise(text))


@pytest.mark.parametrize(
    ("text", "energy"),
    [
        ("不要那种插电的", None),
        ("不考虑纯电，家用", None),
        ("别推电车", None),
        ("不要油车，要纯电", "ev"),
        ("想要插混", "phev"),
        ("混动，不插电那种", "hev"),
        ("不用插电的混动", "hev"),
        ("不插电的混动", "hev"),
        ("混动就行，不想插电", "hev"),
        ("普通混动，不充电的", "hev"),
        ("混动但是不用插电", "hev"),
        ("要插电的那种混动", "phev"),
        ("混动，要能插电的", "phev"),
        ("能充电的混动", "phev"),
        ("插电混动平时不充电也能开吗", "phev"),
        ("不要混动", None),
        ("有没有hev版，油耗几个", "hev"),
        ("phev的有吗", "phev"),
    ],
)
def test_an_energy_ruled_out_is_not_wanted(text: str, energy: str | None) -> None:
    assert needs(normalise(text)).get("energy") == energy


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我在家楼下,滨盛花园", "家楼下,滨盛花园"),
        ("萧山奥特莱斯b区停车场", "萧山奥特莱斯B区停车场"),
        ("车停在公司楼下", "公司楼下"),
        ("趴沪昆上了", "沪昆上"),
        ("去你们店要开半路", ""),
        ("公司报销要发票", ""),
        ("我在北三环上追尾了", "北三环上"),
        ("停在西二环辅路", "西二环辅路"),
        ("刹车失灵了 我在杭州东站", "杭州东站"),
        ("在汽车西站的候车区", "汽车西站的候车区"),
        ("沪昆高速往南昌方向 嘉兴那边", "沪昆高速往南昌方向,嘉兴那边"),
        ("这边那边都不行", ""),
        ("环保检测多少钱", ""),
    ],
)
def test_every_place_named_is_kept_for_who_is_sent_there(text: str, place: str) -> None:
    assert named_place(text) == place


@pytest.mark.parametrize(
    ("text", "told", "meant"),
    [
        ("后面那个", "云栖和牧野都可以安排试驾,您想试哪一款?", "牧野"),
        ("大的", "您问的是小保养还是大保养?", "大保养"),
        ("第一个吧", "要看轿车还是suv呢?", "轿车"),
        ("大的后备箱好不好用啊", "您问的是小保养还是大保养?", None),
        ("后面那个", "请问哪天方便?", None),
    ],
)
def test_a_short_answer_points_at_one_of_the_two_named(text: str, told: str, meant: str | None) -> None:
    assert chosen(text, told) == meant
