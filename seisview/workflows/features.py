"""The dense features of a survey: of the sections that are looked at now, and of all of it in the background.

One pass per section serves the instant preview, clusters and similarity. Importing this module does not load
torch; calling its functions does.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.cached_files import building_alone, check_room
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.events import DeviceChosen, Note
from seisview.learn.features.config import FeatureConfig, FeatureOrigin, feature_axis, feature_bytes
from seisview.learn.features.folder import (
    clean_features,
    features_folder,
    mark_features_used,
)
from seisview.learn.features.store import FeatureArray
from seisview.learn.features.volume import FeatureVolume, create_features, matching_features
from seisview.preferences import Preferences
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.features.extractor import FeatureExtractor
    from seisview.learn.texture.extractor import TextureExtractor

    Extractor = FeatureExtractor | TextureExtractor

_INSTEAD = ", or take every second line only."
_WAIT_S = 0.05
_MESSAGE = "Preparing features"


@dataclass(frozen=True, slots=True)
class FeaturesReady:
    """Event: the features of a section can be read from now on."""

    key: SectionKey


def survey_features(
    volume: Volume, statistics: AmplitudeStatistics, config: FeatureConfig
) -> FeatureVolume | None:
    """Open what there is of the features of a survey, without making any; None when there are none.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    config : FeatureConfig
    """
    origin = _origin(volume, statistics, config)
    return matching_features(features_folder() / origin.key, volume.geometry, origin)


def feature_size(volume: Volume, config: FeatureConfig) -> int:
    """Disk space in bytes that the features of a survey take when they are complete."""
    return feature_bytes(config, volume.geometry, feature_axis(config, volume.geometry, volume.info.sorting))


def section_features(
    volume: Volume,
    statistics: AmplitudeStatistics,
    config: FeatureConfig,
    keys: Sequence[SectionKey],
    progress: Progress | None = None,
) -> dict[SectionKey, FeatureArray]:
    """Features of some vertical sections now: from the cache, else made and kept there.

    May run beside :func:`build_feature_volume` in another thread.

    Parameters
    ----------
    volume, statistics, config
        As in :func:`build_feature_volume`.
    keys : sequence of SectionKey
        Inlines and crosslines, whatever axis the volume of features stores.
    progress : Progress, optional

    Returns
    -------
    dict
        By section: float16, (cell rows, cell columns, dimensions); zeros where no trace is live.

    Raises
    ------
    GeometryError
        If there is no such section.
    ModelError, VolumeError, ExportError, Cancelled
        As :func:`build_feature_volume`.
    """
    progress = progress or Progress()
    for key in keys:
        volume.geometry.check(key)
    features = prepare_features(volume, statistics, config, progress)
    extractor: Extractor | None = None
    found: dict[SectionKey, FeatureArray] = {}
    for key in progress.track(keys, _MESSAGE):
        stored = features.find(key)
        if stored is None:
            extractor = extractor or _extractor(statistics, config, progress)
            stored = _make(volume, extractor, features, key, progress)
        found[key] = stored
    return found


def build_feature_volume(
    volume: Volume,
    statistics: AmplitudeStatistics,
    config: FeatureConfig,
    progress: Progress | None = None,
    first: SectionKey | None = None,
) -> FeatureVolume:
    """Make, complete or mend the features of a survey. Nothing done is done again.

    Emits :class:`FeaturesReady` after every section, the visible one first, then its neighbours outwards.
    Memory stays bounded by one section; cancelling takes a part of one pass and loses that section only.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    config : FeatureConfig
    progress : Progress, optional
    first : SectionKey, optional
        The visible section, across either axis.

    Returns
    -------
    FeatureVolume
        Complete, unless another window is making it at this moment.

    Raises
    ------
    ModelError
        If the weights or the device do not fit, or memory does not suffice.
    ExportError
        If the cache folder cannot be written or lacks the room.
    VolumeError
        If the survey can no longer be read.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    features = prepare_features(volume, statistics, config, progress)
    if first is not None and first.axis in volume.geometry.axes[:2]:
        with progress.preparing():
            section_features(volume, statistics, config, [first], progress)
        progress.emit(FeaturesReady(first))
    with building_alone(features.folder) as alone:
        if not alone:
            progress.emit(Note("Another window is preparing the features of this survey."))
            return features
        _complete(volume, _extractor(statistics, config, progress), features, first, progress)
    mark_features_used(features.folder)
    return features


