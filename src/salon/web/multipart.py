"""A form with files (multipart/form-data, RFC 7578), taken apart: a handful of parts, whole in memory.

Own and strict because what is needed is small: names, values, bytes. File names and types are not even read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser

from salon.errors import WrongUse

#: Parts of one form, and bytes of one part's header and of one field that is no file, at most.
MOST_PARTS, MOST_HEADER, MOST_FIELD = 20, 4096, 10_000


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a form sent; the last of equal names counts."""

    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)


def parse(type: str, body: bytes, longest: int = MOST_FIELD) -> Form:
    """The form in *body*, whose header Content-Type says *type*; *longest*: bytes of a field.

    Raises `WrongUse` when it is none, or half of one.
    """
    form = Form()
    for header, value in _parts(_boundary(type), body):
        # Not a plain text where a file has a Chinese name.
        disposition = str(header.get("content-disposition", ""))
        name = header.get_param("name", header="content-disposition")
        if not disposition.lower().startswith("form-data") or not isinstance(name, str):
            raise WrongUse("the form has a part without a name")
        if header.get_param("filename", header="content-disposition") is not None:
            form.files[name] = value
        elif len(value) > longest:
            raise WrongUse(f"{name[:40]}: write {longest} bytes at most")
        else:
            form.fields[name] = value.decode("utf-8", "replace")
    return form


def _boundary(type: str) -> bytes:
    header = Message()
    header["content-type"] = type
    boundary = header.get_boundary() if header.get_content_type() == "multipart/form-data" else None
    if not boundary or len(boundary) > 70 or not boundary.isascii():
        raise WrongUse("send the picture as a form with a file (multipart/form-data)")
    return boundary.encode("ascii")


def _parts(boundary: bytes, body: bytes) -> Iterator[tuple[Message, bytes]]:
    """Header and content of each part; the end mark must be there, or something is missing."""
    mark = b"\r\n--" + boundary
    # As if a line end stood before the first mark, which has none.
    body = b"\r\n" + body
    at, end = body.find(mark), body.rfind(mark + b"--")
    if at < 0 or end < 0:
        raise WrongUse("the form is not whole; send it again")
    parts = 0
    while at < end:
        start = at + len(mark)
        at = body.find(mark, start)
        parts += 1
        if parts > MOST_PARTS or body[start : start + 2] != b"\r\n":
            raise WrongUse(f"the form has more than {MOST_PARTS} parts, or broken ones")
        head = body.find(b"\r\n\r\n", start, min(at, start + MOST_HEADER))
        if head < 0:
            raise WrongUse("the form has a part without an end to its header")
        yield BytesHeaderParser().parsebytes(body[start + 2 : head + 4]), body[head + 4 : at]
