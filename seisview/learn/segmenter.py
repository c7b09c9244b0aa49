"""The segmentation network of Monteiro et al. (2022), rearranged so that its head is affordable."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from seisview.learn.backbone import Backbone
from seisview.learn.config import SegmenterConfig


class SegmentationHead(nn.Module):
    """First and last layer group -> class logits at a quarter of the input's sides.

    The reference brings both activations (2304 channels for the ResNet-50) to input size, concatenates them
    and convolves. A convolution of a concatenation is the sum of two convolutions, so each activation is
    reduced to `channels` at its own resolution here, and only the reduced ones are enlarged and added: the
    same number of weights, a thousandth of the arithmetic for the deep part.
    """

    def __init__(self, low: int, high: int, channels: int, n_classes: int) -> None:
        super().__init__()
        self.low = nn.Conv2d(low, channels, kernel_size=3, padding=1, bias=False)
        self.high = nn.Conv2d(high, channels, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.classify = nn.Conv2d(channels, n_classes, kernel_size=3, padding=1)

    def forward(self, low: Tensor, high: Tensor) -> Tensor:
        """Logits, shape (batch, n_classes, rows of `low`, columns of `low`)."""
        low, high = self.low(low), self.high(high)
        high = F.interpolate(high, size=low.shape[-2:], mode="bilinear", align_corners=False)
        logits: Tensor = self.classify(F.relu(self.norm(low + high), inplace=True))
        return logits


class Segmenter(nn.Module):
    """Backbone and head; 28.83 million parameters with the ResNet-50 and 6 to 10 classes (reference: 28.85).

    Parameters
    ----------
    config : SegmenterConfig
    """

    def __init__(self, config: SegmenterConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone, config.dropout)
        channels = self.backbone.channels
        self.head = SegmentationHead(channels[1], channels[4], config.head_channels, config.n_classes)

    def coarse(self, x: Tensor) -> Tensor:
        """Logits at a quarter of the input's rows and columns, float32."""
        stages = self.backbone(x)
        logits: Tensor = self.head(stages[1], stages[4])
        return logits.float()

    def forward(self, x: Tensor) -> Tensor:
        """Class logits for every sample.

        Parameters
        ----------
        x : Tensor, shape (batch, 1, rows, columns)
            Normalised amplitudes, sides multiples of 32.

        Returns
        -------
        Tensor of float32, shape (batch, n_classes, rows, columns)
        """
        return F.interpolate(self.coarse(x), size=x.shape[-2:], mode="bilinear", align_corners=False)
