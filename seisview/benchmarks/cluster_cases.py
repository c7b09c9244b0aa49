"""What the clusters benchmark reports, and its part on patches of LANDMASS-1."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.report import BenchmarkOptions, Cell, cell_text
from seisview.events import Note
from seisview.learn.clustering.config import ClusterConfig, ClusterRecipe, PatchFeatureConfig

COLUMNS = ("case", "method", "clusters", "ARI", "NMI", "Hungarian", "AUC", "seconds", "met")
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the table before it is formatted."""

    case: str
    method: str
    clusters: int | None = None
    ari: float | None = None
    nmi: float | None = None
    hungarian: float | None = None
    auc: float | None = None
    seconds: float | None = None
    met: bool | None = None

    @property
    def row(self) -> Row:
        """Cells in the order of `COLUMNS`."""
        return (
            self.case,
            self.method,
            self.clusters,
            self.ari,
            self.nmi,
            self.hungarian,
            self.auc,
            self.seconds,
            self.met,
        )


def told(score: Score, options: BenchmarkOptions) -> Score:
    """Say what was measured as soon as it is, because the whole takes minutes."""
    cells = zip(COLUMNS, score.row, strict=True)
    words = [f"{name} {cell_text(cell)}" for name, cell in cells if cell is not None]
    options.progress.emit(Note(", ".join(words)))
    return score


def landmass_scores(options: BenchmarkOptions) -> list[Score]:
    """Patches of LANDMASS-1: fitted on index blocks 0-119 of each class, scored on 130-249."""
    file = None if options.data is None else options.data / "landmass-1000.npz"
    if file is None or not file.is_file():
        return []
    from seisview.data.patches.scale import PatchScale, per_image_scale

    with np.load(file, allow_pickle=False) as stored:
        images, classes = stored["images"].astype(np.float32), stored["classes"].astype(np.intp)
    if options.is_quick:
        images, classes = images[:, ::3, ::3], classes
    place = np.concatenate([np.arange(np.sum(classes == c)) for c in np.unique(classes)])
    fit, test = np.flatnonzero(place < 120), np.flatnonzero(place >= 130)
    scale = PatchScale.of(images[fit].ravel()[::97])
    case = _Patches([scale.apply(i) for i in images], classes, fit, test, options)
    own = [per_image_scale(i) for i in images]
    umap = ClusterConfig(embedding="umap")
    scores = [
        case.score("default settings, k found", ClusterConfig(view="pca"), bars=(0.95, 0.98, 4)),
        case.score("plain log-spectrum, PCA, K-Means, k = 4", _plain(), plain=True),
    ]
    if not options.is_quick:
        scores.append(case.score("default, UMAP 50 embedding, k found", umap))
        system = ClusterRecipe.of("system-b")
        case_b = _Patches(own, classes, fit, test, options)
        config = replace(system.clusters, clusters=4, view="umap")
        scores.append(case_b.score("preset system-b, k = 4", config, features=system.patches))
        scores.append(case.score("preset system-b, collection scale", config, features=system.patches))
    return [*scores, case.held_out("salt dome left out of the fit")]


def _plain() -> ClusterConfig:
    return ClusterConfig(clusters=4, view="pca")


@dataclass(frozen=True, slots=True, eq=False)
class _Patches:
    images: list[npt.NDArray[np.float32]]
    classes: npt.NDArray[np.intp]
    fit: npt.NDArray[np.intp]
    test: npt.NDArray[np.intp]
    options: BenchmarkOptions

    def score(
        self,
        method: str,
        config: ClusterConfig,
        features: PatchFeatureConfig | None = None,
        plain: bool = False,
        bars: tuple[float, float, int] | None = None,
    ) -> Score:
        """Fit on the first part, score on the last."""
        from seisview.learn.clustering.metrics import agreement
        from seisview.learn.clustering.pipeline import Vectors, fit_clusters

        started, progress = time.monotonic(), self.options.progress
        vectors = Vectors(self._vectors(features, plain))
        model = fit_clusters(vectors.part(self.fit), config, progress)
        found = model.apply(vectors.part(self.test), progress)
        figures = agreement(self.classes[self.test], found.assignments, 4)
        met = None
        if bars is not None and not self.options.is_quick:
            enough = figures["ari"] >= bars[0] and figures["hungarian_accuracy"] >= bars[1]
            met = enough and model.n_clusters == bars[2]
        seconds = time.monotonic() - started
        ari, nmi, hungarian = (figures[name] for name in ("ari", "nmi", "hungarian_accuracy"))
        score = Score("landmass-1000", method, model.n_clusters, ari, nmi, hungarian, None, seconds, met)
        return told(score, self.options)

    def held_out(self, method: str) -> Score:
        """Anomaly of a class that was left out of the fit, against the others, both from the last part."""
        from sklearn.metrics import roc_auc_score

        from seisview.learn.clustering.pipeline import Vectors, fit_clusters

        started, progress = time.monotonic(), self.options.progress
        vectors = Vectors(self._vectors(None, False))
        kept = self.fit[self.classes[self.fit] != 3]
        model = fit_clusters(vectors.part(kept), ClusterConfig(view="pca", clusters=3), progress)
        found = model.apply(vectors.part(self.test), progress)
        auc = float(roc_auc_score(self.classes[self.test] == 3, found.anomaly))
        return Score("anomaly", method, 3, auc=auc, seconds=time.monotonic() - started)

    def _vectors(self, features: PatchFeatureConfig | None, plain: bool) -> npt.NDArray[np.float32]:
        from seisview.learn.features.patch_features import embed_patches

        if plain:
            images = np.stack(self.images)
            return np.log1p(np.abs(np.fft.rfft2(images))).reshape(len(images), -1).astype(np.float32)
        return embed_patches(self.images, features or PatchFeatureConfig(), self.options.progress)
