"""The network that tells similar patches: one ResNet for all of them, and a projection to few numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from seisview.learn.backbone import Backbone
from seisview.learn.device import Device
from seisview.learn.match_config import SiameseConfig
from seisview.learn.stopping import stoppable

Floats = npt.NDArray[np.float32]

_HIDDEN = 256
_POOLED_GROUPS = (2, 3, 4)
_BATCH = 64
_FREQUENCIES = 16
_FLOOR = 3e-3


class SiameseNetwork(nn.Module):
    """Shared by anchor, positive and negative (Hoffer and Ailon 2015).

    Activations of the last three layer groups are averaged over the patch, so that fine texture and coarse
    shape both count, and projected to the embedding.

    Parameters
    ----------
    config : SiameseConfig

    Attributes
    ----------
    backbone : Backbone
    project : Module
        The projection head.
    """

    def __init__(self, config: SiameseConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone, dropout=0.0)
        channels = sum(self.backbone.channels[group] for group in _POOLED_GROUPS)
        channels += 2 * _FREQUENCIES**2 if config.spectrum else 0
        self.project = nn.Sequential(
            nn.Linear(channels, _HIDDEN),
            nn.LayerNorm(_HIDDEN),
            nn.ReLU(inplace=True),
            nn.Linear(_HIDDEN, config.dimensions),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Embeddings of patches.

        Parameters
        ----------
        x : Tensor, shape (batch, 1, rows, columns)
            In -1..1.

        Returns
        -------
        Tensor of float32, shape (batch, dimensions)
            Of length 1 for cosine distances.
        """
        stages = self.backbone(x)
        pooled = torch.cat([stages[group].float().mean(dim=(2, 3)) for group in _POOLED_GROUPS], dim=1)
        with torch.autocast(x.device.type, enabled=False):
            if self.config.spectrum:
                pooled = torch.cat([pooled, log_spectrum(x.float())], dim=1)
            embedded: Tensor = self.project(pooled)
        return F.normalize(embedded, dim=1) if self.config.distance == "cosine" else embedded


def log_spectrum(x: Tensor) -> Tensor:
    """Logarithm of the magnitude spectrum of patches, low frequencies of both signs sideways, about -1..1.

    Parameters
    ----------
    x : Tensor of float32, shape (batch, 1, rows, columns)

    Returns
    -------
    Tensor, shape (batch, 2 * 16 ** 2)
    """
    rows, columns = x.shape[-2:]
    taper = torch.hann_window(rows, False)[:, None] * torch.hann_window(columns, False)[None]
    taper = taper.to(x.device)
    centred = x[:, 0] - x.mean(dim=(1, 2, 3))[:, None, None]
    magnitude = torch.fft.fft2(centred * taper).abs() / taper.square().sum().sqrt()
    # The lower half of the frequencies, whatever the size of the patch.
    down, across = rows // 4, columns // 4
    low = torch.cat([magnitude[:, :down, -across:], magnitude[:, :down, :across]], dim=2)
    pooled = F.adaptive_avg_pool2d((low + _FLOOR).log()[:, None], (_FREQUENCIES, 2 * _FREQUENCIES))
    return (pooled.flatten(1) + 3.0) / 3.0


def resized(image: npt.NDArray[np.floating], shape: tuple[int, int]) -> Floats:
    """Bring a patch to another shape: bilinear, smoothed first where it shrinks; float32."""
    if image.shape == shape:
        return np.asarray(image, np.float32)
    tensor = torch.from_numpy(np.ascontiguousarray(image, np.float32))[None, None]
    shrinks = image.shape[0] > shape[0] or image.shape[1] > shape[1]
    scaled = F.interpolate(tensor, shape, mode="bilinear", align_corners=False, antialias=shrinks)
    return np.asarray(scaled[0, 0].numpy(), np.float32)


def embed_images(
    network: SiameseNetwork,
    images: Sequence[npt.NDArray[np.floating]] | npt.NDArray[np.floating],
    device: Device,
    report: Callable[[int, int], None] = lambda _done, _total: None,
    check: Callable[[], None] = lambda: None,
) -> Floats:
    """Embeddings of patches of any size, in -1..1, without augmentation.

    Parameters
    ----------
    network : SiameseNetwork
        On `device`; left in evaluation mode.
    images : sequence of ndarray, or ndarray of shape (n, rows, columns)
    device : Device
    report : callable
        Told (done, all).
    check : callable
        Called within a pass; raises to stop.

    Returns
    -------
    ndarray of float32, shape (n, dimensions)
    """
    network.eval()
    shape = network.config.patch
    parts = [np.empty((0, network.config.dimensions), np.float32)]
    with torch.inference_mode(), stoppable(network, check):
        for start in range(0, len(images), _BATCH):
            report(start, len(images))
            batch = np.stack([resized(image, shape) for image in images[start : start + _BATCH]])
            inputs = torch.from_numpy(batch)[:, None].to(device.name, memory_format=torch.channels_last)
            with device.autocast():
                parts.append(network(inputs).float().cpu().numpy())
    return np.concatenate(parts)


def similarity_matrix(queries: Floats, corpus: Floats, config: SiameseConfig) -> Floats:
    """How similar each query is to each item of a corpus, the larger the more, shape (n, m).

    Cosine similarity for networks trained on it, else the negative Euclidean distance.
    """
    if config.distance == "cosine":
        return np.asarray(queries @ corpus.T, np.float32)
    squares = (queries**2).sum(1)[:, None] + (corpus**2).sum(1)[None] - 2 * queries @ corpus.T
    return np.asarray(-np.sqrt(np.maximum(squares, 0)), np.float32)
