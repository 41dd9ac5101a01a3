"""Scan proof: the first person who comes by a group's own code proves that the announcement hangs in the group.

No screenshot and nobody's word. A program that draws a preview of the link proves nothing, nor does a leader, the
owner, the host or the KOL who looks where it leads. Views never count as seats, and a proof counts no people.
"""

from __future__ import annotations

import logging

from salon.errors import JournalUnavailable
from salon.links import Links
from salon.model import Event
from salon.rules.relay import prove_posted
from salon.state import State
from salon.tasks import provable
from salon.web.http import Answer, Ask, cookie
from salon.web.site import Site

log = logging.getLogger("salon.web")

#: Name of the cookie that a leader's page leaves, and what is sealed in it.
COOKIE, _SEALED = "leads", "leads"
#: Headers with which a browser says that nobody has asked for the page yet.
_AHEAD = (b"purpose", b"sec-purpose", b"x-purpose", b"x-moz")


async def note_scan(site: Site, ask: Ask, event: Event, state: State, group: str) -> None:
    """Write down, once, what this visit to *group*'s page proves. Cheap: a proof that is there asks nothing.

    `?m=ANNOUNCEMENT` is the mark of a link in a text. A journal that is away is left alone: the next scan proves it.
    """
    announcement = provable(event, state, group, ask.query.get("m", ""))
    if not announcement or not is_person(site, ask):
        return
    proof = (event.id, announcement, group)
    if proof in site.proving:
        # Thousands may come in the second in which the first one is written down.
        return
    site.proving.add(proof)
    try:
        await site.house.journal.decide(event.id, prove_posted(announcement, group))
    except JournalUnavailable as away:
        log.warning("a first scan is not written down: %s", away)
    finally:
        site.proving.discard(proof)


def is_person(site: Site, ask: Ask) -> bool:
    """Whether somebody may be looking who is no leader: a browser that shows pages, or one that was here before."""
    if site.previews.search(ask.header(b"user-agent")):
        return False
    if is_leader(site.house.links, ask) or any(map(ask.header, _AHEAD)):
        return False
    return "text/html" in ask.header(b"accept") or bool(site.guests.known(ask))


def is_leader(links: Links, ask: Ask) -> bool:
    """Whether a leader's page was opened in the asker's browser."""
    return links.unsign(ask.cookies.get(COOKIE, "")) == _SEALED


def of_the_house(site: Site, ask: Ask, answer: Answer | None) -> Answer | None:
    """*answer*; who runs the evening and looks at a page of theirs proves nothing with that browser from then on."""
    is_theirs = ask.scope["path"].startswith(("/owner/", "/host/", "/kol/"))
    if answer is None or not is_theirs or not answer.type.startswith(b"text/html") or is_leader(site.house.links, ask):
        return answer
    return answer.with_headers(leader_cookie(site))


def leader_cookie(site: Site) -> tuple[bytes, bytes]:
    """The cookie by which a leader's own browser is known."""
    is_secure = site.house.settings.public_url.startswith("https:")
    return cookie(COOKIE, site.house.links.sign(_SEALED), is_secure=is_secure)
