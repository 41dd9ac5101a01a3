"""What waits for the host, and above all what does not."""

# ruff: noqa: RUF001 - letters that look like others are what this is about.

from __future__ import annotations

import pytest

from salon.errors import Mistakes
from salon.order.lists import lines_of, lists_of, together
from salon.order.match import reasons
from salon.wording import Wording
from salon.wordlists import lists_for

LISTS = lists_for(Wording())


def kinds(text: str, topic: str = "") -> set[str]:
    return {why.kind for why in reasons(LISTS, text, topic)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("性感荷官在线发牌", "gambling"),
        ("性 感 荷 官，等你来", "gambling"),
        ("性\u200b感\u200d荷\ufeff官", "gambling"),
        ("性.感*荷🌸官", "gambling"),
        ("線上賭場，註冊送彩金", "gambling"),
        ("注册送彩金，ｗｗｗ．ａｂｃ．ｃｏｍ", "gambling"),
        ("百家乐，加 V ｘ：ａｂｃ８８８６６", "gambling"),
        ("百家乐找我 加 微 信 a b c 1 2 3 4", "gambling"),
        ("FREE SPINS NO DEPOSIT", "gambling"),
        ("fr33 sp1ns n0 dep0sit", "gambling"),
        ("f.r.e.e s-p-i-n-s n_o d e p o s i t", "gambling"),
        ("frее sріns no deposit", "gambling"),
        ("ｂｅｓｔ　ｏｎｌｉｎｅ　ｃａｓｉｎｏ　https://a.example/x", "gambling"),
        ("看这个 bet365.com/promo", "gambling"),
        ("看这个 bet365 点 com", "gambling"),
        ("bet365 [dot] com", "gambling"),
        ("来 https://lucky.casino/a", "gambling"),
        ("www.PornHub.com", "porn"),
        ("同城约炮", "porn"),
        ("裸聊，微信：lucy_999", "porn"),
        ("watch fr33 p0rn", "porn"),
        ("大麻 货真价实 telegram: @greenleaf", "drugs"),
        ("buy c0caine onl1ne", "drugs"),
        ("cocaine for sale", "drugs"),
        ("刷单返佣，多劳多得", "advertising"),
        ("兼职日结，加微信 abc12345", "advertising"),
        ("免费领课件 13800138000", "advertising"),
        ("https://t.me/+AbCdEf", "advertising"),
        ("进群 https://weixin.qq.com/g/abcdef", "advertising"),
        ("crypto signals, whatsapp: +1 555 0100 200", "advertising"),
        ("兼职日结 wx：abc", "advertising"),
        ("兼职 138.0013.8000", "advertising"),
        ("兼职 一三八零零一三八零零零", "advertising"),
        ("兼职 ➕v abc888", "advertising"),
        ("兼职 t.cn/A6abc", "advertising"),
        ("兼职 example dot com", "advertising"),
        ("兼职 https://zhihu.com.evil.top/a", "advertising"),
        ("weixin://dl/chat?x", "advertising"),
        ("p0rnhub.com", "porn"),
        ("🅵🆁🅴🅴 ᴘᴏʀɴ 𝘃𝗶𝗱𝗲𝗼𝘀", "porn"),
    ],
)
def test_offers_and_lures_wait_however_they_are_spelt(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "赌博的危害，大家怎么和孩子讲？",
        "我写过一篇讲裸聊诈骗的文章，受害人大多是学生。",
        "他沉迷百家乐，输光了积蓄。",
        "大麻在有些国家合法，这对我们有什么启发？",
        "毒品、色情、赌博，平台应该怎么治理？",
        "冰毒的来源是什么？警方怎么查？",
        "彩票算不算一种税？",
        "我的副业是写代码。",
        "我在做兼职调研，想听听大家日结的经历。",
        "微信群里的广告太多了，刷单骗局怎么识别？",
        "有人在群里发荐股广告，怎么办",
        "贷款买房划算吗？",
        "The casino scene in that film is about chance.",
        "Is online casino advertising to minors legal?",
        "Pornography and the law: where is the line?",
        "We studied cocaine use in cities; weed is next.",
        "Scunthorpe and Essex are places. Let us analyse the cocktail bar.",
        "I bet. Bet is a word.",
        "My slides: https://example.org/slides.pdf",
        "我的博客 https://blog.example.com/a?id=12345",
        "想要讲稿的话，我的微信是 lin_2024",
        "My WeChat is lin2024, happy to talk more.",
        "See https://en.wikipedia.org/wiki/Casino",
        "这一点com组件讲得很好。",
        "她一直全套流程走下来，上门拜访了三次。",
        "一肖像画，中特意留白。"[:4],
        "这是最大麻烦，资料在 https://example.org/a，电话 010-12345678",
        "今日结束，讲稿找我要，微信 lin_2024",
        "线下注册电话 13800138000",
        "反诈中心电话 96110，刷单都是骗局",
        "大麻合法化的争论，见 https://www.bbc.com/news/1",
        "Ketamine for depression: https://www.nejm.org/doi/full/1 and https://pubmed.ncbi.nlm.nih.gov/2",
        "投注比例与凯利公式 https://zh.wikipedia.org/wiki/x",
        "术后引流管护理，护士站电话 010-12345678",
        "Weed control in rice: https://irri.example/weeds",
        "",
    ],
)
def test_plain_talk_of_such_things_never_waits(text: str) -> None:
    assert reasons(LISTS, text) == ()


def test_far_apart_is_not_together() -> None:
    assert kinds("贷款" + "，我们继续说别的" * 3 + "微信：abc12345")
    assert not kinds("贷款" + "，我们继续说别的" * 30 + "微信：abc12345")


def test_the_evening_s_own_topic_is_free() -> None:
    assert kinds("老师带单靠谱吗") == {"advertising"}
    assert not kinds("老师带单靠谱吗", topic="老师带单的骗局")


def test_an_answer_in_the_words_of_its_question_is_free_and_an_offer_is_none() -> None:
    asked = "有人被骗去代开发票、做兼职吗？"
    assert reasons(LISTS, "我被骗去代开发票", asked=asked) == ()
    assert {why.term for why in reasons(LISTS, "代开发票，兼职 13800138000", asked=asked)} == {"兼职 + @contact"}


def test_an_owner_adds_lines_takes_some_off_and_allows_others() -> None:
    own = together(["性感荷官", "刷单返佣"], lines_of("- 刷单返佣\n卖课  # ours\n"))
    assert own == ["性感荷官", "卖课"]
    lists = lists_of({"advertising": own}, ["advertising bad.example"], ["卖课骗局", "good.bad.example"])
    assert reasons(lists, "卖 课 啦")
    assert not reasons(lists, "说说卖课骗局")
    assert not reasons(lists, "刷单返佣")
    assert reasons(lists, "http://x.bad.example/")
    assert not reasons(lists, "http://good.bad.example/")


def test_lines_that_are_none_are_named_all_at_once() -> None:
    with pytest.raises(Mistakes) as caught:
        lists_of({"porn": ["x", "@contact"]}, ["casino bet365.com", "public who.int"], [])
    assert len(caught.value.lines) == 3


def test_the_longest_message_is_read_fast_whatever_it_is_made_of() -> None:
    for piece in (
        "a.",
        "兼职 a.b",
        "一三八",
        "a@b:",
        "兼职 x://",
        "a ",
        "微信",
        "1",
        "casino.",
        "o0",
        "http://a",
        "加v1",
    ):
        reasons(LISTS, (piece * 10_000)[:10_000])
