"""Members take back what they said, or their name, at any time; every form of the report follows at once."""

from __future__ import annotations

import httpx
from tests.web.house import PROGRAM, Evening, Web, at_once, until

FORMS = ("", "/report.md", "/report.json", "/article.html")
WORDS = "这句话我后来不想让别人看到了"


def publish(evening: Evening) -> None:
    evening.web.turn_to(evening.event.times.reports_at)
    evening.moment("report")
    phone = evening.web.phone()
    until(lambda: phone.get(address(evening)).status_code == 200)


def address(evening: Evening) -> str:
    return f"/report/{evening.event.id}"


def forms(evening: Evening) -> str:
    """All that anybody reads, and all that lies in the folder."""
    phone = evening.web.phone()
    served = [phone.get(address(evening) + form).text for form in FORMS]
    return "\n".join(served)


def files(evening: Evening) -> str:
    folder = evening.web.settings.reports / evening.event.id
    found = [path for path in folder.rglob("*") if path.is_file() and path.name[0] != "."]
    return "\n".join(path.read_text("utf-8") for path in found)


def change(evening: Evening, member: httpx.Client, do: str, message: object = "") -> httpx.Response:
    return member.post(f"{address(evening)}/words", json={"do": do, "message": str(message)}, headers=PROGRAM)


def test_a_withdrawn_quote_is_gone_from_every_form_and_every_file(web: Web) -> None:
    evening = web.evening()
    member = evening.member("阿宁")
    seq = evening.say(member, WORDS).json()["seq"]
    evening.say(member, "省下的时间都花在写测试上了")
    publish(evening)
    assert forms(evening).count(WORDS) >= 3
    assert files(evening).count(WORDS) >= 3
    assert change(evening, member, "withdraw", seq).json() == {"changed": 1}
    assert WORDS not in forms(evening)
    until(lambda: WORDS not in files(evening))
    assert change(evening, member, "withdraw", seq).json() == {"changed": 0}
    assert change(evening, member, "return", seq).json() == {"changed": 1}
    assert WORDS in forms(evening)


def test_pictures_of_what_was_said_before_go_away_with_it(web: Web) -> None:
    evening = web.evening()
    member = evening.member("阿宁")
    seq = evening.say(member, WORDS).json()["seq"]
    publish(evening)
    old = web.settings.reports / evening.event.id / "report-1.png"
    old.write_bytes(b"a picture of it")
    change(evening, member, "withdraw", seq)
    until(lambda: not old.exists())


def test_who_asked_for_it_is_named_in_no_form(web: Web) -> None:
    evening = web.evening()
    member, other = evening.member("阿宁"), evening.member("Bob")
    evening.say(member, "省下的时间都花在写测试上了，你们呢？")
    evening.say(other, "@阿宁 我们也是，阿宁说得对")
    publish(evening)
    assert "阿宁" in forms(evening)
    change(evening, member, "anonymous")
    assert "阿宁" not in forms(evening)
    assert "成员 1" in forms(evening)
    until(lambda: "阿宁" not in files(evening))
    change(evening, member, "named")
    assert "阿宁" in forms(evening)


def test_the_page_lists_ones_own_words_and_works_without_script(web: Web) -> None:
    evening = web.evening()
    member, other = evening.member("阿宁"), evening.member("Bob")
    evening.say(member, WORDS)
    evening.say(other, "别人的话不在我的页上")
    publish(evening)
    page = member.get(f"{address(evening)}/words")
    assert (WORDS in page.text, "别人的话" in page.text) == (True, False)
    assert member.post(f"{address(evening)}/words", data={"do": "withdraw_all"}).status_code == 303
    assert WORDS not in forms(evening)
    assert "恢复我的全部发言" in member.get(f"{address(evening)}/words").text


def test_who_lost_the_cookie_is_told_whom_to_ask_and_changes_nothing(web: Web) -> None:
    evening = web.evening()
    seq = evening.say(evening.member("阿宁"), WORDS).json()["seq"]
    publish(evening)
    stranger = web.phone()
    assert "请告诉社群运营" in stranger.get(f"{address(evening)}/words").text
    for do in ("withdraw", "withdraw_all", "anonymous"):
        assert change(evening, stranger, do, seq).status_code == 404
    stranger.cookies.set("guest", "aaaaaaaaaaaaaaaaaaaa.forged")
    assert change(evening, stranger, "withdraw", seq).status_code == 404
    assert evening.entries("words_withdrawn", "anonymity_asked") == []


