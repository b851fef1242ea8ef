"""What in a text points at somebody: telephone, plate, frame number, papers, name. Found once, hidden two ways.

An example keeps its shape, so that it reads the same to the classifier; a text for the assistant gets tokens, which are
put back afterwards. What no rule knows (a street, a nickname) stays: so nothing is exported before a person has looked.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import HuifangError

SURNAME = (
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章苏潘葛奚范彭郎鲁韦马苗凤"
    "花俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常傅卞齐康伍余顾孟黄穆萧尹姚邵汪祁毛狄贝臧戴宋庞熊纪舒项祝董梁杜阮蓝闵"
    "季贾娄江童"
    "颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万柯卢莫房缪解应宗丁宣邓郁洪包左石崔龚程邢裴陆翁荀甄曲封储靳段焦谷侯班宁"
    "仇栾甘武刘景"
    "詹龙叶司黎薄印白蒲卓屠池乔闻谭申温庄晏柴瞿阎连习艾易古廖耿匡文欧沃关聂曾游]"
)
SIGNS = "\u4e00-\u9fff"


class Kind(StrEnum):
    EMAIL = "email"
    VIN = "vin"
    PLATE = "plate"
    PHONE = "phone"
    NUMBER = "number"  # papers, cards, orders: seven digits and more
    ACCOUNT = "account"
    NAME = "name"


FOUND: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),
    (Kind.VIN, re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9]*\d)[A-HJ-NPR-Za-hj-npr-z0-9]{17}(?![A-Za-z0-9])")),
    (
        Kind.PLATE,
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]\s?[A-Za-zＡ-Ｚａ-ｚ]\s?[·•.\-]?\s?"
            r"(?:[A-Za-z0-9Ａ-Ｚ０-９]\s?){4,5}[A-Za-z0-9Ａ-Ｚ０-９挂学警港澳]"
        ),
    ),
    (Kind.PHONE, re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9](?:[\s-]?\d){9}(?!\d)")),
    (Kind.NUMBER, re.compile(r"\d(?:[\s-]?\d){5,}[\dXx]|[零〇一二三四五六七八九幺两]{7,}")),
    (
        Kind.ACCOUNT,
        re.compile(r"(?:(?<=微信号)|(?<=微信)|(?<=QQ)|(?<=qq))[:：是\s]{0,2}[A-Za-z0-9][-_A-Za-z0-9]{5,19}"),
    ),
    (
        Kind.NAME,
        re.compile(f"{SURNAME}(?=(?:先生|女士|小姐|太太|师傅|经理|顾问|总(?![成共是要得])|[哥姐](?![{SIGNS}])))"),
    ),
    (Kind.NAME, re.compile(f"(?:(?<=我叫)|(?<=名字是)|(?<=姓名)|(?<=联系人))[:：是]?{SURNAME}[{SIGNS}]{{1,2}}")),
    (Kind.NAME, re.compile(f"(?<=我是){SURNAME}[{SIGNS}]{{1,2}}(?=[,，。;；!！\\s]|$)")),
)
SHAPES = {
    Kind.EMAIL: "a@b.cn", Kind.VIN: "LAAAA00000A000000", Kind.PLATE: "浙A00000", Kind.PHONE: "13800000000",
    Kind.ACCOUNT: "abc000", Kind.NAME: "某",
}  # fmt: skip
TOKENS = {
    Kind.EMAIL: "邮箱", Kind.VIN: "车架号", Kind.PLATE: "车牌", Kind.PHONE: "电话", Kind.NUMBER: "号码",
    Kind.ACCOUNT: "账号", Kind.NAME: "姓名",
}  # fmt: skip
TOKEN = re.compile("〔[^〔〕]*〕")


class LostToken(HuifangError):
    """A text that came back names something that was never hidden, or half a token."""


@dataclass(frozen=True, slots=True)
class Spot:
    start: int
    end: int
    kind: Kind


def spots(text: str, names: Iterable[str] = ()) -> list[Spot]:
    """In order, none inside another. names: of people the house knows, found without the surname too."""
    known = {part for name in names for part in (name, name[1:]) if len(part) >= 2}
    found: list[Spot] = []
    for spot in _all(text, sorted(known, key=len, reverse=True)):
        if not any(spot.start < other.end and other.start < spot.end for other in found):
            found.append(spot)
    return sorted(found, key=lambda each: each.start)


def as_example(text: str, names: Iterable[str] = ()) -> str:
    """Another's number, plate and name in the same place, so that it is learnt from as if nothing was hidden."""
    return _replaced(text, spots(text, names), lambda spot: SHAPES.get(spot.kind) or _digits(text, spot))


@dataclass(slots=True)
class Hidden:
    """Tokens given out so far: the same words get the same token in every text of one request."""

    names: tuple[str, ...] = ()
    _given: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        return _replaced(
            text, spots(text, self.names), lambda spot: self._token(text[spot.start : spot.end], spot.kind)
        )

    def put_back(self, text: str) -> str:
        """Raises LostToken."""
        words = {token: said for said, token in self._given.items()}
        for each in TOKEN.findall(text):
            if each not in words:
                raise LostToken(each)
        shown = TOKEN.sub(lambda each: words[each[0]], text)
        if "〔" in shown or "〕" in shown:
            raise LostToken("〔")
        return shown

    def _token(self, said: str, kind: Kind) -> str:
        many = sum(token.startswith(f"〔{TOKENS[kind]}") for token in self._given.values())
        return self._given.setdefault(said, f"〔{TOKENS[kind]}{many + 1}〕")


def _all(text: str, known: Iterable[str]) -> Iterator[Spot]:
    for kind, pattern in FOUND:
        if kind is not Kind.NAME:
            yield from (Spot(*each.span(), kind) for each in pattern.finditer(text))
    for name in known:
        yield from (Spot(*each.span(), Kind.NAME) for each in re.finditer(re.escape(name), text))
    for kind, pattern in FOUND:
        if kind is Kind.NAME:
            yield from (Spot(*each.span(), kind) for each in pattern.finditer(text))


def _digits(text: str, spot: Spot) -> str:
    return "0" * (spot.end - spot.start)


def _replaced(text: str, found: Iterable[Spot], by: Callable[[Spot], str]) -> str:
    parts, last = [], 0
    for spot in found:
        parts += [text[last : spot.start], by(spot)]
        last = spot.end
    return "".join([*parts, text[last:]])
