"""Reading one file for `lint`: which texts stand in it, as what they will be sent, and on which line."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path

import yaml

from bot.dealer import Dealer, SmsTemplate, WeChatSubscription, WeChatTemplate
from bot.journeys import Journey, Step
from bot.messages import Category
from bot.routing import PROMOTION
from bot.tone import Guide
from bot.tone_words import Medium, Severity
from channels.preview import CHANNELS, NOTICES, Previews, medium_of, notices_of
from channels.proof import Remark, filled, remarks, variables
from channels.sms_text import check_sms_template
from channels.wechat.template import check_subscription, check_template
from commands.reviewed import overdue
from config.load import load_dealer, load_journey, load_journeys, load_occasions, load_samples, load_tone
from config.yaml_lines import line_of, load_model, read_yaml

# Keys of other files that customers read.
SAID = {"answer", "answers", "by_energy", "say", "text", "texts", "reply", "wording"}
CHEER = ("快乐", "祝贺", "恭喜", "喜庆", "大吉", "开心", "吉祥", "优惠", "活动")
MEDIA = {each: medium_of(each) for each in CHANNELS if each not in ("sms", *NOTICES)}


class Proof:
    """The rules of one configuration; other files than its own are read with its sample values."""

    def __init__(self, config_dir: Path, messages: Path, today: date) -> None:
        self._messages, self._today = messages, today
        self._guide, self._samples = Guide(load_tone(config_dir)), load_samples(config_dir)
        self._config_dir = config_dir

    @cached_property
    def _all(self) -> tuple[Journey, ...]:
        """Read once: every message asks which category it is of."""
        return load_journeys(self._config_dir)

    @cached_property
    def _ours(self) -> Dealer:
        return load_dealer(self._config_dir)

    def read(self, file: Path) -> Iterable[Remark]:
        """Raises ConfigError when the file cannot be read as what it is."""
        if file.suffix == ".txt":
            return self._message(file)
        if file.suffix == ".html":
            return remarks(self._guide, file.read_text("utf-8"), Medium.PAGE)
        if file.name == "dealer.yaml":
            return self._dealer(file)
        return self._journey(file) if file.parent.name == "journeys" else self._other(file)

    def _message(self, file: Path) -> Iterator[Remark]:
        source, channel = file.read_text("utf-8"), file.name.split(".")[-2]
        if channel not in MEDIA or file.name.count(".") != 2:
            yield _error(1, "message", file.name, "文件名是 <步骤>.<渠道>.txt", "files are called <step>.<channel>.txt")
            return
        yield from (unknown := list(variables(source, self._samples.values)))
        own = file.resolve().is_relative_to(self._messages.resolve())
        folder = self._messages if own else file.parent
        name = file.resolve().relative_to(folder.resolve()).as_posix().removesuffix(f".{channel}.txt").replace("/", ".")
        previews = self._previews(Dealer(stores=self._ours.stores), folder)
        known = remarks(self._guide, source, MEDIA[channel], previews.category(name))
        yield from known
        if not unknown:
            yield from filled(previews.views(name, channel), source, known)

    def _previews(self, dealer: Dealer, folder: Path | None = None) -> Previews:
        return Previews(dealer, self._all, folder or self._messages, self._guide, self._samples)

    def _dealer(self, file: Path) -> Iterator[Remark]:
        dealer, (_, tree) = load_model(file, Dealer), read_yaml(file)
        previews = self._previews(dealer)
        categories = {name.replace(".", "_"): step.category for step in self._steps() for name in step.messages}
        for name, sms in dealer.sms.templates.items():
            line = line_of(tree, ("sms", "templates", name, "text"))
            yield from self._sms(name, sms, line, previews, categories.get(name))
        for account, settings in dealer.accounts.items():
            for channel in NOTICES:
                for name, notice in notices_of(settings, channel).items():
                    place = ("accounts", account, f"{channel}s", name)
                    if categories.get(name) in PROMOTION:
                        zh, en = "问候和营销不能用模板消息发", "greetings and marketing never go as a template message"
                        yield _error(line_of(tree, place), "category", name, zh, en)
                    yield from self._fields(name, notice, place, tree, previews)

    def _steps(self) -> list[Step]:
        return [step for journey in self._all for step in journey.steps]

    def _sms(
        self, name: str, sms: SmsTemplate, line: int, previews: Previews, category: Category | None
    ) -> Iterator[Remark]:
        wrong = check_sms_template(name, sms)
        yield from (_error(line, "sms", "", sentence, sentence) for sentence in wrong)
        known = remarks(self._guide, sms.text, Medium(sms.kind), category or Category.SERVICE, whole=True)
        yield from (_at(line, each) for each in known)
        if category and (sms.kind == "promotion") != (category in PROMOTION):
            zh, en = f"{category.value} 类短信不能是 {sms.kind}", f"a {category.value} message is no {sms.kind}"
            yield _error(line, "category", name, zh, en)
        views = [] if wrong else previews.views(_id(previews, name), "sms")
        yield from (_at(line, each) for each in filled(views, sms.text, known))

    def _fields(
        self,
        name: str,
        notice: WeChatTemplate | WeChatSubscription,
        place: tuple[str, ...],
        tree: yaml.Node | None,
        previews: Previews,
    ) -> Iterator[Remark]:
        channel = place[2].removesuffix("s")
        wrong = check_template(name, notice) if isinstance(notice, WeChatTemplate) else check_subscription(name, notice)
        for sentence in wrong:
            yield _error(line_of(tree, place), "field", "", sentence, sentence)
        views = [v for v in previews.views(_id(previews, name), channel) if v.account == place[1]]
        for field in views[0].fields if views else ():
            line = line_of(tree, (*place, "fields", field.name))
            if field.error:
                yield _error(line, "field", field.name, field.error, field.error)
            elif field.cut:
                zh, en = f"会被截到 {field.limit} 字", f"is cut to {field.limit} characters"
                yield Remark(line, "field", Severity.WARNING, field.name, zh, en)
            source = f"{notice.fields[field.name]}\n{field.value}"  # the words of a branch not taken, too
            yield from (_at(line, each) for each in remarks(self._guide, source, Medium.TEMPLATE))

    def _journey(self, file: Path) -> Iterator[Remark]:
        journey, (_, tree) = load_journey(file, load_occasions(self._config_dir)), read_yaml(file)
        previews = self._previews(self._ours)
        there = previews.messages
        for number, step in enumerate(journey.steps):
            line = line_of(tree, ("steps", number, "message"))
            for message in step.messages:
                if message not in there:
                    yield _error(line, "message", message, "没有这条话术", "no text of this message on any channel")
                elif step.occurs is not None and step.occurs.solemn:
                    yield from _cheer(previews, message, line)

    def _other(self, file: Path) -> Iterator[Remark]:
        """Content of later subjects: whatever stands under a key that customers read."""
        yield from overdue(file, self._today)
        _, tree = read_yaml(file)
        for node in _said(tree):
            line = node.start_mark.line + (2 if node.style in ("|", ">") else 1)
            for each in remarks(self._guide, node.value, Medium.WECHAT):
                yield _at(line + (each.line - 1 if node.style == "|" else 0), each)


def _cheer(previews: Previews, message: str, line: int) -> Iterator[Remark]:
    """Solemn days are greeted with care (domain.md §4.5)."""
    for channel in CHANNELS:
        for view in previews.views(message, channel):
            for word in (each for each in CHEER if each in view.text):
                yield _error(line, "solemn", word, "庄重的日子不说喜庆话", "no cheer on a solemn day")


def _said(node: yaml.Node | None, said: bool = False) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _said(value, said or key.value in SAID)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _said(item, said)
    elif isinstance(node, yaml.ScalarNode) and said:
        yield node


def _id(previews: Previews, key: str) -> str:
    return next((name for name in previews.messages if name.replace(".", "_") == key), key)


def _error(line: int, rule: str, said: str, zh: str, en: str) -> Remark:
    return Remark(line, rule, Severity.ERROR, said, zh, en)


def _at(line: int, each: Remark) -> Remark:
    return Remark(line, each.rule, each.severity, each.said, each.zh, each.en)
