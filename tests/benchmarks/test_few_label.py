from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from seisview.benchmarks import few_label
from seisview.benchmarks.few_label_bench import Bench, CellSpec
from seisview.benchmarks.few_label_cell import cell_path
from seisview.benchmarks.few_label_methods import METHODS
from seisview.benchmarks.few_label_problem import Plan, Problem, Split, load_problem
from seisview.benchmarks.few_label_processes import run_in_processes
from seisview.benchmarks.few_label_surveys import parihaka, tiny
from seisview.benchmarks.few_label_table import COLUMNS, t_interval, table_rows
from seisview.benchmarks.few_label_training import pretext_weights
from seisview.benchmarks.report import BenchmarkOptions
from seisview.errors import ModelError, VolumeError
from seisview.learn.networks.backbones import shipped_backbone
from seisview.learn.samples.labelled import GUARD_LINES
from seisview.progress import Progress
from tests.learn.surveys import crossline, inline

SPEC = CellSpec("x", "forest", 1, 0, 10.0)


def problem(**changes: Any) -> Problem:
    """Inline 20 is labelled; scored are inlines 26 and 60 and crossline 30, of a survey of 80 x 90 x 40."""
    keys = (inline(20), inline(26), inline(60), crossline(30))
    masks = {
        k: np.full((40, 90 if k.axis == inline(0).axis else 80), 1 + n, np.uint8) for n, k in enumerate(keys)
    }
    plan = Plan("x", Path("s.npy"), ("A", "B", "C", "D"), {1: Split(keys[:1], keys[1:])}, keys[1:])
    return Problem(replace(plan, **changes), masks)


def test_nothing_near_a_labelled_line_is_scored() -> None:
    """System A trained on inlines that cross the crosslines it was tested on."""
    truths = problem().truths(1)
    assert inline(26) not in truths, "six lines from what was learnt from"
    columns = np.flatnonzero(truths[crossline(30)].any(axis=0))
    assert not set(range(20 - GUARD_LINES, 20 + GUARD_LINES + 1)) & set(columns.tolist())
    assert len(columns) == 80 - (2 * GUARD_LINES + 1) - 1, "and what inline 60 holds counts once"


def test_samples_that_were_interpolated_are_not_scored() -> None:
    for truth in problem(ignored_rows=(3, 7)).truths(1).values():
        assert not truth[[3, 7]].any()
        assert truth[4].any()


def test_a_problem_comes_back(tmp_path: Path) -> None:
    problem(ignored_rows=(1,)).save(tmp_path)
    loaded = load_problem(tmp_path)
    assert loaded.plan == problem(ignored_rows=(1,), survey=Path("s.npy").resolve()).plan
    assert all(np.array_equal(mask, loaded.masks[key]) for key, mask in problem().masks.items())
    assert loaded.labels(1).training_sections == (inline(20),)


def test_the_scored_block_is_apart_from_what_is_learnt_and_hidden_from_pretraining(tmp_path: Path) -> None:
    made = tiny(tmp_path, Path())
    for split in made.plan.splits.values():
        assert set(split.test) <= set(made.plan.hidden)
        nearest = min(abs(a.index - b.index) for a in split.train for b in made.plan.hidden)
        assert nearest > GUARD_LINES
    assert [len(split.train) for split in made.plan.splits.values()] == list(made.plan.splits)


def test_parihaka_learns_from_one_inline_and_is_scored_on_all_others(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"amplitude": np.ones((210, 60, 20), np.int8)}
    arrays["interpolated_samples"] = np.array([4, 5])
    arrays |= {f"inline_{i}": np.ones((60, 20), np.uint8) for i in (39, 118, 197)}
    arrays |= {f"crossline_{i}": np.full((210, 20), 2, np.uint8) for i in range(3, 59, 7)}
    np.savez(tmp_path / "parihaka-facies.npz", **arrays)
    made = parihaka(tmp_path / "work", tmp_path)
    assert made.plan.splits[1].train == (inline(118),)
    assert len(made.plan.splits[1].test) == 10
    assert set(made.plan.hidden) == set(made.plan.splits[1].test)
    assert made.plan.ignored_rows == (4, 5)
    assert len(made.plan.splits[3].test) == 8
    assert len(made.plan.splits[5].test) == 6
    volume, _ = made.open()
    assert volume.geometry.shape == (210, 60, 20)
    volume.close()


def test_pretraining_is_told_what_to_leave_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("seisview.workflows.pretrain.pretrain", lambda *given: asked.append(given))
    bench = Bench(problem(), SPEC, tmp_path, None, None)  # type: ignore[arg-type]
    for own, from_shipped in ((False, False), (True, False), (True, True)):
        pretext_weights("masked", own, from_shipped)(bench, "resnet18")
    assert asked[0][5] == [frozenset({inline(26), inline(60), crossline(30)})]
    assert asked[1][5] == asked[2][5] == [frozenset()]
    assert [given[2].backbone_file for given in asked] == [None, None, shipped_backbone("resnet18")]
    assert len({given[3] for given in asked}) == 3, "each in a file of its own"
    assert METHODS["own-survey"].transductive
    assert not METHODS["masked"].transductive


