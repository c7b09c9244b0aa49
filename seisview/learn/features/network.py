"""Activations of a ResNet on the grid of cells, from one pass over a section."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own convention
from torch import Tensor

from seisview.errors import ModelError
from seisview.learn.config import BackboneName
from seisview.learn.device import Device, is_out_of_memory, release_memory
from seisview.learn.networks.backbone import Backbone, load_backbone
from seisview.learn.segmentation.tiling import Tiling, dense_pass
from seisview.learn.training.stopping import stoppable

FloatArray = npt.NDArray[np.float32]

GROUPS = (1, 2, 3, 4)
"""Layer groups whose activations are used."""

_LEAST = (64, 64)
_WHOLE_PIXELS_CPU = 1024 * 2048
_WHOLE_PIXELS_ACCELERATOR = 2048 * 4096


class FeatureNetwork:
    """A frozen backbone ready on a device; one pass at a time.

    Parameters
    ----------
    backbone : Backbone
    device : Device
    """

    def __init__(self, backbone: Backbone, device: Device) -> None:
        self._network = device.place(backbone.eval())
        for parameter in self._network.parameters():
            parameter.requires_grad_(False)
        self._device = device
        self._lock = threading.Lock()
        self._tiling = Tiling(_WHOLE_PIXELS_CPU if device.is_cpu else _WHOLE_PIXELS_ACCELERATOR, least=_LEAST)
        self._channels = backbone.channels
        self.n_channels = sum(self._channels[group] for group in GROUPS)

    def cells(
        self, section: FloatArray, check: Callable[[], None], matrix: FloatArray | None = None
    ) -> FloatArray:
        """Activations of every cell, or what a matrix makes of them.

        Parameters
        ----------
        section : ndarray of float32, shape (n_samples, n_traces)
            Normalised to -1..1.
        check : callable
            Called many times within the pass; raises to stop.
        matrix : ndarray of float32, shape (n_channels, n), optional
            Applied before the activations are brought to the grid, which is the same and much less work.

        Returns
        -------
        ndarray of float32, shape (cell rows, cell columns, n_channels or n)

        Raises
        ------
        ModelError
            If memory does not suffice even for small tiles.
        """
        rows, columns = -(-section.shape[0] // 8), -(-section.shape[1] // 8)
        # a second job would only make both slower, and its wish to stop must not stop this pass
        with self._lock, torch.inference_mode():
            parts = None if matrix is None else self._split(matrix)
            dense = self._pass(torch.from_numpy(np.ascontiguousarray(section)), check, parts)
        cells: FloatArray = dense[:, :rows, :columns].permute(1, 2, 0).cpu().numpy()
        return np.ascontiguousarray(cells)

    def _split(self, matrix: FloatArray) -> list[Tensor]:
        """Cut a matrix into the weights of a 1 x 1 convolution per layer group."""
        weights = torch.from_numpy(np.ascontiguousarray(matrix.T))[:, :, None, None].to(self._device.name)
        ends = np.cumsum([self._channels[group] for group in GROUPS]).tolist()
        return [weights[:, start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def _pass(self, section: Tensor, check: Callable[[], None], parts: list[Tensor] | None) -> Tensor:
        def forward(part: Tensor) -> Tensor:
            with self._device.autocast(), stoppable(self._network, check):
                return on_cells(self._network(part.contiguous(memory_format=torch.channels_last)), parts)

        while True:
            try:
                return dense_pass(forward, section.to(self._device.name), self._tiling, check)
            except (RuntimeError, MemoryError) as error:
                smaller = self._tiling.smaller()
                if not is_out_of_memory(error):
                    raise
                if smaller is None:
                    raise ModelError(
                        "There is not enough memory for the features of a section, even in small tiles.",
                        "Close other programs and try again.",
                    ) from error
                self._tiling = smaller
                release_memory(self._device)


def on_cells(stages: tuple[Tensor, ...], weights: list[Tensor] | None = None) -> Tensor:
    """Bring the activations of the chosen layer groups to 1/8 of the input's sides.

    Parameters
    ----------
    stages : tuple of Tensor
        Of :class:`Backbone`.
    weights : list of Tensor, optional
        Of a 1 x 1 convolution per group; what they give is added up. Without them activations are stacked.
    """
    size = stages[2].shape[-2:]
    parts = []
    for place, group in enumerate(GROUPS):
        stage = stages[group]
        if stage.shape[-1] > size[-1]:
            stage = F.avg_pool2d(stage, 2)
        stage = stage.float()
        if weights is not None:
            with torch.autocast(stage.device.type, enabled=False):
                stage = F.conv2d(stage, weights[place])
        if stage.shape[-1] < size[-1]:
            stage = F.interpolate(stage, size=size, mode="bilinear", align_corners=False)
        parts.append(stage)
    return torch.cat(parts, dim=1) if weights is None else torch.stack(parts).sum(0)


def load_network(name: BackboneName, weights: Path | None, seed: int, device: Device) -> FeatureNetwork:
    """Return a network with the weights of a file, or with random ones drawn by `seed`; kept for next time.

    Raises
    ------
    ModelError
        If the weights do not fit.
    """
    stamp = 0 if weights is None else weights.stat().st_mtime_ns
    return _loaded(name, weights, stamp, seed, device)


@lru_cache(maxsize=2)
def _loaded(
    name: BackboneName, weights: Path | None, _stamp: int, seed: int, device: Device
) -> FeatureNetwork:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        backbone = Backbone(name, dropout=0.0)
    if weights is not None:
        load_backbone(weights, backbone)
    backbone.fold_batch_norms()
    return FeatureNetwork(backbone, device)


def weights_hash(name: BackboneName, weights: Path | None, seed: int) -> str:
    """Name the weights of :func:`load_network`: 16 hexadecimal digits."""
    if weights is None:
        return hashlib.blake2b(f"random {name} {seed}".encode(), digest_size=8).hexdigest()
    try:
        with weights.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()
    except OSError as error:
        raise ModelError(f"{weights} cannot be read: {error.strerror}.", "Check the path.") from error
