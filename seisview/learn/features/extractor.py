"""From a section to the features of its cells: deep and hand-made channels, then a projection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.learn.device import choose_device
from seisview.learn.features.attributes import cell_attributes
from seisview.learn.features.config import FeatureConfig, FeatureOrigin, feature_axis
from seisview.learn.features.network import load_network, weights_hash
from seisview.learn.features.projection import Projection, fit_projection
from seisview.learn.features.store import FeatureArray
from seisview.learn.networks.backbones import shipped_backbone
from seisview.learn.samples.live import live_cells
from seisview.progress import Progress

FloatArray = npt.NDArray[np.float32]

_SAMPLED_SECTIONS = 12
_CELLS_PER_SECTION = 1500
_LARGEST_HALF = 6e4


class FeatureExtractor:
    """Makes channels of sections of one survey; a projection turns them into features.

    Parameters
    ----------
    config : FeatureConfig
    statistics : AmplitudeStatistics
        Of the survey.

    Raises
    ------
    ModelError
        If the weights or the device do not fit.
    """

    def __init__(self, config: FeatureConfig, statistics: AmplitudeStatistics) -> None:
        self._statistics = statistics
        self.device = choose_device(config.device, config.spare_cores)
        self._network = load_network(config.backbone, weights_file(config), config.seed, self.device)

    def channels(self, section: FloatArray, check: Callable[[], None]) -> tuple[FloatArray, int]:
        """All channels of every cell, (cell rows, cell columns, n_channels), and how many are deep."""
        normalised = self._statistics.normalise(section)
        deep = self._network.cells(normalised, check)
        check()
        return np.concatenate([deep, cell_attributes(normalised)], axis=-1), deep.shape[-1]

    def features(
        self, section: FloatArray, projection: Projection, check: Callable[[], None]
    ) -> FeatureArray:
        """Features of every cell of a section.

        Parameters
        ----------
        section : ndarray of float32, shape (n_samples, n_traces)
            As the volume gives it.
        projection : Projection
        check : callable
            Raises to stop.

        Returns
        -------
        ndarray of float16, shape (cell rows, cell columns, dimensions)
            Zeros for cells without a live trace.
        """
        normalised, n_deep = self._statistics.normalise(section), self._network.n_channels
        values = projection.apply_rest(cell_attributes(normalised), n_deep)
        check()
        used = np.flatnonzero(projection.matrix[:n_deep].any(axis=0))
        values[..., used] += self._network.cells(normalised, check, projection.matrix[:n_deep, used])
        values = np.clip(values, -_LARGEST_HALF, _LARGEST_HALF) * live_cells(section)[None, :, None]
        return values.astype(np.float16)

    def features_of(
        self, volume: Volume, key: SectionKey, projection: Projection, check: Callable[[], None]
    ) -> FeatureArray:
        """Features of every cell of a section of a survey; see :meth:`features`."""
        return self.features(volume.read_section(key), projection, check)

    def fit(self, volume: Volume, config: FeatureConfig, progress: Progress) -> Projection:
        """Fit the projection on sections spread over a survey."""
        generator = np.random.default_rng(config.seed)
        samples, n_deep = [], 0
        keys = spread_sections(volume.geometry, _SAMPLED_SECTIONS)
        with progress.preparing():
            for key in progress.track(keys, "Getting to know the survey"):
                section = volume.read_section(key)
                channels, n_deep = self.channels(section, progress.check)
                usable = np.broadcast_to(live_cells(section), channels.shape[:2])
                cells = channels[usable]
                chosen = generator.permutation(len(cells))[:_CELLS_PER_SECTION]
                samples.append(cells[np.sort(chosen)])
        sample = np.concatenate(samples)
        if not len(sample):
            raise ModelError("The survey holds no data to make features of.", "Open another survey.")
        blocks = n_deep, sample.shape[1] - n_deep
        return fit_projection(sample, blocks, block_dimensions(config.dimensions))


def block_dimensions(dimensions: int) -> tuple[int, int]:
    """How many of the dimensions go to deep activations and how many to hand-made channels."""
    return dimensions - dimensions // 2, dimensions // 2


def spread_sections(geometry: SurveyGeometry, count: int) -> tuple[SectionKey, ...]:
    """About `count` vertical sections, evenly over the survey and across both axes."""
    axes = (Axis.INLINE,) if geometry.is_2d else (Axis.INLINE, Axis.CROSSLINE)
    keys: list[SectionKey] = []
    for axis in axes:
        n_lines, wanted = geometry.count(axis), -(-count // len(axes))
        places = (np.arange(min(wanted, n_lines)) + 0.5) * n_lines / min(wanted, n_lines)
        keys += [SectionKey(axis, int(place)) for place in places]
    return tuple(keys)


def weights_file(config: FeatureConfig) -> Path | None:
    """File of the backbone's weights; None for random ones."""
    if config.weights == "none":
        return None
    if config.weights != "default":
        return config.weights
    return shipped_backbone(config.backbone)


def check_weights(config: FeatureConfig, wanted: str) -> None:
    """Raise :class:`ModelError` unless the weights here are those that features were made with."""
    if weights_hash(config.backbone, weights_file(config), config.seed) != wanted:
        raise ModelError(
            "The preview was made with other backbone weights than there are now.",
            "Train the preview again, or give it back the weights file.",
        )


def feature_origin(volume: Volume, statistics: AmplitudeStatistics, config: FeatureConfig) -> FeatureOrigin:
    """Say what the features of a survey would be made from: the key of the cache."""
    axis = feature_axis(config, volume.geometry, volume.info.sorting)
    digest = weights_hash(config.backbone, weights_file(config), config.seed)
    described = {**config.to_dict(), "axis": axis.value}
    return FeatureOrigin(volume.fingerprint, statistics.clip_limit(), digest, described)
