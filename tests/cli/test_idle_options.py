"""An option that would change nothing is refused before anything is read, not passed over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Cli = Callable[..., Any]

TRAIN = ["train", "s.sgy", "--labels", "l.npy", "--out", "m.safetensors"]
LEARN = ["train-match", "p", "--out", "m.safetensors"]
SURVEY = ["cluster", "s.sgy", "--out", "c"]
FOLDER = ["cluster", "images", "--out", "c"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([*TRAIN, "--mode", "preview", "--steps", "100"], "--steps: a preview is fitted in seconds"),
        ([*TRAIN, "--mode", "preview", "--minutes", "1", "--steps", "9"], "--minutes and --steps: a preview"),
        ([*TRAIN, "--mode", "preview", "--recipe", "reference"], "--recipe: a preview"),
        ([*TRAIN, "--mode", "preview", "--no-carry"], "--no-carry: a preview"),
        ([*TRAIN, "--mode", "scratch", "--backbone", "b.safetensors"], "--backbone: --mode scratch"),
        ([*TRAIN, "--recipe", "reference", "--carry"], "--carry: --recipe reference"),
        (["predict", "s.sgy", "--model", "m", "--out", "f.npy", "--sample-format", "8"], "--sample-format: "),
        (["carry", "s.sgy", "--labels", "l", "--out", "f.zarr", "--sample-format", "8"], "--sample-format: "),
        (["export", "p", "--what", "facies", "--out", "f.sgy", "--inline", "5"], "--inline: one section"),
        (
            ["export", "p", "--what", "top", "--class", "1", "--out", "t.png", "--crossline", "5"],
            "--crossline: one",
        ),
        (["section", "s.sgy", "--inline", "5", "--out", "x.npy", "--gain", "2"], "--gain: that is how"),
        (["info", "s.npy", "--inline-byte", "9", "--crossline-byte", "21"], "--inline-byte and --crossline"),
        (["pretrain", "s.sgy", "--out", "b.safetensors", "--joining", "sum"], "--joining: name --task"),
        ([*SURVEY, "--using", "u", "--clusters", "4"], "--clusters: --using applies"),
        ([*SURVEY, "--method", "hdbscan", "--clusters", "4"], "--clusters: --method hdbscan"),
        ([*SURVEY, "--window", "64,64"], "--window: windows go with"),
        ([*SURVEY, "--backbone", "b.safetensors"], "--backbone: there is no network"),
        ([*SURVEY, "--key", "img"], "--key: that is for folders"),
        ([*FOLDER, "--window", "64,64"], "--window: windows go with"),
        ([*FOLDER, "--backbone", "b.safetensors"], "--backbone: there is no network"),
        (
            [
                "match-images", "--queries", "a", "--corpus", "b", "--out", "o.json", "--model", "m",
                "--method", "deep",
            ],
            "--method: with --model",
        ),
        ([*LEARN, "--kind", "proxy", "--mining", "hard"], "--mining: triplets"),
        ([*LEARN, "--kind", "contrastive", "--margin", "1"], "--margin: that loss has none"),
        ([*LEARN, "--corpus", "s.sgy"], "--corpus: that goes with --rounds"),
        (["train-match", "images", "--out", "m.safetensors", "--size", "32,32"], "--size: that is for a"),
        (["benchmark", "drawing", "--huge"], "--huge: that goes with `sections`"),
        (["benchmark", "drawing", "--shots", "1"], "--shots: that goes with `few-label`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_what_changes_nothing_is_wrong_usage(
    arguments: list[str], says: str, seisview: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "images" / "chaotic").mkdir(parents=True)
    np.save(tmp_path / "images" / "chaotic" / "a.npy", np.zeros((8, 8), np.float32))
    monkeypatch.chdir(tmp_path)
    result = seisview(*arguments)
    assert result.code == 2, result.err
    assert result.err.startswith(f"error: {says}"), result.err
    assert result.err.splitlines()[1] == f"hint: See 'seisview {arguments[0]} --help'."
    assert [path.name for path in tmp_path.iterdir()] == ["images"]


@pytest.mark.parametrize(
    "arguments",
    [
        [*TRAIN, "--mode", "preview"],
        [*TRAIN, "--mode", "scratch", "--backbone", "none", "--steps", "1"],
        [*TRAIN, "--recipe", "reference", "--no-carry"],
        ["predict", "s.sgy", "--model", "m",
         "--out", "f.npy", "--confidence", "c.sgy", "--sample-format", "8"],
        [*SURVEY, "--features", "windows", "--window", "64,64", "--backbone", "none"],
        [*SURVEY, "--preset", "system-b", "--window", "64,64"],
        [*LEARN, "--kind", "contrastive", "--loss", "euclidean", "--margin", "1"],
        ["info", "s.sgy", "--inline-byte", "9", "--crossline-byte", "21"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_has_an_effect_gets_as_far_as_the_missing_file(
    arguments: list[str], seisview: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = seisview(*arguments)
    assert result.code == 1, result.err
    assert "There is no file" in result.err or "does not exist" in result.err
