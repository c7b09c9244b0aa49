"""Facies volumes on disk: written section by section by a job while the window reads them."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_error
from seisview.data.geometry import SectionKey, SurveyGeometry, section_of
from seisview.errors import LabelError, ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.project.result_files import (
    RESULT_FILE,
    Bytes,
    FaciesProvenance,
    ResultRecord,
    ranges_of,
    read_record,
    sections_in,
)
from seisview.project.schema import now_text
from seisview.project.stored_volume import StoredVolume, make_folder, new_id

_FLUSH_AFTER_S = 5.0
_FACIES, _CONFIDENCE = "facies", "confidence"


class FaciesResult(StoredVolume[ResultRecord]):
    """A facies volume with its confidence.

    One thread may write while others read. Made by :func:`create_result` and :func:`open_result`.
    """

    NAMES = (_FACIES, _CONFIDENCE)
    RECORD_FILE = RESULT_FILE

    def __init__(self, folder: Path, record: ResultRecord, mode: str) -> None:
        super().__init__(folder, record, mode)
        self._writable = mode == "r+"
        self._done = set(sections_in(record.sections_done, record.shape))
        self._flushed_at = time.monotonic()
        self._saving = threading.Lock()

    @property
    def n_sections_done(self) -> int:
        """Sections written so far, or when it was last open."""
        return len(self._done)

    @property
    def sections_done(self) -> frozenset[SectionKey]:
        """Sections written so far; of a result that was opened again, those that are safely on disk."""
        return frozenset(self._done)

    @property
    def provenance(self) -> FaciesProvenance:
        """Model, labels and classes it comes from."""
        record = self._record
        return FaciesProvenance(
            tuple(record.model_ids),
            record.label_revision,
            FaciesScheme.from_dicts(record.classes),
            record.survey_fingerprint,
            record.title,
            dict(record.details),
        )

    @property
    def facies(self) -> Bytes:
        """Class ids, uint8, (inline, crossline, sample), read-only view of the file; 0 = not predicted."""
        return self._read_only(_FACIES)

    @property
    def confidence(self) -> Bytes:
        """Confidence 0..255 for 0..1, uint8, shape as :attr:`facies`, read-only view of the file."""
        return self._read_only(_CONFIDENCE)

    def is_out_of_date(self, label_revision: int) -> bool:
        """Whether labels changed since the model was trained."""
        return label_revision != self._record.label_revision

    def section(self, key: SectionKey) -> tuple[Bytes, Bytes]:
        """Facies and confidence of one section, each the caller's own copy, uint8 in section shape."""
        facies = np.array(section_of(self._array(_FACIES), key), order="C")
        return facies, np.array(section_of(self._array(_CONFIDENCE), key), order="C")

    def along(self, inlines: npt.NDArray[np.intp], crosslines: npt.NDArray[np.intp]) -> tuple[Bytes, Bytes]:
        """Facies and confidence of single traces, each uint8 (n_samples, n), by their indices, shape (n,)."""
        facies, confidence = (
            np.ascontiguousarray(self._array(name)[inlines, crosslines].T) for name in self.NAMES
        )
        return facies, confidence

    def write_section(self, key: SectionKey, facies: Bytes, confidence: npt.NDArray[Any]) -> None:
        """Store a predicted section.

        Parameters
        ----------
        key : SectionKey
        facies : ndarray of uint8, in section shape
        confidence : ndarray of float in 0..1, or of uint8, in section shape

        Raises
        ------
        LabelError
            If the shapes do not fit.
        """
        target = section_of(self._array(_FACIES), key)
        if facies.shape != target.shape or confidence.shape != target.shape:
            raise LabelError(f"A section of shape {facies.shape} does not fit {target.shape}.")
        target[...] = facies
        section_of(self._array(_CONFIDENCE), key)[...] = _as_bytes(confidence)
        self._done.add(key)
        if time.monotonic() - self._flushed_at > _FLUSH_AFTER_S:
            self.flush()

    def flush(self) -> None:
        """Bring what was written to disk, with the count of sections done."""
        done = ranges_of(set(self._done))  # as of now: what comes meanwhile may not be on disk
        self._flush_arrays()
        self._note(sections_done=done)
        self._flushed_at = time.monotonic()

    def resume(self) -> None:
        """Write to it again, to complete what was interrupted; whoever reads goes on doing so.

        Raises
        ------
        ProjectError
            If it is complete already, closed or damaged.
        ExportError
            If its files cannot be written.
        """
        if self.complete or not self.is_open:
            raise ProjectError(f"The result {self.title} is complete or closed.", "Predict it anew.")
        try:
            self._map("r+")
        except OSError as error:
            raise write_error(self.folder, error) from error
        self._writable = True

    def finish(self) -> None:
        """Mark the volume complete, after everything else is on disk."""
        self.flush()
        self._note(complete=True, finished=now_text())

    def close(self) -> None:
        """Let go of the files; reading afterwards raises :class:`ProjectError`. Closing twice is fine."""
        if self._writable and self.is_open and not self.complete and self._done:
            self.flush()
        super().close()

    def _note(self, **changes: object) -> None:
        with self._saving:
            self._save_record(self._record.model_copy(update=changes))


