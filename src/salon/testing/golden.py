"""One golden evening, in Chinese and in English: every template and every poster is tried on it.

Thursday 26 November 2026, 20:00–22:00 in Shanghai; London for the English one.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from salon.model import Event, Group, Kol, Poll, Section, Times

_ZONES = {"zh": "Asia/Shanghai", "en": "Europe/London"}


def golden_event(language: str = "zh") -> Event:
    """The evening in *language* ("zh" or "en"): four sections, two polls, three precautions, a KOL without portrait."""
    return _chinese_event() if language == "zh" else _english_event()


def golden_groups(language: str = "zh") -> tuple[Group, ...]:
    """Three groups that hear of the evening, all on the folder channel."""
    names = {
        "zh": ("产品经理读书会", "北京 AI 创业者 2 群", "设计师茶水间 🍵"),
        "en": ("Product Readers", "Berlin AI Builders #2", "The Designers’ Tea Room 🍵"),
    }[language]
    leaders = {"zh": ("陈玥", "老周", "小鹿"), "en": ("Hannah", "Old Zhou", "Deer")}[language]
    return tuple(
        Group(id=id_, name=name, leader=leader, language=language)
        for id_, name, leader in zip(("readers", "builders-2", "tea-room"), names, leaders, strict=True)
    )


def _times(language: str) -> Times:
    zone = ZoneInfo(_ZONES[language])

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, day, hour, minute, tzinfo=zone)

    return Times(
        brief_at=at(24, 10),
        confirm_by=at(25, 12),
        warm_up_at=at(25, 20),
        opens_at=at(26, 12),
        reminds_at=(at(26, 15), at(26, 18), at(26, 19, 30)),
        hosts_at=at(26, 19, 50),
        starts_at=at(26, 20),
        disbands_at=at(26, 22),
        reports_at=at(26, 22, 5),
    )


def _chinese_event() -> Event:
    return Event(
        id="thursday-2026-11-26",
        series="thursday",
        series_name="周四夜谈",
        number=12,
        timezone=_ZONES["zh"],
        languages=("zh", "en"),
        topic="三个人的小团队，怎样把 AI 编程助手真正用进日常？",
        summary="工具人人会装，用出成果的却不多。今晚只谈做过的事：哪些活交出去了，哪些又收了回来，账怎么算。",
        kol=Kol(
            name="林若溪",
            title="独立开发者，「纸舟日历」作者",
            bio="做了九年移动端，三年前离开大厂，带两个人做出月活二十万的「纸舟日历」。",
            address="kol-lin",
        ),
        times=_times("zh"),
        outline=(
            Section(
                title="先看账本：一周里省下了多少时间",
                minutes=25,
                questions=("省下的时间去了哪里？", "哪些数字骗了我们？"),
                prompts=("你上周用 AI 做成的最小一件事是什么？", "省下的时间，你拿去做了什么？"),
            ),
            Section(
                title="哪些活可以交出去",
                minutes=30,
                questions=("写测试、改文案、查日志，哪个最先交？",),
                prompts=("说一件你已经不再亲手做的事。",),
            ),
            Section(
                title="哪些活又收了回来",
                minutes=30,
                questions=("出过什么事故？", "现在靠什么把关？"),
                prompts=("你踩过最疼的坑是哪一个？",),
            ),
            Section(title="明天就能用的三条做法", minutes=20, prompts=("你明天准备先试哪一条？",)),
        ),
        polls=(
            Poll(
                id="daily",
                question="你现在每天用 AI 写代码多久？",
                options=("不到半小时", "半小时到两小时", "两小时以上", "还没开始"),
            ),
            Poll(id="trust", question="AI 写的代码，你会直接上线吗？", options=("会", "看过再上", "不会"), section=3),
        ),
        precautions=(
            "就事论事，不评价人。",
            "请不要发广告和二维码，也不要私加别人。",
            "报告会引用大家的发言，只写昵称；不想被引用，请直接告诉主持人。",
        ),
    )


def _english_event() -> Event:
    return Event(
        id="thursday-2026-11-26",
        series="thursday",
        series_name="Thursday Night Talk",
        number=12,
        timezone=_ZONES["en"],
        languages=("en",),
        topic="How does a team of three make AI coding assistants part of the day?",
        summary="Everyone has installed the tools; few can show results. Tonight is only about what was done: "
        "what we handed over, what we took back, and what it cost.",
        kol=Kol(
            name="Ruth Lindqvist",
            title="Independent developer, maker of Paperboat Calendar",
            bio="Nine years of mobile apps; left a large company three years ago to build Paperboat with two friends.",
            address="kol-ruth",
        ),
        times=_times("en"),
        outline=(
            Section(
                title="The ledger: what a week really saved",
                minutes=25,
                questions=("Where did the saved time go?", "Which numbers fooled us?"),
                prompts=(
                    "What is the smallest thing you finished with AI last week?",
                    "What did you do with the time?",
                ),
            ),
            Section(
                title="Work we handed over",
                minutes=30,
                questions=("Tests, wording, logs: which goes first?",),
                prompts=("Name one thing you no longer do by hand.",),
            ),
            Section(
                title="Work we took back",
                minutes=30,
                questions=("What went wrong?", "Who checks now, and how?"),
                prompts=("Which mistake hurt the most?",),
            ),
            Section(title="Three habits for tomorrow", minutes=20, prompts=("Which one will you try first?",)),
        ),
        polls=(
            Poll(
                id="daily",
                question="How long do you code with AI each day?",
                options=("Under half an hour", "Half an hour to two", "Over two hours", "Not yet"),
            ),
            Poll(
                id="trust",
                question="Would you ship AI code as it comes?",
                options=("Yes", "After a look", "No"),
                section=3,
            ),
        ),
        precautions=(
            "Talk about the matter, not about people.",
            "No advertising, no codes, no unasked private messages.",
            "The report quotes what is said, by nickname only; tell the host if you do not want to be quoted.",
        ),
    )
