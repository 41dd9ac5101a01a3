"""The house has layers: a module never imports from a higher one, nor in a circle; `src/` does not know Prefect."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src"

#: Module or package → layer; the longest name that fits counts.
LAYERS = {
    # 0: nouns. No clock, file or socket.
    "salon": 0,
    "salon.errors": 0,
    "salon.model": 0,
    "salon.entries": 0,
    "salon.shipped": 0,
    # 1: pure. Values in, values out.
    "salon.state": 1,
    "salon.part": 1,
    "salon.editions": 1,
    "salon.invites": 1,
    "salon.landing": 1,
    "salon.cards": 1,
    "salon.moderation": 1,
    "salon.questions": 1,
    "salon.ballots": 1,
    "salon.polls": 1,
    "salon.rhythm": 1,
    "salon.gate": 1,
    "salon.marking": 1,
    "salon.pulse": 1,
    "salon.roles": 1,
    "salon.pace": 1,
    "salon.allowances": 1,
    "salon.relay": 1,
    "salon.recurrence": 1,
    "salon.tasks": 1,
    "salon.brought": 1,
    "salon.boarding": 1,
    "salon.checking": 1,
    "salon.nudging": 1,
    "salon.markup": 1,
    "salon.waiting": 1,
    "salon.order": 1,
    "salon.rules": 1,
    "salon.analysis": 1,
    "salon.bench": 1,
    "salon.codec": 1,
    "salon.consent": 1,
    "salon.edited": 1,
    "salon.pieces": 1,
    "salon.differences": 1,
    "salon.discussion": 1,
    "salon.filenames": 1,
    "salon.hearing": 1,
    "salon.phrases": 1,
    "salon.planbook": 1,
    "salon.repeated": 1,
    "salon.public": 1,
    "salon.report": 1,
    "salon.report_view": 1,
    "salon.rundown": 1,
    "salon.shipped_flows": 1,
    # 2: each touches one outside thing.
    "salon.calendar_file": 3,
    "salon.channels": 2,
    "salon.clock": 2,
    "salon.group_code": 2,
    "salon.elsewhere": 2,
    "salon.imports": 2,
    "salon.journal": 2,
    "salon.links": 2,
    "salon.poster": 2,
    "salon.prefect_api": 2,
    "salon.programme": 2,
    "salon.register": 2,
    "salon.settings": 2,
    "salon.typeset": 2,
    "salon.wording": 2,
    "salon.wordlists": 2,
    # 3: puts them together.
    "salon.documents": 3,
    "salon.archive": 3,
    "salon.archive_pages": 3,
    "salon.paper": 3,
    "salon.drafting": 2,
    "salon.verifying": 3,
    "salon.house": 3,
    "salon.training": 3,
    "salon.portraits": 3,
    # 4: verbs of the house.
    "salon.announce": 4,
    "salon.leaders": 4,
    "salon.fitting": 4,
    "salon.sending": 4,
    "salon.sealing": 4,
    "salon.wave": 4,
    "salon.probing": 4,
    "salon.issue": 4,
    "salon.gallery": 4,
    "salon.planning": 4,
    "salon.registering": 4,
    "salon.sentences": 4,
    "salon.sharing": 4,
    # 5: one verb per moment.
    "salon.moments": 5,
    # 6: edges.
    "salon.__main__": 6,
    "salon.child": 6,
    "salon.cli": 6,
    "salon.linting": 6,
    "salon.rehearsal": 6,
    "salon.report_command": 6,
    "salon.stack": 6,
    "salon.status": 6,
    "salon.supervisor": 6,
    "salon.testing": 6,
    "salon.up": 6,
    "salon.watchdog": 6,
    "salon.web": 6,
}


def modules() -> list[str]:
    """Every module of the program, by name."""
    return sorted(_name(path) for path in (SRC / "salon").rglob("*.py"))


@cache
def _known() -> frozenset[str]:
    return frozenset(modules())


def _name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(module: str) -> ast.Module:
    """The module's source, parsed."""
    path = SRC.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8"))


def placed(module: str) -> str:
    """The key of `LAYERS` that a module belongs to, or nothing."""
    names = [name for name in LAYERS if module == name or (name != "salon" and module.startswith(f"{name}."))]
    return max(names, key=len, default="")


