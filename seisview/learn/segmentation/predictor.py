"""Facies and confidence of single sections, from one or several trained segmenters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.errors import ModelError
from seisview.learn.carrying.carried import CarriedLabels, carry_labels
from seisview.learn.carrying.dip_field import DipField
from seisview.learn.carrying.guides import no_guides, section_guides
from seisview.learn.carrying.trust import agreement
from seisview.learn.config import PredictConfig
from seisview.learn.device import Device, is_out_of_memory, release_memory
from seisview.learn.networks.segmenter import Segmenter, depth_map
from seisview.learn.samples.live import live_traces
from seisview.learn.samples.targets import ClassTargets
from seisview.learn.segmentation.calibration import tempered
from seisview.learn.segmentation.fusing import Opinion, fuse_within_memory
from seisview.learn.segmentation.mirrored import mirrored_mean
from seisview.learn.segmentation.tiling import Tiling, dense_pass
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.learn.training.stopping import stoppable

Facies = npt.NDArray[np.uint8]
Confidence = npt.NDArray[np.float32]

# What half a gigabyte of activations allows, and some gigabytes on a graphics device.
_WHOLE_PIXELS_CPU = 1024 * 2048
_WHOLE_PIXELS_ACCELERATOR = 2048 * 4096


class Predictor:
    """Holds the networks ready on a device.

    Parameters
    ----------
    segmenters : sequence of TrainedSegmenter
        One or more, with the same classes.
    device : Device
    config : PredictConfig
    statistics : AmplitudeStatistics or None
        Of the survey to predict; None for the survey of the training.
    dips : DipField or None
        Of the survey to predict, along which models carry the labels that they learnt from; None when none of
        them does.

    Raises
    ------
    ModelError
        If there is no model, or the models have different classes; from :meth:`predict` if memory does not
        suffice even for small tiles.
    """

    def __init__(
        self,
        segmenters: Sequence[TrainedSegmenter],
        device: Device,
        config: PredictConfig | None = None,
        statistics: AmplitudeStatistics | None = None,
        dips: DipField | None = None,
    ) -> None:
        _check_classes(segmenters)
        self._config = config or PredictConfig()
        self._device = device
        self._targets = ClassTargets(segmenters[0].class_ids)
        self._statistics = [statistics or s.statistics for s in segmenters]
        self._parts = [_part(s, device, dips) for s in segmenters]
        default = _WHOLE_PIXELS_CPU if device.is_cpu else _WHOLE_PIXELS_ACCELERATOR
        whole = default if self._config.whole_section_pixels is None else self._config.whole_section_pixels
        least = np.max([s.config.smallest_input for s in segmenters], axis=0)
        self._tiling = Tiling(whole, self._config.tile, self._config.overlap, (int(least[0]), int(least[1])))

    def predict(
        self,
        section: npt.NDArray[np.float32],
        key: SectionKey,
        check: Callable[[], None] = lambda: None,
    ) -> tuple[Facies, Confidence]:
        """Facies of one vertical section.

        Parameters
        ----------
        section : ndarray of float32, shape (n_samples, n_traces)
            As the volume gives it, not normalised.
        key : SectionKey
            Which one it is: labels are carried there.
        check : callable
            Called many times within a pass; raises to stop.

        Returns
        -------
        facies : ndarray of uint8, shape (n_samples, n_traces)
            Class ids; 0 on missing and dead traces, where there is nothing to judge.
        confidence : ndarray of float32, same shape
            Calibrated probability of that class, 0..1; 0 on missing and dead traces.
        """
        with torch.inference_mode():
            opinions = [
                self._opinion(part, part.planes(torch.from_numpy(statistics.normalise(section)), key), check)
                for part, statistics in zip(self._parts, self._statistics, strict=True)
            ]
            shape = (section.shape[0], section.shape[1])
            confidence, winner = fuse_within_memory(opinions, self._config.fusion, shape, self._device)
        live = live_traces(section)[None, :]
        facies = self._targets.decode(winner.cpu().numpy())
        return facies * live.astype(np.uint8), np.asarray(confidence.cpu().numpy() * live, np.float32)

    def _opinion(self, part: _Part, planes: Tensor, check: Callable[[], None]) -> Opinion:
        planes = planes.to(self._device.name)
        coarse = self._coarse(part, planes, check)
        if part.guides is None or not self._config.carried_weight:
            return Opinion(coarse)
        carried = planes[-len(part.class_ids) :]
        return Opinion(coarse, carried, self._config.carried_weight * _believed(coarse, carried))

    def _coarse(self, part: _Part, planes: Tensor, check: Callable[[], None]) -> Tensor:
        def look(x: Tensor) -> Tensor:
            with self._device.autocast(), stoppable(part.network, check):
                return part.network.coarse(x.contiguous(memory_format=torch.channels_last))

        def forward(x: Tensor) -> Tensor:
            return mirrored_mean(look, x) if part.mirrored else look(x)

        while True:
            try:
                return tempered(dense_pass(forward, planes, self._tiling, check), part.temperature)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._tiling = _smaller(self._tiling, error)
                release_memory(self._device)


@dataclass(frozen=True, slots=True)
class _Part:
    """One network, with how it wants to be asked."""

    network: Segmenter
    mirrored: bool
    temperature: float
    guides: Callable[[SectionKey], CarriedLabels] | None
    class_ids: tuple[int, ...]

    def planes(self, section: Tensor, key: SectionKey) -> Tensor:
        """What the network wants to see of a whole section: (channels, rows, columns)."""
        config, shape = self.network.config, (section.shape[0], section.shape[1])
        planes = [section[None]]
        if config.depth:
            planes.append(depth_map(*shape)[None])
        if self.guides is not None:
            planes.append(section_guides(self.guides(key), self.class_ids))
        elif config.carried:
            planes.append(no_guides(config.n_classes, shape))
        return torch.cat(planes)


def _part(segmenter: TrainedSegmenter, device: Device, dips: DipField | None) -> _Part:
    guides = None
    if segmenter.config.carried and dips is not None:
        guides = partial(carry_labels, segmenter.labels, dips)
    network = _prepared(segmenter, device)
    return _Part(network, segmenter.recipe.mirrored, segmenter.temperature, guides, segmenter.class_ids)


def _believed(coarse: Tensor, carried: Tensor) -> float:
    """How far carried labels are believed beside a network, 0..1: only where both all but agree."""
    middle = carried[:, 2::4, 2::4]  # of every coarse cell
    places = torch.where(middle.any(0), middle.argmax(0), 255).to(torch.uint8)
    rows, columns = places.shape
    found = agreement(coarse[:, :rows, :columns].float().cpu().numpy(), places.cpu().numpy())
    return max(0.0, 4.0 * found - 3.0)


def _smaller(tiling: Tiling, error: BaseException) -> Tiling:
    smaller = tiling.smaller()
    if smaller is None:
        raise ModelError(
            "There is not enough memory to predict, even in small tiles.",
            "Close other programs and try again.",
        ) from error
    return smaller


def _check_classes(segmenters: Sequence[TrainedSegmenter]) -> None:
    if not segmenters:
        raise ModelError("There is no model to predict with.", "Train a model first, or choose a model file.")
    if len({s.class_ids for s in segmenters}) > 1:
        raise ModelError(
            "The models were trained on different classes, so they cannot be combined.",
            "Choose models of the same classes.",
        )


def _prepared(segmenter: TrainedSegmenter, device: Device) -> Segmenter:
    network = Segmenter(segmenter.config)
    network.load_state_dict(dict(segmenter.weights))
    network.fold_batch_norms()
    return cast("Segmenter", _frozen(device.place(network.eval())))


def _frozen(network: nn.Module) -> nn.Module:
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    return network