def test_late_fusion_adds_up_the_very_networks_of_its_two_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trained anew it would be compared with other networks than those it is made of."""
    made = tiny(tmp_path, Path())
    volume, statistics = made.open()
    spec = CellSpec("tiny", "rotation", 1, 0, 1.0, quick=True)
    with closing(volume):
        for name in ("rotation", "jigsaw"):
            METHODS[name].run(Bench(made, replace(spec, method=name), tmp_path, volume, statistics))
        monkeypatch.setattr("seisview.workflows.facies.segment.train_segmenter", None)
        answer = METHODS["fusion-jr"].run(
            Bench(made, replace(spec, method="fusion-jr"), tmp_path, volume, statistics)
        )
        facies, confidence = answer.judge(made.plan.splits[1].test[0])
    assert len(answer.details["steps"]) == 2
    assert facies.shape == confidence.shape


def test_the_interval_is_the_two_tailed_t_interval() -> None:
    """n = 5: half-width 1.241 times the standard deviation at 95 %."""
    values = [0.1, 0.4, 0.2, 0.6, 0.5]
    interval = t_interval(values)
    assert interval.mean == pytest.approx(0.36)
    assert interval.half == pytest.approx(1.2417 * np.std(values, ddof=1), rel=1e-3)
    assert t_interval([0.5]).half is None


def cell(method: str, seed: int, mean_iou: float) -> dict[str, Any]:
    scores = dict.fromkeys(("pixel_accuracy", "mean_class_accuracy", "frequency_weighted_iou"), 0.5)
    place = {"survey": "x", "method": method, "n": 1, "seed": seed}
    return {**place, **scores, "mean_iou": mean_iou, "calibration_error": 0.1, "training_seconds": 60.0}


def test_rows_are_means_over_seeds() -> None:
    rows = table_rows([cell("preview", 0, 0.7), cell("forest", 0, 0.4), cell("forest", 1, 0.6)])
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    assert [row["method"] for row in found] == [METHODS[name].title for name in ("forest", "preview")]
    assert (found[0]["seeds"], found[0]["mean IoU"]) == (2, 0.5)
    assert found[0]["mean IoU +-"] == pytest.approx(1.2706, abs=1e-3)
    assert found[1]["mean IoU +-"] is None


def test_what_is_finished_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def working(folder: Path, spec: CellSpec, _progress: Progress) -> None:
        done.append(spec.method)
        path = cell_path(folder, spec)
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({**cell(spec.method, spec.seed, 0.5), "survey": "tiny"}))
        if spec.method == "preview":
            path.unlink()
            raise ModelError("There is none.")

    monkeypatch.setattr(few_label, "run_cell", working)
    options = BenchmarkOptions(tmp_path, "quick", methods=("forest", "preview"))
    first, again = (few_label.run(options) for _ in range(2))
    assert done == ["forest", "preview", "preview"]
    assert len(first.rows) == len(again.rows) == 1
    assert any("There is none." in note for note in again.notes)
    with Image.open(tmp_path / "few-label.png") as picture:
        assert len(picture.convert("RGB").getcolors(100_000) or []) > 5


def test_a_cell_that_cannot_be_worked_out_is_reported(tmp_path: Path) -> None:
    tiny(tmp_path / "surveys" / "tiny", Path()).save(tmp_path / "surveys" / "tiny")
    spec = CellSpec("tiny", "forest", 2, 0, 1.0, quick=True)  # there is no split for two sections
    (failure,) = run_in_processes(tmp_path, [spec], 1, Progress())
    assert spec.name in failure


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(ModelError, match="magic"):
        few_label.run(BenchmarkOptions(methods=("magic",)))
    with pytest.raises(VolumeError, match="parihaka-facies"):
        few_label.run(BenchmarkOptions(surveys=("parihaka",)))
    with pytest.raises(VolumeError, match="no survey"):
        few_label.run(BenchmarkOptions(surveys=("moon",)))


@pytest.mark.slow
def test_a_few_steps_of_two_methods_fill_the_table(tmp_path: Path) -> None:
    report = few_label.run(BenchmarkOptions(tmp_path, "quick", methods=("forest", "default-scratch")))
    found = [dict(zip(report.columns, row, strict=True)) for row in report.rows]
    assert [row["labelled"] for row in found] == [1, 1]
    assert 0.3 < found[0]["PA"] <= 1, "a forest learns something even so"
    assert all(0 <= row["ECE"] <= 1 for row in found)
    assert not [note for note in report.notes if note.startswith("Not measured")]
