"""The label files of a project: snapshots, the journals between them, and the way back after a crash.

``labels/snapshot-N.npz`` holds all labels after edit N, ``labels/journal-N.log`` the edits that follow edit
N. Every edit has a number, so whatever moment a crash picks, reading the newest good snapshot and then the
edits with higher numbers gives every edit once. The snapshot before the newest is kept, with its journals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path

from seisview.atomic import write_error
from seisview.data.geometry import SurveyGeometry
from seisview.errors import ExportError, LabelError, ProjectError
from seisview.labels.history import EditGroup
from seisview.labels.journal import Damage, Journal, JournalReader
from seisview.labels.state import LabelState
from seisview.project.schema import set_aside
from seisview.project.snapshot_file import read_snapshot, write_snapshot
from seisview.project.undo_file import drop_stale_steps, read_steps, write_steps

LABEL_FOLDER = "labels"
_KEPT_SNAPSHOTS = 2
# After a loss, labels must not be taken for those that a result remembers by number.
_REVISION_GAP = 1_000_000
_NUMBER = re.compile(r"(?:snapshot|journal)-(\d{12,18})\.(?:npz|log)")


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found when the labels were read.

    Attributes
    ----------
    n_edits : int
        Edits that no save had stored yet: brought back from the journal.
    messages : tuple of str
        What to tell the user; empty when all is as it should be.
    damaged : tuple of Path
        Files that could not be used, under their new names once they were set aside.
    """

    n_edits: int = 0
    messages: tuple[str, ...] = ()
    damaged: tuple[Path, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing to tell."""
        return not self.messages


class LabelFiles:
    """Reads, journals and saves the labels of one project.

    Parameters
    ----------
    folder : Path
        The project folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder / LABEL_FOLDER
        self._journal: Journal | None = None

    @property
    def journal(self) -> Journal | None:
        """The journal being written; None for a project that is only looked at."""
        return self._journal

    def load(self, geometry: SurveyGeometry) -> tuple[LabelState, Recovery]:
        """Labels as they were after the last edit that reached the disk. Changes no file.

        Raises
        ------
        ProjectError
            If no label file can be read, or they belong to another survey or a newer seisview.
        """
        state, damaged = self._newest_snapshot(geometry)
        n_edits, broken = self._replay(state)
        messages = []
        if n_edits:
            edits = "1 edit" if n_edits == 1 else f"{n_edits} edits"
            messages.append(f"Brought back {edits} made after the last save.")
        if damaged:
            messages.append("The newest saved labels were damaged; the ones saved before were used.")
        messages.extend(f"{path.name}: {reason}" for path, reason in broken.items())
        corrupt = [path for path, reason in broken.items() if reason != _TORN]
        if damaged or broken:
            state.last_revision += _REVISION_GAP
        return state, Recovery(n_edits, tuple(messages), (*damaged, *corrupt))

    def start(self, state: LabelState, recovery: Recovery) -> Recovery:
        """Set damaged files aside and journal every edit of `state` from now on.

        Raises
        ------
        ExportError
            If the folder cannot be written; damaged journals are still in place then.
        """
        aside = [set_aside(path) for path in recovery.damaged if path.suffix == ".npz"]
        if not recovery.is_clean:  # what was brought back is told once
            write_snapshot(self._snapshot_path(state.sequence), state)
        aside += [set_aside(path) for path in recovery.damaged if path.suffix != ".npz"]
        self._begin_journal(state)
        return Recovery(recovery.n_edits, recovery.messages, tuple(aside))

    def save(self, state: LabelState) -> None:
        """Write a snapshot, begin the next journal, and drop what is no longer needed.

        Raises
        ------
        ExportError
            If the disk is full or the folder not writable; nothing is lost then.
        """
        path = self._snapshot_path(state.sequence)
        if not path.exists():
            try:
                self.folder.mkdir(exist_ok=True)
            except OSError as error:
                raise write_error(self.folder, error) from error
            write_snapshot(path, state)
        if self._journal is not None and _number_of(self._journal.path) != state.sequence:
            old = self._journal
            self._begin_journal(state)
            # What it could not write, the snapshot holds.
            with suppress(ExportError):
                old.close()
        self._prune()
        drop_stale_steps(self.folder, state)

    def steps(self, state: LabelState) -> tuple[EditGroup, ...]:
        """What a command did last and can be undone, oldest first."""
        return read_steps(self.folder, state)

    def keep_steps(self, state: LabelState, steps: Sequence[EditGroup]) -> None:
        """Let whoever opens the project next undo these steps; :class:`ExportError` when that fails."""
        write_steps(self.folder, state, steps)

    def close(self, state: LabelState) -> None:
        """Stop journalling; every edit is on disk afterwards, or :class:`ExportError` says why not."""
        state.record = None
        if self._journal is not None:
            journal, self._journal = self._journal, None
            journal.close()

    def _begin_journal(self, state: LabelState) -> None:
        path = self.folder / f"journal-{state.sequence:012d}.log"
        if path.exists():
            # Nothing good is in it, or the edits would have higher numbers than its name.
            _make_room(path)
        self._journal = Journal(path, state.sequence)
        state.record = self._journal.append

    def _newest_snapshot(self, geometry: SurveyGeometry) -> tuple[LabelState, list[Path]]:
        damaged: list[Path] = []
        for path in reversed(_numbered(self.folder, "snapshot-*.npz")):
            try:
                return read_snapshot(path, geometry), damaged
            except LabelError:
                damaged.append(path)
        raise ProjectError(
            f"No label file in {self.folder} can be read; none was changed.",
            "Bring them back from a backup. To begin without labels, move that folder away first.",
        )

    def _replay(self, state: LabelState) -> tuple[int, dict[Path, str]]:
        """Bring the state up to date; returns the number of edits and what was wrong with which journal."""
        before = state.sequence
        journals = _numbered(self.folder, "journal-*.log")
        needed = [a for a, b in pairwise(journals) if _number_of(b) > before] + journals[-1:]
        broken: dict[Path, str] = {}
        for path, following in zip_longest(needed, needed[1:]):
            if _number_of(path) > state.sequence:
                broken[path] = "the edits before it are missing, so it could not be used."
                continue
            problem = _replay_file(path, state)
            if problem and (following is None or _number_of(following) > state.sequence):
                broken[path] = problem
        return state.sequence - before, broken

    def _prune(self) -> None:
        snapshots = _numbered(self.folder, "snapshot-*.npz")
        if not snapshots:
            return  # the folder is gone
        oldest = snapshots[-_KEPT_SNAPSHOTS:][0]
        gone = snapshots[:-_KEPT_SNAPSHOTS]
        journals = _numbered(self.folder, "journal-*.log")
        gone += [a for a, b in pairwise(journals) if _number_of(b) <= _number_of(oldest)]
        for path in gone:
            with suppress(OSError):  # it is tried again after the next save
                path.unlink()

    def _snapshot_path(self, sequence: int) -> Path:
        return self.folder / f"snapshot-{sequence:012d}.npz"


_TORN = "it ended in the middle of an edit, which is left out."


def _replay_file(path: Path, state: LabelState) -> str:
    """Carry out the edits of one journal that the state does not hold yet; returns what went wrong."""
    first = state.sequence
    try:
        reader = JournalReader(path)
        for entry in reader:
            if entry.sequence > state.sequence:
                state.replay(entry)
    except OSError as error:
        raise ProjectError(f"{path} cannot be read: {error.strerror or error}.", "Check the disk.") from error
    except LabelError as error:
        if "newer" in error.message:
            raise ProjectError(error.message, error.hint) from error
        return f"it is damaged after edit {state.sequence}; {state.sequence - first} edits of it were used."
    if reader.damage is Damage.TORN:
        return _TORN
    if reader.damage is Damage.CORRUPT:
        return f"it is damaged after edit {state.sequence}; {state.sequence - first} edits of it were used."
    return ""


def _numbered(folder: Path, pattern: str) -> list[Path]:
    found = [path for path in folder.glob(pattern) if _NUMBER.fullmatch(path.name)]
    return sorted(found, key=_number_of)


def _number_of(path: Path) -> int:
    match = _NUMBER.fullmatch(path.name)
    assert match is not None, "a name that _numbered let through"
    return int(match[1])


def _make_room(path: Path) -> None:
    try:
        if _is_untouched(path):
            path.unlink()
        else:
            set_aside(path)
    except OSError as error:
        raise write_error(path, error) from error


def _is_untouched(path: Path) -> bool:
    """Whether a journal was begun and never written to."""
    try:
        reader = JournalReader(path)
    except LabelError:
        return False
    return not any(True for _ in reader) and reader.damage is None
