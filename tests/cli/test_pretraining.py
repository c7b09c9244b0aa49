from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors import safe_open

Cli = Callable[..., Any]
QUICK = ("--network", "resnet10", "--batch-size", 1, "--crop", "64,64", "--device", "cpu")


def test_pretrain_on_the_tiny_survey(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    out = tmp_path / "b.safetensors"
    tasks = ("--task", "masked", "--task", "rotation")
    result = seisview("pretrain", survey, *tasks, "--out", out, "--steps", 4, *QUICK, "--json")
    assert result.code == 0, result.err
    assert result.json["tasks"] == ["masked", "rotation"]
    assert result.json["steps"] == 4
    assert {"validation_masked_explained", "validation_rotation_accuracy"} <= set(result.json["metrics"])
    assert [p.name for p in tmp_path.iterdir()] == ["b.safetensors"]
    with safe_open(out, framework="pt") as file:
        described = json.loads(file.metadata()["seisview"])
    assert described["kind"] == "backbone"
    assert described["backbone"] == "resnet10"
    assert described["data"][0]["name"] == "s.sgy"
    assert str(survey.parent) not in json.dumps(described)


def test_training_begins_with_it(seisview: Cli, survey: Path, truth: Path, tmp_path: Path) -> None:
    out, model = tmp_path / "b.safetensors", tmp_path / "m.safetensors"
    assert seisview("pretrain", survey, "--out", out, "--steps", 1, *QUICK).code == 0
    common = ("--network", "resnet10", "--steps", 1, "--batch-size", 1, "--device", "cpu")
    lines = ("--inlines", "1002,1008", "--json")
    with_it = seisview("train", survey, "--labels", truth, "--out", model, "--backbone", out, *common, *lines)
    assert with_it.code == 0, with_it.err


def test_an_unfinished_run_is_gone_on_with_or_begun_anew(
    seisview: Cli, survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from seisview.errors import Cancelled
    from seisview.learn.training import loop as training

    out = tmp_path / "b.safetensors"
    arguments = ("pretrain", survey, "--out", out, "--steps", 4, *QUICK)
    advance = training.Run.advance

    def stopped(run: training.Run) -> None:
        if run.clock.step == 2:
            raise Cancelled
        advance(run)

    monkeypatch.setattr(training.Run, "advance", stopped)
    interrupted = seisview(*arguments)
    assert interrupted.code == 130
    assert "--resume goes on after step 2" in interrupted.err
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == ["b.unfinished.safetensors"]
    refused = seisview(*arguments)
    assert refused.code == 1
    assert "unfinished run of 2 steps" in refused.err
    assert "--resume" in refused.err
    done = seisview(*arguments, "--resume", "--json")
    assert done.code == 0, done.err
    assert "begins anew" not in done.err
    assert done.json["steps"] == 4
    assert [p.name for p in tmp_path.iterdir()] == ["b.safetensors"]
    assert "exists already" in seisview(*arguments).err
    finished = out.read_bytes()
    nothing_left = seisview(*arguments, "--resume")  # neither silently anew, nor over what is there
    assert nothing_left.code == 1
    assert "exists already" in nothing_left.err
    assert out.read_bytes() == finished


def test_resuming_nothing_says_that_it_begins_anew(seisview: Cli, survey: Path, tmp_path: Path) -> None:
    done = seisview("pretrain", survey, "--out", tmp_path / "b.safetensors", "--steps", 1, *QUICK, "--resume")
    assert done.code == 0, done.err
    assert "There is nothing to go on with beside b.safetensors: this run begins anew." in done.err


@pytest.mark.parametrize(
    "arguments",
    [("--task", "rotating"), ("--network", "vgg"), ("--axis", "sample"), ("--crop", 64), ("--crop", "64,0")],
)
def test_wrong_usage(seisview: Cli, survey: Path, tmp_path: Path, arguments: tuple[object, ...]) -> None:
    assert seisview("pretrain", survey, "--out", tmp_path / "b.safetensors", *arguments).code == 2
    assert list(tmp_path.iterdir()) == []


def test_without_a_survey_there_is_nothing_to_learn_from(seisview: Cli, tmp_path: Path) -> None:
    result = seisview("pretrain", "--out", tmp_path / "b.safetensors")
    assert result.code == 2
    assert "--synthetic" in result.err
