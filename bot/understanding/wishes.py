"""What a customer wants that is neither a score nor a grievance: a person, an answer, a greeting returned."""

import re

from bot.understanding.normalise import bare

AUTOMATIC = re.compile(
    "勿扰模式|免打扰模式|语音信箱|您?拨打的(?:用户|电话)|【(?:企业微信|钉钉|飞书)】|已下班.{0,12}(?"
    ":时间|回复)|第一时间回复|(?:休假|年假|出差)中.{0,12}(?:返岗|回复|联系)|"
    "(?:i'?m|am) (?:driving|in a meeting)|get back to you|call you (?:back )?later|can'?t talk|"
    "自动(?:回复|应答|答复|回信)|auto[- ]?repl|autorepl|out of (?:the )?office|【来自.{0,8}(?:助理|"
    "助手)】|智能助理|来自.{0,6}语音助手|(?:我|正在|在)(?:正在)?(?:开会|开车|驾驶|忙).{0,6}稍[后候](?:回|"
    "联系|给您|再)|现在有事不(?:在|方便).{0,10}(?:再和您|再跟您|请留言|稍后|一会)|机主.{0,6}(?:无法|"
    "不便)|暂时无法接听"
)
FORWARDED = re.compile(
    "^【[^】\\d]{2,14}】.{6,}|^转发[::]|尾号\\d{4}|尊敬的(?:客户|用户|会员)|您的(?:快件|包裹|外卖|"
    "订单|话费)|快件将|验证码|取件码|动态码|校验码|【.{2,10}(?:银行|快递|驿站|支付宝|顺丰|菜鸟|移动"
    "|联通|电信)】"
)
GREETING = re.compile(
    "(?:hi|hello|hey|哈喽|哈啰|嗨|您好|你好|亲|早|早安|早上好|上午好|中午好|下午好|晚上好|晚安|在吗|在不|"
    "在么|在不在|有人在吗?|在线吗|好啊|[啊呀呢哦]|[,!。?~\\s])+"
)
THANKS = re.compile(
    "(?:好的?|嗯+|收到了?|知道了|行|ok|[,!。~\\s])*(?:非常|太|十分|多|万分|真是|真的|生日快乐收到了?|"
    "祝福收到了?)?[,!\\s]*(?:谢谢|谢啦|谢了|感谢|多谢|3q|thx|thanks?(?: you)?|thank u|辛苦了?|有心了|"
    "麻烦(?:你|您)们?了|费心了|唔该|感恩|谢|爱你们)+"
    "(?:[你您]们?|大家|师傅|的?(?:祝福|提醒|关心|通知|问候)|[啦啊呀了哈哦噢!,。~\\s]|各位|"
    "小[\u4e00-\u9fff]|经理|老师|关心|提醒|惦记|谢谢|辛苦|感谢|啦|同乐|同喜|[🙏🌹😊❤💐])*"
)
RETURNED = re.compile(
    "(?:同[乐喜祝]|(?:你|您)(?:们)?也(?:是|一样|快乐)|也祝.{1,12}|彼此彼此|不客气|不用谢|客气了?|"
    "节日快乐|新年快乐|新年好|过年好|恭喜发财|中秋快乐|国庆快乐|端午安康|平安|吉祥|快乐|"
    "[啊呀了!,。~\\s🎉🎂])+"
)
HUMAN = re.compile(
    "^(?:我)?(?:要)?(?:找|转)(?:一下)?[\u4e00-\u9fff]{2,4}$|(?:叫|让|请)[\u4e00-\u9fff]{1,4}(?:回|给我|"
    "打|联系)|加(?:个|下)?微信|(?:尽快|赶紧|抓紧|马上|及时)(?:给我|帮我)?(?:处理|解决|联系|回复|答复)|"
    "人工|转接|客服|真人|活人|"
    "(?:找|叫|让|喊|请|联系|见)(?:一下)?(?:你们?|您们?)?(?:的)?.{0,3}(?:经理|"
    "店长|老板|领导|主管|负责人|顾问|销售|师傅|管事|老总|总经理)|(?:有|来个|派个|换个|找个|"
    "安排个?)(?:没有)?人(?:吗|在|来|接|跟|联系|给我|处理|回|管|$|不)|"
    "(?:给我|跟我|和我)?(?:回|打)(?:个|一个|一下)?电话(?:给我)?|(?:联系|call) ?(?:一下)?(?:我|me)|来电话|"
    "回电|^help$|help me|帮助|帮帮我|不(?:想|要|愿)?.{0,3}(?:跟|和|与)?机器人(?:聊|说|讲|谈)|agent|human|"
    "real person|representative|operator|(?:稍后|晚点|天后|明天|后天|下午|上午|回头|有空|"
    "方便时?).{0,4}(?:再)?(?:联系我|打给我|找我|给我打|打过来)"
)
NOT_HUMAN = re.compile(
    "不(?:用|需要|必|要)(?:再)?(?:人工|客服|转|联系|给我打|打电话|回电|来电)|不用麻烦|别(?:给我)?打电话|打了.{0,6}电话"
)
MANAGER = re.compile("经理|店长|老板|领导|主管|负责人|老总")
ROBOT = re.compile(
    "(?:你|您|对面|这).{0,4}(?:是)?(?:不是)?.{0,4}(?:机器人|真人|人工智能|ai|程序|robot|bot)(?:吗|么|吧|"
    "还是|\\?|$)|机器人(?:吗|吧|\\?)|are you (?:a )?(?:ro)?bot|真人还是"
)
STRANGER = re.compile(
    "(?:发|打|找|搞|弄)错(?:了|人|号)|不是(?:车主|本人|机主|[我他她]的车|这个?人)|没(?:有)?(?:买过|"
    "你们的?)(?:你们的?)?车|不认识|换(?:了)?(?:主人|号主|人)|号码换|新号主|wrong (?:number|person)|"
    "我没有车|没在你们(?:那|这)"
)
SOLD = re.compile("车.{0,4}(?:卖|过户|转让|报废|置换)(?:了|给|掉|出)|(?:卖|过户|转让)(?:了|给|掉).{0,3}车")
PRIVACY = re.compile(
    "(?:删除?|清除|注销|查|导出|更正|提供|要).{0,6}(?:我|个人|本人).{0,5}(?:信息|资料|数据|档案|账号)|"
    "(?:我的?|个人)(?:信息|资料|数据).{0,4}(?:删|清除|注销|有哪些|导出)|有我(?:的)?(?:哪些|什么|"
    "多少).{0,3}(?:信息|资料)|注销"
)
INJECTION = re.compile(
    "忽略.{0,10}(?:指令|规则|提示|设定|要求|以上|之前)|无视.{0,6}(?:指令|规则)|(?:你现在|从现在起|假装|"
    "扮演|假设你)(?:是|你是)?.{0,10}(?:经理|总监|老板|系统|管理员|助手|dan)|system prompt|ignore (?:all |"
    "your |previous )|jailbreak|开发者模式|系统提示词|<\\|"
)
QUESTION = re.compile(
    "(?:开门|上班|营业|在|来|修|换|送|卖|贵|远|收|带|做|收费|有货)不$|"
    "帮我约|约(?:个|一下|在).{0,12}(?:保养|维修|检查|试驾|补胎)|(?:能|可以|有|会|行|要).{0,10}[^不"
    "]不$|多少|什么(?!不|问题|感觉|毛病|意见|都|的$)|啥(?!问题|感觉|毛病|不|意见|都|说|好说|子?服务"
    "|呢)|(?<!不)怎么(?!样都|说呢|会不|"
    "都)|怎样|咋(?!地|样|的|滴)|如何|哪(?!怕)|(?<!十)几[点号时折家款种个座天块钱月年]|何时|多久|多长|多大|多高|几钱|"
    "能不能|可不可以|可否|是否|是不是|有没有|有无|要不要|会不会|行不行|好不好$|"
    "(?:[吗么呢否]|[有能以是要会行]嘛)[?]?$|(?<![还都就又从也])没[?]?$|可以不[?]?$|[^\\s]不[?]$|"
    "[^?\\s][?]$|优惠|报价(?!.{0,6}结账)|落地|预约|想问|请问|你们?(?:是)?谁|(?:电话|来电).{0,8}微信|(?:骗|诈).{0,6}吧|"
    "哪位|改到|昨?天?.{0,6}(?:要|想)修|修车|"
    "咨询|打听|帮我[查看问]|帮忙[查看问]|想了解|了解一下|"
    "想(?:买|看|订|试|换|约|做)|试驾|我(?:要|想)退(?:订单|定金|订金|车|款)?|退(?:还)?.{0,4}[定订]金|"
    "[定订]金.{0,4}退|(?:把|取消).{0,3}(?:预订|预约|订单)|拒收|几点|\\d+[点:]\\d{0,2}.{0,2}(?:到店|过来|"
    "到|去)|到店|开发票|发票|现车|有货"
)
HELP = re.compile(
    "爆胎|胎.{0,2}爆了?|扎(?:了|胎|钉)|抛锚|趴窝|(?:电瓶|车)?没电|打不着|拖车|救援|搭电|钥匙.{0,4}(?:丢|锁|没电)|"
    "油门.{0,6}没反应|动不了|没油|陷(?:住|进)|启动不了|发动不了"
)
MARKS_ONLY = re.compile("[?\\s!。.]*")


