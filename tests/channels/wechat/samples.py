"""One sample of everything WeChat pushes (wechat.md §2.8), by name: the fields after the common head."""

from typing import Any

WHEN, WHO = 1789611600, "oLiLei"

MESSAGES: dict[str, dict[str, Any]] = {
    "text": {"MsgType": "text", "Content": "空调还是不凉", "MsgId": 71},
    "text from an article": {"MsgType": "text", "Content": "你好", "MsgId": 71, "MsgDataId": "9_1", "Idx": "1"},
    "sticker": {"MsgType": "text", "Content": "[微笑]", "MsgId": 71},
    "old sticker": {"MsgType": "text", "Content": "/::)", "MsgId": 71},
    "emoji": {"MsgType": "text", "Content": "😊", "MsgId": 71},
    "tap": {"MsgType": "text", "Content": "满意", "MsgId": 71, "bizmsgmenuid": "101"},
    "unsupported": {"MsgType": "text", "Content": "【收到不支持的消息类型，暂无法显示】", "MsgId": 71},
    "image": {"MsgType": "image", "PicUrl": "http://mmbiz.test/1", "MediaId": "M1", "MsgId": 71},
    "voice": {"MsgType": "voice", "MediaId": "M1", "Format": "amr", "MsgId": 71, "MediaId16K": "M16"},
    "voice recognised": {
        "MsgType": "voice", "MediaId": "M1", "Format": "AMR", "Recognition": "空调不凉。", "MsgId": 71,
    },
    "voice in 16K only": {"MsgType": "voice", "MediaId16K": "M16", "Format": "speex", "MsgId": 71},
    "video": {"MsgType": "video", "MediaId": "M1", "ThumbMediaId": "T1", "MsgId": 71},
    "shortvideo": {"MsgType": "shortvideo", "MediaId": "M1", "ThumbMediaId": "T1", "MsgId": 71},
    "location": {
        "MsgType": "location", "Location_X": "23.134521", "Location_Y": "113.358803", "Scale": 20, "Label": "滨江区1号",
        "MsgId": 71,
    },
    "location without words": {
        "MsgType": "location", "Location_X": "23.134521", "Location_Y": "113.358803", "MsgId": 71,
    },
    "location off the earth": {"MsgType": "location", "Location_X": "nan", "Location_Y": "1e400", "MsgId": 71},
    "link": {"MsgType": "link", "Title": "一篇文章", "Description": "讲空调", "Url": "https://a.test/1", "MsgId": 71},
    "mini-program page": {
        "MsgType": "miniprogrampage", "Title": "我的爱车", "AppId": "wx1", "PagePath": "pages/a", "ThumbUrl": "http://t/",
        "ThumbMediaId": "T1", "MsgId": 71,
    },
    "a kind of tomorrow": {"MsgType": "hologram", "Beam": {"Of": [{"Light": "1"}, {"Light": "2"}]}, "MsgId": 71},
}  # fmt: skip

ACTS: dict[str, dict[str, Any]] = {
    "subscribe": {"Event": "subscribe", "EventKey": ""},
    "subscribe by a code": {"Event": "subscribe", "EventKey": "qrscene_bind:abc", "Ticket": "TICKET"},
    "unsubscribe": {"Event": "unsubscribe", "EventKey": ""},
    "SCAN": {"Event": "SCAN", "EventKey": "bind:abc", "Ticket": "TICKET"},
    "CLICK": {"Event": "CLICK", "EventKey": "SURVEY"},
    "scancode_push": {
        "Event": "scancode_push", "EventKey": "S", "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "https://x/"},
    },
    "scancode_waitmsg": {
        "Event": "scancode_waitmsg", "EventKey": "S", "ScanCodeInfo": {"ScanType": "barcode", "ScanResult": "1"},
    },
}  # fmt: skip

_PICS = {"EventKey": "P", "SendPicsInfo": {"Count": 2, "PicList": {"item": [{"PicMd5Sum": "a"}, {"PicMd5Sum": "b"}]}}}
_PLACE = {"Location_X": "23", "Location_Y": "113", "Scale": "15", "Label": "广州", "Poiname": "x"}

