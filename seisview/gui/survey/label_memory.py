"""What is remembered of labels, by survey and project: how many, since when, and where the newest are.

A survey can have several projects: the working one behind its file, and those that it was saved as. Whoever
paints in one and opens another later must see at once which labels these are.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seisview.errors import ProjectError, SeisviewError
from seisview.gui.start.time_texts import time_text
from seisview.preferences import Preferences

if TYPE_CHECKING:
    from seisview.gui.survey.session import Session

_NEWEST = "newest_project"
_SECTIONS, _CHANGED = "labelled_sections", "labels_changed"


class LabelMemory:
    """Follows the open project and notes its labels in the preferences.

    Parameters
    ----------
    preferences : Preferences
    """

    def __init__(self, preferences: Preferences) -> None:
        self._preferences = preferences
        self._session: Session | None = None
        self._revision = 0
        self._has_changed = False

    def set_session(self, session: Session | None) -> None:
        """Another project is open, or none: note how much is labelled in it."""
        self._session, self._has_changed = session, False
        if session is not None:
            self._revision = session.labels.revision
            self._note(session, {})

    def update(self) -> None:
        """Labels may have changed: then this project has the newest ones of its survey from now on."""
        session = self._session
        if session is None or session.labels.revision == self._revision:
            return
        self._revision = session.labels.revision
        self._note(session, {_CHANGED: datetime.now(UTC).isoformat(timespec="seconds")})
        known = self._preferences.surveys.setdefault(session.volume.fingerprint, {})
        known[_NEWEST] = str(session.project.folder.resolve())
        if not self._has_changed:  # a crash later on must not make older labels look like the newest
            self._has_changed = True
            with suppress(SeisviewError):  # it is stored again when the program ends, which tells
                self._preferences.save()

    def _note(self, session: Session, changed: dict[str, Any]) -> None:
        n_sections = len(session.labels.labelled_sections())
        for path in remembered_paths(session):
            known = self._preferences.surveys.setdefault(str(path.resolve()), {})
            known.update({_SECTIONS: n_sections}, **changed)


def remembered_paths(session: Session) -> tuple[Path, ...]:
    """Under which files one finds these labels again: the project, and the survey of a working project."""
    folder = session.project.folder
    return (folder, session.volume.info.path) if session.is_working_project else (folder,)


def labels_text(preferences: Preferences, path: Path) -> str:
    """``"3 labelled sections, 14:02"``: what one finds in a survey or project; empty when it is not known."""
    known = preferences.surveys.get(str(path.resolve()), {})
    n_sections = known.get(_SECTIONS)
    if not isinstance(n_sections, int):
        return ""
    if n_sections == 0:
        return "nothing labelled yet"
    text = f"{n_sections} labelled section{'' if n_sections == 1 else 's'}"
    try:
        return f"{text}, {time_text(datetime.fromisoformat(known[_CHANGED]))}"
    except (KeyError, TypeError, ValueError):
        return text


def newer_project(preferences: Preferences, session: Session) -> Path | None:
    """The project whose labels of this survey are newer than those of the open one; None if there is none."""
    from seisview.project.schema import read_project_file

    fingerprint = session.volume.fingerprint
    newest = preferences.surveys.get(fingerprint, {}).get(_NEWEST)
    if not isinstance(newest, str) or Path(newest) == session.project.folder.resolve():
        return None
    try:
        survey = read_project_file(Path(newest)).survey
    except (ProjectError, OSError):  # it was moved or deleted, or may not be looked at
        return None
    return Path(newest) if survey.fingerprint == fingerprint else None
