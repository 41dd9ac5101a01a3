"""By which words the columns of a pasted list are known, and what people write for a channel, a language, a length."""

from __future__ import annotations

#: Field of `salon.model.Group` → words of a header that mean it, without spaces and in small letters.
COLUMNS = {
    "id": ("id", "编号", "群编号", "groupid"),
    "name": ("name", "group", "groupname", "群", "群名", "群名称", "社群", "社群名", "社群名称", "名称"),
    "leader": ("leader", "groupleader", "owner", "负责人", "群负责人", "群主", "leaders"),
    "backup": ("backup", "backupleader", "deputy", "备用", "后备", "后备负责人", "备用负责人", "副负责人", "副群主"),
    "platform": ("platform", "app", "平台"),
    "channel": ("channel", "渠道", "发送渠道"),
    "address": ("address", "webhook", "chatid", "地址", "群地址", "机器人"),
    "parent": ("parent", "city", "branch", "region", "城市", "上级", "区域", "分会", "所属", "所属城市"),
    "size": ("size", "members", "人数", "群人数", "成员", "成员数", "规模"),
    "purpose": ("purpose", "about", "定位", "群定位", "用途", "目的"),
    "rules": ("rules", "grouprules", "群规", "规则"),
    "quiet": ("quiet", "quiethours", "免打扰", "免打扰时间", "安静时段", "静默时段"),
    "per_day": ("perday", "aday", "每日", "每天", "每日上限", "每天上限", "日上限"),
    "per_week": ("perweek", "aweek", "每周", "每周上限", "周上限"),
    "per_month": ("permonth", "amonth", "每月", "每月上限", "月上限"),
    "language": ("language", "lang", "语言"),
    "text": ("text", "length", "文案", "文案长度"),
    "kind": ("kind", "type", "类型", "群类型"),
}
#: What people write → the channel's own name. Personal WeChat has no interface: a leader posts by hand.
CHANNELS = {
    **dict.fromkeys(
        ("微信", "wechat", "weixin", "个人微信", "whatsapp", "转发", "人工", "负责人转发", "leader"), "relay"
    ),
    **dict.fromkeys(("企业微信", "企微", "wework"), "wecom"),
    **dict.fromkeys(("飞书", "lark"), "feishu"),
    **dict.fromkeys(("钉钉", "dingding"), "dingtalk"),
    **dict.fromkeys(("邮件", "邮箱", "mail", "e-mail"), "email"),
    **dict.fromkeys(("文件夹",), "folder"),
}
LANGUAGES = {"中文": "zh", "chinese": "zh", "英文": "en", "english": "en"}
LENGTHS = {"长": "full", "完整": "full", "短": "short", "简短": "short", "三行": "three", "3": "three"}
#: Numbers and addresses stay as they are; these are looked up.
LOOKED_UP = {"channel": CHANNELS, "language": LANGUAGES, "text": LENGTHS}
