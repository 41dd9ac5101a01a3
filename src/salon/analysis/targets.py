"""Where a `#link` leads: more kinds of address than the report's own list, and still none that runs."""

from __future__ import annotations

import re

#: The run of characters that may belong to an address; Chinese text and quotation marks around it do not.
_RUN = re.compile(r"(?:https?|ftp)://[^\s\u3000-\u303f\uff00-\uffef\u4e00-\u9fff\u200b-\u200f\u202a-\u202e]+", re.I)
_MAIL = re.compile(r"(?<![\w.:/])mailto:(?://)?([\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)", re.I)
_ENDS = ".,;:!?*_~'\">"
_PAIRS = {")": "(", "]": "[", "}": "{"}
#: Not allowed in an address (RFC 3986): where one stands inside, nobody knows where the address ends.
_ILLEGAL = re.compile(r"[<>\"`\\^{|}\x00-\x1f]")
_LONGEST = 2000


def targets(text: str) -> tuple[str, ...]:
    """Every http, https, ftp and mailto address in *text*, in order, without the punctuation around it.

    `mailto://a@b.org` is read as `mailto:a@b.org`. What is cut by a quotation mark or an angle bracket is no
    address: half of one leads somewhere else. `javascript:` and `data:` never are.
    """
    if ":" not in text:
        return ()
    found = [(run.start(), _trimmed(run[0])) for run in _RUN.finditer(text)]
    found += [(mail.start(), f"mailto:{mail[1].rstrip('.-')}") for mail in _MAIL.finditer(text)]
    return tuple(dict.fromkeys(target for _, target in sorted(found) if target))


def _trimmed(run: str) -> str:
    url = run[: _LONGEST + 1]
    while url and (url[-1] in _ENDS or (url[-1] in _PAIRS and url.count(url[-1]) > url.count(_PAIRS[url[-1]]))):
        url = url[:-1]
    host = url.partition("://")[2]
    return "" if len(url) > _LONGEST or not host.strip("/") or _ILLEGAL.search(url) else url
