"""How far two predictions of a survey agree: on a section, along a line across it, or everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.line_path import LinePath, traces_along
from seisview.errors import GeometryError
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.results import FaciesResult
from seisview.workflows.stored_results import stored_result

ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Samples that two predictions give a class to.

    Attributes
    ----------
    n_samples : int
        Those with a class in both.
    n_same : int
        Those of them with the same class.
    """

    n_samples: int
    n_same: int

    @classmethod
    def between(cls, one: ByteArray, other: ByteArray) -> Agreement:
        """Count in two arrays of class ids of one shape; 0 is no class."""
        both = (one > 0) & (other > 0)
        return cls(int(np.count_nonzero(both)), int(np.count_nonzero(both & (one == other))))

    @property
    def share(self) -> float | None:
        """Same ones among all, 0..1; None when nothing was predicted by both."""
        return self.n_same / self.n_samples if self.n_samples else None

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.n_samples + other.n_samples, self.n_same + other.n_same)


def agreement_of(
    left: FaciesResult,
    right: FaciesResult,
    where: SectionKey | LinePath | None = None,
    progress: Progress | None = None,
) -> Agreement:
    """How far two results of one project agree.

    Parameters
    ----------
    left, right : FaciesResult
    where : SectionKey, LinePath or None
        A section, the traces along a line, or the whole survey.
    progress : Progress, optional
        Over the inlines of the whole survey.

    Raises
    ------
    Cancelled
        If the job was asked to stop.
    """
    if isinstance(where, LinePath):
        traces = where.inlines, where.crosslines
        return Agreement.between(left.along(*traces)[0], right.along(*traces)[0])
    if where is not None:
        return Agreement.between(left.section(where)[0], right.section(where)[0])
    found = Agreement(0, 0)
    for index in (progress or Progress()).track(range(len(left.facies)), "Comparing facies"):
        found += Agreement.between(np.asarray(left.facies[index]), np.asarray(right.facies[index]))
    return found


def line_between(geometry: SurveyGeometry, corners: Sequence[tuple[int, int]]) -> LinePath:
    """Traces along a line that is given by line numbers.

    Parameters
    ----------
    geometry : SurveyGeometry
    corners : sequence of (int, int)
        Inline and crossline number of its beginning, bends and end.

    Raises
    ------
    GeometryError
        If there is no such line of the survey, or the line does not reach from one trace to another.
    """
    places = [
        (geometry.exact_key(Axis.INLINE, i).index, geometry.exact_key(Axis.CROSSLINE, j).index)
        for i, j in corners
    ]
    path = traces_along(places, geometry)
    if path is None:
        raise GeometryError(
            "A line needs two places of the survey that are not the same.",
            "Name at least its beginning and its end, each by inline and crossline.",
        )
    return path


def compare_facies(
    project: Project,
    left: str,
    right: str,
    where: SectionKey | Sequence[tuple[int, int]] | None = None,
    progress: Progress | None = None,
) -> Agreement:
    """How far two results that a project keeps agree.

    Parameters
    ----------
    project : Project
        Opened for reading suffices.
    left, right : str
        What they are called.
    where : SectionKey, sequence of (int, int), or None
        A section; a line across the survey by the inline and crossline numbers of its corners; or everywhere.
    progress : Progress, optional

    Returns
    -------
    Agreement

    Raises
    ------
    ExportError
        If the project has no such result.
    GeometryError
        If the section or line is not in the survey.
    """
    one, other = stored_result(project, left), stored_result(project, right)
    geometry = project.labels.geometry
    if where is None or isinstance(where, SectionKey):
        if where is not None:
            geometry.check(where)
        return agreement_of(one, other, where, progress)
    return agreement_of(one, other, line_between(geometry, where), progress)
