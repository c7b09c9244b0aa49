from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
from PIL import Image

from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.geometry_io import write_npy_geometry

Cli = Callable[..., Any]


def test_info_prints_every_field_that_scripts_rely_on(seisview: Cli, survey: Path) -> None:
    found = seisview("info", survey, "--json").json
    expected = {
        "format": "segy",
        "domain": "time",
        "n_inlines": 24,
        "n_crosslines": 32,
        "n_samples": 64,
        "inlines": {"first": 1000, "last": 1023, "step": 1},
        "crosslines": {"first": 2000, "last": 2031, "step": 1},
        "sample_interval_ms": 4.0,
        "start_ms": 0.0,
        "sample_format": "4-byte IEEE float",
        "byte_order": "big",
        "text_encoding": "ebcdic",
        "inline_byte": 189,
        "crossline_byte": 193,
        "sorting": "inline",
        "n_traces": 768,
        "n_missing_traces": 0,
        "n_dead_traces": 0,
        "warnings": [],
    }
    assert {name: found[name] for name in expected} == expected
    with segyio.open(survey, strict=False) as file:
        samples = file.trace.raw[:]
    amplitude = found["amplitude"]
    assert list(amplitude) == ["min", "max", "mean", "std", "p1", "p99"]
    assert amplitude["min"] == pytest.approx(samples.min())
    assert amplitude["p99"] == pytest.approx(np.percentile(samples, 99), rel=0.05)


def test_info_counts_every_trace_of_a_survey_of_usual_size(seisview: Cli, tmp_path: Path) -> None:
    """One dead trace and one extreme among six thousand, which sampled ones would miss."""
    cube = np.random.default_rng(0).normal(size=(64, 96, 8)).astype(np.float32)
    cube[50, 51], cube[7, 3, 2] = 0, 99
    np.save(tmp_path / "a.npy", cube)
    found = seisview("info", tmp_path / "a.npy", "--json").json
    assert (found["n_dead_traces"], found["n_sampled_traces"]) == (1, 64 * 96)
    assert found["amplitude"]["max"] == 99
    assert found["amplitude"]["min"] == pytest.approx(float(cube.min()))


def test_a_gap_between_lines_is_told_and_nobody_is_sent_into_it(seisview: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((6, 5, 8), np.float32))
    lines = LineNumbers((100, 102, 104, 120, 122, 124))
    write_npy_geometry(tmp_path / "a.npy", SurveyGeometry(lines, LineNumbers.regular(1, 1, 5), 8, 0.0, 4.0))
    warnings = seisview("info", tmp_path / "a.npy", "--json").json["warnings"]
    assert warnings == ["The inlines are not evenly numbered: 104 is followed by 120."]
    hints = {110: "The nearest are 104 and 120.", 101: "from 100 to 124 in steps of 2", 99: "from 100 to 124"}
    for number, hint in hints.items():
        missed = seisview("section", tmp_path / "a.npy", "--inline", number, "--out", tmp_path / "x.png")
        assert missed.code == 1
        assert hint in missed.err


def test_info_with_header_bytes(seisview: Cli, survey: Path) -> None:
    found = seisview("info", survey, "--json", "--inline-byte", 9, "--crossline-byte", 21).json
    assert (found["inline_byte"], found["crossline_byte"]) == (9, 21)
    lonely = seisview("info", survey, "--inline-byte", 9)
    assert lonely.code == 2
    assert "both" in lonely.err


def test_info_of_arrays(seisview: Cli, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones((4, 5, 6), np.float32))
    result = seisview("info", tmp_path / "a.npy", "--json")
    assert result.json["format"] == "npy"
    assert result.json["warnings"]
    assert "n inlines: 4" in seisview("info", tmp_path / "a.npy").out


