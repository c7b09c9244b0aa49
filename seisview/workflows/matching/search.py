"""Pick a patch, find similar ones in the whole survey.

Importing this module does not load torch; calling its functions does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.errors import ModelError
from seisview.events import Note
from seisview.labels.heat import HeatCube, HeatGrid
from seisview.labels.patches import Hit, Patch
from seisview.learn.features.config import FeatureConfig, feature_axis
from seisview.learn.features.volume import FeatureVolume
from seisview.learn.matching.config import SearchConfig
from seisview.progress import Progress, shares_of
from seisview.workflows.features import build_feature_volume, section_features, survey_features
from seisview.workflows.matching.patch_reading import read_patches
from seisview.workflows.matching.query import MatchAnswer, MatchQuery

if TYPE_CHECKING:
    from seisview.learn.matching.model import TrainedSiamese
    from seisview.learn.matching.window_search import Field, WindowSearch

_CANDIDATES = 4
_KEPT_SEARCHES = 6


class Matcher:
    """Searches one survey; keeps what does not depend on the query. One thread at a time.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of `volume`.
    config : FeatureConfig, optional
        Which cached features.
    model : TrainedSiamese, optional
        Ranks the best hits of the features again.
    device : str
    """

    def __init__(
        self,
        volume: Volume,
        statistics: AmplitudeStatistics,
        config: FeatureConfig | None = None,
        model: TrainedSiamese | None = None,
        device: str = "auto",
    ) -> None:
        self._volume, self._statistics = volume, statistics
        self._config = config or FeatureConfig.texture()
        self._model, self._device = model, device
        self._features: dict[Axis, FeatureVolume] = {}
        self._searches: dict[tuple[Axis, tuple[int, int]], tuple[int, WindowSearch]] = {}

    @property
    def model(self) -> TrainedSiamese | None:
        """The network that ranks hits again, if any."""
        return self._model

    def axes(self, config: SearchConfig) -> tuple[Axis, ...]:
        """Return the directions that a search looks along."""
        geometry = self._volume.geometry
        if geometry.is_2d:
            return (Axis.INLINE,)
        return config.axes or (feature_axis(self._config, geometry, self._volume.info.sorting),)

    def has_features(self, axes: Sequence[Axis]) -> bool:
        """Whether the features of all sections along the directions are there."""
        return all((found := self.features(axis)) is not None and found.complete for axis in axes)

    def features(self, axis: Axis) -> FeatureVolume | None:
        """What there is of the features along a direction."""
        if axis not in self._features:
            found = survey_features(self._volume, self._statistics, self.feature_config(axis))
            if found is None:
                return None
            self._features[axis] = found
        return self._features[axis]

    def feature_config(self, axis: Axis) -> FeatureConfig:
        """How the features along a direction are made."""
        geometry, sorting = self._volume.geometry, self._volume.info.sorting
        usual = feature_axis(self._config, geometry, sorting)
        return self._config if axis is usual else replace(self._config, axis=axis)

    def build(self, axes: Sequence[Axis], progress: Progress, first: SectionKey | None = None) -> None:
        """Make the features along the directions, as far as they are not there; resumable."""
        for axis, share in zip(axes, shares_of([1] * len(axes)), strict=True):
            config = self.feature_config(axis)
            own = first if first is not None and first.axis is axis else None
            with progress.part(*share):
                built = build_feature_volume(self._volume, self._statistics, config, progress, own)
            self._features[axis] = built

    def prepare(self, size: tuple[int, int], axes: Sequence[Axis], progress: Progress) -> None:
        """Measure all windows of a size in advance, so that the first search of it is quick too."""
        for axis in axes:
            search = self._search(axis, size)
            if not search.is_prepared:
                search.search(np.zeros(search.features.dimensions, np.float32), progress.check)

    def find(
        self, query: MatchQuery, config: SearchConfig, progress: Progress | None = None, quick: bool = False
    ) -> MatchAnswer:
        """Find the windows most similar to a query.

        Parameters
        ----------
        query : MatchQuery
        config : SearchConfig
            Its directions must have features; see :meth:`build`.
        progress : Progress, optional
        quick : bool
            Answer from every n-th line where all would take long; see :attr:`MatchAnswer.is_quick`.

        Raises
        ------
        ModelError
            If there are no features yet.
        Cancelled
            If the job was asked to stop.
        """
        from seisview.learn.matching.hits import best_windows

        progress = progress or Progress()
        axes = self.axes(config)
        searches = [self._search(axis, query.size) for axis in axes]
        is_quick = quick and any(search.quick_stride > 1 for search in searches)
        fields = [
            search.search(self._vector(search, query, progress), progress.check, is_quick, query.is_refined)
            for search in searches
        ]
        wanted = config if self._model is None else replace(config, top=_CANDIDATES * config.top)
        known = (*query.positives, *query.negatives)
        hits = best_windows(fields, wanted, known, progress.check)
        measure = "cosine similarity"
        if self._model is not None:
            hits, measure = self._ranked_again(hits, query, config, progress)
        heat = HeatCube(self._volume.geometry, tuple(_grid(field) for field in fields))
        return MatchAnswer(query, tuple(hits), heat, measure, self._origin(fields[0]), is_quick)

    def _search(self, axis: Axis, size: tuple[int, int]) -> WindowSearch:
        from seisview.learn.matching.window_search import WindowSearch

        features = self.features(axis)
        if features is None:
            raise ModelError("The features of the survey are not made yet.", "Prepare them first.")
        n_done = int(features.done.sum())
        known = self._searches.get((axis, size))
        # Statistics of a few lines are not those of the survey: taken again when much has been added.
        if known is None or n_done > 1.25 * known[0]:
            if len(self._searches) >= _KEPT_SEARCHES:
                self._searches.pop(next(iter(self._searches)))
            known = (n_done, WindowSearch(features, size))
            self._searches[axis, size] = known
        return known[1]

    def _vector(self, search: WindowSearch, query: MatchQuery, progress: Progress) -> npt.NDArray[np.float32]:
        from seisview.learn.matching.refining import refined_query

        positives, negatives = (
            np.array([self._embedding(search, patch, progress) for patch in patches], np.float32)
            for patches in (query.positives, query.negatives)
        )
        if not query.is_refined:
            return np.asarray(positives[0])
        return refined_query(
            positives[0], positives, negatives.reshape(-1, positives.shape[1]), search.background
        )

    def _embedding(self, search: WindowSearch, patch: Patch, progress: Progress) -> npt.NDArray[np.float32]:
        axis = search.features.axis
        known = self._features[axis].find(patch.key)
        if known is None:
            made = section_features(
                self._volume, self._statistics, self.feature_config(axis), [patch.key], progress
            )
            known = made[patch.key]
        return search.embed(known, patch.box)

    def _ranked_again(
        self, hits: Sequence[Hit], query: MatchQuery, config: SearchConfig, progress: Progress
    ) -> tuple[list[Hit], str]:
        from seisview.learn.device import choose_device
        from seisview.learn.matching.siamese import embed_images, similarity_matrix
        from seisview.learn.matching.similarity import combined_query

        assert self._model is not None
        device = choose_device(self._device)
        network = self._model.network(device)
        patches = [*query.positives, *query.negatives, *(hit.patch for hit in hits)]
        images = read_patches(self._volume, self._statistics, patches, progress)
        embedded = embed_images(network, images, device, check=progress.check)
        n, m = len(query.positives), len(query.negatives)
        cosine = self._model.config.distance == "cosine"
        wanted = embedded[:n].mean(axis=0)
        if cosine:
            wanted = combined_query(embedded[:n], embedded[n : n + m] if m else None, config.negative_weight)
        scores = similarity_matrix(wanted[None], embedded[n + m :], self._model.config)[0]
        sure = self._model.calibration.confidence(scores)
        order = np.argsort(-scores, kind="stable")[: config.top]
        ranked = [Hit(hits[i].patch, float(scores[i]), float(sure[i])) for i in order]
        return ranked, "cosine similarity" if cosine else "euclidean distance"

    def _origin(self, field: Field) -> dict[str, str]:
        features = self._features[field.search.features.axis]
        model = {} if self._model is None else {"model": self._model.model_id}
        calibration = field.calibration if self._model is None else self._model.calibration
        return {
            "features": features.folder.name,
            "weights": str(features.origin.get("weights_hash", "")),
            "calibration": calibration.source,
            **model,
        }


def find_matches(
    volume: Volume,
    statistics: AmplitudeStatistics,
    query: MatchQuery,
    config: SearchConfig,
    progress: Progress | None = None,
    features: FeatureConfig | None = None,
    model: Path | str | None = None,
) -> MatchAnswer:
    """Make the features of a survey where they are missing, then search it once.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
    query : MatchQuery
    config : SearchConfig
    progress : Progress, optional
    features : FeatureConfig, optional
    model : Path or str, optional
        A Siamese model that ranks the best hits again.

    Raises
    ------
    ModelError, VolumeError, ExportError, Cancelled
        As the steps it is made of.
    """
    progress = progress or Progress()
    trained = None
    if model is not None:
        from seisview.learn.matching.model import load_siamese

        trained = load_siamese(Path(model))
    matcher = Matcher(volume, statistics, features, trained)
    axes = matcher.axes(config)
    matcher.build(axes, progress, query.positives[0].key)
    if not matcher.has_features(axes):
        progress.emit(Note("Not all features are there: another window is making them."))
    progress.report("Searching")
    return matcher.find(query, config, progress)


def _grid(field: Field) -> HeatGrid:
    features = field.search.features
    return HeatGrid(
        features.axis,
        features.lines.step,
        features.cell,
        field.search.window,
        field.confidences(),
    )


__all__ = ["MatchAnswer", "MatchQuery", "Matcher", "find_matches", "read_patches"]
