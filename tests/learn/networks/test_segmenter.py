from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from seisview.errors import ModelError
from seisview.learn.config import DecoderName, SegmenterConfig
from seisview.learn.networks.decoder import ReferenceDecoder
from seisview.learn.networks.segmenter import Segmenter, depth_map


def test_the_reference_network_has_the_stated_size() -> None:
    with torch.device("meta"):
        counts = [
            sum(p.numel() for p in Segmenter(SegmenterConfig(k, decoder="reference")).parameters())
            for k in (6, 10)
        ]
    assert [round(count / 1e6, 2) for count in counts] == [28.82, 28.83]


def test_logits_cover_every_sample() -> None:
    network = Segmenter(SegmenterConfig(3, "resnet10")).eval()
    x = torch.zeros(2, 1, 64, 96)
    assert network(x).shape == (2, 3, 64, 96)
    assert network.coarse(x).shape == (2, 3, 16, 24)


def test_reducing_first_equals_the_reference_at_the_same_resolution() -> None:
    """A convolution of concatenated activations is the sum of two: the head loses nothing but arithmetic."""
    torch.manual_seed(0)
    decoder = ReferenceDecoder((1, 4, 1, 1, 6), 5).eval()
    low, high = torch.randn(1, 4, 8, 8), torch.randn(1, 6, 8, 8)
    concatenated = nn.Conv2d(10, 5, 3, padding=1, bias=False)
    concatenated.weight.data = torch.cat([decoder.low.weight, decoder.high.weight], dim=1)
    expected = F.relu(decoder.norm(concatenated(torch.cat([low, high], dim=1))))
    none = torch.empty(0)
    torch.testing.assert_close(decoder((none, low, none, none, high)), expected)


def lively(config: SegmenterConfig) -> Segmenter:
    """A network whose batch-norm statistics and depth weights are not those it starts with."""
    torch.manual_seed(0)
    network = Segmenter(config)
    if config.depth:
        nn.init.normal_(network.depth_stem.weight)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean = torch.randn(module.num_features)
            module.running_var = torch.rand(module.num_features) + 0.5
    return network.eval()


def test_every_layer_group_reaches_the_decision() -> None:
    network = lively(SegmenterConfig(2, "resnet10", 16))
    stages = [
        torch.randn(1, c, s, s) for c, s in zip(network.backbone.channels, (16, 16, 8, 4, 2), strict=True)
    ]
    before = network.decoder(stages)
    for group in (1, 2, 3, 4):
        changed = [stage + (number == group) for number, stage in enumerate(stages)]
        assert not torch.equal(network.decoder(changed), before), f"layer group {group} is not looked at"


def test_a_new_network_knows_nothing_about_depth_and_a_trained_one_may() -> None:
    network = Segmenter(SegmenterConfig(2, "resnet10", 16, depth=True)).eval()
    amplitude = torch.randn(1, 1, 64, 64)
    shallow, deep = (torch.cat([amplitude, torch.full_like(amplitude, d)], 1) for d in (0.1, 0.9))
    assert torch.equal(network(shallow), network(deep))
    nn.init.normal_(network.depth_stem.weight)
    assert not torch.equal(network(shallow), network(deep))


def test_an_input_without_the_depth_it_was_trained_with_is_refused() -> None:
    for depth, channels in ((True, 1), (False, 2)):
        network = Segmenter(SegmenterConfig(2, "resnet10", 16, depth=depth))
        with pytest.raises(ValueError, match="channels"):
            network(torch.zeros(1, channels, 64, 64))


@pytest.mark.parametrize("depth", [False, True])
@pytest.mark.parametrize("decoder", ["all_groups", "reference"])
def test_folding_changes_no_answer(depth: bool, decoder: DecoderName) -> None:
    network = lively(SegmenterConfig(2, "resnet10", 16, decoder=decoder, depth=depth))
    x = torch.rand(1, network.in_channels, 64, 96)
    before = network(x)
    network.fold_batch_norms()
    torch.testing.assert_close(network(x), before, rtol=1e-3, atol=1e-3)


def test_depth_runs_from_the_first_sample_to_the_last() -> None:
    depth = depth_map(5, 3)
    assert depth[:, 0].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert torch.equal(depth[:, 0], depth[:, 2])


def test_impossible_networks_are_refused() -> None:
    with pytest.raises(ModelError, match="no backbone"):
        SegmenterConfig(2, "vgg16")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="at least one class"):
        SegmenterConfig(0)
    with pytest.raises(ModelError, match="no decoder"):
        SegmenterConfig(2, decoder="unet")  # type: ignore[arg-type]
