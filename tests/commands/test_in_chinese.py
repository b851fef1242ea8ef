"""What `doctor` says has its Chinese for the page of the first start: sentence by sentence, and as a whole house."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import doctor
from commands.examine.finding import Finding, Level, error, ok, warning
from commands.examine.in_chinese import CHECKS, SENTENCES, in_chinese

FOLDER = Path(doctor.__file__).parent / "examine"
BUILT = re.compile(r"[\s{}():.,\[\]→/-]*")  # of slots and signs alone: its parts are looked at where they are made
KEPT = {"python app.py", "chmod 600", ", "}  # commands stay
NO_SENTENCE = {"{} UTC", "wechat {}: {}"}


def told(path: Path) -> Iterator[str]:
    """Every string of the file but docstrings and those that are annotations or names: `{}` stands for a value."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {id(part) for node in ast.walk(tree) for part in _not_said(node)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in ast.walk(node) if part is not node and not isinstance(part, ast.Call)}
            yield _template(node)


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _not_said(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr):
        yield node.value
    if isinstance(node, ast.FormattedValue) and node.format_spec:
        yield from ast.walk(node.format_spec)


def test_every_sentence_has_its_chinese() -> None:
    files = [each for each in sorted(FOLDER.glob("*.py")) if each.name != "in_chinese.py"]
    sentences = {each for file in files for each in told(file) if " " in each.strip()}
    left = {
        each
        for each in sentences
        if not BUILT.fullmatch(each) and not each.startswith(tuple(KEPT)) and each not in NO_SENTENCE
    }
    assert len(left) > 80
    unknown = sorted(each for each in left if each not in SENTENCES and each not in CHECKS and not composed(each))
    assert unknown == []


def composed(part: str) -> bool:
    """Said only within a sentence or a name: "is still under review" of "{} is still under review"."""
    named = Finding(Level.OK, part.replace("{}", "x"), "")
    inside = any(part.replace("{}", "") in english for english in (*SENTENCES, *CHECKS))
    return inside or in_chinese(named).check != named.check


def test_what_doctor_itself_says_too() -> None:
    calls = [
        node for node in ast.walk(ast.parse(Path(doctor.__file__).read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    lines = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id in ("ok", "warning", "error")]
    said = [_template(part) for node in lines for part in node.args]
    assert len(lines) == 3
    assert [each for each in said if " " in each and each not in SENTENCES] == []


def test_both_have_the_same_slots() -> None:
    for english, chinese in (*CHECKS.items(), *SENTENCES.items()):
        assert english.count("{}") == chinese.count("{}"), english


@pytest.mark.parametrize(
    ("said", "check", "sentence", "todo"),
    [
        (ok("data folder", "writable, 12.3 GiB free"), "数据目录", "可写，剩 12.3 GiB", ""),
        (
            error("sms: case_ack", "SMS_1 is not in the account (isv.X)", "copy the code anew"),
            "短信：case_ack", "账号里没有 SMS_1（isv.X）", "重新抄一遍编号",
        ),
        (
            warning("wechat main: network check", "WeChat sees 40 % of its packets lost", "python app.py migrate"),
            "微信 main：网络检测", "微信发来的包丢了 40%", "python app.py migrate",
        ),
        (error("database", "at revision none, the program needs 2", "x"), "数据库", "结构版本是 无，程序需要 2", "x"),
        (ok("e-mail", "smtp.car.example:465 (tls) answers"), "邮件", "smtp.car.example:465 (tls) 正常", ""),
        (error("wechat main: token", "密钥不对 (40125)", ""), "微信 main：令牌", "密钥不对 (40125)", ""),
        (error("something new", "nobody translated", ""), "something new", "nobody translated", ""),
    ],
)  # fmt: skip
def test_in_chinese(said: Finding, check: str, sentence: str, todo: str) -> None:
    chinese = in_chinese(said)
    assert (chinese.level, chinese.check, chinese.sentence, chinese.todo) == (said.level, check, sentence, todo)
    assert isinstance(chinese.level, Level)
