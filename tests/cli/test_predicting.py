"""A prediction that was stopped or killed goes on when the same command is given again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.opening import open_volume
from seisview.preferences import cache_folder
from tests.learn.surveys import random_segmenter

Cli = Callable[..., Any]
N_INLINES, STOPPED_AFTER = 24, 10

KILLED = f"""
import os, signal, sys
from seisview.cli import console, main
from seisview.progress import Progress
from seisview.project import results
from seisview.workflows.facies.facies_sections import SectionPredicted

results._FLUSH_AFTER_S = 0.0
number, seen = getattr(signal, sys.argv[1]), []

class Stopping(console.ConsoleProgress):
    def event(self, event):
        super().event(event)
        seen.extend([event] if isinstance(event, SectionPredicted) else [])
        if len(seen) == {STOPPED_AFTER}:
            os.kill(os.getpid(), number)

console.ConsoleProgress = Stopping
sys.exit(main.run(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def model(survey_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    with closing(open_volume(survey_folder / "s.sgy")) as volume:
        random_segmenter(volume, measure_amplitudes(volume)).save(path)
    return path


def command(survey: Path, model: Path, out: Path) -> list[object]:
    return [
        "predict",
        survey,
        "--model",
        model,
        "--out",
        out,
        "--confidence",
        out.with_name(f"{out.stem}-confidence.npy"),
        "--device",
        "cpu",
    ]


def interrupted(arguments: list[object], signal_name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, signal_name, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )


def kept() -> list[Path]:
    return sorted((cache_folder() / "predictions").iterdir())


@pytest.mark.parametrize("signal_name", ["SIGINT", pytest.param("SIGKILL", id="killed")])
def test_the_same_command_goes_on(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path, signal_name: str
) -> None:
    whole = tmp_path / "whole" / "p.npy"
    whole.parent.mkdir()
    assert seisview(*command(survey, model, whole)).code == 0
    assert kept() == []

    out = tmp_path / "again" / "p.npy"
    out.parent.mkdir()
    stopped = interrupted(command(survey, model, out), signal_name)
    if signal_name == "SIGINT":
        assert stopped.returncode == 130
        assert "the same command goes on where it stopped" in stopped.stderr
    else:
        assert stopped.returncode == -signal.SIGKILL
    assert list(out.parent.iterdir()) == []

    again = seisview(*command(survey, model, out), "--json")
    assert again.code == 0, again.err
    assert f"Going on after {STOPPED_AFTER} sections" in again.err
    assert again.json["n_not_predicted"] == 0
    for name in ("p.npy", "p-confidence.npy"):
        np.testing.assert_array_equal(np.load(out.parent / name), np.load(whole.parent / name))
    assert kept() == []


def test_another_prediction_does_not_go_on_from_it(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path
) -> None:
    interrupted(command(survey, model, tmp_path / "p.npy"), "SIGINT")
    assert len(kept()) == 2  # the sections, and the lock of who makes them
    other = seisview(*command(survey, model, tmp_path / "q.npy"), "--axis", "crossline", "--json")
    assert other.code == 0, other.err
    assert "Going on" not in other.err
    assert len(kept()) == 2


def test_what_nobody_went_on_with_is_cleared_away(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path
) -> None:
    interrupted(command(survey, model, tmp_path / "p.npy"), "SIGINT")
    for path in kept():
        os.utime(path, (0, 0))
    assert seisview(*command(survey, model, tmp_path / "p.npy"), "--axis", "crossline").code == 0
    assert kept() == []


def test_nothing_is_kept_of_a_prediction_without_a_section(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr("seisview.learn.segmentation.predictor.Predictor.predict", fail)
    assert seisview(*command(survey, model, tmp_path / "p.npy")).code == 1
    assert list(tmp_path.iterdir()) == []
    assert kept() == []


def test_a_cache_that_cannot_be_written_is_no_matter(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("SEISVIEW_CACHE_DIR", str(blocked))
    out = tmp_path / "out" / "p.npy"
    out.parent.mkdir()
    assert seisview(*command(survey, model, out)).code == 0
    assert np.load(out).shape == np.load(out.with_name("p-confidence.npy")).shape
    assert not list(out.parent.glob(".*"))
