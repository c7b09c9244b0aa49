"""Volumes of bytes of the size of the survey, in a folder with a record: facies, clusters and their like."""

from __future__ import annotations

import shutil
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Generic

import numpy as np

from seisview.atomic import replacing, write_error, write_text_atomic
from seisview.errors import ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.project.result_files import Bytes, allocate, map_array
from seisview.project.volume_record import Record


class StoredVolume(Generic[Record]):
    """Memory-mapped arrays of the survey's shape, uint8, and what is known about them.

    Attributes
    ----------
    NAMES : tuple of str
        Of the arrays; each is a file ``NAME.npy``.
    RECORD_FILE : str
    folder : Path
    """

    NAMES: ClassVar[tuple[str, ...]]
    RECORD_FILE: ClassVar[str]

    def __init__(self, folder: Path, record: Record, mode: str) -> None:
        self.folder = folder
        self._record = record
        self._arrays: dict[str, Bytes] = {}
        self._map(mode)

    def __repr__(self) -> str:
        sizes = "{} x {} x {}".format(*self.shape)
        return f"<{type(self).__name__} {self.title}: {sizes}{'' if self.complete else ', unfinished'}>"

    @property
    def id(self) -> str:
        """Name of the folder."""
        return self._record.id

    @property
    def title(self) -> str:
        """What to call it."""
        return self._record.title or self.id

    @property
    def created(self) -> datetime:
        """When it was begun, with time zone."""
        return datetime.fromisoformat(self._record.created)

    @property
    def complete(self) -> bool:
        """Whether every section was written."""
        return self._record.complete

    @property
    def scheme(self) -> FaciesScheme:
        """The classes when it was made."""
        return FaciesScheme.from_dicts(self._record.classes)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of the survey."""
        return self._record.shape

    @property
    def is_open(self) -> bool:
        """Whether its files are held."""
        return bool(self._arrays)

    def close(self) -> None:
        """Let go of the files; reading afterwards raises :class:`ProjectError`. Closing twice is fine."""
        self._arrays = {}

    def delete(self) -> None:
        """Close and remove the folder."""
        self._arrays = {}
        shutil.rmtree(self.folder, ignore_errors=True)

    def _map(self, mode: str) -> None:
        shape = self._record.shape
        self._arrays = {name: map_array(self.folder / f"{name}.npy", shape, mode) for name in self.NAMES}

    def _array(self, name: str) -> Bytes:
        if name not in self._arrays:
            raise ProjectError(f"{self.title} is closed.", "Open it again.")
        return self._arrays[name]

    def _read_only(self, name: str) -> Bytes:
        view: Bytes = self._array(name).view()
        view.flags.writeable = False
        return view

    def _flush_arrays(self) -> None:
        for array in self._arrays.values():
            if isinstance(array, np.memmap):
                array.flush()

    def _save_record(self, record: Record) -> None:
        write_text_atomic(self.folder / self.RECORD_FILE, record.model_dump_json(indent=1))
        self._record = record


def new_id() -> str:
    """Name of a new folder; later ones sort last."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"


def make_folder(parent: Path, record: Record, kind: type[StoredVolume[Record]]) -> Path:
    """Make an empty volume below `parent`, with all its disk space taken, whole or not at all.

    Taking the space first means that a full disk is an error here, not a crash of the memory map later.

    Raises
    ------
    ExportError
        If there is no room or the folder cannot be written.
    """
    folder = parent / record.id
    try:
        parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(parent, error) from error
    with replacing(folder) as temporary:
        temporary.mkdir()
        for name in kind.NAMES:
            allocate(temporary / f"{name}.npy", record.shape)
        write_text_atomic(temporary / kind.RECORD_FILE, record.model_dump_json(indent=1))
    return folder