def test_info_imports_neither_torch_nor_qt(survey: Path) -> None:
    code = (
        "import sys; from seisview.cli.main import run; "
        f"code = run(['info', {str(survey)!r}, '--json']); "
        "print([m for m in ('torch', 'PySide6', 'zarr') if m in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip().splitlines()[-1] == "[] 0"


@pytest.mark.parametrize(
    ("option", "number", "shape"),
    [("--inline", 1003, (64, 32)), ("--crossline", 2031, (64, 24)), ("--sample", 100, (32, 24))],
)
def test_section_as_numbers(
    option: str, number: int, shape: tuple[int, int], seisview: Cli, survey: Path, tmp_path: Path
) -> None:
    out = tmp_path / "section.npy"
    result = seisview("section", survey, option, number, "--out", out, "--json")
    assert result.code == 0, result.err
    array = np.load(out)
    assert array.dtype == np.float32
    assert array.shape == tuple(result.json["shape"]) == shape
    with segyio.open(survey, iline=189, xline=193) as file:
        expected = {
            "--inline": lambda: file.iline[1003].T,
            "--crossline": lambda: file.xline[2031].T,
            "--sample": lambda: file.depth_slice[25].T,
        }[option]()
    np.testing.assert_allclose(array, expected, rtol=1e-6)


@pytest.mark.parametrize(("asked", "note"), [(101.0, True), (100.0, False)])
def test_a_time_between_samples_is_taken_to_the_nearest_aloud(
    asked: float, note: bool, seisview: Cli, survey: Path, tmp_path: Path
) -> None:
    result = seisview("section", survey, "--sample", asked, "--out", tmp_path / "s.npy", "--json")
    assert result.code == 0, result.err
    assert (result.json["section"], result.json["axis"], result.json["number"]) == ("100 ms", "sample", 100.0)
    said = "There is no sample at 101 ms: the nearest, 100 ms, is taken." in result.err
    assert said == note


def test_section_as_picture_with_facies(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> None:
    for name, more in (("plain", []), ("facies", ["--facies", truth])):
        result = seisview("section", survey, "--inline", 1010, "--out", tmp_path / f"{name}.png", *more)
        assert result.code == 0, result.err
    plain, facies = (
        np.asarray(Image.open(tmp_path / f"{n}.png").convert("RGB")) for n in ("plain", "facies")
    )
    assert np.ptp(plain, axis=2).max() <= 2
    assert np.ptp(facies, axis=2).max() > 50


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--inline", 999], 1, "no inline 999"),
        (["--crossline", 9999], 1, "Crosslines run from 2000 to 2031 in steps of 1"),
        (["--sample", 5000], 1, "from 0 to 252 ms"),
        ([], 2, "exactly one"),
        (["--inline", 1000, "--crossline", 2000], 2, "exactly one"),
    ],
)
def test_sections_that_cannot_be(
    arguments: list[object], code: int, says: str, seisview: Cli, survey: Path, tmp_path: Path
) -> None:
    result = seisview("section", survey, "--out", tmp_path / "x.png", *arguments)
    assert result.code == code
    assert says in result.err
    assert list(tmp_path.iterdir()) == []


def test_outputs_are_replaced_only_when_told(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.npy"
    out.write_bytes(b"mine")
    refused = seisview("section", survey, "--inline", 1000, "--out", out)
    assert (refused.code, out.read_bytes()) == (1, b"mine")
    assert "--overwrite" in refused.err
    assert seisview("section", survey, "--inline", 1000, "--out", out, "--overwrite").code == 0
    assert np.load(out).shape == (64, 32)


def test_an_unknown_suffix_is_wrong_usage(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    assert seisview("section", survey, "--inline", 1000, "--out", tmp_path / "x.jpg").code == 2


def test_synthesize_is_repeatable_and_holds_every_class(seisview: Cli, tmp_path: Path) -> None:
    size = ["--inlines", 24, "--crosslines", 32, "--samples", 64, "--seed", 3]
    first = seisview("synthesize", tmp_path / "a.sgy", "--facies", tmp_path / "af.sgy", *size, "--json")
    assert first.code == 0, first.err
    assert [c["id"] for c in first.json["classes"]] == [1, 2, 3, 4, 5, 6]
    seisview("synthesize", tmp_path / "b.sgy", *size)
    assert (tmp_path / "a.sgy").read_bytes() == (tmp_path / "b.sgy").read_bytes()
    with segyio.open(tmp_path / "af.sgy", strict=False) as file:
        assert set(np.unique(file.trace.raw[:])) == {1, 2, 3, 4, 5, 6}


def test_synthesize_wrong_usage(seisview: Cli, tmp_path: Path) -> None:
    same = seisview("synthesize", tmp_path / "a.sgy", "--facies", tmp_path / "a.sgy")
    assert same.code == 2
    small = seisview("synthesize", tmp_path / "a.sgy", "--inlines", 2)
    assert small.code == 1
    assert "hint:" in small.err
    assert list(tmp_path.iterdir()) == []
