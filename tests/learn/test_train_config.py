from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.config import PredictConfig, TrainConfig


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "train"},
        {"backbone": "vgg"},
        {"steps": 0},
        {"minutes": 0},
        {"minutes": float("nan")},
        {"batch_size": 0},
        {"crop": (100, 64)},
        {"crop": (0, 64)},
        {"crop": (32, 32)},
        {"validation_fraction": 0.5},
        {"recipe": "best"},
        {"clock": "sun"},
    ],
)
def test_impossible_training_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelError) as caught:
        TrainConfig(**wrong)
    assert caught.value.hint


@pytest.mark.parametrize(
    "wrong", [{"fusion": "mean"}, {"axis": Axis.SAMPLE}, {"tile": 100}, {"overlap": 288}]
)
def test_impossible_prediction_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        PredictConfig(**wrong)


def test_scratch_never_starts_from_a_file() -> None:
    file = Path("b.safetensors")
    assert TrainConfig(backbone_file=file).starts_from_file
    assert not TrainConfig(mode="scratch", backbone_file=file).starts_from_file
    assert not TrainConfig().starts_from_file


def test_a_config_is_plain_data_without_the_users_folders() -> None:
    plain = TrainConfig(backbone_file=Path("/home/someone/b.safetensors")).to_dict()
    assert json.loads(json.dumps(plain))["backbone_file"] == "b.safetensors"
