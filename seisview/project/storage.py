"""Making, opening and copying project folders."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path

from seisview.atomic import clear_leftovers, replacing, write_error
from seisview.data.volume import Volume
from seisview.errors import ExportError, ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.labels.store import LabelStore
from seisview.preferences import data_folder
from seisview.project.catalog import MODEL_FOLDER, RESULT_FOLDER
from seisview.project.copying import copy_contents
from seisview.project.label_files import LABEL_FOLDER, LabelFiles, Recovery
from seisview.project.lock import ProjectLock, holder_of
from seisview.project.project import Project
from seisview.project.results import open_results, remove_unbegun
from seisview.project.schema import (
    PROJECT_FILE,
    ProjectFile,
    now_text,
    read_project_file,
    write_project_file,
)
from seisview.project.survey_reference import (
    VolumeOpener,
    check_fingerprint,
    open_noted_survey,
    reference_to,
)


def is_project(folder: Path) -> bool:
    """Whether a folder holds a project."""
    return (folder / PROJECT_FILE).is_file()


def create_project(
    folder: Path,
    volume: Volume,
    name: str = "",
    scheme: FaciesScheme | None = None,
    labels: LabelStore | None = None,
) -> Project:
    """Make a project for a survey and open it.

    Parameters
    ----------
    folder : Path
        Must be empty or not exist; its parent must.
    volume : Volume
        The open survey.
    name : str, optional
        Default: the folder's.
    scheme : FaciesScheme, optional
        The first classes.
    labels : LabelStore, optional
        The first labels, and their classes instead of `scheme`.

    Raises
    ------
    ProjectError
        If there is something in the folder.
    ExportError
        If it cannot be written.
    """
    _check_free(folder)
    if labels is None:
        labels = LabelStore(volume.geometry, scheme)
    state, scheme = labels.state, labels.scheme
    content = ProjectFile(
        name=name or folder.name, survey=reference_to(volume, folder), classes=scheme.to_dicts()
    )
    with replacing(folder) as temporary:
        temporary.mkdir()
        LabelFiles(temporary).save(state)
        write_project_file(temporary, content)
    return _opened(folder, content, volume, read_only=False)


def open_project(
    folder: Path, volume_opener: VolumeOpener, read_only: bool = False, survey_path: Path | None = None
) -> Project:
    """Open a project and its survey; edits that a crash cut off from saving are brought back.

    Parameters
    ----------
    folder : Path
    volume_opener : callable
        :func:`seisview.data.opening.open_volume`, or anything like it.
    read_only : bool
        Take no lock and write nothing, as for an export. It is set by itself when another window has the
        project; :attr:`Project.read_only` tells.
    survey_path : Path, optional
        Where the survey is now, when it was moved; remembered.

    Returns
    -------
    Project
        Its `recovery` says what was found.

    Raises
    ------
    ProjectError
        If the project is damaged or newer, the survey is gone, or it is not the survey of the project.
    VolumeError
        If the survey cannot be read.
    """
    content = read_project_file(folder)
    volume = open_noted_survey(folder, content.survey, volume_opener, survey_path)
    with ExitStack() as undo:
        undo.callback(volume.close)
        content.survey = reference_to(volume, folder, content.survey)
        project = _opened(folder, content, volume, read_only)
        undo.pop_all()
    return project


def working_project_folder(fingerprint: str, name: str) -> Path:
    """Where labels of a survey are kept that is opened without a project, in the user's data folder."""
    safe = re.sub(r"[^\w.-]+", "_", name)[:60].strip("._") or "survey"
    short = re.sub(r"\W", "", fingerprint)[:16]
    return data_folder() / "projects" / f"{safe}-{short}"


def open_working_project(volume: Volume) -> Project:
    """Open the project that keeps the labels of a survey opened without one, making it the first time.

    Raises
    ------
    ProjectError, ExportError
        As for :func:`open_project` and :func:`create_project`.
    """
    folder = working_project_folder(volume.fingerprint, volume.info.path.stem)
    if not is_project(folder):
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(folder.parent, error) from error
        return create_project(folder, volume, volume.info.path.stem)
    content = read_project_file(folder)
    check_fingerprint(content.survey, volume)
    content.survey = reference_to(volume, folder, content.survey)
    return _opened(folder, content, volume, read_only=False)


def save_as(project: Project, folder: Path) -> Project:
    """Copy a project with its labels, models and complete results, and open the copy.

    The project itself is saved (unless it can only be looked at), closed, and stays where it is. Its undo
    history ends there. The survey stays open.

    Raises
    ------
    ProjectError
        If there is something in the folder, or it lies inside the project.
    ExportError
        If it cannot be written; the project stays open then and nothing is left behind.
    """
    _check_free(folder)
    if project.folder.resolve() in folder.resolve().parents:
        raise ProjectError(f"{folder} lies inside the project itself.", "Choose a folder elsewhere.")
    if not project.read_only:
        project.save()
    content = project.content.model_copy(deep=True)
    content.name, content.created = folder.name, now_text()
    content.survey = reference_to(project.volume, folder, content.survey)
    with replacing(folder) as temporary:
        temporary.mkdir()
        LabelFiles(temporary).save(project.labels.state)
        copy_contents(project, temporary)
        write_project_file(temporary, content)
    project.close()
    return _opened(folder, content, project.volume, read_only=False)


def _opened(folder: Path, content: ProjectFile, volume: Volume, read_only: bool) -> Project:
    lock, why_not = (None, "") if read_only else _try_lock(folder)
    with ExitStack() as undo:
        if lock is not None:
            undo.callback(lock.release)
            _clear_up(folder)
        files = LabelFiles(folder)
        state, recovery = files.load(volume.geometry)
        results, problems = open_results(folder / RESULT_FOLDER, volume.fingerprint)
        if lock is not None:
            recovery = files.start(state, recovery)
        undo.pop_all()
    # of a project that another window works on they are that one's: nothing was brought back
    told = () if why_not and not recovery.damaged else recovery.messages
    messages = (*told, *problems, *([why_not] if why_not else []))
    recovery = Recovery(recovery.n_edits, messages, recovery.damaged)
    project = Project(folder, content, volume, LabelStore.around(state), recovery)
    if lock is not None:
        project.take_charge(lock, files)
    project.adopt_results(results)
    return project


def _clear_up(folder: Path) -> None:
    """Remove what a program left unfinished when it was killed; only the holder of the lock may."""
    for place in (folder, folder / LABEL_FOLDER, folder / MODEL_FOLDER, folder / RESULT_FOLDER):
        clear_leftovers(place)
    remove_unbegun(folder / RESULT_FOLDER)


def _try_lock(folder: Path) -> tuple[ProjectLock | None, str]:
    """Lock of a project folder, or None and the reason why it can only be looked at."""
    try:
        lock = ProjectLock.acquire(folder)
    except ExportError as error:
        return None, f"{error.message} The project can only be looked at."
    if lock is not None:
        return lock, ""
    holder = holder_of(folder)
    where = "another window" if holder is None else f"process {holder.pid} on {holder.host}"
    return None, f"The project is open in {where}; here it can only be looked at."


def _check_free(folder: Path) -> None:
    if is_project(folder):
        raise ProjectError(f"There is a project in {folder} already.", "Open it, or choose another folder.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} is not empty.", "Choose a new or an empty folder.")
