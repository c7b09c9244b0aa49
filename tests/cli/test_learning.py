from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
from PIL import Image

Cli = Callable[..., Any]
QUICK = ("--network", "resnet10", "--steps", 3, "--batch-size", 2, "--device", "cpu")


@pytest.fixture(scope="module")
def model(survey_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from seisview.cli.main import run

    out = tmp_path_factory.mktemp("model") / "m.safetensors"
    arguments = ["train", survey_folder / "s.sgy", "--labels", survey_folder / "f.sgy", "--out", out]
    assert run([str(a) for a in (*arguments, *QUICK, "--inlines", "1002,1006:1010:2")]) == 0
    return out


def test_train_takes_only_the_lines_named(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> None:
    out = tmp_path / "m.safetensors"
    result = seisview(
        "train",
        survey,
        "--labels",
        truth,
        "--out",
        out,
        *QUICK,
        "--inlines",
        "1002,1006:1010:2",
        "--crosslines",
        "2003",
        "--json",
    )
    assert result.code == 0, result.err
    assert result.json["sections"] == [
        "crossline 2003",
        "inline 1002",
        "inline 1006",
        "inline 1008",
        "inline 1010",
    ]
    assert result.json["steps"] == 3
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_train_on_masks_is_repeatable(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> None:
    masks = tmp_path / "masks"
    masks.mkdir()
    with segyio.open(truth, iline=189, xline=193) as file:
        Image.fromarray(file.iline[1004].T.astype(np.uint8)).save(masks / "inline_1004.png")
        np.save(masks / "crossline_2010.npy", file.xline[2010].T.astype(np.uint8))
    ids = []
    for name in ("a", "b"):
        out = tmp_path / f"{name}.safetensors"
        result = seisview("train", survey, "--labels", masks, "--out", out, *QUICK, "--seed", 5, "--json")
        assert result.code == 0, result.err
        ids.append(result.json["model"])
    assert ids[0] == ids[1]
    assert result.json["sections"] == ["crossline 2010", "inline 1004"]


def test_predict_and_evaluate(seisview: Cli, survey: Path, truth: Path, model: Path, tmp_path: Path) -> None:
    facies, confidence = tmp_path / "p.sgy", tmp_path / "c.npy"
    done = seisview(
        "predict",
        survey,
        "--model",
        model,
        "--out",
        facies,
        "--confidence",
        confidence,
        "--device",
        "cpu",
        "--json",
    )
    assert done.code == 0, done.err
    assert done.json["n_not_predicted"] == 0
    with segyio.open(survey, iline=189, xline=193) as a, segyio.open(facies, iline=189, xline=193) as b:
        np.testing.assert_array_equal(a.ilines, b.ilines)
        assert all(dict(x) == dict(y) for x, y in zip(a.header, b.header, strict=True))
        predicted = segyio.tools.cube(b)
    with segyio.open(truth, iline=189, xline=193) as file:
        true = segyio.tools.cube(file)
    assert set(np.unique(predicted)) <= {1, 2, 3, 4, 5, 6}
    sure = np.load(confidence)
    assert sure.shape == predicted.shape
    assert (sure >= 1 / 6 - 0.01).all()
    assert (sure <= 1).all()

    scores = seisview(
        "evaluate", "--predicted", facies, "--labels", truth, "--inlines", "1016:", "--json"
    ).json
    part = predicted[16:], true[16:]
    assert scores["n_samples"] == part[0].size
    assert scores["pixel_accuracy"] == pytest.approx(np.mean(part[0] == part[1]))
    for row in scores["classes"]:
        hit = np.sum((part[0] == row["id"]) & (part[1] == row["id"]))
        union = np.sum((part[0] == row["id"]) | (part[1] == row["id"]))
        assert row["iou"] == pytest.approx(hit / union)
        assert row["support"] == np.sum(part[1] == row["id"])
    occurring = {row["id"] for row in scores["classes"]}
    assert occurring == set(np.unique(part[0])) | set(np.unique(part[1]))


def test_evaluate_reads_lines_from_the_header_bytes_named(seisview: Cli, truth: Path, tmp_path: Path) -> None:
    facies = tmp_path / "facies.sgy"
    shutil.copyfile(truth, facies)
    with segyio.open(facies, "r+", strict=False) as file:
        for trace, header in enumerate(file.header):
            header.update({9: 1500 + trace // 32, 21: 2700 + trace % 32})
    arguments = ("evaluate", "--predicted", facies, "--labels", facies, "--inlines", 1503, "--json")
    assert "No inline of the survey" in seisview(*arguments).err
    result = seisview(*arguments, "--inline-byte", 9, "--crossline-byte", 21)
    assert result.code == 0, result.err
    assert result.json["n_samples"] == 32 * 64
    assert result.json["pixel_accuracy"] == 1.0


def test_predict_some_inlines_with_two_models(
    seisview: Cli, survey: Path, truth: Path, model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "p.npy"
    result = seisview(
        "predict",
        survey,
        "--model",
        model,
        "--model",
        model,
        "--fusion",
        "vote",
        "--inlines",
        "1018:1020",
        "--out",
        out,
        "--json",
    )
    assert result.code == 0, result.err
    facies = np.load(out)
    assert facies.dtype == np.uint8
    assert facies.shape == (24, 32, 64)
    assert np.flatnonzero(facies.any(axis=(1, 2))).tolist() == [18, 19, 20]
    scores = seisview("evaluate", "--predicted", out, "--labels", truth, "--json").json
    assert scores["n_samples"] == 3 * 32 * 64
    assert scores["n_not_predicted"] == 21 * 32 * 64


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (["--labels", "nowhere.sgy"], 1, "nowhere.sgy"),
        (["--inlines", "5:9"], 1, "No inline of the survey"),
        (["--inlines", "five"], 2, "not a choice of lines"),
        (["--mode", "magic"], 2, "magic"),
        (["--backbone", "nowhere.safetensors"], 1, "nowhere.safetensors"),
        (["--network", "alexnet"], 2, "resnet50"),
        (["--recipe", "magic"], 2, "magic"),
        (["--out", "model.pt"], 2, ".safetensors"),
    ],
)
def test_training_that_cannot_be(
    change: list[str], code: int, says: str, seisview: Cli, survey: Path, truth: Path, tmp_path: Path
) -> None:
    result = seisview(
        "train", survey, "--labels", truth, "--out", tmp_path / "m.safetensors", *QUICK, *change
    )
    assert result.code == code
    assert says in result.err
    assert "Traceback" not in result.err
    assert list(tmp_path.iterdir()) == []


def test_predicting_onto_the_survey_is_refused(
    seisview: Cli, survey: Path, model: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link.sgy"
    link.hardlink_to(survey)
    before = survey.read_bytes()
    for out in (survey, link):
        result = seisview("predict", survey, "--model", model, "--out", out, "--overwrite")
        assert result.code == 1
        assert "never overwritten" in result.err
    assert survey.read_bytes() == before


def test_a_model_that_is_none(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    junk = tmp_path / "junk.safetensors"
    junk.write_bytes(b"not a model")
    result = seisview("predict", survey, "--model", junk, "--out", tmp_path / "p.npy")
    assert result.code == 1
    assert "hint:" in result.err
    assert [p.name for p in tmp_path.iterdir()] == ["junk.safetensors"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for children")
def test_interrupting_ends_with_130_and_leaves_nothing(survey: Path, truth: Path, tmp_path: Path) -> None:
    arguments = [
        "train",
        survey,
        "--labels",
        truth,
        "--out",
        tmp_path / "m.safetensors",
        *QUICK,
        "--steps",
        100000,
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "seisview", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("Training"):
            break
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert time.monotonic() - began < 20
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_train_says_how_the_preview_does_beside_it_where_features_are_cached(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path
) -> None:
    def train(*options: str) -> dict[str, Any]:
        given = ("--labels", truth, "--inlines", "1004,1018", "--overwrite", "--json", *QUICK, *options)
        result = seisview("train", survey, "--out", tmp_path / "m.safetensors", *given)
        assert result.code == 0, result.err
        return dict(result.json)

    assert "beside_preview" not in train("--steps", "1")
    found = train("--compare-preview")["beside_preview"]
    assert found["better"] in ("network", "preview", "neither")
    assert 0 <= found["network_mean_iou"] <= 1
    assert 0.2 < found["preview_mean_iou"] <= 1
    assert found["n_samples"] > 500
    assert train()["beside_preview"] == found  # the features are there now
    assert "beside_preview" not in train("--no-compare-preview", "--steps", "1")
