"""The demo dealer's people and cars. All invented: plates of no district, numbers of no subscriber."""

from dataclasses import dataclass

from bot.customer import Purpose, Role

STORE = "binjiang"
ACCOUNT = "main"
LOGIN = "chenjingli"
STAFF = (
    ("chenjingli", "陈经理", Role.MANAGER),
    ("hanmeimei", "韩梅梅", Role.ADVISOR),
    ("zhouming", "周明", Role.ADVISOR),
    ("linxiao", "林晓", Role.CARE),
)
EVERYTHING = (Purpose.SURVEY, Purpose.GREETING, Purpose.MARKETING)


@dataclass(frozen=True, slots=True)
class Person:
    """number: the last digits of phone, plate and ids. birthday_in: days from the first seeding on.

    follows: is a follower bound to the file from the start; the others scan the code on their receipt, or never.
    """

    number: int
    name: str
    model: str
    mileage: int
    advisor: str
    items: tuple[str, ...]
    consents: tuple[Purpose, ...]
    birthday_in: int
    follows: bool = False
    status: str = "in_progress"

    @property
    def external_id(self) -> str:
        return f"C100{self.number}"

    @property
    def order(self) -> str:
        return f"RO-880{self.number}"

    @property
    def phone(self) -> str:
        return f"1390000000{self.number}"

    @property
    def plate(self) -> str:
        return f"浙X8800{self.number}"

    @property
    def openid(self) -> str:
        """28 characters as real ones; "" for who does not follow."""
        return f"oDemoFollower000000000000{self.external_id[-3:]}" if self.follows else ""


PEOPLE = (
    Person(1, "李雷", "知行", 21_300, "韩梅梅", ("小保养", "空调检漏加冷媒"), EVERYTHING, 10, follows=True),
    Person(2, "赵敏", "云栖", 8_600, "韩梅梅", ("首次保养",), (Purpose.SURVEY, Purpose.GREETING), 10,
           follows=True, status="ready"),
    Person(3, "孙倩", "长风", 34_900, "周明", ("前制动片", "制动液"), EVERYTHING, 45, follows=True),
    Person(4, "周建国", "牧野", 52_100, "周明", ("大保养", "四轮定位"), EVERYTHING, 10, status="ready"),
    Person(5, "吴芳", "拾光", 12_400, "韩梅梅", ("动力电池健康检测",), (Purpose.SURVEY,), 10),
    Person(6, "郑晓东", "千帆", 18_800, "韩梅梅", ("底盘检查与紧固",), (Purpose.SURVEY, Purpose.GREETING), 120,
           status="ready"),
    Person(7, "林小雨", "长风", 27_500, "周明", ("空调滤芯", "空气滤芯"), (), 200, follows=True),
    Person(8, "何志远", "知行", 61_000, "韩梅梅", ("轮胎更换(单条)",), (Purpose.GREETING, Purpose.MARKETING), 300),
)  # fmt: skip
