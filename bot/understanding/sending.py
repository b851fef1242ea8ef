"""What only sounds as if it refused messages, or wanted them again: 有消息告诉我, 退我差价, 不用打了, 有优惠再说吧."""

import re
from collections.abc import Sequence

from bot.turn import Prompt
from bot.understanding import intents, refusals
from bot.understanding.blame import SCORED
from bot.understanding.normalise import bare
from bot.understanding.setting import Setting

# 有消息告诉我, 保养到期也发这个: something shall be sent, and nothing stops.
_TELL = re.compile(
    "(?:告诉|通知|喊|叫|提醒|联系|回复?|说|发|打)(?:给|到|下|一下)*(?:我|一声|这个|新号|新的|这边|这儿)|"
    "(?:通知|告诉|提醒|联系|说|喊)(?:一声|一下|下)?$"
)
_STOPS = re.compile(
    "别|不|甭|莫|勿|停|退|拒|免|没(?!接|收)|无|烦|扰|骚|够|少|删|消(?!息)|移|划|闭|关(?!心|于|注)|屏蔽|拉黑|滚|告(?!诉)|举报|"
    "天天|整天|老(?!公|婆|妈|爸|板|师|客)|总|又|还|谁|凭|干[嘛吗什啥]|怎么|为[什啥]|多(?!谢)|频|爆|n$|r$|td?$"
)
# Money back, and how one is spoken to.
_MONEY = re.compile(
    "(?:退|还|赔|补)(?:给|还|偿|回)*(?:我|咱)[^,。]{0,4}(?:钱|差价|款|费|差额|一半|损失|押金)|(?:退|补|赔)[^,。]{0,3}(?:差价|差额)|赔我"
)
EVADES = re.compile(
    "打(?:官腔|太极|哈哈|马虎眼|发我|岔)|踢皮球|[绕兜](?:圈子|弯子)|敷衍|糊弄|忽悠|讲大道理|(?:说|讲|扯)(?:套话|官话|空话|场面话)|"
    "推来推去|推三阻四|甩锅|扯皮|和稀泥|装(?:傻|糊涂|死)|应付我"
)
# Of messages, of a list of names, or of what is taken back: without any of them nobody wants to be written to again.
_OF_SENDING = re.compile(
    "发|收|推|订|退|通知|提醒|消息|短信|信息|恢复|打开|开启|开通|继续|告诉|喊|叫|说一?声|知会|接着|加回|联系|取消|解[除封]|误|"
    "滑|按错|点错|回复|接收|撤|开回|反悔|作废|不算|没回|名单|屏蔽|拒绝|自己让|免?打扰(?!了$)|勿扰|邀请|祝福|回访|回了?r|看[^,。]{0,4}(?:活动|优惠|特价)|"
    "换车优惠|不要广告|t\\b|td|start|subscri|resume|text|messag|send|sign|remind|notif|news|[a-z]{4}"
)
_PUTS_OFF = re.compile("(?:再|回头)(?:说|看|聊|议|考虑|定|想想)(?:吧|了|嘛|呗|哈|啊)*$")
CAR_STANDS = re.compile(
    "(?:我?的?车|我|已经?|都|刚|先|马上|立刻|靠边|(?:在)?(?:路边|应急车道|服务区)|把?火|就|[,。 ])*"
    "(?:停|熄火?|灭火?|关|断电)(?:了|好|下来?|稳|住|车|火|掉|靠边|路边|边上|在[^,。]{1,6})*(?:吧|啊|的|呀|现在|"
    "[,。! ])*"
)
_IN_TROUBLE = frozenset({intents.EMERGENCY, intents.ROADSIDE_ASSIST})
_SOFTLY = "(?:(?:不用|不必|不需要|无需|用不着|没必要)再?|甭)"  # 别跟我联系了 refuses
_NO_NEED = f"(?:{_SOFTLY}|别|不要)"
_LEADS = "(?:算了|那|就|行了|好了|没事了?|你们|这事儿?|这次|这个|[,。! ])*"
_ENDS = "(?:我们?|给|电话|过来|来|个|一下|了|啦|吧|哈|啊|哦|谢谢|[,。! ])*"
_TO_ME = "(?:麻烦|你们?|您|特意|专门|给|让[^,。]{1,4}|叫[^,。]{1,4}|跟|来|人|我)*"
RINGS = re.compile(f"{_LEADS}{_NO_NEED}{_TO_ME}(?:打(?:电话)?|来?电话|回电|来电|回电话|致电){_ENDS}")
REACHES = re.compile(f"{_LEADS}{_SOFTLY}{_TO_ME}(?:联系|跟进|找我|回我|回复){_ENDS}")
# 不用打了, 我自己过来
_GOES_ON = re.compile("[,。!; ]+(?=我)|(?<=了)(?=我(?:自己|过[来去]|来|去|会|知道|已|在|到))")
_CLAUSES = re.compile("[,。!;? ]+")
_ASIDE = 10  # signs
# A call was promised, or how it was is being asked.
_CALL_AHEAD = re.compile(
    "联系您|[与跟和]您联系|回复您|回您|打给您|给您(?:打|回)|回电|致电|满意|转告|转给|需要.{0,4}联系"
)
_OF_A_MATTER = frozenset(
    {intents.SURVEY_REPLY, intents.COMPLAINT, intents.HUMAN_REQUEST, intents.REPAIR_STATUS, intents.QUOTE_REPLY,
     intents.SALES_TERMS, intents.INSURANCE_QUERY, intents.DELIVERY_QUERY, intents.MODEL_ENQUIRY}
)  # fmt: skip
_OF_CALLING = re.compile("电话|联系|(?:再|才|后|前|点|来|给我)打|打给|打来")
ASKED_BEFORE = re.compile(
    "[打评]过[分价]|(?:评价?|打分|评分|打|填|答|回|说|选|点|问)过了|已经?(?:评|打分|打了|填|答|回|问)|刚刚?(?:才)?(?:评|打|填|答|回)(?:过|了|完)|"
    "不是(?:都|已经)?(?:评价?|打分|打|填|答|回|说|问)过了?|(?:怎么|咋|干嘛)?(?:又|还)(?:来)?(?:问|让我?[评打填]|要[评打填]|评价|打分|是这个)|"
    "是不是又(?:要|让|叫)我?[评打填]|烦不烦|问(?:了)?(?:几|多少|两|三|好几)[次遍回]|[几两三]遍了"
)
_ASKS_IF = re.compile(
    "(?:是不是|又)[^,。]{0,4}(?:要|让|叫)我?(?:再)?(?:打[个一]?分|评|打星|填)[^,。]{0,6}(?:$|[?吗啊了])"
)
_GROANS = re.compile("(?:你们?|您|,)*烦不烦(?:人|啊|呀|哦|你们?|您)*")

