from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from safetensors import safe_open

from seisview.data.amplitude import measure_amplitudes
from seisview.errors import Cancelled, ModelError
from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.learn.pretext.config import PretrainConfig
from seisview.progress import Progress
from seisview.workflows.pretrain import PretrainedBackbone, pretrain, unfinished_run
from tests.learn.surveys import ArrayVolume, inline, textured_survey

QUICK = PretrainConfig(
    tasks=("masked", "rotation"), backbone="resnet10", steps=8, batch_size=2, crop=(64, 64), device="cpu"
)


@pytest.fixture(scope="module")
def volume() -> ArrayVolume:
    return textured_survey((20, 80, 80))[0]


def run(volume: ArrayVolume, out: Path, config: PretrainConfig = QUICK, progress: Progress | None = None):
    return pretrain([volume], [measure_amplitudes(volume)], config, out, progress or Progress())


def stopped_after(step: int, notes: list[str] | None = None) -> Progress:
    def stop(event: object) -> None:
        if isinstance(event, Note) and notes is not None:
            notes.append(event.text)
        if isinstance(event, TrainingStep) and event.step == step:
            progress.cancel()

    progress = Progress(on_event=stop)
    return progress


def test_it_writes_weights_and_tells_how_it_went(volume: ArrayVolume, tmp_path: Path) -> None:
    events: list[object] = []
    out = tmp_path / "b.safetensors"
    done = run(volume, out, progress=Progress(on_event=events.append))
    assert [p.name for p in tmp_path.iterdir()] == ["b.safetensors"]
    assert isinstance(events[0], DeviceChosen)
    steps = [event for event in events if isinstance(event, TrainingStep)]
    assert [step.step for step in steps] == list(range(1, 9))
    assert done.history == tuple(steps)
    assert {"validation_loss", "validation_masked_explained", "validation_rotation_accuracy"} <= set(
        done.metrics
    )
    assert done.seconds > 0


def test_it_fills_backbone_decoder_and_depth_of_a_segmenter(volume: ArrayVolume, tmp_path: Path) -> None:
    import torch

    from seisview.learn.config import SegmenterConfig
    from seisview.learn.networks.pretrained import load_pretrained
    from seisview.learn.networks.segmenter import Segmenter

    out = tmp_path / "b.safetensors"
    run(volume, out)
    segmenter = Segmenter(SegmenterConfig(3, "resnet10", depth=True))
    filled = load_pretrained(out, segmenter)
    assert filled.decoder
    assert filled.depth
    with safe_open(out, framework="pt") as file:
        names = list(file.keys())
        assert {name.split(".")[0] for name in names} == {"backbone", "decoder", "depth_stem"}
        assert file.get_tensor("backbone.conv1.weight").dtype is torch.float16
        stem = file.get_tensor("backbone.conv1.weight").float()
    torch.testing.assert_close(segmenter.backbone.conv1.weight.detach(), stem)
    assert bool((segmenter.depth_stem.weight != 0).any())


def test_classification_alone_leaves_the_untrained_decoder_out(volume: ArrayVolume, tmp_path: Path) -> None:
    out = tmp_path / "b.safetensors"
    run(volume, out, replace(QUICK, tasks=("jigsaw",), steps=1, batch_size=1))
    with safe_open(out, framework="pt") as file:
        names = list(file.keys())
        permutations = file.get_tensor("jigsaw.permutations")
    assert {name.split(".")[0] for name in names} == {"backbone", "jigsaw"}
    assert permutations.shape == (1000, 9)


@pytest.mark.slow
def test_an_interrupted_run_gives_the_same_curve_and_weights(volume: ArrayVolume, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole.safetensors", tmp_path / "parts.safetensors"
    config = replace(QUICK, dropout=0.2, tasks=("masked", "rotation", "jigsaw", "frame-order"), steps=12)
    expected = run(volume, whole, config)
    for step in (3, 7):
        with pytest.raises(Cancelled):
            run(volume, parts, replace(config, resume=True), stopped_after(step))
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith("parts")] == [
            "parts.unfinished.safetensors"
        ]
        kept = unfinished_run(parts)
        assert kept is not None
        assert (kept.steps, kept.tasks, kept.backbone) == (step, config.tasks, "resnet10")
    done = run(volume, parts, replace(config, resume=True))
    assert [step.loss for step in done.history] == [step.loss for step in expected.history]
    assert done.metrics == expected.metrics
    with safe_open(whole, framework="pt") as one, safe_open(parts, framework="pt") as other:
        for name in one.keys():  # noqa: SIM118 - no mapping
            assert one.get_tensor(name).equal(other.get_tensor(name)), name
    assert unfinished_run(parts) is None


