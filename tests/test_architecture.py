"""The layer rules of the README, enforced by reading every import of the package."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "seisview"

# A layer may import itself and those listed for it; FOUNDATION is what everything may import.
FOUNDATION = {"errors", "events", "progress", "resources", "preferences", "atomic"}
LAYERS: dict[str, set[str]] = {
    "data": set(),
    "labels": {"data"},
    "learn": {"data", "labels"},
    "project": {"data", "labels"},
    "export": {"data", "labels", "learn", "project"},
    "workflows": {"data", "labels", "learn", "project", "export"},
    "cli": {"data", "labels", "learn", "project", "export", "workflows"},
    "gui": {"data", "labels", "learn", "project", "export", "workflows"},
    "benchmarks": {"data", "labels", "learn", "project", "export", "workflows", "gui"},
}
# The only places that may import a heavy library; everything else goes through them. Benchmarks measure
# these libraries as they are beside what is built on them; nothing is built on benchmarks.
OWNERS: dict[str, tuple[str, ...]] = {
    "torch": ("learn/", "benchmarks/"),
    "torchvision": (
        "learn/networks/backbone.py",
        "learn/networks/torchvision_guard.py",
        "learn/samples/augment.py",
    ),
    "umap": ("learn/", "benchmarks/"),
    "sklearn": ("learn/", "benchmarks/"),
    "pytorch_metric_learning": ("learn/matching/losses.py",),
    "segyio": ("data/segy/", "export/", "benchmarks/"),
    "PySide6": ("gui/", "benchmarks/"),
    "pyqtgraph": ("gui/", "benchmarks/"),
    "superqt": ("gui/",),
    "qtawesome": ("gui/",),
    "typer": ("cli/",),
}
# `cli` opens the window through this one function, inside the command, so that no command needs Qt to run;
# and one command runs the benchmarks, which nothing else knows.
ALLOWED_CROSSINGS = {
    ("cli/window.py", "seisview.gui.app"),
    ("cli/benchmark.py", "seisview.benchmarks.report"),
}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "base", "common", "misc"}

MODULES = sorted(PACKAGE.rglob("*.py"))


def imported_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"line {node.lineno}: relative imports hide the layer"
            yield node.lineno, node.module


def layer_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def violations(path: Path, tree: ast.Module) -> Iterator[str]:
    place = path.relative_to(PACKAGE).as_posix()
    layer = place.split("/")[0].removesuffix(".py")
    for line, name in imported_names(tree):
        root = name.split(".")[0]
        if root in OWNERS and not place.startswith(OWNERS[root]):
            yield f"{place}:{line} imports {name}, which only {OWNERS[root]} may"
        target = layer_of(name) if root == "seisview" else ""
        upwards = target in LAYERS and layer in LAYERS and target not in {layer, *LAYERS[layer]}
        if upwards and (place, name) not in ALLOWED_CROSSINGS:
            yield f"{place}:{line} imports {name}: {layer} lies below or beside {target}"
        if target in LAYERS and layer in FOUNDATION:
            yield f"{place}:{line} imports {name}, but the foundation imports no layer"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_only_point_downwards(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert list(violations(path, tree)) == []


def test_the_rules_catch_an_offender() -> None:
    tree = ast.parse("import torch\nfrom seisview.gui.app import run\n")
    assert len(list(violations(PACKAGE / "data" / "volume.py", tree))) == 2


@pytest.mark.parametrize(
    "place",
    ["cli/window.py", "cli/main.py", "gui/parts.py", "workflows/facies/train.py", "learn/training/loop.py"],
)
def test_nothing_is_built_on_benchmarks(place: str) -> None:
    tree = ast.parse("from seisview.benchmarks.report import BenchmarkReport\n")
    assert len(list(violations(PACKAGE / place, tree))) == 1
    assert list(violations(PACKAGE / "cli" / "benchmark.py", tree)) == []


def function_lengths(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body:
                yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, f"{path.name} has outgrown its purpose: split it along the data flow"
    too_long = [(name, n) for name, n in function_lengths(ast.parse(text)) if n > 50]
    assert too_long == []


def test_no_file_is_named_after_nothing() -> None:
    assert [p for p in MODULES if p.stem in FORBIDDEN_NAMES] == []


def test_exceptions_are_caught_broadly_only_at_the_edges() -> None:
    edges = {"gui/jobs/job_runner.py", "gui/jobs/latest_worker.py", "gui/app.py", "cli/errors.py"}
    offenders = []
    for path in MODULES:
        place = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            broad = isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
            )
            if broad and place not in edges:
                offenders.append(f"{place}:{node.lineno}")
    assert offenders == []


def test_python_is_recent_enough() -> None:
    assert sys.version_info >= (3, 11)