def prepare_features(
    volume: Volume,
    statistics: AmplitudeStatistics,
    config: FeatureConfig,
    progress: Progress,
    max_bytes: int | None = None,
) -> FeatureVolume:
    """Open the features of a survey, or make room for them: what :func:`section_features` fills.

    All features together may take `max_bytes`, by default as much as the user's preferences say.
    """
    origin = _origin(volume, statistics, config)
    folder = features_folder() / origin.key
    features = matching_features(folder, volume.geometry, origin)
    if features is not None:
        mark_features_used(folder)
        return features
    with _alone(folder.with_name(f"{folder.name}-new"), progress):
        # whoever was first may have made it while this one waited
        features = matching_features(folder, volume.geometry, origin)
        return features or _begun(volume, statistics, config, origin, progress, _room(max_bytes))


def _room(max_bytes: int | None) -> int:
    return Preferences.load().max_features_bytes if max_bytes is None else max_bytes


def _begun(
    volume: Volume,
    statistics: AmplitudeStatistics,
    config: FeatureConfig,
    origin: FeatureOrigin,
    progress: Progress,
    max_bytes: int,
) -> FeatureVolume:
    folder = features_folder() / origin.key
    shutil.rmtree(folder, ignore_errors=True)  # stale or damaged: its room is needed, and it is never merged
    n_bytes = feature_bytes(config, volume.geometry, origin.axis)
    clean_features(max_bytes - n_bytes, folder.parent)
    check_room("The features of this survey", folder, n_bytes, max_bytes, _INSTEAD)
    projection = _extractor(statistics, config, progress).fit(volume, config, progress)
    return create_features(folder, volume.geometry, origin, projection)


def _complete(
    volume: Volume,
    extractor: Extractor,
    features: FeatureVolume,
    first: SectionKey | None,
    progress: Progress,
) -> None:
    lines = features.lines
    middle = first.index if first is not None and first.axis is features.axis else lines[len(lines) // 2]
    order = sorted(lines, key=lambda index: (abs(index - middle), index))
    keys = [SectionKey(features.axis, index) for index in order]
    with progress.preparing():
        missing = [key for key in progress.track(keys, "Checking features") if not features.has(key)]
    n_before = len(keys) - len(missing)
    progress.begin_stage(n_before / max(len(keys), 1))
    for n_made, key in enumerate(missing):
        progress.report(_MESSAGE, n_before + n_made, len(keys))
        if not features.has(key):  # the visible section may have been made meanwhile
            _make(volume, extractor, features, key, progress)
        progress.emit(FeaturesReady(key))
    progress.report(_MESSAGE, len(keys), len(keys))


def _make(
    volume: Volume,
    extractor: Extractor,
    features: FeatureVolume,
    key: SectionKey,
    progress: Progress,
) -> FeatureArray:
    made = extractor.features_of(volume, key, features.projection, progress.check)
    features.write(key, made)
    return made


def _origin(volume: Volume, statistics: AmplitudeStatistics, config: FeatureConfig) -> FeatureOrigin:
    if config.kind == "texture":
        from seisview.learn.texture.network import texture_origin  # without torch: asked in the window too

        return texture_origin(volume, statistics, config)
    from seisview.learn.features.extractor import feature_origin

    return feature_origin(volume, statistics, config)


def _extractor(statistics: AmplitudeStatistics, config: FeatureConfig, progress: Progress) -> Extractor:
    from seisview.learn.features.extractor import FeatureExtractor
    from seisview.learn.texture.extractor import TextureExtractor

    extractor: Extractor
    if config.kind == "texture":
        extractor = TextureExtractor(statistics)
    else:
        extractor = FeatureExtractor(config, statistics)
    device = extractor.device
    progress.emit(DeviceChosen(device.name, device.precision, device.reason))
    return extractor


@contextmanager
def _alone(path: Path, progress: Progress) -> Iterator[None]:
    """Wait until nobody else begins the same features."""
    pause = Event()
    while True:
        progress.check()
        with building_alone(path) as alone:
            if alone:
                yield
                return
        pause.wait(_WAIT_S)


__all__ = [
    "FeaturesReady",
    "build_feature_volume",
    "feature_size",
    "prepare_features",
    "section_features",
    "survey_features",
]
