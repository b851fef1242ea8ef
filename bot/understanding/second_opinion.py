"""Harm in words no family knows, heard by margins: danger, refusals, rights, others' data, orders to the bot.

The rules come first. This hears what they missed, and doubts them only where neither the message nor a clause of it
sounds so: who tells of smoke in words of their own should not be asked what they meant.
"""

import re
from collections.abc import Sequence

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding import bodies, intents, others_data, refusals, safety, sending, under_way, wishes
from bot.understanding.as_if import beside_figures
from bot.understanding.blame import SCORED
from bot.understanding.elsewhere import KITCHEN
from bot.understanding.grievances import graveness, grievance, leaked
from bot.understanding.invitations import plainly_comes
from bot.understanding.misheard import as_meant
from bot.understanding.normalise import bare, normalise
from bot.understanding.setting import Setting
from bot.understanding.slots.phones import phone
from bot.understanding.slots.who_comes import name_told
from bot.understanding.subjects import CLEANS, CUTS, NUMBERED, SHORTEST, heard, opened
from bot.understanding.swallowed import of_swallowing, swallowed

# How far within each a sentence must lie (Classifier.margin), by the sentences of writers who had read no rule:
# those of each were read by a classifier that had learnt from the others' (docs/understanding.md).
HEARS = {
    intents.EMERGENCY: -0.25, intents.OPT_OUT: -0.25, intents.OPT_IN: -0.5, intents.PRIVACY_REQUEST: -0.3,
    intents.OTHERS_DATA: -0.45, intents.ORDERS: -0.4,
}  # fmt: skip
SURE_OF_NOTHING = -0.2  # a margin: nothing else is meant
BESIDE_WORDS = 0.15  # less, beside words of harm or of messages
TOLD_ONLY = 0.5  # further, where the words are those of news, films, insurance, jokes
STILL_ASKED = 40  # times as likely where the line before asked for it, as a subject goes on (subjects.STILL_ABOUT)
# The words of a rule are there by chance when the sentence lies so far outside.
OUTSIDE = {intents.EMERGENCY: -0.95, intents.OPT_OUT: -0.5, intents.OTHERS_DATA: -0.85}
LESS_OUTSIDE = -0.5  # where it surely is something else
SURELY_ELSE = 0.1
FROM_NOW_ON, SURELY_REFUSED = 0.0, 0.3  # whatever else the words name: 该保养了说一声, 打折那些给我关了吧
SOMEBODY_HURT = -0.35  # nine of ten who are; one of six others is told of 120 too
# Somebody, or what is felt; 老婆打电话说 only says who told it.
SOMEBODY_OR_BODY = re.compile(
    f"{bodies.PART}|{bodies.WHO}|人(?!家|保|工|民)|[他她]|[手脚脸]|血|伤|晕|昏|疼|痛|麻|吐|喘|抽|烫|倒|呼吸|心慌|醒|躺|"
    "hurt|bleed|injur|pain|kid|child"
)
REPORTED = re.compile(f"[被跟和]人|{bodies.WHO}[^,。]{{0,4}}(?:电话|微信|说|告诉)|我人(?:现在|还)?在")
SHUT_IN = re.compile("[锁困卡夹压埋闷]|出不|打不开|开不[了开]|下不|里[面头]|救|被")
ON_A_FAST_ROAD = re.compile("高速|高架|快速路|隧道|匝道|绕城|大桥|车道")
HARDLY_WITHIN = 0.2  # and each of its clauses no further than this
# The nearest intent is meant: what is heard may lie a little further off than another, and behind those which may
# stand in one message with it.
AS_NEAR = {intents.EMERGENCY: 0.0, intents.OTHERS_DATA: 0.1, intents.ORDERS: 0.0}
ELSE_AS_NEAR = 0.25
BESIDE_IT = {
    intents.EMERGENCY: {intents.COMPLAINT},
    intents.OPT_OUT: {
        intents.PRIVACY_REQUEST, intents.COMPLAINT, intents.SURVEY_REPLY, intents.INFO_UPDATE, intents.WRONG_PERSON,
    },
    intents.OPT_IN: set[str](),
    intents.PRIVACY_REQUEST: {intents.COMPLAINT},
    intents.OTHERS_DATA: {intents.WRONG_PERSON},
    intents.ORDERS: {intents.OFF_TOPIC},
}  # fmt: skip
HARM = re.compile(
    "血|伤|烟|火|晕|昏|叫不|起不来|动不[了得]|疼|痛|断了|撞|翻|追尾|碰|刮倒|碾|压[着住到]|夹|卡[着住]|困|锁|淹|"
    "漫|[灌泡]|漂|冲下|刹|停不下|踏板|失控|打不[动过]|爆|炸|焦|糊|刺鼻|呛|漏油|汽油|120|119|110|救|警|抽|喘|噎|憋|"
    "中毒|沟|坑|河|悬|溜|滑|踩不|[流滴漏喷]油|麻|肿|破|掉[出下进]|要生|烧|勒|砸|摔|高温|开锅|热气|白气|白雾|"
    "全[黑灭]|发紫|不应|冒泡|软绵|棉花|"
    "fire|smok|brake|pedal|hurt|injur|bleed|crash|burn|hot|sink|lock|trap|popping|plastic smell|highway"
)
# Words of refusing are in it, and told to be no longer meant: 手滑点了退订, 帮我开回来.
TAKEN_BACK = re.compile("回来|恢复|作废|误|滑|撤|改回|发吧|重新|反悔|解除|打开|开启|还[要想]")
LEANS_FROM = 0.3
FOR_A_PERSON = (
    intents.COMPLAINT,
    intents.HUMAN_REQUEST,
    intents.ROADSIDE_ASSIST,
    intents.EMERGENCY,
    intents.PRIVACY_REQUEST,
)
SURE_OF_ANOTHER = 0.6
AT_ONCE = re.compile("正在|此刻|救命|快来|快点来|急[!,。 ]|119|120|110")
VISITS = frozenset({intents.SERVICE_BOOK, intents.TEST_DRIVE_BOOK, intents.APPT_CHANGE, intents.APPT_CONFIRM})
MONEY_BACK = re.compile("(?:退|还|返|补)(?:回|还|给)?我?(?:们)?(?:[^,。!?]{0,5}(?:差价|钱|款|费|[\\d百千]+块?)|多)")
OF_WORK = frozenset({"quality", "waiting", "attitude", "promise"})
YES_NO = frozenset({PromptKind.EVENT, PromptKind.MEMBERSHIP, PromptKind.QUOTE, PromptKind.APPOINTMENT})
STOPS = re.compile("别|不|退订|勿|停|拒")
OF_DATA = re.compile("信息|资料|数据|档案|账[号户]|隐私|记录|照片|删")
NUMBER_ENDS = re.compile(
    "[号机卡][^,。户]{0,8}(?:注销|停|不用|作废|换)|[换改]成|(?:通知|联系|短信|以后|今后)[^,。]{0,5}(?:发|打|拨)|新号"
)
# 保险公司说你们没交资料: papers of a claim, none of the file.
PAPERS = re.compile(
    "(?:交|提交|递|补|寄|送|缺|备|带)(?:了|齐|上|全|的)?[^,。我]{0,4}(?:资料|材料)|(?:理赔|索赔|保险)[^,。]{0,12}(?:资料|材料)"
)
OF_ANOTHER_KIND = re.compile(
    "(?:给我|帮我|能|才)[^,。]{0,3}(?:解决|处理|修好|弄好)|几个?人|(?:^|我们|我|就|改成?|换成|[减加]到?)(?:[\\d一二两三四五六七八九十]+)(?:个|位)(?:人|大人|小孩|孩子)?(?:$|[,。吧了])"
)
ERASES = re.compile("删|清除|注销|抹|导出|复印|我的")
MESSAGES = re.compile("短信|消息|信息|通知|广告|推送|促销|活动|回访|问卷|评价|祝福|优惠|名单|营销|推广|退订|拒收")
OF_MESSAGES = re.compile(
    "发(?!动|票|现|生|货|车)|推(?!脱|卸|诿|三)|短信|消息|信息|通知|打扰|联系|广告|回访|调[查研]|问卷|祝|贺|问候|"
    "评[价分]|打分|名[单字]|请[帖柬]|海报|td|退订"
)


