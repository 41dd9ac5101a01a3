"""Links: public codes that nobody mixes up, private ones that nobody guesses."""

from __future__ import annotations

import base64
import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from salon.errors import NotAllowed, WrongUse
from salon.links import CODE_LETTERS, Links, new_code, owner_link
from salon.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"SALON_HOME": str(tmp_path), "SALON_PUBLIC_URL": "https://s.example/"})


def test_links_stay_the_same_for_ever(settings: Settings) -> None:
    assert Links(settings).host("e1") == Links(settings).host("e1")
    assert owner_link(settings) == Links(settings).owner()
    assert Links(settings).door("abc") == "https://s.example/c/abc"


def test_a_token_is_the_hmac_of_what_it_opens_under_the_secret(settings: Settings) -> None:
    token = Links(settings).token("host", "e1")
    secret = bytes.fromhex((settings.home / "secret").read_text(encoding="ascii").strip())
    assert base64.b32decode(token.upper()) == hmac.digest(secret, b"host|e1", "sha256")[:15]


def test_each_role_and_event_has_a_token_of_its_own(settings: Settings) -> None:
    links = Links(settings)
    tokens = {links.token(role, event) for role in ("host", "kol", "owner") for event in ("a", "b", "")}
    assert len(tokens) == 9
    links.check("host", "a", links.token("host", "a"))
    for role, event in (("kol", "a"), ("host", "b")):
        with pytest.raises(NotAllowed):
            links.check(role, event, links.token("host", "a"))


def test_another_installation_knows_none_of_them(settings: Settings, tmp_path: Path) -> None:
    other = Links(Settings.from_env({"SALON_HOME": str(tmp_path / "other")}))
    assert other.token("host", "a") != Links(settings).token("host", "a")
    assert other.unsign(Links(settings).sign("guest")) == ""


@pytest.mark.parametrize(
    "forged", ["", "guest", "guest.", ".", "guest.AAAA", "Guest.{seal}", "guest.{seal}x", "é.{seal}"]
)
def test_a_seal_that_is_not_ours_is_nobody(settings: Settings, forged: str) -> None:
    links = Links(settings)
    seal = links.sign("guest").rpartition(".")[2]
    assert links.unsign(links.sign("guest")) == "guest"
    assert links.unsign(forged.format(seal=seal)) == ""


def test_the_secret_is_for_its_owner_only(settings: Settings) -> None:
    Links(settings)
    assert stat.S_IMODE((settings.home / "secret").stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_secret(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        owners = set(pool.map(lambda _: Links(settings).owner(), range(40)))
    assert len(owners) == 1
    assert [path.name for path in settings.home.iterdir()] == ["secret"]


def test_codes_have_no_letters_that_people_mix_up() -> None:
    assert not set("01iloO") & set(CODE_LETTERS)
    codes = {new_code() for _ in range(5_000)}
    assert len(codes) == 5_000
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in codes)


@pytest.mark.parametrize("text", ["", "\n", "not a secret", "ab" * 31, "ab" * 33, "zz" * 32, "密" * 64])
def test_a_damaged_secret_seals_nothing(settings: Settings, text: str) -> None:
    secret = settings.home / "secret"
    secret.write_text(text, encoding="utf-8")
    with pytest.raises(WrongUse) as refused:
        Links(settings)
    assert str(refused.value) == (
        f"{secret} is not a secret of 64 hexadecimal digits; put it back from your backup, or remove it: "
        "a new one is made, and every private link and seat given out before is lost"
    )
    assert secret.read_text(encoding="utf-8") == text, "it is left for its owner to look at"


def test_a_secret_from_a_backup_may_end_in_a_new_line(settings: Settings) -> None:
    owner, secret = Links(settings).owner(), settings.home / "secret"
    secret.write_text(secret.read_text() + "\n")
    assert Links(settings).owner() == owner


def test_a_secret_that_is_a_folder_is_said(settings: Settings) -> None:
    (settings.home / "secret").mkdir()
    with pytest.raises(WrongUse) as refused:
        Links(settings)
    assert str(refused.value) == (
        f"{settings.home / 'secret'} cannot be used: Is a directory; it must be a file that only you can read"
    )


def test_a_secret_that_cannot_be_read_is_said(settings: Settings) -> None:
    """A link to itself: unlike a file without rights, not even root can read it."""
    secret = settings.home / "secret"
    secret.symlink_to(secret)
    with pytest.raises(WrongUse, match="/secret cannot be used: "):
        Links(settings)
    assert [path.name for path in settings.home.iterdir()] == ["secret"]


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WrongUse, match="/home/secret cannot be used: Not a directory"):
        Links(Settings.from_env({"SALON_HOME": str(tmp_path / "file" / "home")}))


def test_a_secret_is_on_the_disk_before_anything_is_sealed_with_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, link = os.fsync, os.link

    def note_sync(handle: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append("folder" if is_folder else f"{os.fstat(handle).st_size} bytes")
        sync(handle)

    def note_link(source: Path, target: Path) -> None:
        done.append(target.name)
        link(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "link", note_link)
    Links(settings)
    assert done == ["64 bytes", "secret", "folder"]
