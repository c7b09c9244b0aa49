"""The network that tells similar patches: one ResNet for all of them, and a projection to few numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor, nn

from seisview.learn.device import Device
from seisview.learn.matching.config import SiameseConfig
from seisview.learn.networks.backbone import Backbone
from seisview.learn.training.stopping import stoppable

Floats = npt.NDArray[np.float32]

_HIDDEN = 256
_POOLED_GROUPS = (2, 3, 4)
_BATCH = 64
_FREQUENCIES = 16
_COMPONENTS = 32
_LARGEST_SIDE = 64
# Of the learnt part beside the spectrum: with more, classes that training saw in one place only drift apart.
_LEARNT = 0.35
_FLOOR = 3e-3


class SiameseNetwork(nn.Module):
    """Shared by anchor, positive and negative (Hoffer and Ailon 2015).

    Activations of the last three layer groups are averaged over the patch, so that fine texture and coarse
    shape both count, and projected. A quarter of the embedding is the log-magnitude spectrum of the patch on
    its principal components, which is never trained: a few hundred examples make a network forget what they
    do not show.

    Parameters
    ----------
    config : SiameseConfig

    Attributes
    ----------
    backbone : Backbone
    project : Module
        The projection head.
    """

    spectrum_mean: Tensor
    spectrum_matrix: Tensor

    def __init__(self, config: SiameseConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = Backbone(config.backbone, dropout=0.0)
        channels = sum(self.backbone.channels[group] for group in _POOLED_GROUPS)
        n_spectrum = min(_COMPONENTS, config.dimensions // 4) if config.spectrum else 0
        self.project = nn.Sequential(
            nn.Linear(channels, _HIDDEN),
            nn.LayerNorm(_HIDDEN),
            nn.ReLU(inplace=True),
            nn.Linear(_HIDDEN, config.dimensions - n_spectrum),
        )
        self.register_buffer("spectrum_mean", torch.zeros(2 * _FREQUENCIES**2))
        self.register_buffer("spectrum_matrix", torch.zeros(2 * _FREQUENCIES**2, n_spectrum))

    def fit_spectrum(self, images: npt.NDArray[np.floating]) -> None:
        """Take the principal components of the spectra of patches, shape (n, rows, columns)."""
        if not self.spectrum_matrix.shape[1]:
            return
        parts = [
            log_spectrum(torch.from_numpy(np.asarray(images[i : i + _BATCH], np.float32))[:, None])
            for i in range(0, len(images), _BATCH)
        ]
        spectra = torch.cat(parts)
        self.spectrum_mean.copy_(spectra.mean(dim=0))
        components = torch.linalg.svd(spectra - self.spectrum_mean.cpu(), full_matrices=False)[2]
        count = min(len(components), self.spectrum_matrix.shape[1])
        self.spectrum_matrix[:, :count] = components[:count].T.to(self.spectrum_matrix.device)

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
        stages = self.backbone(_reduced(x))
        pooled = torch.cat([stages[group].float().mean(dim=(2, 3)) for group in _POOLED_GROUPS], dim=1)
        with torch.autocast(x.device.type, enabled=False):
            learnt: Tensor = self.project(pooled)
            if self.config.distance == "cosine":
                learnt = F.normalize(learnt, dim=1)
            if not self.spectrum_matrix.shape[1]:
                return learnt
            fixed = F.normalize((log_spectrum(x.float()) - self.spectrum_mean) @ self.spectrum_matrix, dim=1)
            both = torch.cat([_LEARNT * learnt, fixed], dim=1)
            return F.normalize(both, dim=1) if self.config.distance == "cosine" else both


def _reduced(x: Tensor) -> Tensor:
    """Patches no larger than the network needs; the spectrum has seen them whole."""
    rows, columns = (min(side, _LARGEST_SIDE) for side in x.shape[-2:])
    if (rows, columns) == tuple(x.shape[-2:]):
        return x
    reduced = F.interpolate(x.float(), (rows, columns), mode="bilinear", antialias=True)
    return reduced.contiguous(memory_format=torch.channels_last)


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
