"""Labels between two horizons, on any number of sections, for notebooks and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.data.horizon_points import FloatMap
from seisview.data.volume import Volume
from seisview.errors import LabelError
from seisview.labels.edits import SectionEdit, write_edits
from seisview.labels.horizons.between import between_horizons
from seisview.labels.horizons.following import Rows, follow_reflection, straight_line
from seisview.labels.horizons.picks import Pick, join_picks
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.workflows.class_tables import class_named


@dataclass(frozen=True, slots=True)
class FillConfig:
    """How points are joined, and what may be painted over.

    Attributes
    ----------
    straight : bool
        Join points by straight lines; by default the reflection is followed from one to the next.
    reach : int or None
        Join points no further apart than so many traces. None: all of them, unless most have a neighbour
        on the next trace: those are a surface, whose gaps stay open.
    over_painted : bool
        Paint over labels of other classes that were painted by hand, too.
    """

    straight: bool = False
    reach: int | None = None
    over_painted: bool = False


@dataclass(frozen=True, slots=True)
class FillResult:
    """What came of a fill.

    Attributes
    ----------
    samples : int
        Samples of the class that were not of it before, each counted once.
    filled : tuple of SectionKey
        Sections where something lies between the horizons.
    not_covered : tuple of SectionKey
        Sections that the horizons do not both cover.
    held_out : tuple of SectionKey
        Sections left alone because they measure the model.
    """

    samples: int
    filled: tuple[SectionKey, ...]
    not_covered: tuple[SectionKey, ...]
    held_out: tuple[SectionKey, ...]


def fill_between(
    project: Project,
    facies_class: str,
    sections: Iterable[SectionKey],
    top: FloatMap | None = None,
    base: FloatMap | None = None,
    config: FillConfig | None = None,
    progress: Progress | None = None,
) -> FillResult:
    """Label what lies between two horizons on some sections; one step to undo.

    The labels count as painted by hand. Held-out sections, and the traces on which they cross others, are
    left alone.

    Parameters
    ----------
    project : Project
        Its labels are changed, its survey is what reflections are followed in.
    facies_class : str
        Name of the class, in any case, or its number.
    sections : iterable of SectionKey
        Inlines or crosslines.
    top, base : ndarray of float, shape (n_inlines, n_crosslines), or None
        Time (ms), depth (m) or sample number on every trace, NaN where there is no point, as from
        :func:`~seisview.data.horizon_points.read_horizon` or in
        :class:`~seisview.workflows.facies.surfaces.ClassSurfaces`; both belong to what is filled. None:
        the section's top or base.
    config : FillConfig, optional
    progress : Progress, optional

    Returns
    -------
    FillResult

    Raises
    ------
    LabelError
        If there is no such class or no horizon, a horizon does not fit the survey, or nothing lies between
        them on any of the sections.
    Cancelled
        If the job was asked to stop; the labels are as before.
    """
    labels, class_id = project.labels, class_named(project.labels.scheme, facies_class)
    config, keys = config or FillConfig(), tuple(sections)
    _check(labels, keys, top, base)
    held = tuple(key for key in keys if key in labels.holdout)
    tracked = (progress or Progress()).track([key for key in keys if key not in held], "Filling")
    before, filled = labels.counts()[class_id], []

    def edits() -> Iterator[SectionEdit]:
        for key in tracked:
            edit = _between(project, key, (top, base), config, class_id)
            if edit is not None:
                filled.append(key)
                yield edit

    write_edits(labels, edits(), Provenance.HAND)
    if not filled:
        title = labels.geometry.title(keys[0]) if len(keys) == 1 else f"any of these {len(keys)} sections"
        raise LabelError(f"Nothing lies between the horizons on {title}.", _hint(held))
    missed = tuple(key for key in keys if key not in held and key not in filled)
    return FillResult(labels.counts()[class_id] - before, tuple(filled), missed, held)


def _check(
    labels: LabelStore, keys: tuple[SectionKey, ...], top: FloatMap | None, base: FloatMap | None
) -> None:
    if top is None and base is None:
        raise LabelError("There is no horizon to fill to.", "Give a top or a base, or both.")
    shape = labels.geometry.shape[:2]
    for name, horizon in (("top", top), ("base", base)):
        if horizon is not None and horizon.shape != shape:
            raise LabelError(f"The {name} has shape {horizon.shape}, the survey {shape} lines.")
    if not keys or any(key.axis is Axis.SAMPLE for key in keys):
        raise LabelError("Horizons are filled between on inlines and crosslines.", "Name some of them.")


def _between(
    project: Project,
    key: SectionKey,
    horizons: tuple[FloatMap | None, FloatMap | None],
    config: FillConfig,
    class_id: int,
) -> SectionEdit | None:
    labels = project.labels
    upper, lower = (_joined(project.volume, key, horizon, config) for horizon in horizons)
    box, mask = between_horizons(upper, lower, labels.geometry.section_shape(key.axis))
    if box.is_empty:
        return None
    if not config.over_painted:
        kept = labels.provenance(key, box) == Provenance.HAND
        mask &= ~kept
    return SectionEdit(key, box, mask, np.full(box.shape, class_id, np.uint8))


def _joined(volume: Volume, key: SectionKey, horizon: FloatMap | None, config: FillConfig) -> Rows | None:
    """Sample on every trace of a section."""
    if horizon is None:
        return None
    geometry = volume.geometry
    line = horizon[key.index] if key.axis is Axis.INLINE else horizon[:, key.index]
    rows = (np.asarray(line, np.float64) - geometry.sample_start) / geometry.sample_interval
    traces = np.flatnonzero(np.isfinite(rows))
    picks = [Pick(int(trace), float(rows[trace])) for trace in traces]
    reach = config.reach or (1 if _is_surface(traces) else None)
    needs_section = not config.straight and len(traces) > 1 and np.diff(traces).max() > 1 and reach != 1
    joining = partial(follow_reflection, volume.read_section(key)) if needs_section else straight_line
    return join_picks(picks, len(line), joining, reach)


def _is_surface(traces: npt.NDArray[np.intp]) -> bool:
    """Whether points lie on neighbouring traces: then gaps mean that the horizon is not there."""
    return len(traces) > 1 and float(np.median(np.diff(traces))) == 1


def _hint(held: tuple[SectionKey, ...]) -> str:
    if held:
        return "Held-out sections are left alone: they measure the model."
    return "Both must have points on the same traces, and the top must lie above the base."