def imports(tree: ast.AST) -> Iterator[str]:
    """Everything imported anywhere in *tree*, also within functions; what only types need does not count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            # `from salon import state` imports a module; `from salon.state import State` a name in one.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def _module_of(imported: str) -> str:
    """The module that an imported dotted name is, or is in."""
    known = _known()
    while imported not in known:
        imported = imported.rpartition(".")[0]
    return imported


def misplaced(module: str, tree: ast.AST) -> list[str]:
    """What *module* imports and should not."""
    home, wrong = placed(module), []
    for imported in imports(tree):
        if imported.split(".")[0] == "salon":
            there = placed(_module_of(imported))
            # One without a place is told by its own test.
            if there and LAYERS[there] > LAYERS[home]:
                wrong.append(f"{module} (layer {LAYERS[home]}) imports {imported} (layer {LAYERS[there]})")
    return wrong


@pytest.mark.parametrize("module", modules())
def test_every_module_has_a_place_and_imports_nothing_from_above(module: str) -> None:
    assert placed(module), f"{module} has no layer yet: place it in LAYERS, by what it touches (docs/why.md)"
    assert misplaced(module, tree_of(module)) == []


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Names of one circle in *graph*, or nothing."""
    done: set[str] = set()

    def walk(path: list[str]) -> list[str]:
        for there in graph[path[-1]]:
            if there in path:
                return path[path.index(there) :]
            if there not in done and (found := walk([*path, there])):
                return found
        done.add(path[-1])
        return []

    return next((found for start in graph if start not in done and (found := walk([start]))), [])


def test_modules_of_one_layer_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        module: {_module_of(name) for name in imports(tree_of(module)) if name.split(".")[0] == "salon"} - {module}
        for module in modules()
    }
    assert circle(graph) == []
    assert circle({"a": ["b", "c"], "b": [], "c": ["d"], "d": ["c"]}) == ["c", "d"]


def test_no_place_is_kept_for_a_module_that_is_gone() -> None:
    assert {placed(module) for module in modules()} == set(LAYERS)


def test_prefect_is_imported_by_flows_only() -> None:
    knows = {module for module in modules() for name in imports(tree_of(module)) if name.split(".")[0] == "prefect"}
    assert knows == set()
    # The presence of what is looked for.
    flows = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "flows").glob("*.py")]
    assert any(name.split(".")[0] == "prefect" for flow in flows for name in imports(flow))


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("salon.model", "from salon.clock import WallClock"),
        ("salon.model", "import salon.state"),
        ("salon.rules.seats", "def rule():\n    from salon.journal.live import Live"),
        ("salon.journal.live", "from salon import house"),
        ("salon.announce", "if True:\n    from salon.web.app import App"),
    ],
)
def test_the_check_catches_an_import_from_above(module: str, source: str) -> None:
    assert len(misplaced(module, ast.parse(source))) == 1


def undocumented(module: str, tree: ast.Module) -> list[str]:
    """Public names of *module* that say nothing of what they are for."""
    found = [] if ast.get_docstring(tree) else [module]
    todo: list[tuple[str, ast.Module | ast.ClassDef]] = [(module, tree)]
    while todo:
        owner, scope = todo.pop()
        for node in scope.body:
            if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) or node.name[0] == "_":
                continue
            if not ast.get_docstring(node) and not _says_it_elsewhere(node):
                found.append(f"{owner}.{node.name}")
            if isinstance(node, ast.ClassDef):
                todo.append((f"{owner}.{node.name}", node))
    return found


def _says_it_elsewhere(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(ast.unparse(mark).split(".")[-1] in ("setter", "overload", "override") for mark in node.decorator_list)


@pytest.mark.parametrize("module", modules())
def test_every_public_name_says_what_it_is_for(module: str) -> None:
    assert undocumented(module, tree_of(module)) == []


def test_the_check_catches_a_name_that_says_nothing() -> None:
    source = '"""Doc."""\nclass A:\n    def b(self): ...\n    def _c(self): ...\ndef d():\n    """D."""\n'
    assert undocumented("m", ast.parse(source)) == ["m.A", "m.A.b"]
