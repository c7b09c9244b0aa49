"""What ``project.json`` holds, and how it is read and written without ever losing it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from seisview import __version__
from seisview.atomic import replacing, write_error, write_text_atomic
from seisview.data.volume import HeaderBytes
from seisview.errors import ProjectError

VERSION = 1
PROJECT_FILE = "project.json"
BACKUP_FILE = "project.backup.json"
_LABELS_ARE_SAFE = "Your labels are in files of their own."
_LARGEST_BYTES = 64 * 2**20


class DamagedProjectError(ProjectError):
    """``project.json`` is damaged.

    Attributes
    ----------
    folder : Path
        Of the project.
    saved : str
        When its last good copy was saved, ISO 8601, for :func:`restore_backup`; empty when there is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved = _last_good(folder)
        super().__init__(f"{folder / PROJECT_FILE} is damaged and was left as it is.", _way_back(folder))


def now_text() -> str:
    """Return the present moment in ISO 8601 with seconds, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore", validate_assignment=True)


class SurveyReference(_Record):
    """The survey of a project.

    Attributes
    ----------
    path, relative_path : str
        Where it was, absolute and relative to the project folder ("" on another drive).
    fingerprint : str
        :attr:`Volume.fingerprint`; decides whether a file is this survey.
    inline_byte, crossline_byte, x_byte, y_byte : int or None
        The header bytes it is read with.
    """

    path: str
    relative_path: str = ""
    fingerprint: str
    inline_byte: int | None = None
    crossline_byte: int | None = None
    x_byte: int | None = None
    y_byte: int | None = None

    @property
    def header_bytes(self) -> HeaderBytes:
        """The header bytes to open the survey with."""
        return HeaderBytes(self.inline_byte, self.crossline_byte, self.x_byte, self.y_byte)


class ModelRecord(_Record):
    """A trained model that is kept.

    Attributes
    ----------
    name : str
        What it is called, e.g. "tuned-3"; different from all others.
    file : str
        File name inside the project's ``models`` folder.
    kind : str
        ``"facies"`` predicts facies; ``"backbone"`` was pretrained without labels: trainings start from it.
    model_id : str
    label_revision : int
        The labels it was trained on.
    created : str
        ISO 8601.
    metrics : dict of str to float or None
    seconds : float or None
        How long training took.
    details : dict of str to str
        Anything else worth showing, e.g. device and mode.
    """

    name: str
    file: str
    kind: str = "facies"
    model_id: str = ""
    label_revision: int = 0
    created: str = Field(default_factory=now_text)
    metrics: dict[str, float | None] = Field(default_factory=dict)
    seconds: float | None = None
    details: dict[str, str] = Field(default_factory=dict)

    @field_validator("file")
    @classmethod
    def _lies_in_the_project(cls, file: str) -> str:
        # A project from elsewhere must not name files of its reader: models are read, copied and deleted.
        if not file or file in (".", "..") or any(sign in file for sign in "/\\:\0"):
            raise ValueError("not a plain file name")
        return file


class ProjectFile(_Record):
    """The content of ``project.json``.

    Attributes
    ----------
    version : int
        Of the format; a newer one is refused.
    program : str
        Version of seisview that wrote it.
    name : str
    created, saved : str
        ISO 8601.
    survey : SurveyReference
    classes : list of dict
        A copy for readers and for emergencies; the label files are what counts.
    view : dict
        What the window wants to find again: JSON values only.
    models : list of ModelRecord
    current_model, current_result : str
        Name of the model and id of the result last used; "" for none.
    """

    version: int = VERSION
    program: str = __version__
    name: str
    created: str = Field(default_factory=now_text)
    saved: str = ""
    survey: SurveyReference
    classes: list[dict[str, Any]] = Field(default_factory=list)
    view: dict[str, Any] = Field(default_factory=dict)
    models: list[ModelRecord] = Field(default_factory=list)
    current_model: str = ""
    current_result: str = ""


def read_project_file(folder: Path) -> ProjectFile:
    """Read ``project.json`` of a project folder; nothing else is touched.

    Raises
    ------
    ProjectError
        If there is none, or a newer seisview wrote it.
    DamagedProjectError
        If it is damaged; the hint names the last good copy.
    """
    path = folder / PROJECT_FILE
    if not path.is_file():
        raise ProjectError(
            f"{folder} is not a seisview project.", f"Pick the folder that holds {PROJECT_FILE}."
        )
    try:
        return _parse(path)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, ProjectError):
            raise
        raise DamagedProjectError(folder) from error


def write_project_file(folder: Path, content: ProjectFile) -> None:
    """Replace ``project.json``, keeping the one before as a backup; :class:`ExportError` on failure."""
    path = folder / PROJECT_FILE
    content.saved, content.program, content.version = now_text(), __version__, VERSION
    text = content.model_dump_json(indent=1)
    if path.is_file():
        if _is_good(path):
            with replacing(folder / BACKUP_FILE) as temporary:
                shutil.copyfile(path, temporary)
        else:
            set_aside(path)
    write_text_atomic(path, text)


def restore_backup(folder: Path) -> Path:
    """Set a damaged ``project.json`` aside and put its last good copy in place.

    Returns
    -------
    Path
        Where the damaged file lies now.

    Raises
    ------
    ProjectError
        If there is no good copy.
    ExportError
        If the folder cannot be written.
    """
    backup, path = folder / BACKUP_FILE, folder / PROJECT_FILE
    if not _is_good(backup):
        raise ProjectError(f"{folder} holds no good copy of {PROJECT_FILE}.", _way_back(folder))
    aside = set_aside(path) if path.exists() else path
    with replacing(path) as temporary:
        shutil.copyfile(backup, temporary)
    return aside


def set_aside(path: Path) -> Path:
    """Rename a damaged file so that nothing overwrites it, and return its new place.

    Raises
    ------
    ExportError
        If the folder cannot be written.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        aside = path.with_name(f"{path.stem}.damaged-{stamp}{f'-{number}' if number else ''}{path.suffix}")
        if not aside.exists():
            try:
                return path.rename(aside)
            except OSError as error:
                raise write_error(path, error) from error
    raise ProjectError(f"{path} could not be set aside.", "Clear up the folder of the project.")


def _parse(path: Path) -> ProjectFile:
    if path.stat().st_size > _LARGEST_BYTES:
        raise ValueError("larger than any project file")
    data = json.loads(path.read_bytes())
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise ProjectError(
            f"The project {path.parent.name} was made by a newer seisview.", "Update seisview to open it."
        )
    return ProjectFile.model_validate(data)


def _is_good(path: Path) -> bool:
    try:
        _parse(path)
    except ProjectError:
        return True  # a newer version's file is not ours to call damaged
    except (OSError, ValueError, RecursionError, ValidationError):
        return False
    return True


def _last_good(folder: Path) -> str:
    """When the last good copy was saved; empty when there is none."""
    backup = folder / BACKUP_FILE
    if not _is_good(backup):
        return ""
    return str(json.loads(backup.read_bytes()).get("saved") or "at an unknown time")


def _way_back(folder: Path) -> str:
    backup = folder / BACKUP_FILE
    if saved := _last_good(folder):
        return f"The last good copy is {backup}, saved {saved}: restore it. {_LABELS_ARE_SAFE}"
    return f"Bring the file back from a backup, or open the survey itself. {_LABELS_ARE_SAFE}"