def test_nobody_withdraws_anothers_words(web: Web) -> None:
    evening = web.evening()
    seq = evening.say(evening.member("阿宁"), WORDS).json()["seq"]
    other = evening.member("Bob")
    evening.say(other, "x")
    publish(evening)
    for message in (seq, "999999", "-1", "x", "9" * 40):
        assert change(evening, other, "withdraw", message).status_code in (200, 404)
    assert change(evening, other, "burn", seq).status_code == 400
    assert evening.entries("words_withdrawn") == []


def test_the_kol_does_it_by_the_private_link(web: Web) -> None:
    evening = web.evening()
    kol = web.phone()
    kol.post(f"{evening.private('kol')}/messages", json={"text": WORDS, "client_id": "k"}, headers=PROGRAM)
    publish(evening)
    path = f"{evening.private('kol')}/words"
    (row,) = kol.get(path, headers=PROGRAM).json()["messages"]
    assert kol.post(path, data={"do": "withdraw", "message": str(row["message"])}).status_code == 303
    assert WORDS not in forms(evening)
    assert kol.post(path, json={"do": "anonymous"}, headers=PROGRAM).status_code == 400
    assert kol.get(path[:-8] + "x/words").status_code in (403, 404)


def test_the_owner_does_it_for_somebody_with_a_reason(web: Web) -> None:
    evening = web.evening()
    member = evening.member("阿宁")
    seq = evening.say(member, WORDS).json()["seq"]
    publish(evening)
    path = f"/owner/{web.house.links.token('owner', '')}/{evening.event.id}/report/words"
    owner = web.phone()
    assert WORDS in owner.get(path).text
    body = {"do": "withdraw", "message": str(seq)}
    assert owner.post(path, json=body, headers=PROGRAM).status_code == 400
    assert owner.post(path, json={**body, "reason": "手机丢了"}, headers=PROGRAM).json() == {"changed": 1}
    assert WORDS not in forms(evening)
    (entry,) = evening.entries("words_withdrawn")
    assert (entry.by, entry.data["reason"]) == ("owner", "手机丢了")
    assert member.cookies["guest"].split(".")[0] not in owner.get(path).text


def test_a_hundred_withdrawals_at_once_are_all_done(web: Web) -> None:
    evening = web.evening()
    members = [evening.member(f"成员{k:02}") for k in range(20)]
    said = [(m, evening.say(m, f"{WORDS} {k}-{n}").json()["seq"]) for k, m in enumerate(members) for n in range(5)]
    publish(evening)
    answers = at_once([lambda m=m, seq=seq: change(evening, m, "withdraw", seq).status_code for m, seq in said])  # type: ignore[misc]
    assert set(answers) == {200}
    assert len(evening.entries("words_withdrawn")) == 100
    assert WORDS not in forms(evening)
    until(lambda: WORDS not in files(evening), seconds=30)


def test_words_withdrawn_while_the_room_is_still_read_leave_it(web: Web) -> None:
    evening = web.evening()
    member = evening.member("阿宁")
    seq = evening.say(member, WORDS).json()["seq"]
    change(evening, member, "withdraw", seq)
    assert WORDS not in member.get(evening.room).text
    assert WORDS not in str(evening.frames(member))
    assert {"kind": "hidden", "message": seq}.items() <= evening.frames(member)[-1].items()


def test_what_is_withdrawn_while_the_report_is_published_is_in_no_file(web: Web) -> None:
    evening = web.evening()
    member = evening.member("阿宁")
    seq = evening.say(member, WORDS).json()["seq"]
    for number in range(60):
        evening.say(member, f"省下的时间都花在写第 {number} 个测试上了")
    web.turn_to(evening.event.times.reports_at)
    at_once([lambda: evening.moment("report"), lambda: change(evening, member, "withdraw", seq)])
    until(lambda: web.phone().get(address(evening)).status_code == 200)
    assert WORDS not in forms(evening)
    until(lambda: WORDS not in files(evening))
