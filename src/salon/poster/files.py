"""Which template makes which picture: found by name, so that an owner's own file needs no code.

`NAME.typ` whose first line begins with `// format:` is a format of the evening's own kinds; one that begins with
`// card:` is a kind of its own, three-four high. `KIND.FORMAT.typ` goes before both.
"""

from __future__ import annotations

from pathlib import Path

from salon.errors import WrongUse
from salon.shipped import shipped

#: Kinds that every format draws: what an evening says of itself.
EVENING = ("poster", "teaser", "few", "full")
#: Those with a group's own code.
CODED = ("poster", "few", "full")
#: The format of a card without another in its name.
CARD_FORMAT = "three-four"


def folder_in(templates: Path | None) -> Path:
    """The folder with themes and pictures, *templates* being the one around it (default: the shipped one)."""
    return (templates or shipped("templates")) / "poster"


def formats(templates: Path | None = None) -> tuple[str, ...]:
    """Names of the formats, sorted."""
    return _named("// format:", templates)


def kinds(templates: Path | None = None) -> tuple[str, ...]:
    """Names of the kinds: the evening's own, then the cards, sorted."""
    return (*EVENING, *_named("// card:", templates))


def template_for(kind: str, format: str, templates: Path | None = None) -> Path:
    """The file that draws *kind* in *format*. Raises `WrongUse` naming what there is."""
    folder = folder_in(templates)
    if kind not in kinds(templates):
        raise WrongUse(f"poster kind {kind!r} is not known; choose one of: {', '.join(kinds(templates))}")
    # Looked up in the list of files, so that no name can lead out of the folder.
    files = {path.name: path for path in folder.glob("*.typ")}
    if own := files.get(f"{kind}.{format}.typ"):
        return own
    if kind in EVENING and format in formats(templates):
        return files[f"{format}.typ"]
    if kind not in EVENING and format == CARD_FORMAT:
        return files[f"{kind}.typ"]
    drawn = formats(templates) if kind in EVENING else (CARD_FORMAT,)
    own_formats = tuple(name.split(".")[1] for name in sorted(files) if name.startswith(f"{kind}."))
    others = tuple(name for name in own_formats if name != "typ")
    raise WrongUse(
        f"poster format {format!r} is not known for {kind}; choose one of: {', '.join(sorted({*drawn, *others}))}"
    )


def _named(first: str, templates: Path | None) -> tuple[str, ...]:
    found = []
    for path in folder_in(templates).glob("*.typ"):
        with path.open("rb") as file:
            if path.stem.count(".") == 0 and file.readline(200).startswith(first.encode()):
                found.append(path.stem)
    return tuple(sorted(found))