def test_a_run_of_other_data_or_options_is_not_gone_on_with(volume: ArrayVolume, tmp_path: Path) -> None:
    out = tmp_path / "b.safetensors"
    with pytest.raises(Cancelled):
        run(volume, out, progress=stopped_after(2))
    with pytest.raises(ModelError, match="another run: hidden_fraction differ"):
        run(volume, out, replace(QUICK, resume=True, hidden_fraction=0.5))
    other = textured_survey((20, 80, 80), seed=5)[0]
    with pytest.raises(ModelError, match="surveys differ"):
        run(other, out, replace(QUICK, resume=True))
    assert unfinished_run(out) is not None
    assert list(tmp_path.iterdir()) == [unfinished_run(out).path]


def test_a_new_run_replaces_an_unfinished_one_only_when_it_has_done_more(
    volume: ArrayVolume, tmp_path: Path
) -> None:
    out = tmp_path / "b.safetensors"
    with pytest.raises(Cancelled):
        run(volume, out, progress=stopped_after(3))
    for step, left in ((2, 3), (4, 4)):
        notes: list[str] = []
        progress = stopped_after(step, notes)
        with pytest.raises(Cancelled):
            run(volume, out, replace(QUICK, tasks=("masked",)), progress)
        assert any("unfinished run of 3 steps" in note for note in notes)
        kept = unfinished_run(out)
        assert kept is not None
        assert kept.steps == left


def test_a_run_stopped_before_its_first_step_keeps_nothing(volume: ArrayVolume, tmp_path: Path) -> None:
    stop = Progress(on_report=lambda state: stop.cancel() if "step 1" in state.message else None)
    with pytest.raises(Cancelled):
        run(volume, tmp_path / "b.safetensors", progress=stop)
    assert list(tmp_path.iterdir()) == []


def test_with_nothing_to_go_on_with_it_says_that_it_begins_anew(volume: ArrayVolume, tmp_path: Path) -> None:
    notes: list[str] = []
    with pytest.raises(Cancelled):
        run(volume, tmp_path / "b.safetensors", replace(QUICK, resume=True), stopped_after(1, notes))
    assert notes == ["There is nothing to go on with beside b.safetensors: this run begins anew."]


def test_the_state_is_kept_when_asked_for(volume: ArrayVolume, tmp_path: Path) -> None:
    out = tmp_path / "b.safetensors"
    run(volume, out, replace(QUICK, steps=2, keep_state=True))
    assert unfinished_run(out) is not None
    longer = run(volume, out, replace(QUICK, steps=4, resume=True))
    assert len(longer.history) == longer.steps == 4


def test_hold_outs_are_never_read_from(volume: ArrayVolume, tmp_path: Path) -> None:
    """With every inline but the edges held out and all crosslines near one, nothing is left."""
    held = frozenset(inline(index) for index in (2, 10, 18))
    with pytest.raises(ModelError, match="no sections"):
        pretrain(
            [volume], [measure_amplitudes(volume)], QUICK, tmp_path / "b.safetensors", Progress(), [held]
        )


def test_there_must_be_a_survey_with_statistics(volume: ArrayVolume, tmp_path: Path) -> None:
    for volumes in ([], [volume]):
        with pytest.raises(ModelError):
            pretrain(volumes, [], QUICK, tmp_path / "b.safetensors", Progress())


def test_hold_outs_of_a_project_are_kept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import numpy as np

    from seisview.data.opening import open_volume
    from seisview.data.volume import HeaderBytes
    from seisview.project.storage import create_project
    from seisview.workflows import pretrain_files
    from seisview.workflows.pretrain_files import PretrainingFiles, pretrain_from_files

    survey = tmp_path / "s.npy"
    np.save(survey, textured_survey((20, 64, 64))[0]._amplitude)
    with create_project(tmp_path / "p", open_volume(survey, HeaderBytes())) as project:
        project.labels.set_holdout(inline(4))
        project.save()
    notes: list[str] = []
    given: list[object] = []

    def caught(*arguments: object) -> PretrainedBackbone:
        given.append(arguments[-1])
        return PretrainedBackbone(tmp_path, "resnet10", ("masked",), (), {}, 0, 0, 0.0)

    monkeypatch.setattr(pretrain_files, "pretrain", caught)
    progress = Progress(on_event=lambda event: notes.append(event.text) if isinstance(event, Note) else None)
    files = PretrainingFiles((tmp_path / "p", survey), tmp_path / "b.safetensors")
    pretrain_from_files(files, QUICK, progress)
    assert given == [[frozenset({inline(4)}), frozenset()]]
    assert notes == ["Held-out sections that are not used: 1."]
