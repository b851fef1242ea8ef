"""What `doctor` says, in Chinese, for the page of the first start; the command line speaks English.

A sentence is found by its English with `{}` for what changes. What providers say stands in Chinese already.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from commands.examine.finding import Finding

CHECKS: Mapping[str, str] = {
    "settings": "设置",
    "secrets": "密钥文件",
    "data folder": "数据目录",
    "database": "数据库",
    "backup": "备份",
    "redis": "Redis",
    "staff": "员工",
    "holidays": "节假日",
    "alerts": "提醒",
    "alerts: {}": "提醒：{}",
    "alerts: last answers": "提醒：上次的结果",
    "accounts": "账号",
    "clock": "时钟",
    "providers": "微信和短信",
    "e-mail": "邮件",
    "callback: address": "回调：地址",
    "callback: {}": "回调：{}",
    "sms": "短信",
    "sms: account": "短信：账号",
    "sms: signature": "短信：签名",
    "sms: {}": "短信：{}",
    "wechat {}: token": "微信 {}：令牌",
    "wechat {}: templates": "微信 {}：模板消息",
    "wechat {}: subscriptions": "微信 {}：订阅通知",
    "wechat {}: quota": "微信 {}：调用额度",
    "wechat {}: quota of customer-service messages": "微信 {}：客服消息额度",
    "wechat {}: quota of template messages": "微信 {}：模板消息额度",
    "wechat {}: standing": "微信 {}：账号状况",
    "wechat {}: network check": "微信 {}：网络检测",
}
MACHINE: Mapping[str, str] = {
    "sandbox: the providers are this machine's own, no real account is set": (
        "沙盒：微信和短信由本机模拟，没有接真实账号"
    ),
    "HUIFANG_PUBLIC_URL is {}://, customers' links and log-ins would go in the clear": (
        "HUIFANG_PUBLIC_URL 是 {}://，客户链接和登录会明文传输"
    ),
    "put a reverse proxy with a certificate in front and set https://": "前面放一台带证书的反向代理，改成 https://",
    "HUIFANG_PUBLIC_URL names port {}; WeChat calls ports 80 and 443 only": (
        "HUIFANG_PUBLIC_URL 用了端口 {}；微信只访问 80 和 443"
    ),
    "let the proxy listen on 443": "让代理监听 443",
    "read; links and callback begin with https": "已读取；链接和回调都是 https",
    "no WeChat account is set": "还没有设微信账号",
    "set HUIFANG_WECHAT_APP_ID and its secrets": "设好 HUIFANG_WECHAT_APP_ID 和它的密钥",
    "SMS are written to a file, nobody receives them": "短信只写进文件，没有人会收到",
    "set HUIFANG_SMS_PROVIDER": "设好 HUIFANG_SMS_PROVIDER",
    "{} may be read by others": "{} 其他人也能读",
    "only their owner reads them": "只有所有者能读",
    "writable, {} GiB free": "可写，剩 {} GiB",
    "make room: what cannot be stored cannot be answered": "请清出空间：存不下就答不了",
    "make room": "请清出空间",
    "does not answer ({})": "没有响应（{}）",
    "check HUIFANG_DATABASE_URL and that it runs": "看看 HUIFANG_DATABASE_URL 对不对、数据库开没开",
    "at revision {}, the program needs {}": "结构版本是 {}，程序需要 {}",
    "none": "无",
    "answers, at revision {}": "正常，结构版本 {}",
    "SQLite is one file": "SQLite 是一个文件",
    'copy it daily while running: sqlite3 FILE ".backup COPY"': '每天运行中备份：sqlite3 文件 ".backup 备份文件"',
    "none set; `run` brings its own, more machines need HUIFANG_REDIS_URL": (
        "没有设；run 自带一个，多台机器要设 HUIFANG_REDIS_URL"
    ),
    "start it: without it all goes more slowly": "请启动它：没有它一切都会慢一些",
    "answers": "正常",
    "nobody may log in to the inbox": "还没有人能登录收件箱",
    "no administrator": "没有管理员",
    "{} may log in, {} of them administrators": "{} 人可以登录，其中管理员 {} 人",
    "{} is projected: make-up workdays are missing, days may differ": "{} 年是推算的：没有调休，日子可能不准",
    "upgrade chinese-calendar, or write the State Council's days into config/calendar.yaml": (
        "升级 chinese-calendar，或把国务院公布的日子写进 config/calendar.yaml"
    ),
    "published for {}": "{} 年已公布",
    "leave the old version as it was and add one": "旧版本保持原样，另加一个新版本",
    "{} wordings, none changed under its version": "{} 份说明，没有一份在原版本下被改动",
    "{} store(s)": "{} 家门店",
    "WeChat: none": "微信：无",
    "WeChat: {}": "微信：{}",
}
RUNNING: Mapping[str, str] = {
    "no answer within {} s": "{} 秒内没有结果",
    "look at the network and run doctor again": "看看网络，再查一次",
    "mend what the sentence names, then run doctor again": "按这句话改好，再查一次",
    "the check itself broke ({})": "检查本身出错了（{}）",
    "please report it": "请告诉我们",
    "not looked at: the database is not set up": "没有检查：数据库还没建好",
    "the sandbox is not running, so WeChat and SMS were not asked": "沙盒没有运行，没有检查微信和短信",
    "start the house (python app.py run), then run doctor again": "先启动（python app.py run），再查一次",
}
ALERTS: Mapping[str, str] = {
    "{} is not set": "{} 还没有设",
    "set it, or take the destination out of config/dealer.yaml; until then its alerts stay in the page": (
        "设好它，或从 config/dealer.yaml 里去掉这个去处；在那之前提醒只在页面里"
    ),
    "compare address and secret with the robot's page; keyword, IP list and signature are set there": (
        "和机器人页面上的地址、密钥对一对；关键词、IP 名单和加签也在那里设"
    ),
    "look at the network, or wait; alerts are tried again by themselves": "看看网络，或等一等；提醒会自动重试",
    "no destination is configured: alerts are shown in the page only": "没有设去处：提醒只在页面里显示",
    "the last alert was refused ({}, {})": "上一条提醒被拒（{}，{}）",
    "the address is known there": "地址有效",
}
CALLBACK: Mapping[str, str] = {
    "{} has no address": "{} 解析不到地址",
    "register the name, or mend HUIFANG_PUBLIC_URL": "注册这个域名，或改正 HUIFANG_PUBLIC_URL",
    "sandbox: this machine calls itself": "沙盒：本机自己访问自己",
    "{} leads to {}, which nobody outside can reach": "{} 指向 {}，外面访问不到",
    "WeChat needs a public address; look at the name's record": "微信需要公网地址；看看域名解析",
    "{} leads to {}": "{} 指向 {}",
    "answers our verification as WeChat's": "像微信那样验证，回答正确",
    "no connection through HUIFANG_PUBLIC_URL ({})": "经 HUIFANG_PUBLIC_URL 连不上（{}）",
    "redirects (HTTP {}); WeChat follows none": "会跳转（HTTP {}）；微信不跟随跳转",
    "let the proxy pass /wechat/… as it comes": "让代理把 /wechat/… 原样转过来",
    "our own signature is refused": "我们自己的签名被拒",
    "the running house has another token: restart it with these settings": (
        "正在运行的用的是另一个 Token：用现在的设置重启"
    ),
    "the running house knows no such account": "正在运行的没有这个账号",
    "restart it with this config/dealer.yaml": "用现在的 config/dealer.yaml 重启",
    "HTTP {} without our echo": "HTTP {}，没有原样返回",
    "something else answers there: look at the proxy": "那里是别的程序在答：看看代理",
}
MAIL_AND_SMS: Mapping[str, str] = {
    "look at HUIFANG_EMAIL_HOST, _PORT and _SECURITY, and whether this machine may reach that port": (
        "看看 HUIFANG_EMAIL_HOST、_PORT 和 _SECURITY，以及本机能不能连那个端口"
    ),
    "HUIFANG_EMAIL_SECURITY must be what the port speaks, and the certificate one this machine trusts": (
        "HUIFANG_EMAIL_SECURITY 要和端口一致，证书要是本机信任的"
    ),
    "many providers want a login code of its own (授权码), not the password of the web mail": (
        "很多邮箱要用授权码，不是网页邮箱的密码"
    ),
    "compare HUIFANG_EMAIL_USER, _PASSWORD and _FROM with the account": (
        "把 HUIFANG_EMAIL_USER、_PASSWORD 和 _FROM 和邮箱账号对一对"
    ),
    "{} takes our log-in": "{} 登录成功",
    "{} answers": "{} 正常",
    "{} is approved": "{} 已通过审核",
    "{} is still under review": "{} 还在审核",
    "{} was refused by the reviewers": "{} 审核没有通过",
    "{} was refused by the reviewers: {}": "{} 审核没有通过：{}",
    "{} was withdrawn from review": "{} 已撤回审核",
    "{} passed and is not in force yet": "{} 已通过，还没有生效",
    "{} has the unknown state {}": "{} 的状态不认识：{}",
    "{} has no state": "{} 没有状态",
    "not used: approved_for is empty": "不使用：approved_for 是空的",
    "not used: it has no number or approved_for is empty": "不使用：没有编号，或 approved_for 是空的",
    "{} is not in the account ({})": "账号里没有 {}（{}）",
    "{} is not in the account": "账号里没有 {}",
    "copy the code anew": "重新抄一遍编号",
    "copy the number anew (tencent.code)": "重新抄一遍编号（tencent.code）",
    "empty its approved_for in dealer.yaml until it passed": "通过之前把 dealer.yaml 里它的 approved_for 清空",
    "empty its tencent.approved_for in dealer.yaml until it passed": (
        "通过之前把 dealer.yaml 里它的 tencent.approved_for 清空"
    ),
    "key accepted, {} of {} templates known": "密钥有效，{} 个模板找到了，共 {} 个",
    "{} reads otherwise at Tencent": "{} 和腾讯云上的文字不一样",
    "make text and the order of variables agree": "让文字和变量的顺序一致",
}
WECHAT: Mapping[str, str] = {
    "fetched; id, secret and IP white list are right": "已取到；AppID、AppSecret 和 IP 白名单都对",
    "WeChat cannot be reached ({})": "连不上微信（{}）",
    "check the way out and the proxy": "看看出口网络和代理",
    "WeChat's answer had no date": "微信的回答里没有时间",
    "compare this machine's clock by hand": "手工对一下本机时钟",
    "{} s from WeChat's": "和微信差 {} 秒",
    "set this machine's clock (NTP): signatures and links would be refused": "请校准本机时钟（NTP）：签名和链接会被拒",
    "set this machine's clock (NTP)": "请校准本机时钟（NTP）",
    "{} bound, with the account's own fields": "绑定了 {} 个，字段都和账号一致",
    "{}.template_id is not in the account's library": "{}.template_id 不在账号的模板库里",
    "choose it in the console, copy its id here": "在公众平台里选用它，把编号抄过来",
    "{}.fields.{} is not in the account's template": "{}.fields.{} 不在账号的这个模板里",
    "the account calls it {}": "账号里叫 {}",
    "the account has {}": "账号里有 {}",
    "{}.fields lacks {}": "{}.fields 缺 {}",
    "every field of the template needs a value (47003)": "模板的每个字段都要有值（47003）",
    "{} of {} calls left today": "今天剩 {} 次，共 {} 次",
    "wait for midnight, or python app.py wechat clear-quota": "等到零点，或 python app.py wechat clear-quota",
    "see what sends so much": "看看什么发得这么多",
    "WeChat made none ({})": "微信没有检测（{}）",
    "it needs the address saved in the console first": "先要在公众平台里保存回调地址",
    "WeChat sees no answer to its ping": "微信 ping 不通",
    "WeChat sees {} % of its packets lost": "微信发来的包丢了 {}%",
    "ping may be shut on purpose; else look at the firewall": "也许是故意关了 ping；不然看看防火墙",
    "WeChat reaches the callback": "微信能访问回调",
    "WeChat reaches {}": "微信能访问 {}",
    "see the line of the token, or inbox": "看令牌那一行，或收件箱",
    "the template of {} is disabled ({})": "{} 的模板已停用（{}）",
    "nothing stands against it": "没有问题",
    "add the address to the IP white list (开发接口管理 → 基本配置); it takes 5–10 minutes": (
        "把地址加进 IP 白名单（开发接口管理 → 基本配置），5–10 分钟生效"
    ),
    "compare HUIFANG_WECHAT_APP_ID and _APP_SECRET with the console; a reset makes a new secret": (
        "把 HUIFANG_WECHAT_APP_ID 和 _APP_SECRET 和公众平台对一对；重置会换一个新的密钥"
    ),
    "the account's administrator confirms the address in WeChat (a refusal holds for an hour or a day)": (
        "请公众号管理员在微信里确认这个地址（拒绝后一小时或一天内不能再试）"
    ),
    "look at the verification (认证) and the permissions (接口权限) in the console": "在公众平台里看认证和接口权限",
    "unfreeze the AppSecret in the console": "在公众平台里解冻 AppSecret",
    "log in to the console at once and read the notice (站内信)": "马上登录公众平台看站内信",
    "compare HUIFANG_ALIYUN_ACCESS_KEY_SECRET with Aliyun's RAM console": (
        "把 HUIFANG_ALIYUN_ACCESS_KEY_SECRET 和阿里云 RAM 控制台对一对"
    ),
    "compare HUIFANG_ALIYUN_ACCESS_KEY_ID with Aliyun's RAM console": (
        "把 HUIFANG_ALIYUN_ACCESS_KEY_ID 和阿里云 RAM 控制台对一对"
    ),
    "give the key AliyunDysmsFullAccess": "给这个密钥 AliyunDysmsFullAccess 权限",
    "compare HUIFANG_TENCENT_SECRET_ID with Tencent's CAM console": (
        "把 HUIFANG_TENCENT_SECRET_ID 和腾讯云访问管理对一对"
    ),
    "compare HUIFANG_TENCENT_SECRET_KEY with Tencent's CAM console": (
        "把 HUIFANG_TENCENT_SECRET_KEY 和腾讯云访问管理对一对"
    ),
    "give the key QcloudSMSFullAccess": "给这个密钥 QcloudSMSFullAccess 权限",
    "call from an address in mainland China, or ask Aliyun to allow this one": (
        "从大陆的地址调用，或请阿里云放行这个地址"
    ),
    "look the code up in docs/channels.md": "在 docs/channels.md 里查这个代码",
}
SENTENCES: Mapping[str, str] = {**MACHINE, **RUNNING, **ALERTS, **CALLBACK, **MAIL_AND_SMS, **WECHAT}


def in_chinese(said: Finding) -> Finding:
    """Commands, names of settings and what a provider said stay as they are."""
    return replace(
        said,
        check=_in(CHECKS, said.check),
        sentence=_in(SENTENCES, said.sentence),
        todo=_in(SENTENCES, said.todo),
    )


def _in(words: Mapping[str, str], english: str) -> str:
    if english in words:
        return words[english]
    for pattern, chinese in _patterns(tuple(words.items())):
        if found := pattern.fullmatch(english):
            return chinese.format(*(words.get(part, part) for part in found.groups()))
    return english


@cache
def _patterns(words: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The one that says most of its own first: `{} is not in the account ({})` before `{} is not in the account`."""
    by_length = sorted(words, key=lambda pair: len(pair[0]), reverse=True)
    return tuple(
        (re.compile("(.+?)".join(map(re.escape, english.split("{}")))), chinese) for english, chinese in by_length
    )
