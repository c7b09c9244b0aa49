from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from seisview.errors import ModelError
from seisview.learn.config import SegmenterConfig
from seisview.learn.networks.backbone import Backbone, load_backbone
from seisview.learn.networks.pretrained import Filled, load_pretrained
from seisview.learn.networks.segmenter import Segmenter

CONFIG = SegmenterConfig(3, "resnet10", 16, depth=True)


@pytest.fixture
def pretrained(tmp_path: Path) -> tuple[Path, Segmenter]:
    """As masked reconstruction leaves it: backbone and decoder, half precision, no classifier."""
    torch.manual_seed(5)
    network = Segmenter(SegmenterConfig(1, "resnet10", 16))
    parts = {k: v for k, v in network.state_dict().items() if k.startswith(("backbone.", "decoder."))}
    path = tmp_path / "b.safetensors"
    save_file({k: v.half() if v.is_floating_point() else v for k, v in parts.items()}, path)
    return path, network


def close(a: torch.Tensor, b: torch.Tensor) -> bool:
    return torch.allclose(a, b, atol=1e-3)


def test_backbone_and_decoder_are_filled(pretrained: tuple[Path, Segmenter]) -> None:
    path, source = pretrained
    network = Segmenter(CONFIG)
    assert load_pretrained(path, network) == Filled(decoder=True, depth=False)
    assert close(network.backbone.conv1.weight, source.backbone.conv1.weight)
    assert close(network.decoder.lateral[3].weight, source.decoder.lateral[3].weight)
    assert network.classify.weight.shape[0] == 3


def test_another_decoder_is_left_alone(pretrained: tuple[Path, Segmenter]) -> None:
    path, source = pretrained
    network = Segmenter(SegmenterConfig(3, "resnet10", 16, decoder="reference"))
    before = network.decoder.low.weight.clone()
    assert not load_pretrained(path, network).decoder
    assert torch.equal(network.decoder.low.weight, before)
    assert close(network.backbone.conv1.weight, source.backbone.conv1.weight)


def test_a_bare_backbone_will_do(tmp_path: Path) -> None:
    source = Backbone("resnet10")
    save_file(source.state_dict(), tmp_path / "b.safetensors")
    network = Segmenter(CONFIG)
    assert load_pretrained(tmp_path / "b.safetensors", network) == Filled(decoder=False, depth=False)
    assert torch.equal(network.backbone.conv1.weight, source.conv1.weight)


def test_what_holds_a_decoder_too_serves_as_a_backbone(pretrained: tuple[Path, Segmenter]) -> None:
    backbone = Backbone("resnet10")
    load_backbone(pretrained[0], backbone)
    assert close(backbone.conv1.weight, pretrained[1].backbone.conv1.weight)


def test_another_network_is_refused(pretrained: tuple[Path, Segmenter]) -> None:
    with pytest.raises(ModelError, match="do not fit a resnet18"):
        load_pretrained(pretrained[0], Segmenter(SegmenterConfig(3, "resnet18", 16)))
