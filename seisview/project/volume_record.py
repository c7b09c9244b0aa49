"""What is kept beside the samples of everything of the size of the survey: name, origin, classes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seisview.errors import ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.project.schema import now_text

VERSION = 1
_LARGEST_RECORD = 16 << 20


class VolumeRecord(BaseModel):
    """Fields that all records of volumes have.

    Attributes
    ----------
    id : str
        Name of the folder.
    title : str
        What to call it.
    created : str
        ISO 8601 with time zone.
    shape : (int, int, int)
    classes : list of dict
        As :meth:`FaciesScheme.to_dicts`.
    survey_fingerprint : str
    complete : bool
        Whether every section was written.
    """

    model_config = ConfigDict(extra="ignore")

    version: int = VERSION
    id: str
    title: str = ""
    created: str = Field(default_factory=now_text)
    shape: tuple[int, int, int]
    classes: list[dict[str, Any]]
    survey_fingerprint: str
    complete: bool = False


Record = TypeVar("Record", bound=VolumeRecord)


def read_volume_record(
    path: Path, kind: type[Record], subject: str, again: str, check: Callable[[Record], object]
) -> Record:
    """Read a record.

    Parameters
    ----------
    path : Path
    kind : type
    subject : str
        Beginning of a sentence about it, e.g. ``"The clusters 2026-1 are"``.
    again : str
        What to do when it is damaged.
    check : callable
        Raises ValueError where the record contradicts itself.

    Raises
    ------
    ProjectError
        If it is damaged or a newer seisview wrote it.
    """
    try:
        if path.stat().st_size > _LARGEST_RECORD:
            raise ValueError("larger than any record")
        record = kind.model_validate_json(path.read_bytes())
        FaciesScheme.from_dicts(record.classes)
        check(record)
        if datetime.fromisoformat(record.created).tzinfo is None:
            raise ValueError("no time zone")  # then it could not be sorted among the others
    except (OSError, ValidationError, ValueError) as error:
        raise ProjectError(f"{subject} damaged.", again) from error
    if record.version > VERSION:
        raise ProjectError(f"{subject} from a newer seisview.", "Update seisview.")
    return record