def automatic(text: str) -> bool:
    return AUTOMATIC.search(text) is not None


def forwarded(text: str) -> bool:
    return FORWARDED.search(text) is not None


def tricks(text: str) -> bool:
    return INJECTION.search(text) is not None


def greets(text: str) -> bool:
    return GREETING.fullmatch(text.strip()) is not None and text.strip("?!。 ") != ""


def thanks(text: str) -> bool:
    body = text.strip()
    return bool(bare(body) or "🙏" in body) and bool(THANKS.fullmatch(body) or RETURNED.fullmatch(body))


def wants_human(text: str) -> bool:
    return HUMAN.search(text) is not None and not NOT_HUMAN.search(text)


def needs_help(text: str) -> bool:
    """Stranded, but in no danger."""
    return HELP.search(text) is not None and not re.search("你们|修[完好了]|又|还是|第.次", text)


def names_manager(text: str) -> bool:
    return wants_human(text) and MANAGER.search(text) is not None


def for_a_person(text: str) -> str | None:
    """Why a person must answer: robot, stranger, sold, privacy, injection, human or question; None when none must."""
    if needs_help(text):
        return "stranded"
    for reason, pattern in (
        ("privacy", PRIVACY),
        ("injection", INJECTION),
        ("robot", ROBOT),
        ("stranger", STRANGER),
        ("sold", SOLD),
    ):
        if pattern.search(text):
            return reason
    if wants_human(text):
        return "human"
    return "question" if asks(text) else None


def asks(text: str) -> bool:
    return QUESTION.search(text.strip(" 。!,")) is not None and bool(bare(text)) and not forwarded(text)
