"""What is wrong with a text is said while it is written: unseen bold, sharing as a condition, too long for whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from salon.cli import main
from salon.markup import BadMarkup, Finding, Measure, lint, lint_literal, render
from salon.shipped import shipped

WECOM = Measure(platform="wecom", dialect="wecom", longest=4096, unit="bytes")
TELEGRAM = Measure(platform="telegram", dialect="telegram", longest=4096, unit="utf16")


@pytest.mark.parametrize(
    ("text", "write"),
    [
        ("**席位：**100 席", "write **席位**： or leave a space there"),
        ("**「慢慢来」**聊完了", "write 「**慢慢来**」 or leave a space there"),
        ("谢谢**「慢慢来」**", "write 「**慢慢来**」 or leave a space there"),
        ("**一定要来！**今晚", "write **一定要来**！ or leave a space there"),
    ],
)
def test_chinese_bold_that_would_not_render_is_caught_with_what_to_write(text: str, write: str) -> None:
    (found,) = lint(f"好\n{text}")
    assert (found.line, found.now) == (2, write)
    assert "would not be bold" in found.what
    with pytest.raises(BadMarkup):
        render(text, "wecom")
    better = write.removeprefix("write ").removesuffix(" or leave a space there")
    assert lint(better + text.rpartition("**")[2]) == ()


@pytest.mark.parametrize(
    "text",
    ["**席位**：100", "**席位：** 100", "**席位：**\n100", "- **a**：b", "**a**中**b**", "3 ** 4", r"\*\*x：\*\*中"],
)
def test_bold_that_renders_is_left_alone(text: str) -> None:
    assert [one for one in lint(text) if "would not be bold" in one.what] == []


@pytest.mark.parametrize(
    "text",
    [
        "转发到朋友圈领取资料",
        "分享朋友圈领资料",
        "转发本海报到 3 个群即可入场",
        "分享给三个好友，免费领取课程",
        "转发后领取",
        "集赞 20 个",
        "转发有礼",
        "邀请好友得红包",
        "拉 3 个人进群免费听",
        "点赞前三名送书",
        "朋友圈截图发给群主领红包",
        "好友助力解锁席位",
        "Share this poster to get a free seat",
        "Forward to 3 groups and win a book",
        "Invite 3 friends and get a seat",
        "like & share",
        "Share with your friends to unlock the room",
        "轉發到朋友圈即可領取資料",
        "转 发 到 朋 友 圈 即 可 领 取",
        "转发到朋\u200b友圈即可领取",
        "分享本链接后可查看全文",
        "朋友圈转发保留 24 小时领资料",
        "推荐好友入群有礼",
        "扩散领福利",
        "Share with 5 friends, get the slides",
        "Only those who share get the link",
    ],
)
def test_sharing_as_a_condition_is_refused_in_both_languages(text: str) -> None:
    (found,) = lint(f"好\n{text}")
    assert found.line == 2
    assert "is not allowed" in found.what
    assert "欢迎告诉朋友" in found.now
    assert lint_literal(f"好\n{text}") == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "今晚林嘉分享她的经验，扫码领取席位",
        "分享会 20:00 开始，先领席",
        "分享朋友圈文案的写法，扫码领取席位",
        "欢迎分享 领取资料请看群公告",
        "嘉宾分享领导力，免费",
        "嘉宾分享换工作的经历，赢得客户的方法，抽象思维",
        "我们邀请了两位好友一起讨论，免费参加",
        "Share your questions and get answers live",
        "Speakers share what they learned and how to get started",
        "林嘉分享如何在朋友圈获得客户，扫码领取席位",
        "她会分享给大家一份清单，点开链接领席",
        "无需转发到朋友圈即可领席",
        "觉得有用，欢迎转给朋友",
        "请删掉之前转发的文字和图片，以这里为准",
        "The guest shares how to get started",
        "Ann will share how to win customers",
        "No need to share anything to get a seat",
        "Bring your questions; seats are free",
    ],
)
def test_a_guest_who_shares_what_she_knows_is_no_condition(text: str) -> None:
    assert lint(text) == ()


def test_too_long_names_the_platform_its_unit_its_limit_and_the_line() -> None:
    line = "字" * 100 + "\n"
    text = line * 14  # 1400 Chinese characters: 4,213 bytes
    assert lint(text, (TELEGRAM,)) == ()
    (found,) = lint(text, (WECOM, TELEGRAM))
    assert found.line == 14
    assert found.what == "too long for wecom: 4214 bytes, 4096 are allowed"
    assert "shorter version" in found.now


def test_length_is_of_what_the_platform_counts() -> None:
    text = "🍵" * 2049
    assert [one.what for one in lint(text, (TELEGRAM,))] == ["too long for telegram: 4098 utf16, 4096 are allowed"]
    marked = "**" + "a" * 4090 + "**"
    assert lint(marked, (TELEGRAM,)) == ()


def test_what_is_not_of_the_subset_is_a_finding_too() -> None:
    (found,) = lint("a\n\n<b>x</b>")
    assert isinstance(found, Finding)
    assert (found.line, found.what) == (3, "HTML is not allowed")
    assert "write **bold**" in found.now


# The command.


def put(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_every_shipped_text_for_groups_passes(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(path) for path in sorted(shipped("templates").glob("*/*.md")) if path.name.split(".")[0] in NAMES]
    assert len(files) == 36
    assert main(["lint", *files]) == 0
    assert capsys.readouterr().out == ""


NAMES = ("group", "correction", "taken_back")


def test_a_template_is_read_with_its_own_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = (
        "{# needs: facts (salon.phrases.facts_of), link #}\n# 标题\n{% for section in outline %}\n"
        "{{ section.number }}. {{ section.title | calm }}\n{% endfor %}\n\n转发到朋友圈领取{{ seats }}\n"
        "中**{{ topic | md }}**后\n{{ topik | md }}\n"
    )
    file = put(tmp_path, "group.zh.md", template)
    assert main(["lint", file]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert [line.removeprefix(file).split(":")[1] for line in lines] == ["4", "7", "8", "9"]
    assert "write {{ section.title | md }}" in lines[0]
    assert "sharing as a condition" in lines[1]
    assert "leave a space beside the mark" in lines[2]
    assert "'topik' is undefined" in lines[3]


def test_a_text_that_is_too_long_names_every_platform_that_does_not_take_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = put(tmp_path, "text.md", "字" * 1400)
    assert main(["lint", "--json", file]) == 2
    rows = json.loads(capsys.readouterr().out)
    assert {"file": file, "line": 1} == {key: rows[0][key] for key in ("file", "line")}
    assert [row["what"] for row in rows if "wecom" in row["what"]] == [
        "too long for wecom: 4200 bytes, 4096 are allowed"
    ]


def test_a_text_without_markup_is_only_read_for_words_and_length(tmp_path: Path) -> None:
    assert main(["lint", put(tmp_path, "text.txt", "<b>**a：**b")]) == 0
    assert main(["lint", put(tmp_path, "other.txt", "集赞 20 个")]) == 2


def test_a_file_that_is_none_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(tmp_path / "none.md")]) == 2
    assert "there is no such file; name a template or a text" in capsys.readouterr().err
    (tmp_path / "gbk.md").write_bytes("现在可以领席位".encode("gbk"))
    assert main(["lint", str(tmp_path / "gbk.md")]) == 2
    assert "is not UTF-8" in capsys.readouterr().err
