"""Refusals and renewed consent. Keywords count only as the whole message; plain words are legally as good."""

import re
from functools import lru_cache

from bot.understanding.normalise import READ_ALREADY, bare

KEYWORD = (
    "(?:t|td|tt?d|n|r|qx|tuiding|unsubscribe|stop|0000|00000|退订|退定|拒收|取消订阅|取关|退出订阅|"
    "拒绝接收|拒绝|不再接收)"
)
WHOLE = re.compile(
    f'(?:我要?|请|麻烦|帮我|给我|申请|立即|马上|回复|回|短信|发送|编辑)*[:"]?{KEYWORD}["]?(?:退订|短信|了|'
    f"吧|啊|一下|谢谢|信息|消息|服务|推送|通知|td|t|!)*[,.\\s]*(?:谢谢|多谢|thanks?)?"
)
SUBJECT = "(?:退订|取消订阅|拒收|拒绝接收)"
ELSEWHERE = re.compile(
    f"(?:发票|快递|包裹|配件|合同|资料|礼品|样品|东西|定位|钥匙).{{0,6}}(?:不用|别|不要|不必).{{0,2}}(?:寄|发|送|叫)|"
    f"(?:不用|别|不要|不必)(?:再)?(?:给我)?(?:寄|发)(?:发票|快递|合同|资料|礼品|配件)|"
    f"{SUBJECT}(?:金|单|车|的车|的?订单|款|票|酒店|快递|包裹|件)|退订?(?:定|订)金|[定订]金|(?:退|"
    f"取消).{{0,4}}(?:订单|预订|预定|预约|车位|报名)|拒收.{{0,4}}(?:快递|包裹|件)"
)
DENIED = re.compile(
    "(?:不|没|没有|别|勿|未|不要|不想|不会|千万别|不用|谁说.{0,4}要?)(?:有|要|再|想|打算|给我)?(?:退订|"
    "拒收|取消订阅)(?!不了|不掉|成功)|退订(?:错|是误)|误(?:操作)?退订"
)
WRITE = (
    "发|推送|推|打扰|骚扰|联系|通知|打电话|来电|来信|烦|群发|扰|寄|问(?!题)|回访|叫|邀请|提醒|call|text|send|contact"
)
PLAIN = re.compile(
    f"(?:不要|别|勿|莫|甭|请勿|不必|不用|不需要|停止|禁止|拒绝|无需|少|唔好|唔使|不许|不准|no more|don'?t|"
    f"stop)(?:再|老|总|老是|总是|天天|一直|继续|给|向|跟|对|我|你们|任何|这些|这种|这类|什么|乱|这|来|手机|"
    f"上|,|\\s)*(?:{WRITE})(?!错|票|生(?!日)|现|动|烧|货|热|抖|挥|展|车|往|言|人(?!家)|票)|"
    f"(?:不想|不愿意?|不希望|不要|怎样才能不|如何不|怎么才能不|拒绝)(?:再|让我|继续)?(?:收|接)(?:到|收)?|"
    f"(?:别|不要|勿|不用|免|不必).{{0,6}}(?:短信|信息|消息|广告|推送)|"
    "(?:取消|关闭|关掉|停掉|停了|屏蔽|停止|停)(?:所有|这个|这些|你们的?)?.{0,3}(?:短信|推送|消息|通知|"
    "信息|广告|订阅)|(?:从|把).{0,6}(?:名单|列表|群发|通讯录).{0,4}(?:删|移|去|除)|拉黑(?!过)|把我"
    "(?:的)?(?:号码?|电话|手机号?|名字|联系方式)?(?:从.{0,10})?(?:删|拉黑|移|去)(?:了|掉|除|出)|"
    "(?:谢绝|拒接|勿|拒绝|不接受|不需要|不参加|不参与|不做|免)(?:任何|一切|你们的?|此类|这类|这些|这种)?(?:的)?(?"
    ":回访|推销|营销|推广|广告|推送|打扰|短信|信息|消息|调查|评价|问卷|来电)|"
    "^免打扰|^请?勿扰|"
    "(?:以后|今后|下次|往后).{0,8}(?:别(?![家人处的店墅克])|不要|不用|免了|勿)(?!.{0,6}(?:迟|忘|等|慢|坑|拖|再犯|这样|"
    "出问题))(?:.{0,4}(?:发|叫|通知|打|联系|推|找|喊|烦)|了$|.{0,2}$)|(?:祝福|问候|活动|广告|调查|回访|"
    "问卷|推广|营销|短信).{0,8}(?:免了|不用(?:通知|发|叫|了)|就算了|别(?:发|叫|通知|找|打)|不要(?:发|叫|"
    "通知|再)|不需要|别给|别再)|"
    "(?:不想|不愿意?|别|不要)(?:再|老|总)?被(?:回访|打扰|推销|骚扰|通知|打电话)|(?:短信|消息|信息|"
    "推送).{0,6}(?:太多|太频繁).{0,6}停|"
    "(?:不要|别|不用)(?:再|老|总|天天|一直)*打(?:来|过来|给|$|了)|unsubscribe|no more (?:messages?"
    "|texts?|sms|calls?|spam)|(?:stop|quit) (?:sending|texting|messaging|calli"
    "ng|contacting|spamming)|"
    "why (?:do|are) you (?:guys )?(?:keep|still|always) (?:messaging|texting|sending|calling)|take"
    " me off|remove me|opt ?out|leave me alone"
)
HOSTILE = re.compile(
    "再发.{0,4}(?:报警|投诉|举报|告)|^滚(?:蛋|开|远点|吧|!)*$|骚扰(?:短信|信息|电话|我)|垃圾(?:短信|信息|"
    "广告)|别(?:再)?烦|"
    "烦死.{0,6}(?:发|短信)|天天发|没完没了|"
    "(?:回|回复|发)(?:了|过).{0,4}?[次遍回条](?:t|td|n|r|退订)(?![a-z\\d])|(?:回|回复)(?:了|过)?(?"
    ":t|td|n|r|退订)(?:了|过|那么|这么|好|几)|退订(?:了|过|好几|"
    "这么多).{0,6}(?:还|又|怎么|仍|也)|退订不(?:了|掉|成)|(?:还|再|又)(?:敢)?发.{0,4}(?:就|"
    "我).{0,4}(?:投诉|举报|12321)|(?:怎么|为(?:什么|啥|何)|干嘛).{0,3}(?:还|又|老|"
    "总).{0,4}发.{0,3}(?:短信|信息|消息|广告)|还(?:在)?发(?:短信|广告|信息)"
)
ASKS_HOW = re.compile(
    f"(?:怎么|怎样|如何|咋|哪里|在哪).{{0,4}}{SUBJECT}|{SUBJECT}(?:要)?(?:怎么|怎样|如何|回什么|发什么)|"
    f"how (?:to|do i) (?:unsubscribe|stop)"
)
WITHIN = re.compile(f"{SUBJECT}(?!的|过|了.{{0,4}}(?:想|现在|要).{{0,4}}(?:恢复|订))")
LAST_WORD = re.compile(r"(?:^|[,。!;\s\d分星])(?:退订|td|t)$")

