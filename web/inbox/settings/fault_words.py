"""What is wrong with a row of a table, in the reader's words; the command line says it in English."""

import re

from flask_babel import lazy_gettext

# The command's sentence → ours. Holes are filled with what the sentence named.
SENTENCES = (
    (r"1 to 64 printable characters are needed", lazy_gettext("编号要 1–64 个可见字符")),
    (r"row (?P<row>\d+) has the same one", lazy_gettext("和第 %(row)s 行重复")),
    (r"(?P<what>.+) stands under consent too", lazy_gettext("%(what)s 同时写在同意里")),
    (
        r"without proof it counts for nothing: fill in (?P<what>.+), or leave it empty",
        lazy_gettext("没有凭证的同意不算数：请填 %(what)s，或者留空"),
    ),
    (r"(?P<what>.+) is no purpose; known: .+", lazy_gettext("%(what)s 不是用途；可写：服务、回访、问候、营销、活动")),
    (r"no such column for \w+; known: (?P<what>.+)", lazy_gettext("没有这一列；可用：%(what)s")),
    (r"is missing \(or in Chinese: (?P<what>.+)\)", lazy_gettext("缺这一列（%(what)s）")),
    (r"stands twice", lazy_gettext("这一列出现了两次")),
    (r"no customer (?P<what>.+): import the customers first", lazy_gettext("没有客户 %(what)s，请先导入客户")),
    (
        r"a delivered order needs it: without, every customer would be asked today",
        lazy_gettext("已交车的工单要写交车时间，否则今天会回访所有人"),
    ),
    (r".*not a valid phone number.*", lazy_gettext("不是有效的手机号")),
    (r"Input should be a valid (?:date|datetime).*", lazy_gettext("不是日期，请写成 2026-09-01")),
    (r"String should match pattern .*d\{2\}-.*", lazy_gettext("不是日期，请写成 2026-09-01")),
    (r"Input should be a valid integer.*", lazy_gettext("不是整数")),
    (r"say --kind, or name file or sheet one of: .+", lazy_gettext("看不出是什么表，请选择表的内容")),
    (r"holds no header", lazy_gettext("文件是空的，第一行要是列名")),
    (r"is no table of CSV or XLSX .+", lazy_gettext("不是 CSV 或 XLSX 表格")),
    (r"is neither UTF-8 nor GB18030; .+", lazy_gettext("编码不是 UTF-8 或 GB18030，请另存为 CSV UTF-8")),
)


def said_of_fault(sentence: str) -> str:
    """As it is where we have no better words."""
    for pattern, words in SENTENCES:
        if found := re.fullmatch(pattern, sentence, re.S):
            return str(words) % found.groupdict()
    return sentence
