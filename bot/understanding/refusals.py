"""Refusals and renewed consent. Keywords count only as the whole message; plain words are legally as good."""

import re
from functools import lru_cache

from bot.understanding.grievances import leaked
from bot.understanding.normalise import READ_ALREADY, bare

KEYWORD = (
    "(?:t|t ?d|tt?d|n|r|qx|tuiding|unsubscribe|stop|0000|00000|退|退订|退定|拒收|取消订阅|取关|退出订阅|"
    "拒绝接收|取消接收|拒绝|不再接收)"
)
WHOLE = re.compile(
    f'(?:我要?|请|麻烦|帮我|给我|申请|立即|马上|回复|回|短信|发送|编辑)*[:"]?(?:{KEYWORD}[ ,。!]*)*'
    f'{KEYWORD}["]?(?:退订|短信|了|'
    f"吧|啊|一下|谢谢|信息|消息|服务|推送|通知|td|t|!)*[,.!。\\s]*(?:谢谢|多谢|thanks?|辛苦了?|麻烦了?|拜托|哈|哦)*"
)
SUBJECT = "(?:退订|取消订阅|拒收|拒绝接收)"
ELSEWHERE = re.compile(
    "(?:别|不要|莫)(?:再|老|总)*(?:弄|搞|写|登|打|填)错|(?:别|不要|不用)(?:再|老|总)*[叫让]我[^,。]{0,2}(?:等|排|跑|白)|(?:别|不要)(?:再|老|总)*(?:搞|弄|办|定|选|安排)(?:得|在|到)?(?:这么|那么|太)[^,。]{0,3}|"
    "(?:[他她]|人家|师傅|接待|前台|顾问|经理|小姑娘|那个?人)[^,。我]{0,6}(?:说|讲|回|来句|来一句|叫我|让我)[^,。]{0,8}(?:别|不要|少)(?:再|瞎)?(?:问|说|管|催|啰嗦|废话)|"
    "别问(?:那么多|这么多)|先(?:别|不要|不用)(?:急|管|问|发|说|推|打|扯)(?!.{0,12}(?:以后|短信|退订))|(?:"
    "发|给我看)[^,。]{0,3}(?:菜单"
    "|选项)|发货|联系(?!我|方式)[^,。]{0,5}(?:公司|厂家|交警|中介|物业)|"
    "(?:别|不要)(?:再|去)?(?:联系|打给|找|打|发给|寄给|告诉)(?:我)?的?(?:老[婆公]|[爸妈爷奶]|爱人|家[人里]|儿子|女儿|"
    "同事|朋友|"
    "领导|单位|[他她])|"
    "(?:别|不要|不用)(?:再)?(?:叫|让|找|派|拿)[^,。]{0,3}(?:机器人|机器|助手)|"
    f"等(?:你们?)?通知|(?:通知|告诉|跟)我?[^,。]{{0,4}}一声|"
    f"(?:别|不要|不用|不必)(?:再)?叫我?(?:先生|女士|小姐|哥|姐|叔|阿姨|师傅|老)|(?:发票|"
    f"快递|包裹|配件|合同|资料|礼品|样品|东西|定位|钥匙|图片?|照片|视频|截图|报价|账单)[^,。短消信都]{{0,6}}(?:不用|别|"
    f"不要|"
    f"不必).{{0,2}}(?:寄|发|送|叫)|"
    "(?:不用|别|不要|不必)(?:再)?(?:给我)?(?:寄|发)(?:你们?的?)?(?:发票|快递|合同|资料|礼品|配件|地址|定位|位置|路线|"
    "报价|账单|单子|照片|"
    "图片?|视频|截图|文件)|(?:别|不用|不要)(?:再)?发了.{0,6}(?:收到|拿到|看到|有)[^,。]{0,3}(?:发票|快递|合同|资料|"
    "报价|照片|定位|地址)|"
    "^停了[吗没]|[雨雪]也?停了?|"
    f"{SUBJECT}[^。]{{0,24}}(?:[这那][台辆]|先|车)[^,。]{{0,4}}不(?:买|订|要)|"
    f"(?:订单|定金|订金|车)[^,。]{{0,3}}{SUBJECT}|[订定][的了过][^,。]{{0,6}}[台辆款车][^。]{{0,20}}{SUBJECT}|"
    f"{SUBJECT}[^。]{{0,20}}[订定][的了过][^,。]{{0,6}}[台辆款车]|"
    f"{SUBJECT}(?:金|单|车|的车|的?订单|款|票|酒店|快递|包裹|件)|退订?(?:定|订)金|[定订]金|(?:退|"
    f"取消).{{0,4}}(?:订单|预订|预定|预约|车位|报名)|拒收.{{0,4}}(?:快递|包裹|件)"
)
# 别 as dialects say it and as a voice message hears it.
DIALECT = (
    (re.compile("嫑|覅|勿要|莫要|莫(?=搞|整|弄)|咪(?=再|发|send)|甭|^白(?=发了)|憋(?=再|给|发)|表(?=再|发了)"), "别"),
    (re.compile("不好(?=成日|再|send)"), "别"),
    (re.compile("不使(?=再|send|发)"), "不用"),
    (re.compile("么子|啥子|嘛(?=[都也](?:别|不|莫)|消息|短信|信息|广告)|乜嘢?(?=都)"), "什么"),
    (re.compile("莫(?=来|给|往|推|打)"), "别"),
    (re.compile("俺|老子"), "我"),
    (re.compile("搁[这那]儿?"), ""),
)
OBJECT = (
    "(?:短信|信息|消息|信儿|广告|推送|推广|促销|营销|活动(?!半径)|通知|微信|来电|这类|此类|这种东西|"
    "这些(?![车款配件零问]))"
)
OFTEN = (
    "(?:一|每|隔)?(?:天|周|个?月|星期|礼拜)[^,。!]{0,3}[一二两三四五六七八九十几好多\\d]+条|隔三[差岔]五|"
    "天天[^,。]{0,3}(?:推|发|来)|(?:发|来|推|短信|消息|信息|推送|广告)[^,。!]{0,6}"
    "(?:太?频繁|[太真]勤|太多|有?点多|不停|没停(?!过))|第[几三四五六七八九十\\d]+条|发爆了?|刷屏|轰炸"
)
ENOUGH = (
    "(?:消停|歇[一会歇]|停[了掉]|停一?停|停停|清[静净]|安静|打住|够了|行了吧|停吧|少来|别来|"
    "不想再?看|看烦|看腻|受不了|放过|饶了?我|免了|少发|别[发推来]|不看)"
)
EVERYTHING = "(?:全部?|所有|一律|通通|统统|全都|一切|任何|啥|什么)"
OFF = "(?:退[掉订]|取消|停[掉了]|关[掉了]?|拒收|拒绝|不收|(?:都|也|我|,)*(?:不要|别[来发])|拉黑)"
# A wish to stop × what is to stop × how often it comes; none of these alone refuses.
WEARY = (
    f"(?:{OFTEN}).{{0,16}}?{ENOUGH}|{ENOUGH}.{{0,16}}?(?:{OFTEN})|"
    "(?:公众号|推送|消息|短信)[^,。]{0,4}(?:太|好)[吵闹烦]|"
    f"没必要(?:老|再|总|天天)*(?:发|推)|{OBJECT}[^,。]{{0,4}}(?:少来|打住|一概不收|概不接收|[都全]?关[咯啦嘛])|"
    f"打住.{{0,6}}{OBJECT}|"
    f"(?:别|不要)[搞弄整](?:这些|这种|那些)?{OBJECT}|不用(?:再)?告诉我(?:了|$)|"
    f"名单.{{0,4}}划|划掉我|(?:放过|饶了?)我.{{0,8}}(?:发|推|短信|消息|广告|天天)|(?:{OBJECT}|不想看).{{0,8}}放过|"
    f"(?:可以|能不?能?|可否|能否|可不可以)(?:请)?(?:你们)?不(?:要|再)*(?:给|向|对)?我?(?:发|推|打扰|联系)|"
    f"不想(?:再)?(?:看|收)(?:到|见)?[^,。]{{0,6}}{OBJECT}|{OBJECT}[^,。]{{0,6}}(?:不想|不愿|懒得)(?:再)?(?:看|收)|"
    f"{OBJECT}[^,。]{{0,6}}(?:能不能|可以|都|全|就|一概|给我)*(?:免了|不用再?来|停[了掉]|关[了掉]|全关|退掉|别来)|"
    f"{EVERYTHING}[^,。]{{0,8}}{OBJECT}[^。]{{0,6}}?{OFF}|{OBJECT}[^,。]{{0,6}}{EVERYTHING}[^,。]{{0,3}}{OFF}|"
    f"^{EVERYTHING}{OFF}[了吧]?$|"
    f"{EVERYTHING}(?:给我)?{OFF}[^。]{{0,6}}{OBJECT}|一[条个](?:字|都|也)*(?:别|不要|不用|不许)再?(?:来|发|收|留)|"
    "(?:不再|别再?|不要再?|停止|永不|再也别|断绝)(?:有)?(?:[跟和与对]我的?)?(?:任何|一切|所有)?联系(?!不)"
)
# 促销的信儿可别再整了: done to messages, it is sending them.
_DONE_NO_MORE = (
    "(?:促销|广告|推销|营销|推广|团购|短信|信息|消息|信儿|通知|邀请|推送)[^,。]{0,6}(?:别|不要|甭|莫|休|嫑)(?:再|老|"
    "总|给我|跟我)*"
    "(?:整|搞|弄)(?:了|来|过来|$)|(?:别|不要|甭|莫)(?:再|老|总|给我|跟我)*(?:整|搞|弄)(?:这|那|啥|什么)[^,。]{0,6}"
    "(?:促销|广告|推销|营销|推广|团购|短信|信息|消息|信儿|推送)"
)
# Whatever else may go on being sent (到保养了通知我一声), the advertising shall not.
_ADS = "(?:广告|促销|推广|营销|推销|打折|优惠(?!券)|卖[货车]|活动)"
ADS = re.compile(
    f"只是[^,。]{{0,4}}{_ADS}[^,。]{{0,4}}不要|{_ADS}[^,。]{{0,8}}(?:不要|别|不用|勿)(?:再)?(?:给我|往我|朝我|"
    f"对我)?[^,。]{{0,5}}(?:发|推|塞|寄|来|弹)(?!票)|"
    f"(?:不要|别|不用|勿)(?:再|老|总|天天)*(?:给我|往我|朝我)?[^,。]{{0,4}}(?:发|推|塞|弹|搞)[^,。]{{0,4}}{_ADS}"
)
# How to answer, not whether to write: 别发链接了, 直接说多少钱. With nothing asked it stays a refusal.
HOW_TO_ANSWER = re.compile(
    "(?:不用|不必)(?:再|给我)*打电话|"
    "(?:别|不要|不用|不必|勿)(?:再|给我|跟我|老|总|你|让我)*(?:发|推|寄|扯|填)(?:这些|那些|什么|个|那么多?|这么多?)?"
    "(?:链接|网址|图片?|照片|语音|表情|定位|位置|模板|视频|小程序|文件|截图|文档|pdf|ppt|二维码|卡片|长|荐|一堆|"
    "文章|英文|安抚|话术|套话|官话|空话|别的|表)"
)
ASKS_INSTEAD = re.compile(
    "直接|[让叫][^,。]{0,8}(?:来|打给我|联系我|找我|跟我|回我)|多少|几[点号钱]|给[个我]?[价数底]|说|讲|报[个价]|"
    "告诉|打字|认识|打不开|叫[个人你]|就要|只要|"
    "[?]|"
    "[吗么]$|直接[^,。]{0,3}约|推不动|拖车|地址|怎么"
)
# 消息没收到, 再发一次; 别忘了发我: the opposite of a refusal.
AGAIN = re.compile("不(?:响|抖|漏|叫|亮|晃)了|没收到|再发(?:我(?![就要会])|一)|(?:别|不要)忘|发错|重发|补发")
# 别推荐新能源, 别再给我推suv了: which car, not whether to write.
NOT_THAT_ONE = re.compile(
    "(?:别|不要|不用|勿)(?:再|给我|跟我)*推荐(?!了?$)|"
    "(?:别|不要|不用)(?:再|给我|跟我|老)*推(?:什么|啥|那些)?(?:suv|mpv|轿车|电车|油车|混动|新能源|越野|七座|大车|小车)"
)
STOPS = re.compile("别|不要|不用|停止|停[了掉]|退订|勿|拒收")  # told beside numbers passed on
MASS = re.compile("短信|广告|推送|促销|活动|以后|营销|推广|再也")
DENIED = re.compile(
    "(?:不|没|没有|别|勿|未|不要|不想|不会|千万别|不用|谁说.{0,4}要?)(?:有|要|再|想|打算|给我)?(?:退订|"
    "拒收|取消订阅)(?!不了|不掉|成功)|退订(?:错|是误)|误(?:操作)?退订"
)
WRITE = (
    "发|推送|推|打扰|骚扰|联系|通知|打电话|来电|来信|烦|群发|扰|寄|问(?!题)|回访|叫|邀请|提醒|call|text|send|contact"
)
PLAIN = re.compile(
    f"{WEARY}|{_DONE_NO_MORE}|(?:别|不要|不许|勿|甭)(?:再|老|总|天天)*(?:往|朝)我(?:的|这)?(?:手机|这儿?|号|微信)|"
    f"(?:撤回|撤销|"
    f"收回)[^,。]{{0,16}}(?:商业|营销|推广|广告|信息|短信)[^,。]{{0,8}}同意|"
    f"(?:不要|别|勿|莫|甭|请勿|不必|不用|不需要|停止|禁止|拒绝|无需|少|唔好|唔使|不许|不准|no more|don'?t|"
    f"stop)(?:再|老|总|老是|成日|整天|总是|天天|一直|继续|给|向|跟|对|我|你们|任何|这些|这种|这类|什么|乱|这|来|手机|"
    f"上|,|\\s)*(?:{WRITE})(?!错|票|生(?!日)|现|动|烧|货|热|抖|挥|展|车|往|言|人(?!家)|票|脱|卸|诿|三阻)|"
    f"(?:不想|不愿意?|不希望|不要|怎么?样才能不|如何不|怎么才能不|怎么能不|拒绝)(?:再|让我|继续)?(?:收|接)(?:到|收)?|"
    f"(?:别|不要|勿|不用|免|不必).{{0,6}}(?:短信|信息|消息|广告|推送)|"
    "(?:取消|关闭|关掉|停掉|停了|屏蔽|停止|停)(?:所有|这个|这些|你们的?)?.{0,3}(?:短信|推送|消息|通知|"
    "信息|广告|订阅)|(?:从|把).{0,6}(?:名单|列表|群发|通讯录).{0,4}(?:删|移|去|除)|拉黑(?!过)|把我"
    "(?:的)?(?:号码?|电话|手机号?|名字|联系方式)?(?:从.{0,10})?(?:删|拉黑|移|去)(?:了|掉|除|出)|"
    "(?:祝福|问候|活动|短信|消息|推送|优惠|广告|问卷|回访|调查|贺卡)[^,。]{0,6}(?:大可)?(?:不必了?(?!要)|省(?:"
    "了吧|省)|停了(?!吗|没))|"
    "(?:放过|饶了)我?[^。]{0,24}(?:发|天天|优惠|短信|消息|信息|推|广告|打扰)|"
    "(?:生日|节日)?(?:祝福|问候|问卷|回访|调查|贺卡)[^,。]{0,6}(?:关[了掉闭]|停掉|退[掉订]|不要了(?!吗|么|没)|别来|"
    "不想(?:再)?[收看填])|"
    "(?:不想|不愿意?|懒得|不要|别让我|别叫我)(?:再)?填[^,。]{0,6}(?:分|卷|评|调查)|"
    "(?:广告|问卷|问候|祝福|促销|推送|提醒|消息|信息|短信)[^。]{0,14}(?:一[样个条种项]|统统|通通|全都?|"
    "都)[都也]?(?:不要(?!钱|紧|求|我|忘|弄|搞|写|错|漏|删)|别来|别发|不收|不想要)|"
    "(?:谢绝|拒接|勿|拒绝|不接受|不需要|不参加|不参与|不做|免)(?:任何|一切|你们的?|此类|这类|这些|这种)?(?:的)?(?:推荐|"
    "优惠|活动)?(?"
    ":回访|推销|营销|推广|广告|推送|打扰|短信|信息|消息|调查|评价|问卷|来电)|"
    "^免打扰|^请?勿扰|"
    "(?:以后|今后|下[次回]|往后|将来).{0,8}(?:别(?![家人处的店墅克])|不要|不用|免了|勿)(?!.{0,6}(?:迟|忘|等|慢|坑|拖|再犯|这样|"
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
    "再(?:发|来|推|收到)[^。]{0,8}(?:报警|投诉|举报|12321|12315|(?<!广)告)|^滚(?:蛋|开|远点|吧|!)*$|骚扰(?:短信|"
    "信息|电话|我)|垃圾(?:短信|信息|"
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
# R R R 看到没: nobody writes it twice by accident.
SHOUTED = re.compile(r"(?<![a-z\d])(t|td|r|n|退订)(?:[ ,.!。]+\1)+(?![a-z\d])")
SAID_BEFORE = re.compile("第.{1,2}[遍次回]|[两三四五几好多][几]?[遍次回]|[回发退]过|又|还")
LAST_WORD = re.compile(r"(?:^|[,。!;\s\d分星])(?:退订|td|t)$")

OPT_IN = re.compile(
    "(?:之前|以前|上次|原来|前阵子|那时)[^。]{0,14}(?:关|退|停|取消|拒)[^。]{0,14}(?:打开|重新|恢复|继续|接着|"
    "再(?:发|收|开)|反悔|加回)|反悔[^。]{0,8}(?:发|"
    "收|订)|(?:通知|消息|推送|短信|提醒)[^,。]{0,5}(?:恢复|重新开|开通|打开)(?!.{0,4}(?:吗|怎么|不))|"
    "(?:记得|还是|照样)(?:再)?(?:喊|叫|通知|告诉|发)[^,。]{0,2}我.*(?:取消|退订)|(?:取消|退订)[^。]*(?:记得|"
    "还是)(?:喊|叫|通知|告诉|发)|"
    "(?:手滑|[按点发回打]错|不小心|误)[^。]{0,8}(?:t|td|r|n|退订)(?![a-z])[^。]{0,20}(?:打开|恢复|不是真|还[要"
    "想]|继续)|"
    "退订[^。]{0,8}(?:想|要)[^,。吗]{0,3}(?:收|恢复|看)(?!费)|(?:重新|再|帮我)[^,。不别]{0,3}(?:打开|开启|开通|"
    "恢复)[^,。]{0,8}(?:提醒|消息|通知|推送|短信)|"
    "(?<![不没别])(?:恢复|重新|继续|我要|我想|要|想|开通|再次|同意|可以)(?:订阅|接收|接受推送|(?:短"
    "信|消息)(?:提醒|通知)|收(?=你|短|消|信|通|推|活))(?!到|"
    "费|钱|车|据|藏|我)(?!.{0,4}(?:吗|怎么))|^订阅$|^(?:un ?stop|start|resume|subscribe|dy)$|取消退订|"
    "撤销退订|"
    "(?:继续|恢复|可以|重新|接着|尽管|欢迎|照常)[^,。 ]{0,6}(?:给我)?(?:发|推送|推(?!销)|通知)(?!票|动|现|错|"
    "生)(?!.{0,6}[吗么?])|退订.{0,8}(?:恢复|重新订|再订)|误退订|退订错|"
    "(?:退订|取消|拒收)(?:了|过).{0,8}(?:想|要|又)(?:再|重新|继续|接着)?(?:收|订|加|开)(?:回来?|起来|上)"
)
STILL_REFUSED = re.compile(
    "(?:祝福|问候|问卷|回访|调查|广告|贺卡)(?:短信|消息)?(?:就|都|以后)?(?:不用|不要|免|别[来发])|可以不|不(?:要|"
    "想|用|再)(?:再)?(?:继续|恢复|订阅|重新|接收)|别(?:再)?(?:继续|发)|还(?:继续|在)"
)
BY_OTHER_MEANS = re.compile(
    "(?:电话|来电)(?:(?![别不勿莫]).){0,8}(?:发|用|走|加)?(?:微信|短信)(?:联系|说|聊|沟通|就行|吧|$)"
)
ABOUT_SENDING = re.compile("(?:名单|把我)[^,。]{0,8}划掉|划掉我|(?:垃圾|骚扰|恶心|烂)(?:短信|信息|广告|电话|消息)")
EVERY = re.compile(
    "任何|所有|一切|全部|(?:不管|不论|无论|甭管)(?:什么|啥)|通通|统统|一律|全都|全(?=给|关|都|退|停)|一[条个](?:字|"
    "都|也)|(?:什么|啥)(?:消息|信息|短信|"
    "东西|通知|内容|玩意儿?)?[都也]|都(?:别|"
    "不要|不用)|"
    "联系|拉黑|打扰|打搅|别.{0,3}烦|烦我|滚|不要再找|leave me alone|"
    "(?<!推广)(?<!营销)(?<!促销)(?<!广告)(?<!活动)(?<!推送)名单"
)
OURS_WANTED = re.compile("(?:好了|到期|完工|有事|该保养)[^,。]{0,5}(?:吱|说|告诉|通知|喊|叫|联系)")
# What the house has to tell stays, whatever else goes: 只留到期提醒, 别的都别推.
KEPT = re.compile(
    "(?:保养|年检|到期|提醒|服务|售后|维修)[^,。]{0,8}(?:留[着下]|保留|照[发旧常]|还要|还是要|可以[留发有]|要留|"
    "正常发)|"
    "(?:只|就|除了)[^,。]{0,3}留?[^,。]{0,6}(?:提醒|保养|通知|年检)"
)
# Said by itself after a refusal; 不过保养还是要做的 books one.
REMINDERS_KEPT = re.compile(
    "(?:保养|年检|到期|售后|维修|服务|取车)[^,。]{0,6}(?:提醒|通知|消息|短信|信息)[^,。]{0,6}"
    "(?:留[着下]|保留|照[发旧常]|还是?要|可以(?:[留发有]|$|的|啊|哈)|要[留的]|别停|正常发)"
)
SHORT = 20  # signs
_ANY_AD = re.compile(f"{_ADS}|团购|自驾|直播|抽奖|券")
SURVEY = re.compile(
    "几分几分|填[^,。]{0,5}(?:分|表(?!扬)|卷)|[评打]分|打星|调[查研]|回访|评价|问卷|满意度|打分|评分|打几分|"
    "满不满意|满意不满意|问.{0,3}满意|survey"
)
_QUESTIONS = re.compile("问|[评打选填]|星|这[个套种类玩]")
GREETING = re.compile("祝福|问[候好]|祝贺|生日|节[日气]|逢年过节|早安|晚安|拜年|贺卡|贺")


_OFFERS = "的?(?:广告|活动|促销|推广|优惠|推销|团购|营销)"
NO_KIND = re.compile(
    f"(?:任何|所有)(?!{_OFFERS})|一切|不管什么|(?:什么|啥)[^,。]{{0,4}}都|一[条个](?:字|都|也)|联系|拉黑|打扰|打搅|"
    f"烦我|滚"
)
LISTED = re.compile(
    "(?:广告|活动|促销|推广|营销|优惠|提醒|问候|祝福|问卷|回访|调查|通知|贺卡)(?:短信|消息|信息)?(?:、|和|跟|与|以及|"
    "还有|也好|也罢|还是)"
)
CLAUSE = re.compile("[,。!?;]")
# 优惠活动可以留, 打折消息还是要的.
STAYS = re.compile(
    "(?<!别)(?<!不)(?<!不用)(?<!不要)(?:还是?(?:得|会|可以|想)?(?:要(?!不)|看|收|发(?!个|来|了))|可以(?:接着|"
    "继续)?[留发]|留[着下]|照[发旧常]|继续[发收推留]|正常[发收]|"
    "保留|要留|喜欢|想收|还?是?告诉我|有用)(?!.{0,3}[吗么?])(?!.{0,4}(?:投诉|举报|报警))"
)
KINDS = (SURVEY, GREETING, re.compile("保养|年检|提醒|服务通知"), _ANY_AD)
ASKS_CONSENT = re.compile("(?:接收|收到|订阅)[^。]{0,24}回复[\"“']?(?P<word>[^\"”',。 ]{1,4})")
OFFERS_REFUSAL = re.compile("拒收|退订")
FROM_NOW_ON = re.compile("以后|往后|今后|从此|再也|永远|每次|每回|每个?月|下[次回][^,。]{0,6}都")
RENEWS = re.compile(
    "(?:请|麻烦|帮我|给我)?(?:un ?stop|start|resume|subscribe|dy|订阅|(?:取消|撤销|解除|撤回)(?:退订|拒收|屏蔽|免打扰)|"
    "(?:恢复|重新|继续)(?:订阅|接收))(?:[一]?下|吧|谢谢|thank you|thanks|[,。! ])*"
)
CORRECTED = re.compile("^.*(?:[说讲打发搞][反错]了|口误|我(?:是说|意思是))[,。! ]*")
COMES_AGAIN = re.compile(
    "(?:怎么|咋|干嘛|为(?:什么|啥))[^,。]{0,3}[又还][^,。]{0,2}(?:来|发|是你们)|又来了|还"
    "来[?!]|没完了|滚远?[点蛋开]|阴魂不散"
)
# What was refused before comes again; 天天发, 别发了 refuses for the first time.
AGAINST_IT = re.compile(
    "(?:退订?|回复?|说|讲|拒绝|取消|拒收|td?)[^,。]{0,5}(?:了|过|好几|多少|次|遍)|还(?:在|给|敢)?[^,。]{0,3}发|"
    "又[^,。]{0,4}发|怎么[^,。]{0,3}[还又老总]|为(?:什么|啥|何)[^,。]{0,3}[还又]|再发"
)


@lru_cache(maxsize=READ_ALREADY)
def refusal(text: str) -> str | None:
    """The scope refused (marketing, survey, greeting, all), or None. text is normalised."""
    body = _plainly(bare(text))
    if not body or opt_in(text) or BY_OTHER_MEANS.search(body):
        return None
    if WHOLE.fullmatch(body) or (ADS.search(body) and not HOSTILE.search(body) and not EVERY.search(body)):
        return "marketing"
    if _about_answers_or_leaks(body) or (DENIED.search(body) and not HOSTILE.search(body)):
        return None
    if HOSTILE.search(body) or ASKS_HOW.search(body) or PLAIN.search(body):
        return None if ELSEWHERE.search(body) and not HOSTILE.search(body) else scope(body)
    if ELSEWHERE.search(body):
        return None
    return scope(body) if any(each.search(body) for each in (WITHIN, LAST_WORD, SHOUTED)) else None


def renews(text: str) -> bool:
    """Nothing but a word that takes a refusal back."""
    return RENEWS.fullmatch(bare(text)) is not None


def corrected(text: str) -> str:
    """说反了, 是满意度那个别发: what follows a correction, where it refuses by itself."""
    rest = CORRECTED.sub("", text)
    return rest if rest and refusal(rest) else text


def keyword(text: str) -> bool:
    """Nothing but the word itself."""
    return WHOLE.fullmatch(_plainly(bare(text))) is not None


def of_something_else(body: str) -> bool:
    """A booking, a deposit, how to be answered, a refusal taken back: none of them is a refusal."""
    body = _plainly(body)
    return _about_answers_or_leaks(body) or any(
        each.search(body) for each in (ELSEWHERE, DENIED, BY_OTHER_MEANS, OPT_IN, HOW_TO_ANSWER, AGAIN)
    )


def _plainly(body: str) -> str:
    for said, meant in DIALECT:
        body = said.sub(meant, body)
    return body


def _about_answers_or_leaks(body: str) -> bool:
    """How to be answered, or our customer's number in the hands of others who call."""
    return _only_how_to_answer(body) or (leaked(body) and STOPS.search(body) is None)


def _only_how_to_answer(body: str) -> bool:
    if MASS.search(body):
        return False
    if NOT_THAT_ONE.search(body):
        return True
    towed = re.search("推不动|拖车", body) is not None
    return ASKS_INSTEAD.search(body) is not None and (towed or HOW_TO_ANSWER.search(body) is not None)


def scope(body: str) -> str:
    """How far a refusal goes: marketing, survey, greeting, all; what the words keep (优惠可以留) is not refused."""
    body = _plainly(body)
    refused = _without_what_stays(body)
    kept = KEPT.search(body) is not None
    if _lists(refused):
        return "marketing" if kept else "all"  # 所有的: 保养提醒祝福问卷
    for name, kind in (("survey", SURVEY), ("greeting", GREETING)):
        if kind.search(refused):
            return name
    only_ads = _ANY_AD.search(refused) and not NO_KIND.search(refused)  # 这种促销以后都别推给我
    if only_ads or kept or (OURS_WANTED.search(body) and _ANY_AD.search(body)):
        return "marketing"
    return "all" if EVERY.search(refused) else "marketing"


def of_questions(text: str) -> bool:
    """别来问, 这打星星的: what is refused is being asked; no word of advertising."""
    return _QUESTIONS.search(text) is not None and _ANY_AD.search(text) is None


def _lists(refused: str) -> bool:
    """广告、提醒、问候、问卷, 一样都不要: several kinds in one breath are all of them."""
    kinds = sum(each.search(refused) is not None for each in KINDS)
    return kinds > 2 or (kinds > 1 and (NO_KIND.search(refused) or LISTED.search(refused)) is not None)


def _without_what_stays(body: str) -> str:
    clauses = [each for each in CLAUSE.split(body) if not STAYS.search(each)]
    return ",".join(clauses) if any(kind.search(each) for each in clauses for kind in KINDS) else body


def opt_in(text: str) -> bool:
    body = bare(text)
    return renews(body) or (OPT_IN.search(body) is not None and STILL_REFUSED.search(body) is None)


def keeps_service(text: str) -> bool:
    """保养到期提醒要保留的哈, right after a refusal: what we have to tell is to go on, nothing else is wanted again."""
    kept = REMINDERS_KEPT.search(text) is not None and len(bare(text)) <= SHORT
    return kept and refusal(text) is None and _ANY_AD.search(text) is None


def invited_back(text: str, told: str) -> bool:
    """愿意, to 如您愿意接收活动信息, 请回复"愿意": messages are wanted. told: our last line, normalised."""
    asked = ASKS_CONSENT.search(told)
    return asked is not None and bare(text) in (asked["word"], "愿意", "同意", "接收")


def comes_again(text: str, told: str) -> bool:
    """怎么又来了, under a message that says how to refuse: a refusal that was not heard."""
    return OFFERS_REFUSAL.search(told) is not None and COMES_AGAIN.search(text) is not None


def ignored(text: str) -> bool:
    """An earlier refusal was not honoured: stop and tell a person."""
    body = bare(text)
    if SHOUTED.search(body) and SAID_BEFORE.search(body):
        return True
    return HOSTILE.search(body) is not None and AGAINST_IT.search(text) is not None
