"""Small discussions for the tests of the report."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from salon.model import Discussion, Kol, Message, PollResult, Section

AT = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)


def talk(*lines: tuple[str, str], minutes: int = 1) -> Discussion:
    """A discussion of (name, text), led by 林嘉, one message every *minutes*; ids count from 1."""
    return Discussion(
        topic="小店如何留住老客",
        kols=("林嘉",),
        language="zh",
        timezone="Asia/Shanghai",
        outline=(),
        messages=tuple(
            Message(id=str(k), author=name, name=name, text=text, at=AT + timedelta(minutes=(k - 1) * minutes))
            for k, (name, text) in enumerate(lines, 1)
        ),
    )


_SAID = (
    ("林嘉", "大家晚上好，我是林嘉，做了八年社区团购，今天想聊聊小店怎么把老客留住。"),
    ("阿宁", "林老师好！"),
    ("林嘉", "先从第一个问题开始：老客为什么会走？大家先说说自己的店。"),
    ("店长小北", "我们店去年走了三成老客，回访下来最大的原因不是价格，而是没人记得他们上次买了什么。"),
    ("老周", "价格还是重要的，隔壁开了折扣店以后我的复购直接掉了15%。"),
    ("林嘉", "小北说的很关键：第一步不是发券，是把每位老客最近三次的购买记下来。"),
    ("Momo", "记在哪里呢？用表格还是系统？"),
    ("林嘉", "Momo：一百位以内用表格就够了，超过三百位再考虑系统。"),
    ("豆豆妈", "#共识 先记住一百位老客，再谈工具"),
    ("林嘉", "第二个问题，一家小店每周该花多少时间在老客身上？"),
    ("店长小北", "我试过每天早上开门前二十分钟给五位老客发语音，一个月下来回来了十一位。"),
    ("豆豆妈", "模板在这里 https://example.org/laoke 大家可以直接复制。"),
    ("Momo", "有没有人试过请老客带新客？效果怎么样？"),
    ("林嘉", "最后一个：什么样的活动值得办第二次？"),
    ("店长小北", "我们每月一次的老客厨房只请十二位，几乎每次都有人当场预订下个月的货。"),
    ("林嘉", "活动结束一周以内，有没有人主动问下一次是什么时候。没有人问，就别办第二次。"),
)


def evening() -> Discussion:
    """A live evening: sections with questions, prompts, two polls (one tied), groups, seats."""
    said = talk(*_SAID, minutes=7)
    led = {"林嘉": "kol"}
    groups = {"阿宁": "读书会", "Momo": "读书会", "老周": "城东店主群", "店长小北": "城东店主群"}
    return Discussion(
        topic=said.topic,
        kols=said.kols,
        language="zh",
        timezone=said.timezone,
        outline=(
            Section(title="老客为什么会走", minutes=40, questions=("老客为什么会走？",)),
            Section(
                title="时间怎么花",
                minutes=40,
                questions=("小店每周该花多少时间在老客身上？", "怎样申请外贸退税？"),
            ),
            Section(title="什么样的活动值得办第二次", minutes=30),
        ),
        messages=tuple(
            Message(
                id=m.id,
                author=f"key-{m.author}",
                name=m.name,
                text=m.text,
                at=m.at,
                role=led.get(m.name, "member"),
                source=groups.get(m.name, ""),
            )
            for m in said.messages
        ),
        polls=(
            PollResult(id="p1", question="老客流失的最大原因？", options=("没人记得", "价格"), votes=(41, 23)),
            PollResult(id="p2", question="每周花多少时间？", options=("半小时", "两小时"), votes=(20, 20), section=2),
        ),
        prompts=((1, "说说你店里最近一次失去老客的经历", AT + timedelta(minutes=15)),),
        seats_by_source=(("城东店主群", 38), ("读书会", 31), ("校友群", 9)),
        seats=100,
        waiting=17,
        kol=Kol(name="林嘉", title="社区零售顾问", bio="八年社区团购经验。"),
        series_name="周四沙龙",
        number=12,
        began_at=AT,
        ended_at=AT + timedelta(hours=2),
    )
