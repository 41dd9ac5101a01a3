"""Where everything stands on the picture: drawn once per event, down to the card that each group fills in."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from salon.model import Event
from salon.phrases import clock_time, date, number_label, zone
from salon.poster import fonts, portrait, qr
from salon.poster.fonts import BLACK, BOLD, MEDIUM, REGULAR, Face, drawable, missing_glyphs
from salon.poster.lines import Fitted, fit
from salon.poster.theme import Theme, Words

WIDTH, HEIGHT = 1080, 1920
#: Row at which the part begins that differs from group to group.
BAND = 1268

_MARGIN = 80
_COLUMN = WIDTH - 2 * _MARGIN
_HEAD, _TOPIC_TOP = 84, 196
_FACE = 176
_OUTLINE_ROWS = 6
_TOPIC_SIZES = (168, 152, 136, 124, *range(112, 46, -4))
_LEAST_GAP, _MOST_GAP = 40, 96
_FINE = 4

_Box = tuple[int, int, int, int]
_CARD: _Box = (48, BAND + 12, WIDTH - 48, HEIGHT - 56)
#: The code's own quiet zone, some 50 pixels, is the space around it.
_CODE_ROOM = 520
_CODE_LEFT = _CARD[0] + 8
_SIDE = _CODE_LEFT + _CODE_ROOM + 12
_SIDE_WIDTH = _CARD[2] - 32 - _SIDE


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The picture without its codes."""

    top: Image.Image
    #: The rows from `BAND` on, with room for a code and a group's name.
    band: Image.Image
    #: Row of the picture below which the group's name may stand.
    free_from: int


