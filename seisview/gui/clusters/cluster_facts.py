"""What the page says about clusters: shares, groups by label, the ranked list of what is unusual."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.labels.boxes import Box
from seisview.labels.store import LabelStore
from seisview.learn.clustering.count import CountScore, worth_trying
from seisview.project.cluster_record import ClusterRecord
from seisview.project.clusters import ClusterPoints, ClusterResult
from seisview.workflows.clustering.anomalies import Anomaly

READ_ONLY = "The project is open in another window or write-protected: it can only be looked at."


def shown_shares(result: ClusterResult) -> dict[int, float]:
    """Share of the survey of every cluster as it is shown, merged ones together."""
    samples = result.record.figures.get("samples", [])
    total = float(sum(samples)) or 1.0
    shares: dict[int, float] = {}
    for number, count in enumerate(samples, start=1):
        group = result.record.groups[number]
        shares[group] = shares.get(group, 0.0) + count / total
    return shares


def summary_text(result: ClusterResult) -> str:
    """What clusters are called, how many there are, how well apart, and how old."""
    figures, how = result.record.figures, result.record.settings.get("clusters", {})
    named = [result.record.name] if result.record.name else []
    parts = [*named, f"{len(result.scheme)} clusters", f"{result.created.astimezone():%d %b %H:%M}"]
    silhouette = figures.get("silhouette")
    if isinstance(silhouette, float):
        parts.append(f"silhouette {silhouette:.2f}")
    chosen = "found by resampling" if how.get("clusters") is None else "chosen"
    return f"{', '.join(parts)}; number {chosen}"


def short_text(result: ClusterResult) -> str:
    """The same in few words."""
    silhouette = result.record.figures.get("silhouette")
    apart = f", silhouette {silhouette:.2f}" if isinstance(silhouette, float) else ""
    return f"{len(result.scheme)} clusters{apart}"


def kept_text(record: ClusterRecord) -> str:
    """Which clusters a record is about, in few words: its name, how many, since when; else names in it."""
    names = [c.name for c in record.scheme.classes if c.name != f"Cluster {c.id}"]
    created = datetime.fromisoformat(record.created).astimezone()
    parts = [f"{len(record.scheme)} clusters", f"{created:%d %b %H:%M}"]
    return ", ".join([record.name, *parts] if record.name else [*parts, *names[:2]])


def anomaly_text(share: float, threshold: float) -> str:
    """What the anomaly layer shows."""
    return f"the most unusual {100 * share:.1f} % of the survey: scores from {threshold:.2f}, 1 is usual"


def numbers_to_try(result: ClusterResult) -> list[tuple[int, str]]:
    """Numbers of clusters that are worth trying, and what speaks for each; empty when none was looked for."""
    try:
        scores = [CountScore(**tried) for tried in result.record.figures.get("counts_tried", [])]
    except TypeError:
        return []  # written by another version
    found = worth_trying(scores, len(result.record.classes))
    return [
        (
            score.clusters,
            f"{score.clusters} clusters: found again in other samples {100 * max(score.stability, 0):.0f} %, "
            f"silhouette {score.silhouette:.2f}",
        )
        for score in found
    ]


def label_groups(points: ClusterPoints, labels: LabelStore, reach: int) -> npt.NDArray[np.uint8]:
    """Class painted at every point, 0 for none; points beside a labelled section count as on it.

    However many sections are labelled, at most one is read for each line that has points.

    Parameters
    ----------
    points : ClusterPoints
    labels : LabelStore
    reach : int
        How many lines beside.
    """
    groups = np.zeros(len(points.labels), np.uint8)
    keys = labels.labelled_sections()
    for place, axis in enumerate((Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE)):
        labelled = np.array([key.index for key in keys if key.axis is axis], np.intp)
        for line, section in _sections_of_lines(np.unique(points.places[:, place]), labelled, reach):
            on_line = np.flatnonzero(points.places[:, place] == line)
            rows, columns = rows_and_columns(points.places[on_line], axis)
            found = labels.section(SectionKey(axis, section))[rows, columns]
            groups[on_line] = np.where(found > 0, found, groups[on_line])
    return groups


def _sections_of_lines(
    lines: npt.NDArray[np.int32], labelled: npt.NDArray[np.intp], reach: int
) -> list[tuple[int, int]]:
    """Lines that have points, each with the labelled section whose labels are taken for theirs.

    That is the nearest one within reach, or one that has no line with points any nearer.
    """
    if not len(lines) or not len(labelled):
        return []
    apart = np.abs(lines[:, None].astype(np.intp) - labelled[None])
    allowed = apart <= np.maximum(reach, apart.min(axis=0))
    nearest = np.where(allowed, apart, np.iinfo(np.intp).max).argmin(axis=1)
    return [(int(lines[n]), int(labelled[nearest[n]])) for n in np.flatnonzero(allowed.any(axis=1))]


def points_near(points: ClusterPoints, key: SectionKey, reach: int) -> npt.NDArray[np.intp]:
    """Indices of the points within `reach` lines of a section; of the nearest line that has any."""
    axis = (Axis.INLINE, Axis.CROSSLINE, Axis.SAMPLE).index(key.axis)
    apart = np.abs(points.places[:, axis] - key.index)
    if not len(apart):
        return np.zeros(0, np.intp)
    return np.flatnonzero(apart <= max(reach, int(apart.min())))


def rows_and_columns(
    places: npt.NDArray[np.int32], axis: Axis
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Rows and columns of places, shape (n, 3), on a section across `axis`."""
    inline, crossline, sample = places.T
    if axis is Axis.INLINE:
        return sample, crossline
    return (sample, inline) if axis is Axis.CROSSLINE else (crossline, inline)


def anomaly_rows(
    anomalies: list[Anomaly], geometry: SurveyGeometry, threshold: float
) -> list[tuple[str, str]]:
    """Text and hover of each row of the list; scores as they are, 1 is usual."""
    rows = []
    for rank, found in enumerate(anomalies, start=1):
        inline, crossline, sample = found.place
        lines = geometry.inlines.number_at(inline), geometry.crosslines.number_at(crossline)
        depth = geometry.domain.text(geometry.sample_at(sample))
        score = f"{found.score * threshold:.1f}"
        where = f"inline {lines[0]}, crossline {lines[1]}, {depth}"
        rows.append(
            (
                f"{score}  {lines[0]}/{lines[1]}/{depth}",
                f"Number {rank}: {where}, score {score} (1 is usual). Click to go there.",
            )
        )
    return rows


def box_around(place: tuple[int, int, int], geometry: SurveyGeometry, cell: int) -> tuple[SectionKey, Box]:
    """Inline through a place and the box of its cell there."""
    inline, crossline, sample = place
    rows, columns = geometry.section_shape(Axis.INLINE)
    half = max(cell // 2, 4)
    box = Box(
        max(0, sample - half),
        min(rows, sample + half),
        max(0, crossline - half),
        min(columns, crossline + half),
    )
    return SectionKey(Axis.INLINE, inline), box