def create_result(
    results_folder: Path, geometry: SurveyGeometry, provenance: FaciesProvenance
) -> FaciesResult:
    """Make an empty result below `results_folder`, with all its disk space taken.

    Taking the space first means that a full disk is an error here, not a crash of the memory map later.

    Raises
    ------
    ExportError
        If there is no room or the folder cannot be written.
    """
    record = ResultRecord(
        id=new_id(),
        title=provenance.title,
        model_ids=list(provenance.model_ids),
        label_revision=provenance.label_revision,
        classes=provenance.scheme.to_dicts(),
        survey_fingerprint=provenance.survey_fingerprint,
        shape=geometry.shape,
        details=dict(provenance.details),
    )
    return FaciesResult(make_folder(results_folder, record, FaciesResult), record, "r+")


def open_result(folder: Path) -> FaciesResult:
    """Open a result for reading.

    Raises
    ------
    ProjectError
        If it is damaged or a newer seisview wrote it.
    """
    return FaciesResult(folder, read_record(folder), "r")


def open_results(results_folder: Path, fingerprint: str) -> tuple[list[FaciesResult], list[str]]:
    """Open all results of a survey, the oldest first, and say which could not be opened and why."""
    results, messages = [], []
    for path in sorted(results_folder.glob(f"*/{RESULT_FILE}")):
        if path.parent.name.startswith("."):
            continue  # left over from a crash while it was made
        try:
            result = open_result(path.parent)
        except ProjectError as error:
            messages.append(f"{error.message} {error.hint}")
            continue
        if result.provenance.survey_fingerprint == fingerprint:
            results.append(result)
        else:
            messages.append(f"The result {result.title} belongs to another survey and is left out.")
            result.close()
    return sorted(results, key=lambda result: (result.created, result.id)), messages


def remove_unbegun(results_folder: Path) -> None:
    """Remove results that a killed program made room for and then noted no section of."""
    for path in results_folder.glob(f"*/{RESULT_FILE}"):
        try:
            result = open_result(path.parent)
        except ProjectError:
            continue  # open_results tells
        if result.complete or result.n_sections_done:
            result.close()
        else:
            result.delete()


def _as_bytes(confidence: npt.NDArray[Any]) -> Bytes:
    if confidence.dtype == np.uint8:
        return confidence
    scaled: Bytes = np.rint(np.clip(np.nan_to_num(confidence), 0.0, 1.0) * 255.0).astype(np.uint8)
    return scaled


__all__ = ["FaciesProvenance", "FaciesResult", "create_result", "open_result", "open_results"]
