"""A survey whose line numbers lie where nobody looks: the options that say where reach all that is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.conftest import Outcome

Cli = Callable[..., Outcome]
BYTES = ("--inline-byte", 213, "--crossline-byte", 201)
N_SAMPLES = 64


def moved(source: Path, out: Path, sample_bytes: int) -> Path:
    """A copy with the line numbers at bytes 213 and 201 only; map coordinates stay and look like lines."""
    raw = np.frombuffer(source.read_bytes(), np.uint8).copy()
    traces = raw[3600:].reshape(-1, 240 + N_SAMPLES * sample_bytes)
    numbers = traces[:, 188:192].copy(), traces[:, 192:196].copy()
    for byte in (9, 21, 189, 193):
        traces[:, byte - 1 : byte + 3] = 0
    traces[:, 212:216], traces[:, 200:204] = numbers
    out.write_bytes(raw.tobytes())
    return out


@pytest.fixture
def odd(survey: Path, truth: Path, tmp_path: Path) -> tuple[Path, Path]:
    return moved(survey, tmp_path / "s.sgy", 4), moved(truth, tmp_path / "f.sgy", 1)


def test_the_file_alone_is_read_by_its_coordinates(seisview: Cli, odd: tuple[Path, Path]) -> None:
    assert seisview("info", odd[0], "--json").json["inlines"]["first"] != 1000
    lines = seisview("info", odd[0], *BYTES, "--json").json["inlines"]
    assert lines == {"first": 1000, "last": 1023, "step": 1}


def test_labels_with_the_headers_of_the_survey_fit_it(
    seisview: Cli, odd: tuple[Path, Path], tmp_path: Path
) -> None:
    survey, labels = odd
    made = ("create-project", survey, *BYTES, "--labels", labels, "--out", tmp_path / "p")
    project = seisview(*made, "--json")
    assert project.code == 0, project.err
    assert "inline 1023" in project.json["sections"]
    drawn = seisview(
        "section", survey, *BYTES, "--inline", 1003, "--facies", labels, "--out", tmp_path / "x.png"
    )
    assert drawn.code == 0, drawn.err
    carried = seisview(
        "carry", survey, *BYTES, "--labels", labels, "--inlines", "1003", "--out", tmp_path / "c.npy"
    )
    assert carried.code == 0, carried.err


def test_a_model_is_trained_on_them(seisview: Cli, odd: tuple[Path, Path], tmp_path: Path) -> None:
    survey, labels = odd
    quick = ("--network", "resnet10", "--backbone", "none", "--no-carry", "--steps", 1)
    quick += ("--inlines", "1003,1012")
    out = tmp_path / "m.safetensors"
    trained = seisview("train", survey, *BYTES, "--labels", labels, "--out", out, *quick, "--json")
    assert trained.code == 0, trained.err
    assert trained.json["sections"] == ["inline 1003", "inline 1012"]


def test_labels_of_other_lines_are_still_refused(
    seisview: Cli, survey: Path, odd: tuple[Path, Path], tmp_path: Path
) -> None:
    refused = seisview("create-project", survey, "--labels", odd[1], "--out", tmp_path / "p")
    assert refused.code == 1
    assert "The labels in f.sgy have the shape" in refused.err


def test_the_corpus_of_train_match_is_a_survey_too(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    from PIL import Image

    for name in ("a", "b"):
        (tmp_path / "images" / name).mkdir(parents=True)
        Image.new("L", (8, 8)).save(tmp_path / "images" / name / "1.png")
    asked = ("train-match", tmp_path / "images", "--out", tmp_path / "m.safetensors", "--rounds", 1)
    half = seisview(*asked, "--corpus", survey, "--inline-byte", 213)
    assert half.code == 2
    assert "go together" in half.err
    idle = seisview(*asked, "--corpus", tmp_path / "images", *BYTES)
    assert idle.code == 2
    assert "header bytes are those of a SEG-Y file" in idle.err