def danger(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The kind of danger the classifier hears, or None. text: normalised, without a danger the rules know."""
    if safety.afterwards(text):
        return None
    plainly = beside_figures(text)
    told = safety.told_of(text) or CLEANS.search(text) or (plainly != text and not HARM.search(plainly))
    more = (TOLD_ONLY if told else 0.0) - (BESIDE_WORDS if HARM.search(text) else 0.0)
    sounds = all(_hears(intents.EMERGENCY, each, prompts, setting, more) for each in dict.fromkeys((text, plainly)))
    plain_harm = bodies.hurt(text) and not prompts and not told and not KITCHEN.search(text)  # 卡扣崩飞把眼角划破了
    sounds = sounds or (plain_harm and setting.classifier.rival(text, {intents.EMERGENCY}) < SURE_OF_NOTHING)
    return _likely_kind(text, setting) if sounds else None


def hurt(text: str, setting: Setting) -> bool:
    """手心焦了一块, 整条胳膊麻: somebody is, in a message of danger. 追尾了 tells of nobody."""
    if not SOMEBODY_OR_BODY.search(REPORTED.sub(" ", text)):
        return False
    lies = setting.classifier.mark(intents.EMERGENCY, intents.HURT, text)
    return lies is not None and lies > SOMEBODY_HURT


def kind_before(setting: Setting) -> str | None:
    """Of the danger told before, which goes on."""
    if under_way.standing(setting) != intents.EMERGENCY:
        return None
    text = normalise(setting.before.text)
    return under_way.told_kind(setting.told) or safety.emergency(text) or _likely_kind(text, setting)


def _likely_kind(text: str, setting: Setting) -> str:
    """没电了, 在高架上 is no one to smash a window for: held fast is who is said to be."""
    if of_swallowing(text):
        return "medical"
    kind = setting.classifier.detail(intents.EMERGENCY, text) or "accident"
    return "accident" if kind == "person_trapped" and ON_A_FAST_ROAD.search(text) and not SHUT_IN.search(text) else kind


def calm(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我跟我媳妇就是追尾认识的, 想换台七座的: words of danger by chance, and nobody is hurt or calls for help."""
    if bodies.hurt(text) or swallowed(text) or AT_ONCE.search(text):
        return False
    return _by_chance(intents.EMERGENCY, as_meant(text), prompts, setting)


def refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> str | None:
    """The scope of a refusal the classifier hears. A no to what was just asked is an answer, not a refusal."""
    body = bare(text)
    answers = bool(prompts) and prompts[0].kind in YES_NO and not OF_MESSAGES.search(body)
    if answers and not _surely_refused(text, setting):
        return None
    if refusals.of_something_else(body) and not (MESSAGES.search(text) and _surely_refused(text, setting)):
        return None  # 别发了, 我已经收到发票了
    if wishes.tricks(text) or sending.no_refusal(text) or (_gives_a_number(text) and not STOPS.search(text)):
        return None
    blamed = None if OF_MESSAGES.search(body) else grievance(text)
    if (blamed and blamed.category in OF_WORK) or (MONEY_BACK.search(body) and not OF_MESSAGES.search(body)):
        return None  # 以后别再弄坏我东西; 退我差价
    more = -BESIDE_WORDS if OF_MESSAGES.search(body) else 0.0
    if not _hears(intents.OPT_OUT, text, prompts, setting, more):
        return None
    return refusals.scope(body)


def _surely_refused(text: str, setting: Setting) -> bool:
    """往后别算我了 is more than a no to this invitation."""
    more = FROM_NOW_ON if refusals.FROM_NOW_ON.search(text) else SURELY_REFUSED
    return setting.classifier.margin(intents.OPT_OUT, text) >= more


def rather_refused(text: str, setting: Setting) -> bool:
    """广告退订, 其他照常通知: words of wanting messages again in what surely refuses others."""
    if refusals.renews(text) or not _surely_refused(text, setting):
        return False
    margin = setting.classifier.margin
    return margin(intents.OPT_OUT, text) > margin(intents.OPT_IN, text)


def scope(text: str, by_rule: str, prompts: Sequence[Prompt], setting: Setting) -> str:
    """How far a refusal goes: as the classifier hears it where it is sure, else as the words say.

    Under a survey 别来问了 means its questions.
    """
    told = setting.classifier.detail(intents.OPT_OUT, text)
    if told is None or refusals.keyword(text):
        return by_rule
    if (setting.classifier.mark(intents.OPT_OUT, told, text) or 0.0) > 0:
        return told
    asked = any(each.kind in SCORED for each in prompts)
    return "survey" if asked and by_rule == "marketing" and refusals.of_questions(text) else by_rule


def renewal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """之前不让发是赌气, 还是喊我一声: messages wanted again, in words no rule knows."""
    if wishes.tricks(text) or sending.no_consent(text) or not _hears(intents.OPT_IN, text, prompts, setting):
        return False
    if "退订" in text and not TAKEN_BACK.search(text):
        return False  # 我退订啥了, 把我退订了
    asked = next((each.kind for each in prompts if each.kind is not PromptKind.CLARIFY), None)
    of_a_visit = setting.before.intent in VISITS or asked in YES_NO or asked is PromptKind.CHURN
    if of_a_visit and not TAKEN_BACK.search(text):
        return False  # 记得提醒我
    if refusals.refusal(text) is None or TAKEN_BACK.search(text):
        return True
    margin = setting.classifier.margin
    return not refusals.keyword(text) and margin(intents.OPT_IN, text) > margin(intents.OPT_OUT, text)


def no_refusal(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """万圣节活动小孩要不要化装来; 别发了, 我都拐进你们大门了: words of a refusal, and it does not sound like one.

    A clause that refuses messages by name stands, whatever the rest is about.
    """
    if sending.REACHES.fullmatch(bare(text)):
        return False  # 不用联系我, where no call was to be expected (sending.called_off)
    clauses = [each for each in CUTS.split(text) if each]
    if any(refusals.keyword(each) for each in (text, *clauses)):
        return False
    if setting.classifier.guesses(text)[0].intent == intents.PRIVACY_REQUEST:
        return False  # 我的资料删了, 别再来电: two wishes
    if max(_margins(intents.OPT_OUT, text, prompts, setting)) >= OUTSIDE[intents.OPT_OUT]:
        return _by_chance(intents.OPT_OUT, text, prompts, setting)
    margin = setting.classifier.margin
    named = (each for each in clauses if MESSAGES.search(each) and refusals.refusal(each))
    return all(margin(intents.OPT_OUT, each) < HARDLY_WITHIN for each in named)


def rights(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我在你们那儿都留了些啥, 让我瞅一眼: one's own data asked for, to be put right or to go."""
    margin = setting.classifier.margin
    if wishes.OF_A_DEVICE.search(text) or _gives_a_number(text) or (PAPERS.search(text) and not ERASES.search(text)):
        return False
    if setting.before.intent != intents.PRIVACY_REQUEST and OF_ANOTHER_KIND.search(text) and not OF_DATA.search(text):
        return False  # 什么时候能给我解决; 几个人都行吗, 改成3个
    if leaked(text) and margin(intents.COMPLAINT, text) > margin(intents.PRIVACY_REQUEST, text):
        return False  # 谁把我号码卖给二手车商的
    return still_asked(text, setting) or _hears(intents.PRIVACY_REQUEST, text, prompts, setting)


def still_asked(text: str, setting: Setting) -> bool:
    """发邮箱就行, 多久能给; 就后四位总行吧: right after data were asked for, and nothing else is surely meant."""
    if setting.before.intent != intents.PRIVACY_REQUEST:
        return False
    return (
        STILL_ASKED * heard(intents.PRIVACY_REQUEST, text, (), setting)
        >= setting.classifier.guesses(text)[0].confidence
    )


def _gives_a_number(text: str) -> bool:
    """老号月底注销, 通知请发136...: another number for the file, nothing to be deleted."""
    return phone(text) is not None and NUMBER_ENDS.search(text) is not None and OF_DATA.search(text) is None


def others(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """买我旧车的那人住哪块儿: what is kept of somebody else. Who was told no and presses on asks for the same."""
    invited = any(each.kind is PromptKind.EVENT for each in prompts)
    told = name_told(text) and not others_data.refused(setting.told)
    if others_data.of_the_house(text) or others_data.of_no_person(text) or told or (invited and plainly_comes(text)):
        return False  # 他叫张伟 tells; 我们三口人报名, 多少钱一位
    pressed = others_data.refused(setting.told) and still_asked(text, setting)
    return pressed or _hears(intents.OTHERS_DATA, text, prompts, setting)


def orders(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """Given to the bot, in words no rule knows. Who threatens with a lawyer or gives a number orders nothing of it."""
    scored = any(each.kind in SCORED for each in prompts) and NUMBERED.search(text)
    return not (scored or graveness(text) or wishes.tired(text)) and _hears(intents.ORDERS, text, prompts, setting)


def no_stranger(text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """我不是你们客户了, 资料请销毁: the words of a stranger in a wish that is surely another."""
    found = setting.classifier.guesses(text, opened(prompts))
    strange = heard(intents.WRONG_PERSON, text, prompts, setting)
    return found[0].confidence >= SURE_OF_ANOTHER and strange < found[0].confidence / 10


def nobodys_data(text: str, setting: Setting) -> bool:
    """上面写的吴先生是谁啊, 订单号在我老公手机里: something else, where hardly a word is heard of what is kept."""
    certain = others_data.listed(text) or others_data.erases_theirs(text)
    return not certain and _by_chance(intents.OTHERS_DATA, text, (), setting)


def leans(text: str, setting: Setting) -> bool:
    """Whether it sounds like a grievance or a call for help beside what it was read as: no question is asked back."""
    return sum(heard(each, text, (), setting) for each in FOR_A_PERSON) >= LEANS_FROM


def _hears(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting, more: float = 0.0) -> bool:
    """With the open questions and without them: a question open is no danger."""
    if not setting.classifier.knows(intent):
        return False
    lies = min(_margins(intent, text, prompts, setting))
    return lies >= HEARS[intent] + more and lies >= _rival(intent, text, setting) - AS_NEAR.get(intent, ELSE_AS_NEAR)


def _rival(intent: str, text: str, setting: Setting) -> float:
    return setting.classifier.rival(text, {intent, *BESIDE_IT[intent]})


def _by_chance(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> bool:
    """The message does not sound like that, nor does a clause of it alone."""
    if not setting.classifier.knows(intent):
        return False
    surely_else = _rival(intent, text, setting) > SURELY_ELSE
    if max(_margins(intent, text, prompts, setting)) >= (LESS_OUTSIDE if surely_else else OUTSIDE[intent]):
        return False
    clauses = (each for each in CUTS.split(text) if len(each) >= SHORTEST)
    return all(setting.classifier.margin(intent, each) < HARDLY_WITHIN for each in clauses)


def _margins(intent: str, text: str, prompts: Sequence[Prompt], setting: Setting) -> tuple[float, float]:
    margin = setting.classifier.margin
    return margin(intent, text, opened(prompts)), margin(intent, text)
