"""From the activations of a backbone to one map at a quarter of the input's sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class ReferenceDecoder(nn.Module):
    """First and last layer group, as in Monteiro et al. (2022).

    The reference brings both activations (2304 channels for the ResNet-50) to input size, concatenates them
    and convolves. A convolution of a concatenation is the sum of two convolutions, so each activation is
    reduced to `width` channels at its own resolution here, and only the reduced ones are enlarged and added:
    the same number of weights, a thousandth of the arithmetic for the deep part.

    Parameters
    ----------
    channels : sequence of int
        Of the stem and the four layer groups.
    width : int
        Channels of the result.
    """

    def __init__(self, channels: Sequence[int], width: int) -> None:
        super().__init__()
        self.low = nn.Conv2d(channels[1], width, kernel_size=3, padding=1, bias=False)
        self.high = nn.Conv2d(channels[4], width, kernel_size=3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, stages: Sequence[Tensor]) -> Tensor:
        """Features, shape (batch, width, rows / 4, columns / 4)."""
        low, high = self.low(stages[1]), self.high(stages[4])
        return F.relu(self.norm(low + _enlarged(high, low)), inplace=True)

    def fold_batch_norms(self) -> None:
        """Leave it as it is: the normalisation follows a sum of two convolutions."""


class AllGroupsDecoder(nn.Module):
    """All four layer groups, from the deepest up (Lin et al. 2017, "Feature pyramid networks").

    Each group is reduced to `width` channels before anything is enlarged; after each sum a convolution
    smooths what the enlargement left. A fifth of the arithmetic of a ResNet-18.

    Parameters
    ----------
    channels : sequence of int
        Of the stem and the four layer groups.
    width : int
        Channels of the result.
    """

    def __init__(self, channels: Sequence[int], width: int) -> None:
        super().__init__()
        self.lateral = nn.ModuleList(nn.Conv2d(c, width, kernel_size=1) for c in channels[1:])
        self.smooth = nn.ModuleList(_smoothing(width) for _ in channels[1:-1])

    def forward(self, stages: Sequence[Tensor]) -> Tensor:
        """Features, shape (batch, width, rows / 4, columns / 4)."""
        reduced = [lateral(stage) for lateral, stage in zip(self.lateral, stages[1:], strict=True)]
        top: Tensor = reduced.pop()
        for smooth, stage in zip(reversed(self.smooth), reversed(reduced), strict=True):
            top = smooth(stage + _enlarged(top, stage))
        return top

    def fold_batch_norms(self) -> None:
        """Fold normalisations into the convolutions before them: same answers, no training after."""
        self.eval()
        for number, block in enumerate(self.smooth):
            convolution, norm, relu = block.children()
            folded = fuse_conv_bn_eval(cast("nn.Conv2d", convolution), cast("nn.BatchNorm2d", norm))
            self.smooth[number] = nn.Sequential(folded, relu)


def _smoothing(width: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(inplace=True),
    )


def _enlarged(deep: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(deep, size=like.shape[-2:], mode="bilinear", align_corners=False)
