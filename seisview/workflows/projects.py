"""Projects for scripts and notebooks: made of a survey and labels, or opened, by their folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seisview.data.geometry import SectionKey, SurveyGeometry
from seisview.data.opening import open_volume
from seisview.data.volume import Volume
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.store import LabelStore
from seisview.labels.tiles import Labels
from seisview.project import storage
from seisview.project.project import Project
from seisview.workflows.labels import labels_from_path


def create_project(
    folder: Path | str, survey: Volume, labels: LabelSnapshot | Path | str | None = None, name: str = ""
) -> Project:
    """Make a project for a survey, with the labels there are, and open it.

    Parameters
    ----------
    folder : Path or str
        Must be empty or not exist; its parent must.
    survey : Volume
        From :func:`seisview.open_survey`; the project remembers its file and copies nothing of it.
    labels : LabelSnapshot, Path or str, optional
        From :func:`seisview.labels_from_path`, or what that reads. They count as painted by hand.
    name : str, optional
        Default: the folder's.

    Returns
    -------
    Project
        A context manager, which saves and closes it; the survey stays open.

    Raises
    ------
    ProjectError
        If there is something in the folder.
    LabelError
        If the labels do not fit the survey.
    ExportError
        If the disk does not take it; nothing is left then.
    """
    folder, first = Path(folder), None
    if labels is not None:
        if not isinstance(labels, LabelSnapshot):
            labels = labels_from_path(labels, survey.geometry, header_bytes=survey.info.header_bytes)
        first = _painted(labels, survey.geometry)
    return storage.create_project(folder, survey, name, labels=first)


def open_project(
    folder: Path | str, read_only: bool = False, survey_path: Path | str | None = None
) -> Project:
    """Open a project and its survey.

    Parameters
    ----------
    folder : Path or str
        That holds ``project.json``; made in the window, by ``seisview demo`` or by :func:`create_project`.
    read_only : bool
        Write nothing, as for an export. It is set by itself while a window has the project;
        ``project.read_only`` tells.
    survey_path : Path or str, optional
        Where the survey is now, when it was moved; remembered.

    Returns
    -------
    Project
        A context manager, which saves and closes it; the survey, ``project.volume``, stays open. What was
        done to labels can be undone in a window opened next.

    Raises
    ------
    ProjectError
        If it is damaged or newer, the survey is gone, or it is not the survey of the project.
    VolumeError
        If the survey cannot be read.
    """
    moved = None if survey_path is None else Path(survey_path)
    project = storage.open_project(Path(folder), open_volume, read_only, moved)
    project.keeps_steps = True
    return project


def paint_section(labels: LabelStore, key: SectionKey, values: Labels) -> None:
    """Paint a whole section, as by hand; one step to undo.

    Parameters
    ----------
    labels : LabelStore
        For example ``project.labels``.
    key : SectionKey
    values : ndarray of uint8, shape ``geometry.section_shape(key.axis)``
        Class ids from 1; where it is 0, what was there stays.

    Raises
    ------
    LabelError, GeometryError
        If the shape is another, or there is no such section or class.
    """
    values = np.asarray(values)
    wanted = labels.geometry.section_shape(key.axis)
    if values.shape != wanted or values.min(initial=0) < 0 or values.max(initial=0) > 255:
        raise LabelError(
            f"Labels of shape {values.shape} do not fit {key.axis} sections of {wanted}, classes 0 to 255.",
            "Give one class id for each sample and trace of the section.",
        )
    painted = np.ascontiguousarray(values, dtype=np.uint8)
    labels.write(key, Box(0, wanted[0], 0, wanted[1]), painted != 0, painted)


def _painted(labels: LabelSnapshot, geometry: SurveyGeometry) -> LabelStore:
    store = LabelStore(geometry, labels.scheme)
    for key, values in sorted(labels.sections.items(), key=lambda item: item[0]):
        paint_section(store, key, values)
    for key in labels.holdout:
        store.set_holdout(key)
    return store
