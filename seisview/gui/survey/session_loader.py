"""The job that opens a survey: detection, amplitude limits, and the project that keeps its labels.

Free of Qt: it runs in a thread, and in tests without a window.
"""

from __future__ import annotations

from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.cache import SectionCache
from seisview.data.opening import is_zarr, open_volume
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import ProjectError, VolumeError
from seisview.gui.survey.session import Session
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.project.schema import read_project_file
from seisview.project.storage import (
    is_project,
    open_project,
    open_working_project,
    save_as,
    working_project_folder,
)
from seisview.project.survey_reference import VolumeOpener

SECTION_CACHE_BYTES = 512 << 20
_STATISTICS = "amplitude_statistics"
# A "2-D line" longer than this is more likely a 3-D survey whose line numbers were not found.
_LONGEST_LINE = 5000


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """What to open.

    Attributes
    ----------
    path : Path or None
        A survey or a project; None for the built-in survey.
    header_bytes : HeaderBytes
        Chosen by the user; detected where None.
    confirmed : bool
        Whether the user has seen the header bytes, so that a doubtful detection is not asked about again.
    survey_path : Path or None
        Where the survey of a project is now, when it was moved.
    """

    path: Path | None
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)
    confirmed: bool = False
    survey_path: Path | None = None

    @property
    def name(self) -> str:
        """What is opened, for people."""
        return "the built-in survey" if self.path is None else self.path.name


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The header bytes could not be told for certain: the user must look at a preview first."""

    path: Path


@dataclass(frozen=True, slots=True)
class AlreadyOpen:
    """The survey or project asked for is the one that is open."""


def load(request: OpenRequest, current: Path | None, progress: Progress) -> Session | Doubtful | AlreadyOpen:
    """Open what was asked for.

    Parameters
    ----------
    request : OpenRequest
    current : Path or None
        Folder of the project that is open now.
    progress : Progress

    Raises
    ------
    SeisviewError
        If it cannot be opened; nothing is left open then.
    Cancelled
        If the user cancelled.
    """
    progress.report(f"Opening {request.name}")
    path = _builtin_survey(progress) if request.path is None else request.path
    if is_project(path):
        if _same(path, current):
            return AlreadyOpen()
        project = open_project(path, _opener(progress), survey_path=request.survey_path)
        return _session(project, progress)
    with ExitStack() as undone_on_failure:
        # Beside making the built-in survey, reading its headers is a moment.
        with progress.preparing() if request.path is None else nullcontext():
            volume = open_volume(path, request.header_bytes, progress)
        undone_on_failure.callback(volume.close)
        if not request.confirmed and is_doubtful(volume):
            return Doubtful(path)
        if _same(working_project_folder(volume.fingerprint, path.stem), current):
            return AlreadyOpen()
        project = open_working_project(volume)
        undone_on_failure.pop_all()
    return _session(project, progress)


def is_doubtful(volume: Volume) -> bool:
    """Whether a SEG-Y file opened as one long line because no line numbers were found in it."""
    return volume.info.format == "segy" and volume.geometry.is_2d and volume.geometry.n_traces > _LONGEST_LINE


def lost_survey(folder: Path) -> Path | None:
    """Where the survey of a project was, if there is nothing now; None for everything else."""
    if not is_project(folder):
        return None
    try:
        survey = read_project_file(folder).survey
    except ProjectError:
        return None
    places = [Path(survey.path), folder / survey.relative_path]
    return None if any(place.is_file() or is_zarr(place) for place in places) else places[0]


def saved_elsewhere(session: Session, folder: Path) -> Session:
    """Copy the project of a session to another folder and return a session on the copy.

    Raises
    ------
    ProjectError, ExportError
        If the folder is not free or cannot be written; the session stays as it is then.
    """
    project = save_as(session.project, folder)
    return Session(session.volume, project, session.statistics, session.cache)


def close_session(session: Session, successor: Session | None = None) -> None:
    """Store everything and let go of the files, except the survey if the successor uses it too.

    Raises
    ------
    ExportError
        If something could not be stored; it is closed all the same.
    """
    try:
        session.project.close()
    finally:
        if successor is None or successor.volume is not session.volume:
            session.cache.clear()
            session.cache.volume.close()
            session.volume.close()


def _session(project: Project, progress: Progress) -> Session:
    with ExitStack() as undone_on_failure:
        undone_on_failure.callback(project.volume.close)
        undone_on_failure.callback(project.close)
        statistics = _statistics(project, progress)
        cache = SectionCache(FastVolume(project.volume), SECTION_CACHE_BYTES)
        progress.check()
        undone_on_failure.pop_all()
    return Session(project.volume, project, statistics, cache)


def _statistics(project: Project, progress: Progress) -> AmplitudeStatistics:
    """Measured once for a project; the fingerprint of its survey was checked when it was opened."""
    try:
        return AmplitudeStatistics.from_dict(project.view[_STATISTICS])
    except (KeyError, VolumeError):
        statistics = measure_amplitudes(project.volume, progress)
        project.view[_STATISTICS] = statistics.to_dict()
        return statistics


def _builtin_survey(progress: Progress) -> Path:
    from seisview.data.synthetic import builtin_survey_path

    return builtin_survey_path(progress=progress)[0]


def _opener(progress: Progress) -> VolumeOpener:
    return lambda path, header_bytes: open_volume(path, header_bytes, progress)


def _same(folder: Path, other: Path | None) -> bool:
    return other is not None and folder.resolve() == other.resolve()
