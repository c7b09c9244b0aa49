from __future__ import annotations

import errno
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import safetensors
import torch
from safetensors.torch import save_file

from seisview.data.amplitude import AmplitudeStatistics
from seisview.errors import ExportError, ModelError
from seisview.learn.device import Device
from seisview.learn.networks.backbone import Backbone, load_backbone
from seisview.learn.segmentation import checkpoint
from seisview.learn.segmentation.checkpoint import load_segmenter, save_segmenter
from seisview.learn.segmentation.predictor import Predictor
from seisview.learn.segmentation.trained import TrainedSegmenter
from tests.learn.surveys import ArrayVolume, inline, random_segmenter


@pytest.fixture
def segmenter(
    survey: tuple[ArrayVolume, npt.NDArray[np.uint8]], statistics: AmplitudeStatistics
) -> TrainedSegmenter:
    return random_segmenter(survey[0], statistics)


def described(path: Path) -> dict[str, object]:
    """The metadata as another reader sees it: from the bytes of the file."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    text = json.loads(content[8 : 8 + length])["__metadata__"]["seisview"]
    parsed: dict[str, object] = json.loads(text)
    return parsed


def rewrite(path: Path, **changes: object) -> None:
    with safetensors.safe_open(path, "pt") as file:
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    save_file(weights, path, {"seisview": json.dumps({**described(path), **changes})})


def test_everything_comes_back(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    segmenter.save(path)
    loaded = load_segmenter(path)
    for name in (
        "model_id",
        "config",
        "classes",
        "statistics",
        "provenance",
        "metrics",
        "history",
        "seconds",
        "temperature",
    ):
        assert getattr(loaded, name) == getattr(segmenter, name), name
    assert loaded.weights.keys() == segmenter.weights.keys()
    assert all(torch.equal(v, segmenter.weights[k]) for k, v in loaded.weights.items())


def test_the_file_says_what_it_is(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    segmenter.save(tmp_path / "m.safetensors")
    metadata = described(tmp_path / "m.safetensors")
    assert metadata["version"] == 3
    assert metadata["fingerprint"] == segmenter.fingerprint
    assert metadata["label_revision"] == 12
    assert metadata["classes"][0] == {"id": 3, "name": "Facies 3", "color": "#336699"}  # type: ignore[index]


def test_others_may_read_a_model_as_they_may_other_files(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    (tmp_path / "other.txt").touch()
    segmenter.save(tmp_path / "m.safetensors")
    modes = {(tmp_path / name).stat().st_mode for name in ("other.txt", "m.safetensors")}
    assert len(modes) == 1


def test_a_segmenter_also_serves_as_a_backbone_file(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    segmenter.save(tmp_path / "m.safetensors")
    backbone = Backbone("resnet10")
    load_backbone(tmp_path / "m.safetensors", backbone)
    assert torch.equal(backbone.conv1.weight, segmenter.weights["backbone.conv1.weight"])


def test_a_newer_version_is_refused(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    segmenter.save(path)
    rewrite(path, version=4)
    with pytest.raises(ModelError, match="newer") as caught:
        load_segmenter(path)
    assert "newest version" in caught.value.hint


def test_files_of_version_1_keep_working(
    survey: tuple[ArrayVolume, npt.NDArray[np.uint8]], statistics: AmplitudeStatistics, tmp_path: Path
) -> None:
    """Then there was one head with the classifier in it, and neither depth nor temperature."""
    path = tmp_path / "m.safetensors"
    new = random_segmenter(survey[0], statistics, decoder="reference")
    new.save(path)
    old = {name.replace("decoder.", "head."): value for name, value in new.weights.items()}
    old = {name.replace("classify.", "head.classify."): value for name, value in old.items()}
    assert "head.low.weight" in old
    assert "head.classify.bias" in old
    metadata = described(path)
    config = {"n_classes": 2, "backbone": "resnet10", "head_channels": 16, "dropout": 0.0}
    metadata |= {"version": 1, "config": {**config, "smallest_input": [32, 64]}}
    del metadata["temperature"]
    save_file(old, path, {"seisview": json.dumps(metadata)})
    loaded = load_segmenter(path)
    assert loaded.config == new.config
    assert loaded.temperature == 1.0
    assert all(torch.equal(v, new.weights[k]) for k, v in loaded.weights.items())
    section = survey[0].read_section(inline(3))
    now, then = (
        Predictor([m], Device("cpu", "float32", "")).predict(section, inline(0)) for m in (new, loaded)
    )
    np.testing.assert_array_equal(then[1], now[1])


@pytest.mark.parametrize(
    "changes",
    [
        {"config": {"n_classes": 2}},
        {"config": {"n_classes": 2, "backbone": "vgg"}},
        {"config": 7},
        {"classes": []},
        {"classes": [{"id": 0, "name": "", "color": "red"}] * 2},
        {"statistics": {}},
        {"axis": "diagonal"},
        {"history": [[1]]},
        {"metrics": None},
        {"temperature": 0.0},
        {"temperature": float("nan")},
    ],
)
def test_a_damaged_description_is_refused(
    segmenter: TrainedSegmenter, tmp_path: Path, changes: dict[str, object]
) -> None:
    path = tmp_path / "m.safetensors"
    segmenter.save(path)
    rewrite(path, **changes)
    with pytest.raises(ModelError):
        load_segmenter(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_refused(
    segmenter: TrainedSegmenter, tmp_path: Path, value: float
) -> None:
    name = next(name for name, weight in segmenter.weights.items() if weight.is_floating_point())
    spoilt = segmenter.weights[name].clone()
    spoilt.view(-1)[-1] = value
    replace(segmenter, weights={**segmenter.weights, name: spoilt}).save(tmp_path / "m.safetensors")
    with pytest.raises(ModelError, match="damaged"):
        load_segmenter(tmp_path / "m.safetensors")


@pytest.mark.parametrize("keep", [0, 5, 100, 5000, -1])
def test_truncated_files_are_refused(segmenter: TrainedSegmenter, tmp_path: Path, keep: int) -> None:
    segmenter.save(tmp_path / "m.safetensors")
    whole = (tmp_path / "m.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[:keep])
    with pytest.raises(ModelError, match="damaged"):
        load_segmenter(tmp_path / "cut.safetensors")


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.safetensors", tmp_path):
        with pytest.raises(ModelError, match="no model file"):
            load_segmenter(path)


def test_weights_that_are_no_model_are_refused(tmp_path: Path) -> None:
    save_file(Backbone("resnet10").state_dict(), tmp_path / "b.safetensors")
    with pytest.raises(ModelError, match="no facies model"):
        load_segmenter(tmp_path / "b.safetensors")


def test_the_id_names_weights_and_classes(segmenter: TrainedSegmenter) -> None:
    weights = dict(segmenter.weights)
    same = checkpoint.model_id(weights, segmenter.classes)
    assert same == segmenter.model_id
    weights["classify.bias"] = weights["classify.bias"] + 1
    assert checkpoint.model_id(weights, segmenter.classes) != same
    assert checkpoint.model_id(segmenter.weights, segmenter.classes[::-1]) != same


def test_a_full_disk_leaves_the_old_file(
    segmenter: TrainedSegmenter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.safetensors"
    segmenter.save(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise safetensors.SafetensorError(f"No space left on device (os error {errno.ENOSPC})")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(ExportError, match="disk is full"):
        save_segmenter(path, replace(segmenter, seconds=9.0))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["m.safetensors"]


def test_a_missing_folder_is_reported(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="folder does not exist"):
        segmenter.save(tmp_path / "nowhere" / "m.safetensors")


def carrying(segmenter: TrainedSegmenter) -> TrainedSegmenter:
    generator = np.random.default_rng(0)
    masks = {key: generator.integers(0, 4, (96, 160), np.uint8) for key in (inline(3), inline(9))}
    return replace(segmenter, labels=masks)


def test_labels_come_back_compressed(segmenter: TrainedSegmenter, tmp_path: Path) -> None:
    plain, path = tmp_path / "plain.safetensors", tmp_path / "m.safetensors"
    segmenter.save(plain)
    one_class = {inline(3): np.ones((2000, 1000), np.uint8)}
    replace(segmenter, labels=one_class).save(path)
    assert path.stat().st_size < plain.stat().st_size + 20_000
    carrying(segmenter).save(path)
    loaded, wanted = load_segmenter(path), carrying(segmenter)
    assert loaded.labels.keys() == wanted.labels.keys()
    assert all(np.array_equal(loaded.labels[key], wanted.labels[key]) for key in wanted.labels)
    assert loaded.weights.keys() == segmenter.weights.keys()
    assert loaded.model_id == segmenter.model_id


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("labels.inline.3.96x160", b"\0\1\2"),
        ("labels.inline.3.96x161", zlib.compress(bytes(96 * 160))),
        ("labels.inline.3.96x159", zlib.compress(bytes(96 * 160))),
        ("labels.sample.3.96x160", zlib.compress(bytes(96 * 160))),
        ("labels.inline.3.99999999x99999999", zlib.compress(bytes(96 * 160))),
        ("labels.rubbish", zlib.compress(b"")),
    ],
)
def test_damaged_labels_are_refused(
    segmenter: TrainedSegmenter, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / "m.safetensors"
    segmenter.save(path)
    with safetensors.safe_open(path, "pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    tensors[name] = torch.frombuffer(bytearray(content), dtype=torch.uint8) if content else torch.zeros(0)
    save_file(tensors, path, {"seisview": json.dumps(described(path))})
    with pytest.raises(ModelError, match="damaged"):
        load_segmenter(path)
