"""What a configured template or subscription notification must not say, found at start (wechat.md §3.3, §4, §7.3).

Advertising in them is intercepted, then costs the account its templates, then the account (运营规范 3.9.2, 3.9.3).
"""

import re

# 运营规范 3.9.3 names red packets, cards, coupons, vouchers and membership cards; the others are plain advertising.
MARKETING = (
    "优惠", "折扣", "打折", "特价", "促销", "秒杀", "抢购", "满减", "立减", "返现", "红包", "卡券", "礼券", "代金券",
    "会员卡", "储值", "抽奖", "中奖", "赠送", "免费领", "好礼", "大礼包", "限时", "团购", "集赞", "砍价",
)  # fmt: skip
GONE = re.compile(r"(first|remark|keyword\d*)")
NOT_SHOWN = "WeChat has stripped first and remark since 2023-05-04; say it in a typed field such as thing1"
NOT_ADDED = "keyword templates can no longer be added; choose a category template with typed fields such as thing1"


def check_name(where: str, name: str) -> list[str]:
    """Fields of the time before category templates (§7.3 no. 10)."""
    if not GONE.fullmatch(name):
        return []
    return [f"{where}: {NOT_ADDED if name.startswith('keyword') else NOT_SHOWN}"]


def check_words(where: str, source: str) -> list[str]:
    """Advertising in a notice (§7.3 no. 20)."""
    return [
        f"{where}: {word} is advertising, which a notice must not carry (the account would be banned)"
        for word in MARKETING
        if word in source
    ]
