"""Sums, times, people, cars and faults as people tell them in passing; each family in words of its own."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.understanding.invitations import head_count
from bot.understanding.normalise import bare, normalise
from bot.understanding.slots import dates, quote, reasons, times
from bot.understanding.slots.mileage import mileage
from bot.understanding.slots.models import model
from bot.understanding.slots.money import budget, third_party
from bot.understanding.slots.people import staff
from bot.understanding.slots.services import visit
from bot.understanding.slots.symptoms import symptom

NOW = datetime(2026, 9, 17, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
OPENING = Span(start=time(8, 30), end=time(17, 30))
NAMES = {name: name for name in ("知行", "牧野", "拾光", "长风", "千帆", "云栖")}


@pytest.mark.parametrize(
    ("text", "kilometres"),
    [
        ("来换机油，三万二了", 32000),
        ("4万8了，该保养了吧", 48000),
        ("车跑了6万8了", 68000),
        ("都一万一了才想起来保养", 11000),
        ("已经五万出头了，想查一下底盘", 50000),
        ("现在9800了", 9800),
        ("长风，两万零五百了", 20500),
        ("我这车十一万了，变速箱油没换过", 110000),
        ("快两万了 约个小保", 20000),
        ("1万2千公里，首保晚了", 12000),
        ("跑了七万三，轮胎磨平了", 73000),
        ("表上3万6", 36000),
        ("开了八千多公里", 8000),
        ("里程五万五千", 55000),
        ("也才四千八了", 4800),
        ("跑到八万了，机油两千公里就得添一瓶", 80000),
        ("五万八了，每跑一千公里就要加一次机油", 58000),
        ("一千公里掉一格，现在六万三了", 63000),
        ("八万六，最近两百公里就报一次警", 86000),
        ("快九万了，三百公里亮一次灯", 90000),
        ("四万二了，上次保养后跑了五千公里", 42000),
        ("两千公里就得加一瓶机油，车跑了8万公里", 80000),
        ("跑了五千公里就漏，总里程八万", 80000),
        ("跑了五千公里就漏油", 5000),
        ("花了三万二块", None),
        ("三点了，还没弄好", None),
        ("等了两千年了", None),
        ("就剩两个了", None),
        ("约到30号了", None),
    ],
)
def test_kilometres_told_in_passing(text: str, kilometres: int | None) -> None:
    assert mileage(normalise(text)) == kilometres


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("大后天差十分九点到店", "08:50"),
        ("差一刻十点", "09:45"),
        ("十点差五分", "09:55"),
        ("下午四点差一刻", "15:45"),
        ("差二十分钟三点我到", "14:40"),
        ("下午三点一刻", "15:15"),
        ("九点三刻", "09:45"),
        ("五点之前都行，就四点吧", "16:00"),
        ("早上八点半开门我就到", "08:30"),
        ("下午两点整", "14:00"),
        ("一点半行不行", "13:30"),
        ("明早九点一刻", "09:15"),
        ("晌午十二点", "12:00"),
        ("不是两点，是三点", "15:00"),
        ("下午4点多", "16:00"),
        ("还差十分我就给满分", None),
        ("差一点就撞上", None),
    ],
)
def test_hours_as_a_clock_is_read(text: str, at: str | None) -> None:
    found = times.clock(normalise(text), NOW, OPENING).at
    assert (f"{found:%H:%M}" if found else None) == at


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("带我儿子来，就我们俩", 2),
        ("就我俩", 2),
        ("一共俩人", 2),
        ("我们一共四个人来", 4),
        ("总共就我们两个", 2),
        ("我妹也来，一共俩人", 2),
        ("一家三口都来", 3),
        ("我和我对象，两个人", 2),
        ("就我自己", 1),
        ("我们两口子再带个上小学的", 3),
        ("两大一小", 3),
        ("算上司机五个人", 5),
        ("只有我们两个来", 2),
        ("四个大人两个娃", 6),
        ("一共7个人", 7),
    ],
)
def test_how_many_come(text: str, people: int) -> None:
    assert head_count(bare(normalise(text)))[0] == people


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("给我那台知性做个保养", "知行"),
        ("想试一下时光", "拾光"),
        ("试驾木业，周六", "牧野"),
        ("我的千凡要换轮胎", "千帆"),
        ("你们常丰落地多少", "长风"),
        ("那个长丰多少钱", "长风"),
        ("那款云起有没有现车", "云栖"),
        ("叫时光吧，最小那款", "拾光"),
        ("我那台牧也该年检了", "牧野"),
        ("买的知形啥时候到", "知行"),
        ("想试驾长风……打错，是知行", "知行"),
        ("说错了，我要的是牧野", "牧野"),
        ("不是云栖，是知行", "知行"),
        ("长风，哦不对，知行", "知行"),
        ("试驾云栖，不，牧野", "牧野"),
        ("你们那个云栖，不对不对，我说的是牧野", "牧野"),
        ("说错了，不是长风，是千帆", "千帆"),
        ("长风打错字了应该是千帆", "千帆"),
        ("云栖，啊呸，拾光", "拾光"),
        ("长风换成知行", "知行"),
        ("不看长风了，看云栖", "云栖"),
        ("长风和知行哪个好", "长风"),
        ("知行吧，不要牧野", "知行"),
        ("知行声音不对，跟牧野不一样", "知行"),
        ("那辆拾广来保养", "拾光"),
        ("按这个执行吧", None),
        ("我的时光都耗在等你们上了", None),
        ("今天运气不好", None),
        ("浪费我时光", None),
        ("前方堵车", None),
    ],
)
def test_a_car_by_its_sound(text: str, name: str | None) -> None:
    assert model(normalise(text), NAMES) == name


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("老板说预算不能超25万", {"max": 250000}),
        ("别超过十八万", {"max": 180000}),
        ("不想超三十万", {"max": 300000}),
        ("最多二十万", {"max": 200000}),
        ("二十个以内有没有", {"max": 200000}),
        ("十五个以下", {"max": 150000}),
        ("控制在12万以内", {"max": 120000}),
        ("不得超过16万", {"max": 160000}),
        ("顶天了二十二万", {"max": 220000}),
        ("二十万左右", {"about": 200000}),
        ("30万上下吧", {"about": 300000}),
        ("十五个左右", {"about": 150000}),
        ("起码二十万以上的", {"min": 200000}),
        ("预算25w", {"about": 250000}),
        ("10万到15万", {"min": 100000, "max": 150000, "about": 125000}),
        ("廿万上下", {"about": 200000}),
        ("廿五万左右", {"about": 250000}),
        ("卅万以内", {"max": 300000}),
        ("预算廿", {"about": 200000}),
        ("卡死十八万，多一分没有", {"max": 180000}),
        ("卡死在15万", {"max": 150000}),
        ("控死在20万", {"max": 200000}),
        ("顶天20", {"max": 200000}),
        ("撑死十八吧", {"max": 180000}),
        ("封顶22万", {"max": 220000}),
        ("十五万封顶", {"max": 150000}),
        ("撑死16万", {"max": 160000}),
        ("18万，不能再多", {"max": 180000}),
        ("一分都不能多，就十七万", {"max": 170000}),
        ("手头就15万，再多拿不出", {"max": 150000}),
        ("十二万就是极限", {"max": 120000}),
        ("12万到头了", {"max": 120000}),
        ("二十万打底", {"min": 200000}),
        ("预算20来万", {"about": 200000}),
        ("30来万", {"about": 300000}),
        ("30多万", {"about": 330000}),
        ("二十多万吧", {"about": 230000}),
        ("十五万以里有啥suv", {"max": 150000}),
        ("预算二十万里头", {"max": 200000}),
    ],
)
def test_a_budget_and_its_frame(text: str, frame: dict[str, int]) -> None:
    assert budget(normalise(text)) == frame


@pytest.mark.parametrize(
    ("text", "sum_insured"),
    [
        ("三者想从一百个加到两百", 2000000),
        ("三者由100万升到300万", 3000000),
        ("三者险改成200万", 2000000),
        ("第三者买三百万的", 3000000),
        ("三责五十万提到一百五", 1500000),
        ("还是300万踏实", 3000000),
        ("拉到300万吧", 3000000),
        ("三者一百五十万", 1500000),
        ("给我按200万算", 2000000),
        ("三者险给我上到三百万", 3000000),
        ("第三者给我来一百五", 1500000),
        ("三者买200够不够", 2000000),
        ("三者从100万往上拉到300万", 3000000),
    ],
)
def test_the_cover_that_is_asked_for(text: str, sum_insured: int) -> None:
    assert third_party(normalise(text)) == sum_insured


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("你们维修顾问老周没经过我同意就换了防冻液", "顾问老周"),
        ("接待我的那个好像是姓林", "姓林"),
        ("姓陈的那个师傅", "姓陈"),
        ("前台小李让我等", "前台小李"),
        ("小张师傅很细心", "小张师傅"),
        ("王经理答应过的", "王经理"),
        ("销售小赵说包牌的", "销售小赵"),
        ("给我修车的师傅姓吴", "姓吴"),
        ("老婆来取车", ""),
        ("小区门口等", ""),
        ("师傅老是不在", ""),
        ("我姓什么你不知道吗", ""),
    ],
)
def test_who_it_was(text: str, who: str) -> None:
    assert staff(normalise(text)) == who


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("上周六来保养", "2026-09-12"),
        ("昨天约的九点等到十一点", "2026-09-16"),
        ("前天刚修的又响", "2026-09-15"),
        ("大前天送来的", "2026-09-14"),
        ("上个星期三换的胎", "2026-09-09"),
        ("上礼拜天洗的车", "2026-09-13"),
        ("昨儿下午打电话没人接", "2026-09-16"),
        ("之前天天来", None),
        ("以前天气热", None),
        ("下周六来", None),
    ],
)
def test_a_day_that_is_over(text: str, day: str | None) -> None:
    found = dates.past(normalise(text), NOW.date())
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("变速箱换挡有点顿，下周一送来检查下", "顿"),
        ("2升3的时候一顿一顿的", "顿"),
        ("这车打火老费劲了", "打火"),
        ("右后轮老是亏气，三天打一回", "亏气"),
        ("起步有点闯", "闯"),
        ("早上打火好几下才着", "打火"),
        ("换档卡，不顺", "卡"),
        ("降挡的时候会冲一下", "冲"),
        ("上坡吃劲", "吃劲"),
        ("打火特别慢", "打火"),
        ("左前胎缺气", "缺气"),
        ("变速箱低速闯得厉害", "闯"),
        ("换挡一闯一闯", "闯"),
        ("这车最近烧机油", "烧机油"),
        ("机油消耗有点大", "消耗"),
        ("机油下得快", "下得快"),
        ("方向盘打不动", "打不动"),
        ("方向沉", "沉"),
        ("刹车踩下去没底", "没底"),
        ("刹车肉", "肉"),
        ("离合打滑", "打滑"),
        ("水温飙到红线", "水温"),
        ("开锅了", "开锅"),
        ("排气管冒黑烟", "冒黑烟"),
        ("油门踩不下去", "踩不下去"),
        ("怠速忽高忽低", "忽高忽低"),
        ("怠速不稳", "不稳"),
        ("蓝牙连不上", "连不上"),
        ("倒车影像花屏", "花屏"),
        ("天窗漏雨", "漏雨"),
        ("钥匙没感应了", "没感应"),
        ("大灯一闪一闪", "一闪"),
        ("充电充一半就跳枪", "跳枪"),
        ("充电枪拔不出来", "拔不出"),
        ("轮胎起包", "起包"),
        ("车身往左边跑", "往左边跑"),
        ("喇叭不响", "喇叭不响"),
        ("启停用不了", "用不了"),
        ("机油灯闪", "灯闪"),
        ("防冻液老少", "防冻液"),
        ("换挡打齿", "打齿"),
        ("空调出的是自然风", "自然风"),
        ("车门打不开", "车门打不开"),
    ],
)
def test_a_fault_in_plain_words(text: str, fault: str) -> None:
    assert fault in (symptom(normalise(text)) or "")


@pytest.mark.parametrize(
    ("text", "decision", "approved"),
    [
        ("商量好了两个都做", "approve", (1, 2)),
        ("跟老婆商量过了，全做", "approve", (1, 2)),
        ("我再商量商量", "unclear", ()),
        ("头一样弄掉，第二样先放放", "partial", (1,)),
        ("刹车片你给我换了吧空调滤芯就不用了", "partial", (1,)),
        ("空调滤芯换了吧刹车片先不换", "partial", (2,)),
        ("两样一起做了吧", "approve", (1, 2)),
        ("商量妥了，都换", "approve", (1, 2)),
        ("刹车片换，另一个不换", "partial", (1,)),
    ],
)
def test_a_quote_decided_in_passing(text: str, decision: str, approved: tuple[int, ...]) -> None:
    said = quote.decided(bare(normalise(text)), ("前刹车片", "空调滤芯"))
    assert said is not None
    assert (said.decision, said.approved) == (decision, approved)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("你们价格比外头高一截，同样的机油差两百多", "price"),
        ("同样换个机油你们六百多，外头三百出头", "price"),
        ("4s店收八百，人家小店四百", "price"),
        ("离我家四十公里，太远", "distance"),
        ("上班太忙，没时间", "time"),
        ("等一次要等半天", "time"),
        ("修了两次没修好，不敢去", "quality"),
        ("前台爱答不理的", "attitude"),
        ("接待翻着白眼跟我说话，我花钱找气受", "attitude"),
        ("车去年就卖了", "sold"),
        ("让我卖啦", "sold"),
        ("早卖了", "sold"),
        ("车没了，给侄子开去了", "sold"),
        ("车给我弟了", "sold"),
        ("车送人了", "sold"),
        ("卖给车贩子了", "sold"),
        ("二手车商收走了", "sold"),
        ("不开了，给闺女了", "sold"),
        ("早就处理掉了", "sold"),
        ("抵账抵出去了", "sold"),
        ("车归前妻了", "sold"),
        ("给儿子开走了", "sold"),
        ("搬到苏州了", "moved"),
        ("家门口那家弄的", "elsewhere"),
        ("村口就能修", "elsewhere"),
        ("离你家有三十多里路", "distance"),
        ("隔着两个县呢", "distance"),
        ("修车费忒高", "price"),
    ],
)
def test_why_somebody_stays_away(text: str, why: str) -> None:
    assert why in reasons.reasons(normalise(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("安排一次入冬检查", "inspection"),
        ("想来做个检查", "inspection"),
        ("约个检查，跑长途前看看", "inspection"),
        ("刹车异响，做个检查", "repair"),
        ("保养顺便做个检查", "maintenance"),
    ],
)
def test_a_check_without_a_fault_is_an_inspection(text: str, kind: str) -> None:
    assert visit(normalise(text)) == kind


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("下周一那个保养我去不了了，能换一天吗", None),
        ("周六那个试驾我来不了", None),
        ("下周二那个保养我来不了，要改到周四", "2026-09-24"),
        ("周五我没空，周六行", "2026-09-19"),
    ],
)
def test_the_day_of_what_is_given_up_is_not_wanted(text: str, day: str | None) -> None:
    found = dates.day(normalise(text), date(2026, 9, 17))
    assert (found.on.isoformat() if found and found.on else None) == day
