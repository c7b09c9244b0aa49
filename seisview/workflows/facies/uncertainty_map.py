"""Where on the map a prediction is unsure: the mean of one minus its confidence, over every trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SurveyGeometry
from seisview.export.guard import refuse_overwriting, refuse_unwritable
from seisview.export.surface import UNCERTAINTY, Surface, write_surface
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.results import FaciesResult
from seisview.workflows.export import result_content
from seisview.workflows.stored_results import stored_result

ByteArray = npt.NDArray[np.uint8]


def trace_uncertainty(
    facies: ByteArray, confidence: ByteArray, progress: Progress | None = None
) -> npt.NDArray[np.float32]:
    """Mean of (1 - confidence) over the predicted samples of every trace, one inline at a time.

    Parameters
    ----------
    facies : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
        0 where nothing was predicted.
    confidence : ndarray of uint8, same shape
        0..255 for 0..1.
    progress : Progress, optional

    Returns
    -------
    ndarray of float32, shape (n_inlines, n_crosslines)
        0..1; NaN where nothing was predicted.
    """
    found = np.full(facies.shape[:2], np.nan, np.float32)
    for index in (progress or Progress()).track(range(len(facies)), "Measuring uncertainty"):
        known = np.asarray(facies[index]) > 0
        count = known.sum(axis=1)
        doubt = np.where(known, 255 - np.asarray(confidence[index]), 0).sum(axis=1, dtype=np.int64)
        found[index, count > 0] = doubt[count > 0] / (255.0 * count[count > 0])
    return found


def result_uncertainty(
    result: FaciesResult, geometry: SurveyGeometry, progress: Progress | None = None
) -> Surface:
    """Map of how unsure a result is."""
    values = trace_uncertainty(result.facies, result.confidence, progress)
    name = f"{UNCERTAINTY} of {result.title}"
    return Surface(values, name, UNCERTAINTY, geometry, {"facies": result.title})


def export_project_uncertainty(
    project: Project, out: Path | str, source: str = "", progress: Progress | None = None
) -> dict[str, Any]:
    """Write how unsure a result of a project is on every trace.

    Parameters
    ----------
    project : Project
        Opened for reading suffices.
    out : Path or str
        See :func:`seisview.export.surface.write_surface`.
    source : str
        Name of a result; by default that shown last.
    progress : Progress, optional

    Returns
    -------
    dict
        What was written, as plain data.

    Raises
    ------
    ExportError
        If the project has no such result, or it cannot be written.
    """
    out = Path(out)
    refuse_overwriting(out, [project.volume.info.path, project.folder])
    refuse_unwritable(out)
    result = stored_result(project, source)
    measured = result_uncertainty(result, project.volume.geometry, progress)
    origin = dict(result_content(result, project.volume).provenance)
    surface = Surface(measured.values, measured.name, UNCERTAINTY, measured.geometry, origin)
    written = write_surface(surface, out, progress)
    return {
        "what": UNCERTAINTY,
        "out": str(out),
        "written": written,
        "n_points": surface.n_points,
        "mean": float(np.nanmean(surface.values, dtype=np.float64)),
    }
