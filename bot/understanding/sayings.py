"""Phrases whose words mean something else than they say are put plainly before any word is weighed."""

import re

OTHERS = (
    "老公|老婆|先生|太太|爱人|媳妇|朋友|同事|家人|我[爸妈哥姐弟妹儿]子?|儿子|女儿|孩子|老头子?|网上"
    "|别人|他们?|她们?|顾问|"
    "销售|师傅|店长|经理|前台|你们(?:的)?(?:人|员工|店员)?"
)
# Another's opinion before one's own: 我老公说满意, 我不满意.
QUOTED = re.compile(
    f"(?:我的?|你们的?)?(?:{OTHERS})(?:[\u4e00-\u9fff]{{0,2}})?(?:都|总|就)?(?:说|觉得|认为|讲)[^,。"
    f"我]{{0,10}}?(?<![包让叫给请问])[,。 ]*(?=但?我(?!的))"
)
NEITHER = re.compile(
    "(?:谈不上|说不上|算不上|称不上|说不出|没有?|不)(?:多|有多|很)?满意[^满]{0,6}不满意?|满意(?:也"
    "|都)?(?:谈不上|说不上|算不上).{0,2}不满意?也?(?:谈不上|说不上|算不上|没有)"
)
NOR = re.compile(
    "(?:谈不上|说不上|算不上|称不上|没有?|不(?:算|是)?)(?:有?多|很|特别|太|什么)?(?:好|满意)[,。 ]*(?:但|"
    "可)?(?:也|都|又)?"
    "(?:谈不上|说不上|算不上|称不上|没有?|不(?:算|是)?)(?:有?多|很|特别|太|什么)?(?:差|坏|孬|烂|糟|不好|不满意)(?!别|不多|点)"
)
EITHER = re.compile("满意不满意|满不满意|好不好(?=$|[,。?吗])|满意不(?=$|[,。?])|满意没(?:有)?(?=$|[,。?])")
PLAINLY = (
    (re.compile(r"[\d一二两三四五六七八九十百]+分之[\d一二两三四五六七八九十百]+(?:的人[^,。]*)?"), "些许"),
    (re.compile("二话不说|没二话"), "立刻"),
    (re.compile("说一不二"), "守信"),
    (re.compile("没想到|没成想|没承想"), "谁知"),
    (re.compile("不愧是?|不由得?|不知不觉|果不其然|不枉|没准"), ""),
    (re.compile("(?:得|的)不得了|(?<![修弄搞做洗换服])得不行|惨了(?=$|[,。!])"), "极了"),
    (re.compile("一分钱一分货|三天两头"), "老是"),
    (re.compile("不(?:仅|但|只|光)"), "也"),
    (re.compile("不满意的(?:地方|方面|点)?(?:也|都|倒是?)?没有?(?![想料])"), "没有不满意"),
    (NEITHER, "一般"),
    (NOR, "一般"),
    (EITHER, "怎样"),
    (QUOTED, ""),
)


def plainly(text: str) -> str:
    """A normalised text with its sayings replaced, and other people's verdicts left out."""
    for said, meant in PLAINLY:
        text = said.sub(meant, text)
    return text
