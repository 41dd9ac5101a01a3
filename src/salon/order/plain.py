"""One text as a reader means it: without the spaces, signs and odd letters that hide a word from a list."""

from __future__ import annotations

import re
import unicodedata

#: Letters of other scripts that look Latin, as spammers use them.
_LOOK = str.maketrans("аеорсухіѕкмтвнјԁɡαορνικτυ∂", "aeopcyxiskmtbhjdgaopviktud")
#: Letters in boxes and small capitals, which no other rule makes plain.
_DRESSED = {
    **{base + k: ord("a") + k for base in (0x1F150, 0x1F170) for k in range(26)},
    **str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
}
#: Traditional characters that the shipped lists need, and variants.
_SIMPLE = str.maketrans(
    "賭場約號贏錢買賣發薦單貸開證機馬體網註冊點擊連結進員專業優費財資藥槍視頻無碼門務軟豔報賺領紅裡莊閒龍萬億級學獲團隊聯繫絡"
    "麗會價幣險導師內穩帶與訊電車禮當顧問題後戲嗎轉賬現額樂園檔據線獎寶貨騎術實驗純絲過關選擇",
    "赌场约号赢钱买卖发荐单贷开证机马体网注册点击连结进员专业优费财资药枪视频无码门务软艳报赚领红里庄闲龙万亿级学获团队联系络"
    "丽会价币险导师内稳带与讯电车礼当顾问题后戏吗转账现额乐园档据线奖宝货骑术实验纯丝过关选择",
)
#: Digits that stand for letters; applied to lists and texts alike.
_LEET = str.maketrans("01l345789", "oiieastbg")
_HIDDEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
                     "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]")  # fmt: skip


def soft(text: str) -> str:
    """*text* in plain small letters: half width, no accents, nothing invisible; spaces and signs stay."""
    if not text.isascii():
        found = unicodedata.normalize("NFKD", _HIDDEN.sub("", text).translate(_DRESSED))
        found = "".join(c for c in found if not unicodedata.combining(c))
        text = unicodedata.normalize("NFC", found)
    return text.casefold().translate(_LOOK).translate(_SIMPLE)


def squashed(text: str) -> str:
    """The letters and digits of a `soft` *text* without anything between them."""
    return "".join(filter(str.isalnum, text))


def places_in(text: str) -> list[int]:
    """Where each of the letters stands that `squashed` leaves."""
    return [k for k, c in enumerate(text) if c.isalnum()]


def is_blank(text: str) -> bool:
    """Whether *text* has no letter or digit that anybody could read, whatever invisible or blank signs it has."""
    return not squashed(soft(text))


def folded(text: str) -> str:
    """A squashed *text* with digits read as the letters they look like; as long as before."""
    return text.translate(_LEET)
