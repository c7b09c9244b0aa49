"""``train --mode preview`` and ``predict`` with what it writes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio

Cli = Callable[..., Any]
QUICK = ("--mode", "preview", "--network", "resnet10", "--backbone", "none", "--device", "cpu")


@pytest.fixture
def preview(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> Path:
    out = tmp_path / "preview.safetensors"
    lines = "1000,1006,1012,1018"
    done = seisview("train", survey, "--labels", truth, "--inlines", lines, "--out", out, *QUICK, "--json")
    assert done.code == 0, done.err
    assert done.json["mode"] == "preview"
    assert done.json["sections"] == [f"inline {n}" for n in (1000, 1006, 1012, 1018)]
    assert done.json["fit_seconds"] < 10
    return out


def test_a_preview_predicts_a_survey(
    seisview: Cli, survey: Path, truth: Path, preview: Path, tmp_path: Path
) -> None:
    facies, confidence = tmp_path / "p.sgy", tmp_path / "c.npy"
    outputs = ("--out", facies, "--confidence", confidence)
    done = seisview("predict", survey, "--model", preview, *outputs, "--device", "cpu", "--json")
    assert done.code == 0, done.err
    assert done.json["n_not_predicted"] == 0
    with segyio.open(facies, iline=189, xline=193) as file:
        predicted = segyio.tools.cube(file)
    with segyio.open(truth, iline=189, xline=193) as file:
        true = segyio.tools.cube(file)
    assert set(np.unique(predicted)) <= {1, 2, 3, 4, 5, 6}
    most_frequent = np.bincount(true.astype(int).ravel()).max() / true.size
    between = [3, 9, 15]
    assert (predicted[between] == true[between]).mean() > most_frequent
    sure = np.load(confidence)
    assert ((sure > 0) & (sure <= 1)).all()


def test_an_unknown_network_is_named(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    refused = seisview("train", survey, "--labels", truth, "--out", out, *QUICK, "--network", "alexnet")
    assert refused.code == 2
    assert "resnet50" in refused.err


def test_some_lines_only(seisview: Cli, survey: Path, preview: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.npy"
    done = seisview(
        "predict", survey, "--model", preview, "--crosslines", "2004:2006", "--out", out, "--json"
    )
    assert done.code == 0, done.err
    assert np.flatnonzero(np.load(out).any(axis=(0, 2))).tolist() == [4, 5, 6]


def test_a_preview_is_not_fused(seisview: Cli, survey: Path, preview: Path, tmp_path: Path) -> None:
    out = tmp_path / "p.npy"
    done = seisview("predict", survey, "--model", preview, "--model", preview, "--out", out)
    assert done.code == 1
    assert "not combined" in done.err
    assert not out.exists()
