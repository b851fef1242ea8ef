"""Who of the staff is spoken of: 小张师傅, 王经理. A surname is needed, so that 小区 and 老师 are nobody."""

import re

SURNAME = (
    "[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹窦章苏潘葛范彭鲁韦马苗方俞任袁"
    "柳唐罗薛雷贺倪汤郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛米贝明戴宋庞熊纪舒项祝董梁杜阮蓝季贾江郭林钟徐邱骆高夏蔡田"
    "胡凌霍万柯管卢莫房丁邓洪包左石崔龚程陆翁段侯武刘龙叶黎白蒲卓池乔闻党谭申冉桑尚温庄柴瞿阎习艾向古易廖耿匡文"
    "欧聂关游盖丰肖]"
)
TITLE = (
    "(?:经理|师傅|顾问|技师|主管|店长|接待|工(?=亲自|盯|帮|给|跟|说|很|挺|特|非|专|修|态|服|技|耐|真|不错|$|[,。!]))"
)
PRAISED = "(?=态度|服务|特别|很|挺|非常|真|超|修|对[我人]|做事|干活|人(?:很|挺|好)|专业|耐心|热情|细心|不错|负责)"
ROLE = "(?:顾问|师傅|接待|技师|经理|主管|销售|客服|前台)"
NAMED = re.compile(
    f"{ROLE}(?:[小老]{SURNAME})(?![公婆师板])|姓{SURNAME}|(?:[小老]{SURNAME}|{SURNAME}){TITLE}|[小老]{SURNAME}{PRAISED}"
)


def staff(text: str) -> str:
    """Normalised text → the name with its title as said, or ""."""
    found = NAMED.search(text)
    return found[0] if found else ""
