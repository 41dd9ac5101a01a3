"""What a table of routes is made of: a method, a pattern, a handler."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from salon.web.http import Answer, Ask
from salon.web.site import Site

#: An answer to send, or None when the handler has sent it itself (streams).
Handler = Callable[[Site, Ask], Awaitable[Answer | None]]
#: Method, pattern of the whole path, handler.
Route = tuple[str, str, Handler]

EVENT = r"(?P<event>[a-z0-9-]{1,60})"
TOKEN = r"(?P<token>[a-z2-7]{1,64})"
CODE = r"/c/(?P<code>[A-Za-z0-9]{1,40})"
HOST = rf"/(?P<role>host)/{EVENT}/{TOKEN}"
KOL = rf"/(?P<role>kol)/{EVENT}/{TOKEN}"
LEADS = rf"/(?P<role>host|kol)/{EVENT}/{TOKEN}"
ROOM = rf"/room/{EVENT}"
#: The same, in the parts that `salon.web.readers.reader_of` asks for.
MEMBER = rf"/(?P<role>room)/{EVENT}(?P<token>)"
#: A member's room or the private page of somebody who leads: `salon.web.readers.reader_of` says whose.
READER = rf"/(?P<role>room|host|kol)/{EVENT}(?:/{TOKEN})?"
OWNER = rf"/owner/{TOKEN}"
#: The owner's pages of one event.
OWNER_EVENT = rf"/owner/{TOKEN}/{EVENT}"
