"""The segmentation network: a ResNet, a decoder, one convolution to classes, and the depth if wanted."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from seisview.learn.config import DecoderName, SegmenterConfig
from seisview.learn.networks.backbone import Backbone
from seisview.learn.networks.decoder import AllGroupsDecoder, ReferenceDecoder

_DECODERS: dict[DecoderName, type[AllGroupsDecoder | ReferenceDecoder]] = {
    "all_groups": AllGroupsDecoder,
    "reference": ReferenceDecoder,
}


class Segmenter(nn.Module):
    """Backbone, decoder, classifier.

    The reference network (``SegmenterConfig(k, decoder="reference")``, ResNet-50) has 28.83 million
    parameters with 6 to 10 classes (reference: 28.85).

    With ``config.depth`` the input has a second channel: how deep each sample lies in the survey, 0 at the
    first sample and 1 at the last (:func:`depth_map`). It travels with the amplitudes through cropping,
    mirroring, warping, padding and tiling, and enters by a convolution of its own that is added to the
    stem's, so that backbone files keep the shapes of torchvision's networks. That convolution starts at
    zero: a network knows nothing about depth until it has learnt it. With ``config.carried`` there follow
    as many channels as classes, with the labels of other sections carried along the reflections
    (:func:`seisview.learn.carrying.guides.guide_planes`), which enter in the same way.

    Parameters
    ----------
    config : SegmenterConfig
    """

    def __init__(self, config: SegmenterConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone, config.dropout)
        width = config.decoder_channels
        self.decoder = _DECODERS[config.decoder](self.backbone.channels, width)
        self.classify = nn.Conv2d(width, config.n_classes, kernel_size=3, padding=1)
        if config.depth:
            self.depth_stem = DepthStem(64)
        if config.carried:
            self.guide_stem = GuideStem(config.n_classes, 64)

    @property
    def in_channels(self) -> int:
        """Channels of the input: amplitude, and depth and guides if they are used."""
        return 1 + self.config.depth + self.config.carried * self.config.n_classes

    def features(self, x: Tensor) -> Tensor:
        """What the decoder gives: (batch, ``config.decoder_channels``, rows / 4, columns / 4)."""
        if x.shape[1] != self.in_channels:
            raise ValueError(f"an input of {self.in_channels} channels is wanted, not of {x.shape[1]}")
        features: Tensor = self.decoder(self.backbone(x[:, :1], self._beside(x[:, 1:])))
        return features

    def _beside(self, planes: Tensor) -> Tensor | None:
        """What is added to the answer of the first convolution."""
        added = []
        if self.config.depth:
            added.append(self.depth_stem(planes[:, :1]))
        if self.config.carried:
            added.append(self.guide_stem(planes[:, -self.config.n_classes :]))
        return torch.stack(added).sum(0) if added else None

    def coarse(self, x: Tensor) -> Tensor:
        """Logits at a quarter of the input's rows and columns, float32."""
        logits: Tensor = self.classify(self.features(x))
        return logits.float()

    def forward(self, x: Tensor) -> Tensor:
        """Class logits for every sample.

        Parameters
        ----------
        x : Tensor, shape (batch, :attr:`in_channels`, rows, columns)
            Normalised amplitudes, with ``config.depth`` depth 0..1, with ``config.carried`` guides; sides
            multiples of 32.

        Returns
        -------
        Tensor of float32, shape (batch, n_classes, rows, columns)
        """
        return F.interpolate(self.coarse(x), size=x.shape[-2:], mode="bilinear", align_corners=False)

    def fold_batch_norms(self) -> None:
        """Fold normalisations into the convolutions before them: same answers, faster, no training after."""
        self.eval()
        norm = self.backbone.bn1
        if isinstance(norm, nn.BatchNorm2d):
            assert norm.running_var is not None
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            for name in ("depth_stem", "guide_stem"):
                if hasattr(self, name):
                    stem = getattr(self, name)
                    stem.weight = nn.Parameter(stem.weight * scale[:, None, None, None])
        self.backbone.fold_batch_norms()
        self.decoder.fold_batch_norms()


class DepthStem(nn.Module):
    """Depth times a weight per channel, at half of the input's sides; the weights start at zero.

    Depth changes so slowly that one sample says as much as a window of them, without its edges. Written as a
    product, not as the 1x1 convolution that it is: with ``Conv2d(1, 64, 1, stride=2)`` here, training in
    bfloat16 on a CPU dies of corrupted memory after some steps (torch 2.13).
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels, 1, 1, 1))

    def forward(self, depth: Tensor) -> Tensor:
        """(batch, 1, rows, columns), 0..1 -> (batch, channels, rows / 2, columns / 2)."""
        return (2 * depth[..., ::2, ::2] - 1) * self.weight.flatten()[None, :, None, None]


class GuideStem(nn.Module):
    """A weight per class and channel times the planes of carried labels; the weights start at zero.

    Parameters
    ----------
    n_classes, channels : int
    """

    def __init__(self, n_classes: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels, n_classes, 1, 1))

    def forward(self, guides: Tensor) -> Tensor:
        """(batch, n_classes, rows, columns) -> (batch, channels, rows / 2, columns / 2)."""
        halved = guides[..., ::2, ::2]
        return torch.einsum("bkhw,ck->bchw", halved, self.weight[:, :, 0, 0])


def depth_map(rows: int, columns: int) -> Tensor:
    """Depth of the samples of a whole section, 0 at its first row and 1 at its last.

    Parameters
    ----------
    rows, columns : int
        Of the section. Crops are cut from the map as they are from the amplitudes; where a section is
        continued by reflection its depth is reflected too.

    Returns
    -------
    Tensor of float32, shape (rows, columns)
        Expanded from one column: not to be written to.
    """
    return torch.linspace(0.0, 1.0, rows)[:, None].expand(rows, columns)
