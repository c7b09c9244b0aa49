"""Labels from files: a project, a label volume or a folder of masks, restricted to some lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey, SurveyGeometry, section_of
from seisview.data.labels_io import read_label_volume, read_mask_folder
from seisview.data.opening import is_zarr, open_volume
from seisview.data.volume import HeaderBytes
from seisview.errors import LabelError
from seisview.labels.snapshot import LabelSnapshot
from seisview.project.storage import is_project, open_project
from seisview.workflows.class_tables import numbered_scheme, scheme_for
from seisview.workflows.lines import LineSelection

ByteArray = npt.NDArray[np.uint8]

_WHOLE_SECTION = 0.25
"""Share of its traces that a labelled inline has at least; crosslines that cross it leave less."""


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """Which of the labels to take; both None takes all.

    Attributes
    ----------
    inlines, crosslines : LineSelection or None
        Only these sections. With one of them given, none is taken across the other axis.
    """

    inlines: LineSelection | None = None
    crosslines: LineSelection | None = None

    @property
    def takes_all(self) -> bool:
        """Whether nothing is left out."""
        return self.inlines is None and self.crosslines is None

    def keys(self, geometry: SurveyGeometry) -> frozenset[SectionKey]:
        """Return the chosen sections; :class:`GeometryError` if a choice holds no line of the survey."""
        chosen: list[SectionKey] = []
        for axis, selection in ((Axis.INLINE, self.inlines), (Axis.CROSSLINE, self.crosslines)):
            if selection is not None:
                chosen += selection.keys(geometry, axis)
        return frozenset(chosen)


def labels_from_path(
    path: Path | str,
    geometry: SurveyGeometry,
    choice: LabelChoice | None = None,
    header_bytes: HeaderBytes = HeaderBytes(),
) -> LabelSnapshot:
    """Read labels for training.

    Parameters
    ----------
    path : Path or str
        A project; a label volume of the survey's shape (SEG-Y, ``.npy``, zarr; 0 = unlabelled, classes from
        1); or a folder of masks ``inline_120.png``, ``crossline_433.npy``, each (n_samples, n_traces).
    geometry : SurveyGeometry
        Of the survey the labels belong to.
    choice : LabelChoice, optional
        Restricts the labels to some lines.
    header_bytes : HeaderBytes
        Where the survey has its line numbers (``survey.info.header_bytes``); taken for a SEG-Y label volume
        in which detection finds other lines.

    Returns
    -------
    LabelSnapshot

    Raises
    ------
    LabelError
        If there are no labels, or they do not fit the survey.
    GeometryError
        If a chosen line is not in the survey.
    """
    path, choice = Path(path), choice or LabelChoice()
    if is_project(path):
        return _restricted(project_labels(path, geometry), geometry, choice)
    if path.is_dir() and not is_zarr(path):
        masks = read_mask_folder(path, geometry)
        return _restricted(snapshot_of(masks, path), geometry, choice)
    volume = read_label_volume(path, geometry, header_bytes=header_bytes)
    keys = labelled_sections(volume, geometry) if choice.takes_all else choice.keys(geometry)
    sections = {key: np.ascontiguousarray(section_of(volume, key)) for key in sorted(keys)}
    return _checked(snapshot_of({key: mask for key, mask in sections.items() if mask.any()}, path))


def project_labels(path: Path, geometry: SurveyGeometry) -> LabelSnapshot:
    """Labels of the project at `path`.

    Raises
    ------
    LabelError
        If the project belongs to a survey of another shape.
    """
    with open_project(path, open_volume, read_only=True) as project:
        project.volume.close()
        if project.volume.geometry.shape != geometry.shape:
            raise LabelError(
                f"The project's survey has shape {project.volume.geometry.shape}, this one {geometry.shape}.",
                "Use the project of this survey.",
            )
        return project.labels.snapshot()


def snapshot_of(sections: Mapping[SectionKey, ByteArray], path: Path | None = None) -> LabelSnapshot:
    """Labels from masks by section; the classes are named as the file at `path` says, else by number.

    Parameters
    ----------
    sections : mapping of SectionKey to ndarray of uint8, shape as ``geometry.section_shape(key.axis)``
        0 = unlabelled, classes from 1.
    path : Path, optional
        Where the masks were read from.
    """
    found = np.zeros(256, bool)
    for mask in sections.values():
        found |= np.bincount(mask.ravel(), minlength=256) > 0
    ids = np.flatnonzero(found[1:]) + 1
    scheme = numbered_scheme(ids) if path is None else scheme_for(path, ids)
    return LabelSnapshot(scheme, MappingProxyType(dict(sections)))


def labelled_sections(volume: ByteArray, geometry: SurveyGeometry) -> frozenset[SectionKey]:
    """Sections of a label volume that hold all of its labels.

    Inlines where labels reach over a good part of the traces, then the crosslines that hold the rest: a
    volume with eight painted crosslines becomes eight crosslines, not hundreds of inlines with eight traces.

    Parameters
    ----------
    volume : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
    geometry : SurveyGeometry
    """
    labelled = np.stack([inline.any(axis=1) for inline in volume])
    whole = labelled.mean(axis=1) >= _WHOLE_SECTION
    rest = labelled & ~whole[:, None]
    if geometry.is_2d:
        whole, rest = np.ones(1, bool), np.zeros_like(labelled)
    inlines = (SectionKey(Axis.INLINE, int(i)) for i in np.flatnonzero(whole))
    crosslines = (SectionKey(Axis.CROSSLINE, int(j)) for j in np.flatnonzero(rest.any(axis=0)))
    return frozenset([*inlines, *crosslines])


def _restricted(snapshot: LabelSnapshot, geometry: SurveyGeometry, choice: LabelChoice) -> LabelSnapshot:
    if choice.takes_all:
        return _checked(snapshot)
    wanted = choice.keys(geometry)
    sections = {key: mask for key, mask in snapshot.sections.items() if key in wanted}
    holdout = snapshot.holdout & wanted
    return _checked(LabelSnapshot(snapshot.scheme, MappingProxyType(sections), snapshot.revision, holdout))


def _checked(snapshot: LabelSnapshot) -> LabelSnapshot:
    if not snapshot.training_sections:
        raise LabelError(
            "There are no labels on the chosen sections.",
            "Choose other lines, or check that the labels belong to this survey (0 is unlabelled).",
        )
    return snapshot