def draw_sheet(event: Event, language: str, theme: Theme, words: Words) -> Sheet:
    """Everything that all groups of *event* share. Raises `MissingGlyph` or `BadPortrait`."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), theme.ground)
    _rings(picture, theme)
    _head(picture, event, language, theme)
    _story(picture, event, theme, words)
    free_from = _card(picture, event, language, theme, words)
    top = picture.crop((0, 0, WIDTH, BAND))
    return Sheet(top=top, band=picture.crop((0, BAND, WIDTH, HEIGHT)), free_from=free_from)


def draw_group(sheet: Sheet, group_name: str, link: str, theme: Theme, words: Words) -> Image.Image:
    """The rows from `BAND` on with the code of *link* and the name of the group that it is for."""
    band = sheet.band.copy()
    code = qr.picture(link, _CODE_ROOM, theme.code, theme.code_ground)
    middle = (_CARD[1] + _CARD[3]) // 2 - BAND
    band.paste(code, (_CODE_LEFT + (_CODE_ROOM - code.width) // 2, middle - code.height // 2))
    bottom = _CARD[3] - BAND - 44
    label = fit(words.group, _SIDE_WIDTH, (30, 28, 26), weight=REGULAR, lines=1)
    room = bottom - (sheet.free_from - BAND) - label.height - 20
    name = fit(group_name, _SIDE_WIDTH, (34, 32, 30, 28), weight=MEDIUM, lines=3, leading=1.3, height=room)
    y = bottom - label.height - name.height
    _write(band, label, _SIDE, y, theme.card_soft)
    _write(band, name, _SIDE, y + label.height, theme.card_ink)
    return band


def _head(picture: Image.Image, event: Event, language: str, theme: Theme) -> None:
    """The series' name and the evening's number, in one row."""
    number = fit(number_label(event.number, language), 400, (36,), weight=BOLD, lines=1)
    pill = round(fonts.width(number.lines[0], number.size, number.look)) + 48
    room = _COLUMN - pill - 32
    series = fit(drawable(event.series_name, "name of the series"), room, (46, 42, 38, 34, 30), weight=BOLD, lines=1)
    _write(picture, series, _MARGIN, _HEAD + 32 - series.leading // 2, theme.accent)
    left = _MARGIN + round(fonts.width(series.lines[0], series.size, series.look)) + 28
    box = (left, _HEAD, left + pill, _HEAD + 64)
    _shape(picture, box, theme.accent, radius=32)
    _write(picture, number, left + 24, _HEAD + 32 - number.leading // 2, theme.ground)


def _story(picture: Image.Image, event: Event, theme: Theme, words: Words) -> None:
    """Topic, guest, outline and, where there is room, the summary; what is left over goes between them."""
    outline = _outline(event, words)
    gaps = 3 if outline else 2
    space = BAND - _TOPIC_TOP - _FACE - _height(outline) - _LEAST_GAP * gaps
    text = drawable(event.topic, "topic")
    topic = fit(text, _COLUMN, _TOPIC_SIZES, weight=BLACK, lines=7, leading=1.28, height=space)
    spare = space - topic.height
    summary = _summary(event, spare - _LEAST_GAP)
    if summary:
        spare, gaps = spare - _LEAST_GAP - summary.height, gaps + 1
    gap = _LEAST_GAP + min(_MOST_GAP - _LEAST_GAP, spare // gaps)
    _write(picture, topic, _MARGIN, _TOPIC_TOP, theme.ink)
    y = _TOPIC_TOP + topic.height + gap
    _guest(picture, event, y, theme)
    if summary:
        _write(picture, summary, _MARGIN, y + _FACE + gap, theme.soft)
    y = BAND - gap - _height(outline)
    for k, row in enumerate(outline):
        _outline_row(picture, row, y, k, theme)
        y += row.height + (16 if k == 0 else 6)


def _summary(event: Event, room: int) -> Fitted | None:
    """The summary if all of it fits into *room* pixels. It may be missing, so what cannot be drawn is left out."""
    if not event.summary or missing_glyphs(event.summary):
        return None
    text = drawable(event.summary, "summary")
    whole = fit(text, _COLUMN, (38, 36, 34, 32), weight=REGULAR, lines=8, leading=1.55, height=max(0, room))
    return whole if whole.height <= room and not whole.is_cut else None


def _guest(picture: Image.Image, event: Event, y: int, theme: Theme) -> None:
    name_text = drawable(event.kol.name, "name of the KOL", is_name=True)
    face = portrait.disc(name_text, event.kol.portrait, _FACE, theme)
    picture.paste(face, (_MARGIN, y), face)
    left, room = _MARGIN + _FACE + 36, _COLUMN - _FACE - 36
    name = fit(name_text, room, (56, 50, 44, 40), weight=BOLD, lines=1)
    title_text = drawable(event.kol.title, "title of the KOL")
    title = fit(title_text, room, (34, 32, 30), weight=REGULAR, lines=2) if title_text else None
    at = y + (_FACE - name.height - (title.height if title else 0)) // 2
    _write(picture, name, left, at, theme.ink)
    if title:
        _write(picture, title, left, at + name.height, theme.soft)


def _outline(event: Event, words: Words) -> list[Fitted]:
    """A heading and one row per section; empty without sections."""
    if not event.outline:
        return []
    titles = [drawable(s.title, f"section {k} of the outline") for k, s in enumerate(event.outline, 1)]
    if len(titles) > _OUTLINE_ROWS:
        titles = [*titles[: _OUTLINE_ROWS - 1], words.more.format(n=len(titles))]
    allowed = 2 if len(titles) <= 3 else 1
    sizes = range(40, 27, -2)
    rows = [fit(title, _COLUMN - 64, sizes, weight=MEDIUM, lines=allowed, leading=1.4) for title in titles]
    # One size for all of them, the smallest that one of them needs.
    size = min(row.size for row in rows)
    rows = [fit(title, _COLUMN - 64, (size,), weight=MEDIUM, lines=allowed, leading=1.4) for title in titles]
    return [fit(words.outline, _COLUMN, (32,), weight=BOLD, lines=1), *rows]


def _height(outline: list[Fitted]) -> int:
    return sum(row.height for row in outline) + (16 + 6 * (len(outline) - 2) if outline else 0)


def _outline_row(picture: Image.Image, row: Fitted, y: int, number: int, theme: Theme) -> None:
    if number == 0:
        _write(picture, row, _MARGIN, y, theme.accent)
        return
    if not row.lines[0].startswith("…"):
        mark = Fitted(lines=(str(number),), size=row.size, look=Face(BOLD), leading=row.leading)
        _write(picture, mark, _MARGIN, y, theme.accent)
    _write(picture, row, _MARGIN + 64, y, theme.ink)


def _card(picture: Image.Image, event: Event, language: str, theme: Theme, words: Words) -> int:
    """The white card: when, what to do, how many seats. Returns the row below its text."""
    _shape(picture, _CARD, theme.card, radius=40)
    times = event.times
    hours = f"{clock_time(times.starts_at)}–{clock_time(times.disbands_at)}"
    y = _CARD[1] + 40
    for text, sizes, weight, colour, gap in (
        (date(times.starts_at, language), (50, 46, 42, 38), BOLD, theme.card_ink, 0),
        (hours, (66, 60, 56), BLACK, theme.card_ink, 2),
        (zone(event.timezone, times.starts_at, language), (30, 28, 26, 24), REGULAR, theme.card_soft, 36),
        (words.act, (46, 44, 40, 36, 34, 32), BOLD, theme.card_accent, 2),
        *((part, (32, 30, 28), REGULAR, theme.card_ink, 0) for part in _parts(words.seats.format(n=event.seats))),
    ):
        line = fit(text, _SIDE_WIDTH, sizes, weight=weight, lines=1, leading=1.25)
        _write(picture, line, _SIDE, y, colour)
        y += line.height + gap
    return y


def _parts(text: str) -> list[str]:
    """*text* as one line if it fits, else parted where its dots are."""
    look = fonts.face_for(text, REGULAR)
    return [text] if fonts.width(text, 28, look) <= _SIDE_WIDTH else text.split(" · ")


def _rings(picture: Image.Image, theme: Theme) -> None:
    """Light that falls in from the upper right corner."""
    for radius, colour in zip((880, 600, 340), theme.rings, strict=False):
        _shape(picture, (WIDTH - radius, -radius, WIDTH + radius, radius), colour)


def _shape(picture: Image.Image, box: _Box, colour: str, *, radius: int | None = None) -> None:
    """Fill *box* with *colour* and smooth edges: rounded by *radius*, or an ellipse."""
    width, height = box[2] - box[0], box[3] - box[1]
    large = Image.new("L", (width * _FINE, height * _FINE), 0)
    pen, whole = ImageDraw.Draw(large), (0, 0, width * _FINE - 1, height * _FINE - 1)
    if radius is None:
        pen.ellipse(whole, fill=255)
    else:
        pen.rounded_rectangle(whole, radius=radius * _FINE, fill=255)
    picture.paste(Image.new("RGB", (width, height), colour), box[:2], large.reduce(_FINE))


def _write(picture: Image.Image, text: Fitted, x: int, y: int, colour: str) -> None:
    """Write the lines of *text* with their upper left corner at (*x*, *y*)."""
    pen, face = ImageDraw.Draw(picture), fonts.font(text.size, text.look)
    baseline = y + round(text.leading / 2 + text.size * fonts.HALF_HEIGHT)
    for line in text.lines:
        pen.text((x, baseline), line, font=face, fill=colour, anchor="ls")
        baseline += text.leading
