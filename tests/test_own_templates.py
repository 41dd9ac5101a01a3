"""An owner's own templates: they go before the shipped ones, file by file and word by word, and mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.evening import evening

from salon.documents import documents, group_texts
from salon.errors import WrongUse
from salon.house import open_house
from salon.poster.theme import theme_named, themes, words_in
from salon.report import report_of
from salon.settings import Settings
from salon.shipped import shipped
from salon.wording import BadTemplate, Wording


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def made(folder: Path) -> str:
    return documents(report_of(evening()), evening(), Wording(own=folder))["report.html"].decode()


def test_one_file_of_ones_own_goes_before_the_shipped_one_and_all_others_stay(tmp_path: Path) -> None:
    put(tmp_path, "report/texts_short.txt", "本店文案：{{ topic | calm }}\n{{ link }}\n")
    texts = group_texts(report_of(evening()), evening(), Wording(own=tmp_path), "读书会", "https://a.example/r")
    usual = group_texts(report_of(evening()), evening(), Wording(), "读书会", "https://a.example/r")
    assert texts["short"] == f"本店文案：{evening().topic}\nhttps://a.example/r\n"
    assert (texts["full"], texts["three"]) == (usual["full"], usual["three"])


def test_words_of_ones_own_need_only_what_is_changed(tmp_path: Path) -> None:
    put(tmp_path, "report/words.zh.toml", 'why = "三句话"\n[page]\nfooter = "本店整理"\n')
    page = made(tmp_path)
    assert ("三句话" in page, "为什么值得读" in page, "本店整理" in page) == (True, False, True)


def test_an_own_template_includes_shipped_ones_and_the_other_way_round(tmp_path: Path) -> None:
    put(tmp_path, "report/texts_by.txt", "整理：店里\n")
    texts = group_texts(report_of(evening()), evening(), Wording(own=tmp_path), "读书会")
    assert ("整理：店里" in texts["short"], "林嘉" in texts["short"].splitlines()[1]) == (True, False)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("report/quote.html", "\n\n{{ quote.nane }}\n", r"own/report/quote\.html:3: .*'nane'|own/.*:3: .*nane"),
        ("report/quote.html", "\n{{ nobody }}\n", r"own/report/quote\.html:2: 'nobody' is undefined"),
        ("report/quote.html", "\n{% for %}\n", r"own/report/quote\.html:2: "),
        ("report/words.zh.toml", "why = \n", r"own/report/words\.zh\.toml: .*line 1"),
        ("report/words.zh.toml", "why = 3\n", r"own/report/words\.zh\.toml: why: 3 is not allowed; write a text"),
        ("report/words.zh.toml", 'page = "x"\n', r"words\.zh\.toml: page: 'x' is not allowed; write words of its own"),
    ],
)
def test_a_mistake_of_ones_own_names_file_line_and_variable(tmp_path: Path, name: str, text: str, said: str) -> None:
    put(tmp_path / "own", name, text)
    with pytest.raises(BadTemplate, match=said):
        made(tmp_path / "own")


def test_a_template_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "quote.html").write_bytes("引语".encode("gbk"))
    with pytest.raises(BadTemplate, match=r"report/quote\.html: is not UTF-8"):
        made(tmp_path)


async def test_the_setting_reaches_the_house_and_its_children(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    put(own, "web/words.zh.toml", 'desk_title = "本店的桌子"\n')
    settings = Settings.from_env({"SALON_HOME": str(tmp_path / "home"), "SALON_TEMPLATES": str(own)})
    assert Settings.from_env(settings.as_env()) == settings
    async with open_house(settings) as house:
        words = house.wording.table("web/words.zh.toml")
        assert words["desk_title"] == "本店的桌子"
        assert words["desk_preview"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match=r"SALON_TEMPLATES: .* is no folder; make it, or leave the variable out"):
        Settings.from_env({"SALON_TEMPLATES": str(tmp_path / "none")})
    assert Settings.from_env({"SALON_TEMPLATES": ""}).templates is None


def test_a_theme_of_ones_own_is_offered_and_goes_before_a_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = (shipped("templates/poster") / "night.toml").read_text("utf-8")
    put(tmp_path, "poster/house.toml", night)
    put(tmp_path, "poster/paper.toml", night)
    assert "house" not in themes()
    monkeypatch.setenv("SALON_TEMPLATES", str(tmp_path))
    assert {"house", "night", "paper"} <= set(themes())
    assert theme_named("paper") == theme_named("night") == theme_named("house", shipped("templates/poster"))
    assert words_in("zh").seats