OPT_IN = re.compile(
    "(?<![不没别])(?:恢复|重新|继续|我要|我想|要|想|开通|再次|同意|可以)(?:订阅|接收|接受推送|(?:短"
    "信|消息)(?:提醒|通知)|收(?=你|短|消|信|通|推|活))(?!到|"
    "费|钱|车|据|藏|我)(?!.{0,4}(?:吗|怎么))|^订阅$|^(?:un ?stop|start|resume|subscribe|dy)$|取消退订|"
    "撤销退订|"
    "(?:继续|恢复|可以|重新|接着|尽管|欢迎|照常).{0,6}(?:给我)?(?:发|推送|推|通知)(?!票|动|现|错|"
    "生)(?!.{0,6}[吗么?])|退订.{0,8}(?:恢复|重新订|再订)|误退订|退订错|"
    "(?:退订|取消|拒收)(?:了|过).{0,8}(?:想|要|又)(?:再|重新|继续|接着)?(?:收|订|加|开)(?:回来?|起来|上)"
)
BY_OTHER_MEANS = re.compile("(?:电话|来电).{0,8}(?:发|用|走|加)?(?:微信|短信)(?:联系|说|聊|沟通|就行|吧|$)")
ABOUT_SENDING = re.compile("(?:垃圾|骚扰|恶心|烂)(?:短信|信息|广告|电话|消息)")
EVERY = re.compile("任何|所有|一切|全部|都(?:别|不要|不用)|联系|拉黑|打扰|打搅|烦|滚|不要再找|leave me alone|名单")
SURVEY = re.compile("调查|回访|评价|问卷|满意度|打分|评分|打几分|满不满意|满意不满意|问.{0,3}满意|survey")
GREETING = re.compile("祝福|问候|祝贺|生日|节日|贺卡|贺")


@lru_cache(maxsize=READ_ALREADY)
def refusal(text: str) -> str | None:
    """The scope refused (marketing, survey, greeting, all), or None. text is normalised."""
    body = bare(text)
    if not body or opt_in(text) or BY_OTHER_MEANS.search(body):
        return None
    if WHOLE.fullmatch(body):
        return "marketing"
    if DENIED.search(body) and not HOSTILE.search(body):
        return None
    if HOSTILE.search(body) or ASKS_HOW.search(body) or PLAIN.search(body):
        return None if ELSEWHERE.search(body) and not HOSTILE.search(body) else scope(body)
    if ELSEWHERE.search(body):
        return None
    return scope(body) if WITHIN.search(body) or LAST_WORD.search(body) else None


def scope(body: str) -> str:
    if SURVEY.search(body):
        return "survey"
    if GREETING.search(body):
        return "greeting"
    return "all" if EVERY.search(body) else "marketing"


def opt_in(text: str) -> bool:
    body = bare(text)
    return OPT_IN.search(body) is not None and not re.search(
        "不(?:要|想|用|再)(?:再)?(?:继续|恢复|订阅|重新|接收)|别(?:再)?(?:继续|发)|还(?:继续|在)", body
    )


def ignored(text: str) -> bool:
    """An earlier refusal was not honoured: stop and tell a person."""
    return HOSTILE.search(bare(text)) is not None and re.search("了|过|还|又|再", text) is not None
