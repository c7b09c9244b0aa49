from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from seisview.errors import ModelError
from seisview.learn.config import SegmenterConfig
from seisview.learn.segmenter import SegmentationHead, Segmenter


def test_the_reference_network_has_the_stated_size() -> None:
    with torch.device("meta"):
        counts = [sum(p.numel() for p in Segmenter(SegmenterConfig(k)).parameters()) for k in (6, 10)]
    assert [round(count / 1e6, 2) for count in counts] == [28.82, 28.83]


def test_logits_cover_every_sample() -> None:
    network = Segmenter(SegmenterConfig(3, "resnet10")).eval()
    x = torch.zeros(2, 1, 64, 96)
    assert network(x).shape == (2, 3, 64, 96)
    assert network.coarse(x).shape == (2, 3, 16, 24)


def test_reducing_first_equals_the_reference_at_the_same_resolution() -> None:
    """A convolution of concatenated activations is the sum of two: the head loses nothing but arithmetic."""
    torch.manual_seed(0)
    head = SegmentationHead(4, 6, 5, 3).eval()
    low, high = torch.randn(1, 4, 8, 8), torch.randn(1, 6, 8, 8)
    concatenated = nn.Conv2d(10, 5, 3, padding=1, bias=False)
    concatenated.weight.data = torch.cat([head.low.weight, head.high.weight], dim=1)
    expected = head.classify(F.relu(head.norm(concatenated(torch.cat([low, high], dim=1)))))
    torch.testing.assert_close(head(low, high), expected)


def test_impossible_networks_are_refused() -> None:
    with pytest.raises(ModelError, match="no backbone"):
        SegmenterConfig(2, "vgg16")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="at least one class"):
        SegmenterConfig(0)
