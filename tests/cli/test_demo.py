from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seisview.cli.window import has_display

Cli = Callable[..., Any]
QUICK = ("--network", "resnet10", "--steps", 1, "--device", "cpu")


@pytest.fixture(autouse=True)
def tiny_survey(survey: Path, truth: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "seisview.workflows.demo.run.builtin_survey_path", lambda progress=None: (survey, truth)
    )


def test_without_a_display_it_names_the_files(
    seisview: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seisview-demo").mkdir()
    result = seisview("demo", *QUICK, "--json")
    assert result.code == 0, result.err
    assert "no display" in result.err
    assert result.json["folder"] == "seisview-demo-2"
    assert all((tmp_path / "seisview-demo-2" / name).exists() for name in result.json["files"])


def test_with_a_display_the_window_opens_on_the_result(
    seisview: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import seisview.gui.app as gui

    opened: list[Path | None] = []
    monkeypatch.setattr(gui, "run", lambda path=None, _bytes=None: opened.append(path) or 0)
    monkeypatch.setattr("seisview.cli.window.has_display", lambda: True)
    assert seisview("demo", *QUICK, "--out", tmp_path / "b").code == 0
    assert opened == [tmp_path / "b" / "project"]


@pytest.mark.parametrize(
    ("environment", "shown"),
    [
        ({}, False),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
    ],
)
def test_display(environment: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert has_display() is shown
