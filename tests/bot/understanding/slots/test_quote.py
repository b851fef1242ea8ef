"""A quote answered in the words customers use: which lines, by what name, why not, and what agrees to nothing."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.quote import Decision, decided, names_lines, plainly
from bot.understanding.slots.quote_focus import pointed

THREE = (("前刹车片", 680), ("空调滤芯", 160), ("雨刮片", 180))
FOUR = (("机油机滤", 420), ("空气滤芯", 90), ("火花塞", 480), ("蓄电池", 650))
FIVE = (("更换正时皮带", 1100), ("更换水泵", 580), ("更换节温器", 210), ("添加防冻液", 160), ("清洗节气门", 180))
BRAKES = (("更换前刹车片", 680), ("更换后刹车片", 560), ("更换前刹车盘", 980))
LAMPS = (("更换左前大灯总成", 1380), ("右后视镜", 420), ("内饰清洁", 300))
TYRES = (("前轮胎两条", 1560), ("四轮定位", 260))
ONE = (("蓄电池", 650),)
AIR = (("更换空气悬架气囊", 2380), ("更换后减震器", 1860), ("更换空气滤芯", 180), ("更换雨刮片", 190))
MARKED = (("更换前刹车盘（必须）", 980), ("清洗进气道（建议）", 380), ("更换变速箱油（可缓）", 1100))
BELTS = (("更换正时皮带", 1260), ("更换水泵", 760), ("更换节温器", 360), ("内饰清洗", 380), ("车身打蜡", 90))
Offer = tuple[tuple[str, int], ...]


def said(text: str, offer: Offer) -> Decision | None:
    return decided(normalise(text), tuple(normalise(name) for name, _ in offer), tuple(price for _, price in offer))


@pytest.mark.parametrize(
    ("text", "offer", "approved", "rejected"),
    [
        # by number and place
        ("1号换 2号3号不换", THREE, (1,), (2, 3)),
        ("1.3做 2不做", THREE, (1, 3), (2,)),
        ("一三做，二不做", THREE, (1, 3), (2,)),
        ("一到三换，四五不换", FIVE, (1, 2, 3), (4, 5)),
        ("1-3做，4不做", FOUR, (1, 2, 3), (4,)),
        ("13做 24不做", FOUR, (1, 3), (2, 4)),
        ("单数做，双数不做", FOUR, (1, 3), (2, 4)),
        ("头尾做，中间那个不要", THREE, (1, 3), (2,)),
        ("前面俩弄，最后那个算了", THREE, (1, 2), (3,)),
        ("倒数第二个不做，其他做", FOUR, (1, 2, 4), (3,)),
        ("前两个和最后一个做，第三个不做", FOUR, (1, 2, 4), (3,)),
        ("一换二换三先不换四换", FOUR, (1, 2, 4), (3,)),
        ("1 y 2 n 3 y", THREE, (1, 3), (2,)),
        ("1√ 2× 3√", THREE, (1, 3), (2,)),
        ("1行2不行3行", THREE, (1, 3), (2,)),
        ("1:做 2:不做 3:做", THREE, (1, 3), (2,)),
        ("1/3做，2/4不做", FOUR, (1, 3), (2, 4)),
        ("第一个换第二个不洗第三第四个换", FOUR, (1, 3, 4), (2,)),
        # by price
        ("一百六的那个不做，其他做", THREE, (1, 3), (2,)),
        ("最贵的那个做，便宜的两个不做", THREE, (1,), (2, 3)),
        ("两百以下的不做，其他做", FIVE, (1, 2, 3), (4, 5)),
        ("几十块的换，其他不换", FOUR, (2,), (1, 3, 4)),
        # by name, part of a name, synonym, sound
        ("空调滤网换一下，雨刷不换，刹车皮换", THREE, (1, 2), (3,)),
        ("打火那个换，其他不动", FOUR, (4,), (1, 2, 3)),
        ("保养做，其他都不做", FOUR, (1,), (2, 3, 4)),
        ("盘先不换，片子都换", BRAKES, (1, 2), (3,)),
        ("后片还有一半，先不换，前片和前盘换", BRAKES, (1, 3), (2,)),
        ("内饰就算了，灯和镜子换", LAMPS, (1, 2), (3,)),
        ("火花赛换，电平不用换，机油和空滤不换", FOUR, (3,), (1, 2, 4)),
        ("定位不用做，上个月刚做的，胎换", TYRES, (1,), (2,)),
        ("换胎，不做定位", TYRES, (1,), (2,)),
        # why a line is refused
        ("雨刮拼多多下单了，剩下的你们弄", THREE, (1, 2), (3,)),
        ("滤芯我家里还有一个，不用你们的，其余照单", THREE, (1, 3), (2,)),
        ("雨刮片去年底才换过，划掉，前两项同意", THREE, (1, 2), (3,)),
        ("防冻液用我自己的，其他照做", FIVE, (1, 2, 3, 5), (4,)),
        ("大灯换一下吧，别的我回去让修理厂弄", LAMPS, (1,), (2, 3)),
        ("雨刮还刮得干净，不换，另外两项换", THREE, (1, 2), (3,)),
        ("那个雨刮就不折腾了，别的换", THREE, (1, 2), (3,)),
        ("刹车片换，其他等下个月发工资再弄", THREE, (1,), (2, 3)),
        # why a line is agreed to
        ("刹车不能马虎，换；滤芯雨刮拉倒", THREE, (1,), (2, 3)),
        ("刹车片不换不放心，换吧，另外两个不要", THREE, (1,), (2, 3)),
        ("刹车片还能撑，不过还是换了吧，其他不要", THREE, (1,), (2, 3)),
        # only, except, the rest
        ("光换刹车片就行了", THREE, (1,), (2, 3)),
        ("我只要换皮带，旁的别给我动", FIVE, (1,), (2, 3, 4, 5)),
        ("除开第一项，别的都不要", THREE, (1,), (2, 3)),
        ("都换，雨刮除外", THREE, (1, 2), (3,)),
        ("全换，除了雨刮", THREE, (1, 2), (3,)),
        ("同意，雨刮不换", THREE, (1, 2), (3,)),
        ("就保养，别的都不要", FOUR, (1,), (2, 3, 4)),
        ("最贵的那个我再比比价，其他的做", THREE, (2, 3), ()),
        ("刹车片我再想想，其他不做", THREE, (), (2, 3)),
        # put right
        ("1和2做，不对，是雨刮换，刹车片不换", THREE, (3,), (1,)),
        ("说反了，第一个不做第二个做", THREE, (2,), (1,)),
        # without a comma, as a voice message has it
        ("保养跟电瓶做掉火花塞下回再讲", FOUR, (1, 4), (3,)),
        ("那皮带先不动水泵跟节温器给我弄了", FIVE, (2, 3), (1,)),
        # verbs by their sound
        ("刹车片坐雨刮和滤芯不坐", THREE, (1,), (2, 3)),
        ("火花塞还了，别的不还", FOUR, (3,), (1, 2, 4)),
        ("机油给我休了，剩下的都不休", FOUR, (1,), (2, 3, 4)),
        ("语刮我淘宝下单了自己会装剩下两个弄吧", THREE, (1, 2), (3,)),
        # what is left
        ("换电瓶就行，余下几样没想弄", FOUR, (4,), (1, 2, 3)),
        ("第三条划掉，余者照办", FOUR, (1, 2, 4), (3,)),
        ("就水泵吧，多的手头紧", BELTS, (2,), (1, 3, 4, 5)),
        ("蜡不打，剩的做", BELTS, (1, 2, 3, 4), (5,)),
        # from the end, in the middle, by any counter
        ("最末尾那项不弄，其他弄", FOUR, (1, 2, 3), (4,)),
        ("垫底的那个不要，上面两个换", THREE, (1, 2), (3,)),
        ("除了最底下那个，都行", FOUR, (1, 2, 3), (4,)),
        ("从第二个到第四个不做，其他做", BELTS, (1, 5), (2, 3, 4)),
        ("中间两个做，头尾不做", FOUR, (2, 3), (1, 4)),
        ("单号做双号不做", FOUR, (1, 3), (2, 4)),
        ("1 3 做，2 4 不做", FOUR, (1, 3), (2, 4)),
        # by size of the price, by what stands in brackets
        ("便宜那个做，贵的那个不做", TYRES, (2,), (1,)),
        ("大件先不弄，小件都换了", AIR, (3, 4), (1, 2)),
        ("上千的那俩不要，小的给弄上", AIR, (3, 4), (1, 2)),
        ("超过五百的都不做，其余做", BELTS, (3, 4, 5), (1, 2)),
        ("必须的那条做，建议和可缓的都往后推", MARKED, (1,), (2, 3)),
        ("只做必须的", MARKED, (1,), (2, 3)),
        # counted, and the others named
        ("发动机上的三样同意，内饰和打蜡拒绝", BELTS, (1, 2, 3), (4, 5)),
        # parts of names
        ("只准换片子，盘驳回", (("更换前刹车盘", 980), ("更换前刹车片", 640)), (2,), (1,)),
        ("前面的片和盘都换，后面的先不管", (*BRAKES, ("更换后刹车盘", 960)), (1, 3), (2, 4)),
        # another time
        ("一做，二等明年，三做，四也等年底", FOUR, (1, 3), (2, 4)),
        ("刹车片换，雨刮再等等，滤芯换", THREE, (1, 2), (3,)),
        ("机油做，别的等下次保养再弄", FOUR, (1,), (2, 3, 4)),
        # except, and what lies outside
        ("除雨刮以外的做", THREE, (1, 2), (3,)),
        ("除味吧，其他不考虑", (("空调除味", 199), ("玻璃镀膜", 360), ("底盘装甲", 1280)), (1,), (2, 3)),
        ("不含滤芯的都做", THREE, (1, 3), (2,)),
        ("六百多的那个肯定不换，剩下两个可以", THREE, (2, 3), (1,)),
        # an object of its own
        ("滤芯网上二十块，雨刮也是，我就换个刹车片", THREE, (1,), ()),
        # a line not spoken of is neither
        ("要1和2", THREE, (1, 2), ()),
        ("先把刹车片换了吧", THREE, (1,), ()),
        ("不要雨刮", THREE, (), (3,)),
        ("雨刮还是换了吧", THREE, (3,), ()),
        ("还有第四项也做吧", FIVE, (4,), ()),
    ],
)
def test_some_lines(text: str, offer: Offer, approved: tuple[int, ...], rejected: tuple[int, ...]) -> None:
    assert said(text, offer) == Decision("partial", approved, rejected)


@pytest.mark.parametrize(
    "text",
    ["统统给我换掉", "照单子来，一项不落", "成，全整上吧", "没意见，开工吧", "换吧，不换我开着心里不踏实",
     "算了还是都换了吧", "没有哪项不做的，全做", "我老公说都换", "123都ok", "行，都做，做好给我打电话",
     "价格能接受，1、2、3全做掉", "Y", "同义，全坐", "都给我还上吧", "铜意，三样全休了", "没有哪个是不做的",
     "一样都不能少", "哪个都少不了", "刚问过我爸了，他说都换", "没问题，施工吧，发票税号我晚点发",
     "开整吧，全套", "哪一样都要换", "想好了，都整", "中，都弄嘞", "同意施工，座椅别弄脏了", "都做吧，等我下班去取"],
)  # fmt: skip
def test_every_line(text: str) -> None:
    assert said(text, THREE) == Decision("approve", (1, 2, 3))


@pytest.mark.parametrize(
    "text",
    ["一样都别动", "不用换，都还能用", "下次保养一起做吧", "都不要，我外面换便宜一半", "先甭弄，等真坏了再说",
     "都等下个月发工资再弄", "一千多？！那都先不动，我原样开走", "车要卖了，不修了", "用不着，都好好的", "唔换住",
     "不了不了", "N", "都不坐了", "拉倒吧，哪个也不整了", "这个月手紧，全都往后放", "没打算换这些",
     "唔使搞喇，都仲用得", "半样都不要"],
)  # fmt: skip
def test_no_line(text: str) -> None:
    assert said(text, THREE) == Decision("reject", (), (1, 2, 3))


@pytest.mark.parametrize(
    "text",
    ["便宜一百就全做", "送我玻璃水我就换", "一个小时能弄完就做，弄不完算了", "要是下午三点前能好就都做",
     "打个八折我全做", "保证原厂件我就换", "确定漏了再换", "老板点头就做", "拍张照，真裂了我就同意换",
     "除非打折，不然不做", "保险能赔的话就修", "给我开发票就做", "工时费给我免了就全做"],
)  # fmt: skip
def test_a_condition(text: str) -> None:
    assert said(text, THREE) == Decision("conditional")


def test_what_stands_beside_a_condition() -> None:
    assert said("刹车片换，雨刮能便宜点就换", THREE) == Decision("conditional", (1,))
    assert said("今天能提车的话，1和2就做；3不做", THREE) == Decision("conditional", (), (3,))


@pytest.mark.parametrize(
    "text",
    ["你们觉得要换就换吧", "师傅说该换就换呗", "必须换的就换", "安全第一嘛，该换啥换啥", "先别急，我考虑一下",
     "晚上问问我爸，车是他在开", "先做一个吧", "一个做一个不做", "都行", "滤芯能不能不换", "不换行不行",
     "不修有危险吗", "都换的话多少钱", "好的知道了", "嗯嗯", "先等等", "我是来换机油的，怎么多出这么多",
     "你们上次换的刹车片才跑一万公里", "谁让你们换的", "刹车片和雨刮都在你们那买的", "做完了告诉我",
     "打了六个电话没人接，我人都要炸了", "让我缓缓", "到单位了细看单子再定", "手头没法看，等会儿说",
     "我没让你们换刹车片吧", "谁跟你说我要全换的", "有人说全换，我没同意", "可以是可以，就是贵", "应该要换吧？",
     "等我问了我爸再定", "不差这个的，剩下两个都做", "挑便宜的看看"],
)  # fmt: skip
def test_nothing_is_agreed_to(text: str) -> None:
    """Handbook H1.4.3."""
    found = said(text, THREE)
    assert found is None or (found.decision == "unclear" and not found.approved)


def test_words_that_name_no_line_agree_to_none() -> None:
    """小东西都换 of a quote without one: 都 is not all of it."""
    found = said("后头的小东西都换", THREE)
    assert found is None or not found.approved


@pytest.mark.parametrize(("text", "decision"), [("换", "approve"), ("换一个吧", "approve"), ("没坏就先用着", "reject")])
def test_the_only_line(text: str, decision: str) -> None:
    found = said(text, ONE)
    assert found is not None
    assert found.decision == decision


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("雨刮不换，刹车片换", True),
        ("不挑了，通通弄了，国庆要带老人跑长途", True),
        ("约个明天下午三点 做保养", False),
        ("机油昨天换的，今早地库地上一滩油", False),
        ("以后短信通知，我不太看微信", False),
        ("周六那个保养帮我取消吧", False),
        ("那个同志啊不换了啊你把我那个车钥匙放前台我四点钟过来拿", True),
        ("哎呀不换了不换了人家路边才一半的价钱", True),
        ("换吧换吧四样都给我换喽秋收我还得使它拉苞米呢", True),
    ],
)
def test_what_is_plainly_an_answer(text: str, plain: bool) -> None:
    """Where something else may be meant as well, only a verdict with little beside it counts."""
    names = tuple(name for name, _ in (*THREE, *FOUR[:1]))
    assert (plainly(normalise(text), names) is not None) is plain


def test_words_that_lean_on_the_lines_read_back() -> None:
    names = tuple(name for name, _ in THREE)
    for text in ("对没错就它一个别的不要", "对，另外两个不做", "就这一个，其他不弄"):
        found = decided(pointed(normalise(text), (2,), names), names)
        assert found == Decision("partial", (2,), (1, 3)), text
    assert pointed("雨刮也换", (2,), names) == "雨刮也换"
    assert pointed("就这样吧", (), names) == "就这样吧"


def test_whether_lines_are_spoken_of() -> None:
    names = tuple(name for name, _ in THREE)
    assert names_lines("雨刷不用", names)
    assert not names_lines("几点能好", names)


@pytest.mark.parametrize(
    "text",
    ["把换下来的旧件给我留着", "旧雨刮别扔", "拆下来的片子我要看看", "车里的东西别乱动", "别动我后备箱的东西",
     "座椅你们别调", "好的，我看看", "行，我先看一下",
     "先别动，我过来看", "先别做",
     "先等等", "别急着动手", "先不动，等我电话"],
)  # fmt: skip
def test_neither_yes_nor_no(text: str) -> None:
    decision = said(text, THREE)
    assert decision is None or decision.decision == "unclear"


@pytest.mark.parametrize(
    ("text", "approved", "rejected"),
    [
        ("都做，旧件给我留着", (1, 2, 3), ()),
        ("旧的雨刮换了吧", (3,), ()),
        ("先别换雨刮，另外两个做", (1, 2), (3,)),
        ("先别换了，太贵", (), (1, 2, 3)),
        ("先不做了", (), (1, 2, 3)),
        ("看了，都做吧", (1, 2, 3), ()),
    ],
)
def test_what_only_looks_like_it(text: str, approved: tuple[int, ...], rejected: tuple[int, ...]) -> None:
    decision = said(text, THREE)
    assert decision is not None
    assert (decision.approved, decision.rejected) == (approved, rejected)


@pytest.mark.parametrize(
    "text", ["原厂就做", "用正品的就换", "不贵就换吧", "有现货就弄", "磨没了就换", "刹车片不贵就换"]
)
def test_what_hangs_on_the_part_or_the_sum(text: str) -> None:
    decision = said(text, THREE)
    assert decision is not None
    assert decision.decision == "conditional"


@pytest.mark.parametrize("text", ["那就做", "雨刮就换吧", "今天就做", "这么划算就换吧"])
def test_what_does_not(text: str) -> None:
    decision = said(text, THREE)
    assert decision is not None
    assert decision.decision in ("approve", "partial")
