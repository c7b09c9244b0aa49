"""What stands for places of a survey: made anew, or as a saved pipeline made it, here or elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_error
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError, VolumeError
from seisview.learn.clustering.config import PatchFeatureConfig, SurveyFeatureConfig
from seisview.learn.features.config import FeatureConfig, feature_axis
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.clustering.survey_vectors import FeatureSource, VectorSource
    from seisview.learn.features.projection import Projection

WHAT = "survey"
PROJECTION = "feature_projection.npz"


def vector_source(
    volume: Volume,
    statistics: AmplitudeStatistics,
    config: SurveyFeatureConfig,
    progress: Progress,
    using: Path | None = None,
) -> VectorSource:
    """Return what gives vectors of sections; builds the cache of dense features where those are wanted.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    config : SurveyFeatureConfig
    progress : Progress
    using : Path, optional
        Folder of a saved pipeline whose projection of dense features is to be used: that of another survey
        is turned differently, and clusters found in it mean nothing here.
    """
    from seisview.learn.clustering.survey_vectors import AttributeSource, WindowSource

    if config.source == "attributes":
        return AttributeSource(volume, statistics)
    if config.source == "windows":
        return WindowSource(volume, statistics, config)
    wanted = dense_config(config)
    projection = None if using is None else _saved_projection(using)
    if projection is None or _is_cached(volume, statistics, wanted, projection):
        return _cached(volume, statistics, wanted, progress)
    return _computed(volume, statistics, wanted, projection)


def dense_config(config: SurveyFeatureConfig) -> FeatureConfig:
    """Dense features as the preview has them, so that one pass serves both, unless weights are given."""
    own = FeatureConfig(device=config.device)
    return own if config.weights == "default" else replace(own, weights=config.weights)


def save_vectors(folder: Path, config: SurveyFeatureConfig, source: VectorSource) -> None:
    """Put what vectors depend on into the folder of a pipeline: weights, and the projection of features.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    from seisview.learn.clustering.store import EXTRACTOR
    from seisview.learn.clustering.survey_vectors import FeatureSource
    from seisview.learn.features.patch_network import save_extractor

    network = _network_of(config)
    if network is not None:
        save_extractor(network, folder / EXTRACTOR)
    if isinstance(source, FeatureSource):
        try:
            source.projection.save(folder / PROJECTION)
        except OSError as error:
            raise write_error(folder / PROJECTION, error) from error


def survey_config(origin: dict[str, Any], using: Path) -> SurveyFeatureConfig:
    """How a saved pipeline makes vectors; a network takes the weights that lie in the pipeline.

    Raises
    ------
    ModelError
        If it is not one of surveys, or damaged.
    """
    from seisview.learn.clustering.store import EXTRACTOR

    if origin.get("what") != WHAT:
        raise ModelError("That pipeline was fitted on patches.", "Use it with a folder of patches.")
    try:
        values = dict(origin["features"])
        values["window"] = tuple(values["window"])
        if values["weights"] not in ("default", "none"):
            values["weights"] = Path(values["weights"])
        config = SurveyFeatureConfig(**values)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"The pipeline in {using} is damaged.", "Fit it again.") from error
    network = _network_of(config)
    if network is None or (config.source == "features" and network.weights == "none"):
        return config  # random ones come from the seed, and the cache knows them by that name
    extractor = pipeline_folder(using) / EXTRACTOR
    if not extractor.is_file():
        raise ModelError(f"The pipeline in {using} has lost its {EXTRACTOR}.", "Fit it again.")
    return replace(config, weights=extractor)


def pipeline_folder(using: Path) -> Path:
    """Where a pipeline is: the folder itself, or what lies in it after a run."""
    return using / "pipeline" if (using / "pipeline").is_dir() else using


def _network_of(config: SurveyFeatureConfig) -> PatchFeatureConfig | None:
    """The network that vectors come from; None where there is none."""
    if config.source == "attributes" or config.raw:
        return None
    if config.source == "features":
        dense = dense_config(config)
        return PatchFeatureConfig("deep", False, dense.backbone, dense.weights, dense.seed)
    return PatchFeatureConfig("deep", False, config.backbone, config.weights, config.seed)


def _saved_projection(using: Path) -> Projection:
    from seisview.learn.features.projection import Projection

    try:
        return Projection.load(pipeline_folder(using) / PROJECTION)
    except VolumeError as error:
        raise ModelError(f"The pipeline in {using} is damaged: {error.message}", "Fit it again.") from error


def _is_cached(
    volume: Volume, statistics: AmplitudeStatistics, wanted: FeatureConfig, projection: Projection
) -> bool:
    from seisview.workflows.features import survey_features

    features = survey_features(volume, statistics, wanted)
    return features is not None and np.array_equal(features.projection.matrix, projection.matrix)


def _cached(
    volume: Volume, statistics: AmplitudeStatistics, wanted: FeatureConfig, progress: Progress
) -> FeatureSource:
    from seisview.learn.clustering.survey_vectors import FeatureSource
    from seisview.workflows.features import build_feature_volume, section_features

    features = build_feature_volume(volume, statistics, wanted, progress)

    def read(key: SectionKey, check: Callable[[], None]) -> npt.NDArray[np.floating]:
        check()
        found = features.find(key)
        if found is None:  # across the other axis, or damaged since
            found = section_features(volume, statistics, wanted, [key])[key]
        return found

    return FeatureSource(read, features.projection, features.axis)


def _computed(
    volume: Volume, statistics: AmplitudeStatistics, wanted: FeatureConfig, projection: Projection
) -> FeatureSource:
    from seisview.learn.clustering.survey_vectors import FeatureSource
    from seisview.learn.features.extractor import FeatureExtractor

    extractor = FeatureExtractor(wanted, statistics)

    def read(key: SectionKey, check: Callable[[], None]) -> npt.NDArray[np.floating]:
        return extractor.features(volume.read_section(key), projection, check)

    return FeatureSource(read, projection, feature_axis(wanted, volume.geometry, volume.info.sorting))
