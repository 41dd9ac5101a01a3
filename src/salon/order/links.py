"""Links, and ways to reach somebody, in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from salon.order.lists import PUBLIC, Links, Lists
from salon.order.plain import folded, places_in, squashed

#: Signs and words that stand for the dot of a domain.
_DOT = re.compile(r"(?<=[a-z0-9])\s*(?:\[\.\]|\(\.\)|\(dot\)|\[dot\]|\s+dot\s+|点|。|｡)\s*(?=[a-z0-9])")
_SPACED = re.compile(r"(?<=[a-z0-9])\s*([.:/])\s*(?=[a-z0-9/+])")
_HOST = re.compile(r"(?<![a-z0-9@.-])((?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,24})((?:/[^\s，。！？、]{0,200})?)")
_LATIN = r"(?<![a-z])(?:we\s?chat|weixin|wx|vx|v信|qq|telegram|tg|whatsapp)"
_APP = rf"(?:{_LATIN}|[微薇威徽葳][信芯]|加薇|绿泡泡|扣扣|企鹅|电报|纸飞机|飞机号|[q扣]群|群号|[加+\u2795]v)"
_DIGITS = r"\+?[0-9][0-9 -]{5,16}[0-9]"
_HANDLE = (
    rf"(?:{_DIGITS}|[@:=]\s{{0,2}}[a-z0-9][a-z0-9._-]{{2,30}}"
    r"|(?=[a-z._-]{0,20}[0-9])[a-z0-9][a-z0-9._-]{4,30})"
)
_CONTACT = (
    re.compile(rf"{_APP}(?:号|群|id|account)?[\s\W_]{{0,4}}(?:是|为|is)?\s{{0,2}}{_HANDLE}"),
    # Five digits are a public service: 96110, 12345.
    re.compile(rf"(?:电话|手机|(?<![a-z])tel)号?[\s\W_]{{0,4}}(?:是|为|is)?\s{{0,2}}{_DIGITS}"),
    re.compile(r"(?<![a-z0-9.])@[a-z][a-z0-9_]{4,30}"),
)
#: A mainland mobile number.
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9](?:[\s._·-]?[0-9]{4}){2}(?![0-9])")
_SPOKEN = re.compile("[零〇一二三四五六七八九幺]{7}")
_NUMERALS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
#: A link, and the host in it; one without `https://` is one by its ending.
_LINK = re.compile(
    r"(?<![a-z0-9@.-])(?:[a-z][a-z0-9+.-]{1,15}://(?:[^\s/@]{1,80}@)?([a-z0-9.-]{1,200})[^\s]*"
    r"|((?:[a-z0-9-]{1,63}\.){1,5}(?:com|cn|net|org|cc|vip|top|xyz|club|shop|store|site|online|info|me|io|co|tv|app|ly|link"
    r"|biz|fun|live|icu|pro|nu|gd|im|to|gg|uk|us|ru|jp|hk|tw))(?![a-z0-9-])(?:/[^\s]*)?)"
)
#: The same where letters stand apart: only names of apps that no sentence goes on with.
_APART = re.compile(r"(?:[微薇威徽葳][信芯]|扣扣|加v|v信)(?:号|是)?(?=[a-z]{0,20}[0-9])[a-z0-9]{5,30}")


def contacts_in(lists: Lists, soft: str) -> list[tuple[int, int]]:
    """Where a `salon.order.plain.soft` text says how to reach somebody, or links away: not to a page that the *lists*
    know as public, or allow."""
    found = [match.span() for pattern in _CONTACT for match in pattern.finditer(soft)]
    found += [match.span() for match in _MOBILE.finditer(soft)]
    if _SPOKEN.search(soft):
        found += [match.span() for match in _MOBILE.finditer(soft.translate(_NUMERALS))]
    found += [m.span() for m in _LINK.finditer(_DOT.sub(".", soft)) if not _is_public(lists, m[1] or m[2])]
    letters, places = squashed(soft), places_in(soft)
    found += [(places[m.start()], places[m.end() - 1] + 1) for m in _APART.finditer(letters)]
    return found


def bad_links(lists: Lists, soft: str) -> Iterator[tuple[str, str]]:
    """(kind, link) of every known bad link in a `soft` text."""
    if "://" in soft:
        yield from ((k.kind, start) for k in lists.links for start in k.starts if "://" in start and start in soft)
    if "." not in soft and "dot" not in soft and "点" not in soft and "。" not in soft:
        return
    dotted = _DOT.sub(".", soft)
    # A full stop and a small letter make no link: an ending counts only where nothing was put together.
    for text, is_whole in ((dotted, True), (_SPACED.sub(r"\1", dotted), False)):
        for match in _HOST.finditer(text):
            host, path = match[1].removeprefix("www."), match[2]
            if not _under(host, lists.allowed_domains):
                known = (links for links in lists.links if _is_bad(links, host, path, is_whole=is_whole))
                yield from ((links.kind, host) for links in known if links.kind != PUBLIC)


def _is_public(lists: Lists, host: str) -> bool:
    public = next((links for links in lists.links if links.kind == PUBLIC), None)
    if _under(host, lists.allowed_domains):
        return True
    return public is not None and (_under(host, public.domains) or host.endswith(public.endings))


def _is_bad(links: Links, host: str, path: str, *, is_whole: bool) -> bool:
    if _under(host, links.domains) or any((host + path).startswith(start) for start in links.starts):
        return True
    # Digits that stand for letters: p0rnhub.com.
    plain = folded(host)
    if plain != host and _under(plain, links.folded_domains):
        return True
    return is_whole and (
        host.endswith(links.endings)
        or any(part in host for part in links.parts)
        or any(part in plain for part in links.folded_parts)
    )


def _under(host: str, domains: frozenset[str]) -> bool:
    labels = host.split(".")
    return any(".".join(labels[k:]) in domains for k in range(len(labels) - 1))