_OURS = "(?:保养|年检|年审|到期|保险|维修|修车|取车|进度|服务|售后)"
_NOTICE = "(?:提醒|通知|消息|短信)"
KEEPS_SERVICE = re.compile(
    f"{_OURS}[^,。]{{0,4}}{_NOTICE}[^,。]{{0,6}}(?:留着?|保留|照[发旧常]|还要|要的|可以(?:有|发|留|要)|正常发|继续|就行|就好|就可以|给我发)|"
    f"(?:只|就|光|仅)(?:想)?(?:要|留|收|发|保留|接收|提醒)[^,。]{{0,4}}{_OURS}[^,。]{{0,4}}(?:{_NOTICE}|$)"
)
_STILL_TOLD = re.compile(
    f"{_OURS}[^,。?]{{0,8}}(?:还是?|照样|照旧|也|记得|得|要)[^,。?]{{0,4}}(?:讲|说|通知|告诉|喊|叫|提醒)(?:一?声|一下|我)"
)
_BY_MESSAGE = re.compile("短信|信息|消息|广告|推送|活动|通知")
_THE_REST = re.compile("其[他余它]|别的|剩下|推介|为止|打住|广告|推[销广荐]|营销|促销|活动|优惠|祝福|问卷|调查")


def keeps_service(text: str) -> bool:
    """就要保养提醒, 年检提醒可以留着: what the house has to tell is wanted, in words that refuse nothing by name."""
    rest = KEEPS_SERVICE.sub("", text)
    stops = _STOPS.search(rest) or _THE_REST.search(rest)
    return KEEPS_SERVICE.search(text) is not None and refusals.refusal(text) is None and not stops


def still_told(clause: str) -> bool:
    """保养跟年检那种还是要讲一声的: beside a refusal, what is to go on being told; nothing is asked about it."""
    return _STILL_TOLD.search(clause) is not None


def no_refusal(text: str) -> bool:
    """Money back, how one is answered, or something that shall be told: nothing of that refuses messages."""
    if _MONEY.search(text) or (EVADES.search(text) and _BY_MESSAGE.search(text) is None):
        return True
    return _TELL.search(text) is not None and _STOPS.search(text) is None


def no_consent(text: str) -> bool:
    """打扰了, 还是来吧, 有优惠再说吧: no word of being written to, or put off."""
    return _OF_SENDING.search(text) is None or _PUTS_OFF.search(text) is not None


def car_stands(text: str, setting: Setting) -> bool:
    """停了, right after a danger: the car does, and the messages go on."""
    return setting.before.intent in _IN_TROUBLE and CAR_STANDS.fullmatch(bare(text)) is not None


def asked_before(text: str) -> bool:
    """评价过了呀, 怎么又问, under a question how it was: it was asked twice, and nothing is refused."""
    return ASKED_BEFORE.search(text) is not None and refusals.refusal(text) is None


def only_groans(text: str) -> bool:
    """你们是不是又要我打分; 烦不烦: under a question how it was, asked or groaned, and nothing refused."""
    return _ASKS_IF.search(text) is not None or groans(text)


def groans(text: str) -> bool:
    return _GROANS.fullmatch(bare(text)) is not None


def no_call_beside(text: str) -> bool:
    """1分, 不用联系我了: said beside something else."""
    clauses = [each for each in _CLAUSES.split(text) if each]
    return any(RINGS.fullmatch(each) or REACHES.fullmatch(each) for each in clauses)


def called_off(text: str, prompts: Sequence[Prompt], setting: Setting) -> str:
    """不用打了, 不用联系我了: "matter" where a call about something stands to reason, "calls" for any, else "".

    别再联系我 and 以后不用联系 refuse more than a call, and so does 不用联系我 under an advertisement.
    """
    first, *rest = _GOES_ON.split(bare(text), maxsplit=1)
    rings, reaches = RINGS.fullmatch(first) is not None, REACHES.fullmatch(first) is not None
    aside = "".join(rest)
    if not (rings or reaches) or len(aside) > _ASIDE or _STOPS.search(aside):
        return ""
    ahead = _CALL_AHEAD.search(setting.told) and not refusals.OFFERS_REFUSAL.search(setting.told)
    asked = any(each.kind in SCORED for each in prompts)
    if asked or ahead or setting.before.intent in _OF_A_MATTER or _OF_CALLING.search(setting.before.text):
        return "matter"
    return "calls" if rings else ""