NEWS: dict[str, dict[str, Any]] = {
    "LOCATION": {"Event": "LOCATION", "Latitude": "23.137466", "Longitude": "113.352425", "Precision": "119.385040"},
    "VIEW": {"Event": "VIEW", "EventKey": "https://example.com/", "MenuId": "1"},
    "view_miniprogram": {"Event": "view_miniprogram", "EventKey": "pages/index/index", "MenuId": "1"},
    "pic_sysphoto": {"Event": "pic_sysphoto", **_PICS},
    "pic_photo_or_album": {"Event": "pic_photo_or_album", **_PICS},
    "pic_weixin": {"Event": "pic_weixin", **_PICS},
    "location_select": {"Event": "location_select", "EventKey": "L", "SendLocationInfo": _PLACE},
    "an event of tomorrow": {"Event": "teleported", "Where": {"To": "moon"}},
    "subscribe_msg_popup_event": {
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {
            "List": [
                {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "1"},
                {"TemplateId": "T2", "SubscribeStatusString": "reject", "PopupScene": "1"},
            ]
        },
    },
    "subscribe_msg_popup_event of one": {
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": {"TemplateId": "T1", "SubscribeStatusString": "accept", "PopupScene": "2"}},
    },
    "subscribe_msg_change_event": {
        "Event": "subscribe_msg_change_event",
        "SubscribeMsgChangeEvent": {"List": {"TemplateId": "T1", "SubscribeStatusString": "reject"}},
    },
    "subscribe_msg_change_event, the other tag": {
        "Event": "subscribe_msg_change_event",
        "SubscribeMsgPopupEvent": {"List": {"TemplateId": "T1", "SubscribeStatusString": "reject"}},
    },
    "kf_create_session": {"Event": "kf_create_session", "KfAccount": "test1@test"},
    "kf_close_session": {"Event": "kf_close_session", "KfAccount": "test1@test", "CloseType": "KF"},
    "kf_switch_session": {"Event": "kf_switch_session", "FromKfAccount": "a@test", "ToKfAccount": "b@test"},
    "user_authorization_revoke": {
        "Event": "user_authorization_revoke", "OpenID": "oOther", "AppID": "wx1", "RevokeInfo": "301",
    },
    "user_authorization_cancellation": {"Event": "user_authorization_cancellation", "OpenID": "oOther", "AppID": "wx1"},
    "user_info_modified": {"Event": "user_info_modified", "OpenID": "oOther", "AppID": "wx1", "RevokeInfo": ""},
    "qualification_verify_success": {"Event": "qualification_verify_success", "ExpiredTime": WHEN},
    "qualification_verify_fail": {"Event": "qualification_verify_fail", "FailTime": WHEN, "FailReason": "材料不全"},
    "naming_verify_success": {"Event": "naming_verify_success", "ExpiredTime": WHEN},
    "naming_verify_fail": {"Event": "naming_verify_fail", "FailTime": WHEN, "FailReason": "重名"},
    "annual_renew": {"Event": "annual_renew", "ExpiredTime": WHEN},
    "verify_expired": {"Event": "verify_expired", "ExpiredTime": WHEN},
    "debug_demo": {"Event": "debug_demo", "debug_str": "hello world"},
}  # fmt: skip

RECEIPTS: dict[str, dict[str, Any]] = {
    "TEMPLATESENDJOBFINISH": {"Event": "TEMPLATESENDJOBFINISH", "MsgID": 200163836, "Status": "success"},
    "MASSSENDJOBFINISH": {
        "Event": "MASSSENDJOBFINISH", "MsgID": 1000001625, "Status": "send success", "TotalCount": 100,
        "FilterCount": 80, "SentCount": 75, "ErrorCount": 5,
        "CopyrightCheckResult": {"Count": 0, "ResultList": "", "CheckState": 0}, "ArticleUrlResult": {"Count": 0},
    },
    "subscribe_msg_sent_event": {
        "Event": "subscribe_msg_sent_event",
        "SubscribeMsgSentEvent": {
            "List": [
                {"TemplateId": "T1", "MsgID": "1700827132819554304", "ErrorCode": "0", "ErrorStatus": "success"},
                {"TemplateId": "T2", "MsgID": "1700827132819554305", "ErrorCode": "43101", "ErrorStatus": "refused"},
            ]
        },
    },
    "subscribe_msg_sent_event of one": {
        "Event": "subscribe_msg_sent_event",
        "SubscribeMsgSentEvent": {
            "List": {"TemplateId": "T1", "MsgID": "17008", "ErrorCode": "0", "ErrorStatus": "success"}
        },
    },
}  # fmt: skip

EVENTS = {name: {"MsgType": "event", **fields} for name, fields in {**ACTS, **NEWS, **RECEIPTS}.items()}
ALL: dict[str, dict[str, Any]] = {**MESSAGES, **EVENTS}


def whole(name: str, to: str = "gh_1") -> dict[str, Any]:
    """A sample with its head, as WeChat pushes it."""
    return {"ToUserName": to, "FromUserName": WHO, "CreateTime": WHEN, **ALL[name]}


def lifted(fields: dict[str, Any]) -> dict[str, Any]:
    """As in JSON: the list of a subscription event stands at the top."""
    return dict(
        ("List", value["List"]) if name.startswith("SubscribeMsg") else (name, value) for name, value in fields.items()
    )
