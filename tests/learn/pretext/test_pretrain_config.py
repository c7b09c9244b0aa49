from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from seisview.data.geometry import Axis
from seisview.errors import ModelError
from seisview.learn.config import BACKBONES
from seisview.learn.networks.backbones import shipped_backbone
from seisview.learn.pretext.config import PretrainConfig


@pytest.mark.parametrize(
    "wrong",
    [
        {"tasks": ()},
        {"tasks": ("rotating",)},
        {"tasks": ("masked", "masked")},
        {"joining": "mix"},
        {"backbone": "vgg"},
        {"steps": 0},
        {"minutes": 0.0},
        {"batch_size": 0},
        {"crop": (100, 64)},
        {"crop": (32, 64)},
        {"axes": ()},
        {"axes": (Axis.SAMPLE,)},
        {"hidden_fraction": 1.0},
        {"validation_fraction": 0.5},
    ],
)
def test_what_cannot_be_is_refused_with_a_hint(wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelError) as caught:
        PretrainConfig(**wrong)
    assert caught.value.hint


def test_it_goes_into_files_without_paths() -> None:
    config = PretrainConfig(backbone_file=Path("secret/place/w.safetensors"), crop=(64, 96))
    text = json.dumps(config.to_dict())
    assert "secret" not in text
    assert "w.safetensors" in text


def test_choosing_loads_no_torch() -> None:
    modules = "workflows.pretrain", "workflows.pretrain_files", "cli.pretraining", "learn.networks.backbones"
    imports = ", ".join(f"seisview.{module}" for module in modules)
    code = f"import sys, {imports}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_shipped_weights_load_into_their_network_and_are_small() -> None:
    from seisview.learn.config import SegmenterConfig
    from seisview.learn.networks.pretrained import load_pretrained
    from seisview.learn.networks.segmenter import Segmenter

    shipped = {name: path for name in BACKBONES if (path := shipped_backbone(name)) is not None}
    for name, path in shipped.items():
        filled = load_pretrained(path, Segmenter(SegmenterConfig(3, name, depth=True)))
        assert filled.decoder
        assert filled.depth
    assert sum(path.stat().st_size for path in shipped.values()) <= 60 << 20
