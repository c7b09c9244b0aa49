"""Surfaces of a class of facies: where it begins and ends along every trace, and how thick it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import ExportError
from seisview.export.content import Content, ContentKind
from seisview.export.guard import refuse_overwriting, refuse_unwritable
from seisview.export.surface import Surface, write_surface
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.workflows.export import label_content, project_content, result_content
from seisview.workflows.stored_results import stored_result

FACIES, LABELS = "facies", "labels"
"""Sources that every project has names for: the facies on screen, and what was painted."""

FloatMap = npt.NDArray[np.float32]


class SurfaceKind(StrEnum):
    """What a surface of a class says."""

    TOP = "top"
    BASE = "base"
    THICKNESS = "thickness"


@dataclass(frozen=True, slots=True)
class SurfaceConfig:
    """Which class, and how it is measured.

    Attributes
    ----------
    facies_class : str
        Name of the class, in any case, or its number.
    thickest_run : bool
        Take the thickest piece without interruption of every trace (of equal ones the upper); by default
        the first and last sample of the class, and all its samples between them.
    source : str
        ``"facies"``: the facies shown last; ``"labels"``: what was painted; or the name of a result.
    """

    facies_class: str
    thickest_run: bool = False
    source: str = FACIES


@dataclass(frozen=True, slots=True, eq=False)
class ClassSurfaces:
    """Where a class lies along every trace.

    Attributes
    ----------
    facies_class : FaciesClass
    top, base : ndarray of float32, shape (n_inlines, n_crosslines)
        Time (ms) or depth (m) of its first and last sample; NaN where it is not.
    thickness : ndarray of float32, shape (n_inlines, n_crosslines)
        Its samples times the sample interval, ms or m; NaN where it is not.
    geometry : SurveyGeometry
    provenance : dict of str to str
    """

    facies_class: FaciesClass
    top: FloatMap
    base: FloatMap
    thickness: FloatMap
    geometry: SurveyGeometry
    provenance: dict[str, str]

    def surface(self, kind: SurfaceKind) -> Surface:
        """One of the three, ready to be written or drawn."""
        values = {SurfaceKind.TOP: self.top, SurfaceKind.BASE: self.base}.get(kind, self.thickness)
        quantity = "thickness" if kind is SurfaceKind.THICKNESS else str(self.geometry.domain)
        name = f"{kind} of {self.facies_class.name}"
        return Surface(values, name, quantity, self.geometry, self.provenance)


def class_surfaces(
    content: Content, config: SurfaceConfig, progress: Progress | None = None
) -> ClassSurfaces:
    """Measure a class along every trace, one inline at a time.

    Parameters
    ----------
    content : Content
        Facies or labels.
    config : SurfaceConfig
        Its `source` is not looked at.
    progress : Progress, optional

    Returns
    -------
    ClassSurfaces

    Raises
    ------
    ExportError
        If there is no such class, or it is on no trace.
    """
    geometry = content.geometry
    chosen = _class_named(content.scheme, config.facies_class)
    maps = np.full((3, *geometry.shape[:2]), np.nan, np.float32)
    message = f"Measuring {chosen.name}"
    for index in (progress or Progress()).track(range(geometry.shape[0]), message):
        section = content.cube.section(SectionKey(Axis.INLINE, index))
        maps[:, index] = _measured(section == chosen.id, config.thickest_run)
    if np.isnan(maps).all():
        raise ExportError(f"There is no {chosen.name} in the {content.kind}.", "Choose another class.")
    interval = np.float32(geometry.sample_interval)
    start = np.float32(geometry.sample_start)
    how = {"samples": "of the thickest piece of every trace"} if config.thickest_run else {}
    origin = {**content.provenance, "class": chosen.name, **how}
    top, base, thickness = start + maps[0] * interval, start + maps[1] * interval, maps[2] * interval
    return ClassSurfaces(chosen, top, base, thickness, geometry, origin)


def project_surfaces(
    project: Project,
    config: SurfaceConfig,
    progress: Progress | None = None,
    labels: LabelSnapshot | None = None,
) -> ClassSurfaces:
    """Measure a class of what a project holds.

    Parameters
    ----------
    project : Project
        Opened for reading suffices.
    config : SurfaceConfig
    progress : Progress, optional
    labels : LabelSnapshot, optional
        Default: those of the project as they are now.

    Raises
    ------
    ExportError
        If the project has no such result or labels, or no such class.
    """
    return class_surfaces(_content(project, config.source, labels), config, progress)


def export_project_surface(
    project: Project,
    kind: SurfaceKind,
    out: Path | str,
    config: SurfaceConfig,
    progress: Progress | None = None,
    labels: LabelSnapshot | None = None,
) -> dict[str, Any]:
    """Measure a class of what a project holds and write one of its surfaces.

    Parameters
    ----------
    project : Project
    kind : SurfaceKind
    out : Path or str
        See :func:`seisview.export.surface.write_surface`.
    config : SurfaceConfig
    progress : Progress, optional
    labels : LabelSnapshot, optional

    Returns
    -------
    dict
        What was written, as plain data.

    Raises
    ------
    ExportError
        If it cannot be measured or written, or `out` is the survey or lies in the project.
    """
    out = Path(out)
    if kind not in set(SurfaceKind):
        raise ExportError(f"A class has no {kind!r}.", f"Choose one of {', '.join(SurfaceKind)}.")
    kind = SurfaceKind(kind)
    surface, written = write_project_surface(project, kind, out, config, progress, labels)
    return {"what": str(kind), "out": str(out), "written": written, **surface_facts(surface)}


def write_project_surface(
    project: Project,
    kind: SurfaceKind,
    out: Path,
    config: SurfaceConfig,
    progress: Progress | None = None,
    labels: LabelSnapshot | None = None,
) -> tuple[Surface, str]:
    """As :func:`export_project_surface`; returns the surface, and what was written in words."""
    refuse_overwriting(out, [project.volume.info.path, project.folder])
    refuse_unwritable(out)
    surface = project_surfaces(project, config, progress, labels).surface(kind)
    return surface, write_surface(surface, out, progress)


def surface_facts(surface: Surface) -> dict[str, Any]:
    """What a surface says, in a few numbers."""
    low, high = surface.limits
    return {
        "class": surface.provenance.get("class", ""),
        "unit": surface.unit,
        "n_points": surface.n_points,
        "share_of_traces": surface.n_points / surface.values.size,
        "min": low,
        "mean": float(np.nanmean(surface.values, dtype=np.float64)),
        "max": high,
    }


def _content(project: Project, source: str, labels: LabelSnapshot | None) -> Content:
    if source == LABELS:
        return label_content(labels or project.labels.snapshot(), project.volume)
    if source == FACIES:
        return project_content(project, ContentKind.FACIES)
    return result_content(stored_result(project, source), project.volume)


def _class_named(scheme: FaciesScheme, name: str) -> FaciesClass:
    wanted = name.strip().casefold()
    for chosen in scheme.classes:
        if chosen.name.casefold() == wanted or str(chosen.id) == wanted:
            return chosen
    names = ", ".join(f"{chosen.id} {chosen.name}" for chosen in scheme.classes)
    raise ExportError(f"There is no class {name!r}.", f"Classes are {names}.")


def _measured(is_class: npt.NDArray[np.bool_], thickest_run: bool) -> FloatMap:
    """First sample, last sample and number of samples of every trace, (3, n_traces); NaN where it is not."""
    n_samples = len(is_class)
    if thickest_run:
        samples = np.arange(n_samples, dtype=np.int32)[:, None]
        # length of the piece that ends at each sample: what lies behind the last sample of another class
        lengths = samples - np.maximum.accumulate(np.where(is_class, np.int32(-1), samples), axis=0)
        base = lengths.argmax(axis=0)
        count = lengths.max(axis=0)
        top = base - count + 1
    else:
        top, base = is_class.argmax(axis=0), n_samples - 1 - is_class[::-1].argmax(axis=0)
        count = is_class.sum(axis=0)
    measured = np.stack([top, base, count]).astype(np.float32)
    measured[:, ~is_class.any(axis=0)] = np.nan
    return measured


__all__ = (
    "FACIES",
    "LABELS",
    "ClassSurfaces",
    "SurfaceConfig",
    "SurfaceKind",
    "class_surfaces",
    "export_project_surface",
    "project_surfaces",
    "surface_facts",
    "write_project_surface",
)
