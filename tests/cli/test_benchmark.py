"""The command that prints the tables, with a benchmark that takes no time."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seisview.benchmarks.report import BenchmarkOptions, BenchmarkReport
from seisview.errors import VolumeError

Cli = Callable[..., Any]
NO_ROOM = 99  # seeds that the benchmark here has no disk for
ROWS = (("opening", 12.3456, 0.01234, True), ("time slice, cold", 1234.5, None, False))


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[BenchmarkOptions]:
    """Put a benchmark in place of `drawing`; returns what it was called with."""
    calls: list[BenchmarkOptions] = []

    def run(options: BenchmarkOptions) -> BenchmarkReport:
        calls.append(options)
        options.progress.report("Measuring", 1, 2)
        if options.seeds == NO_ROOM:
            raise VolumeError("The disk is too small.", "Use another.")
        return BenchmarkReport("Speed", ("what", "time (ms)", "ratio", "met"), ROWS, ("Medians.",))

    module = ModuleType("seisview.benchmarks.drawing")
    module.run = run  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return calls


def test_the_table_is_aligned_and_says_what_was_missed(seisview: Cli, given: list[BenchmarkOptions]) -> None:
    result = seisview("benchmark", "drawing")
    assert result.code == 0
    assert result.out.splitlines() == [
        "Speed",
        "",
        "what              time (ms)   ratio  met",
        "----------------  ---------  ------  ---",
        "opening                12.3  0.0123  yes",
        "time slice, cold       1234       -  NO",
        "",
        "Medians.",
    ]
    assert "Measuring" in result.err
    assert given[0].budget == "full"
    assert given[0].out is None


def test_json_is_one_object_and_out_keeps_the_table(
    seisview: Cli, given: list[BenchmarkOptions], tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    result = seisview("benchmark", "drawing", "--json", "--out", out, "--budget", "quick", "--seeds", 2)
    assert result.json["rows"][1] == {
        "what": "time slice, cold", "time (ms)": 1234.5, "ratio": None, "met": False,
    }  # fmt: skip
    assert result.json["notes"] == ["Medians."]
    assert (given[0].out, given[0].is_quick, given[0].seeds) == (out, True, 2)
    with (out / "drawing.csv").open(newline="") as file:
        assert list(csv.reader(file))[1:] == [
            ["opening", "12.3456", "0.01234", "True"],
            ["time slice, cold", "1234.5", "", "False"],
        ]
    assert (out / "drawing.txt").read_text().startswith("Speed\n")


def test_a_failure_is_two_lines_and_an_unknown_name_wrong_usage(
    seisview: Cli, given: list[BenchmarkOptions]
) -> None:
    failed = seisview("benchmark", "drawing", "--seeds", NO_ROOM)
    assert failed.code == 1
    assert failed.err.endswith("error: The disk is too small.\nhint: Use another.\n")
    assert seisview("benchmark", "nothing").code == 2


def test_the_folder_of_real_seismic_comes_from_the_environment(
    seisview: Cli, given: list[BenchmarkOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEISVIEW_TEST_DATA", "/data")
    seisview("benchmark", "drawing")
    seisview("benchmark", "drawing", "--data", "/other")
    assert [options.data for options in given] == [Path("/data"), Path("/other")]


def test_a_row_of_another_width_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs 2 cells"):
        BenchmarkReport("T", ("a", "b"), ((1,),))
