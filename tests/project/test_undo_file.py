"""Steps of a command that a later session can take back; of anything else they are ignored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.labels.provenance import Provenance
from seisview.project import undo_file
from seisview.project.project import Project
from seisview.project.storage import create_project, open_project
from tests.project.surveys import dense, paint, survey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with create_project(tmp_path / "canyon", survey(tmp_path / "s.npy")) as project:
        for step in range(20):
            paint(project.labels, step)
    return tmp_path / "canyon"


def reopened(folder: Path, *, as_command: bool = False) -> Project:
    project = open_project(folder, open_volume)
    project.keeps_steps = as_command
    return project


def test_what_a_command_did_can_be_undone_and_done_again_later(folder: Path) -> None:
    with reopened(folder, as_command=True) as project:
        before, origins = dense(project.labels), project.labels.provenance_counts()
        scheme, revision = project.labels.scheme, project.labels.revision
        project.labels.merge_class(1, 2)
        project.labels.set_holdout(SectionKey(Axis.INLINE, 1))
        after = dense(project.labels)
    with reopened(folder) as project:
        labels = project.labels
        assert np.array_equal(dense(labels), after)
        labels.undo()
        assert not labels.holdout
        labels.undo()
        assert np.array_equal(dense(labels), before)
        assert (labels.scheme, labels.revision) == (scheme, revision)
        assert labels.provenance_counts() == origins
        assert not labels.can_undo
        labels.redo()
        assert np.array_equal(dense(labels), after)
        labels.undo()
    with reopened(folder) as project:  # what was taken back stays so, and the steps are of no use any more
        assert np.array_equal(dense(project.labels), before)
        assert not project.labels.can_undo
    assert not (folder / "labels" / undo_file.UNDO_FILE).exists()


def test_steps_of_several_commands_follow_one_another(folder: Path) -> None:
    for name in ("Sand", "Salt"):
        with reopened(folder, as_command=True) as project:
            project.labels.add_class(name)
    with reopened(folder) as project:
        names = {facies.name for facies in project.labels.scheme}
        project.labels.undo()
        assert names - {facies.name for facies in project.labels.scheme} == {"Salt"}
        project.labels.undo()
        assert names - {facies.name for facies in project.labels.scheme} == {"Sand", "Salt"}
        assert not project.labels.can_undo


def test_a_window_leaves_nothing_to_undo(folder: Path) -> None:
    with reopened(folder, as_command=True) as project:
        paint(project.labels, 30)
    with reopened(folder) as project:
        assert project.labels.can_undo
        paint(project.labels, 31)
    with reopened(folder) as project:
        assert not project.labels.can_undo


def test_looking_only_keeps_them(folder: Path) -> None:
    with reopened(folder, as_command=True) as project:
        paint(project.labels, 30)
    with open_project(folder, open_volume, read_only=True) as project:
        assert not project.labels.can_undo
    with reopened(folder) as project:
        assert project.labels.can_undo


def test_a_step_that_takes_too_much_is_not_kept(folder: Path, monkeypatch) -> None:
    with reopened(folder, as_command=True) as project:
        paint(project.labels, 30)
        monkeypatch.setattr("seisview.project.project.MOST_BYTES", 100)
    assert not (folder / "labels" / undo_file.UNDO_FILE).exists()


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "newer", "empty"])
def test_a_damaged_file_is_ignored(folder: Path, damage: str) -> None:
    with reopened(folder, as_command=True) as project:
        paint(project.labels, 30)
        expected = dense(project.labels)
    path = folder / "labels" / undo_file.UNDO_FILE
    good = path.read_bytes()
    path.write_bytes(
        {
            "cut": good[:-3],
            "flipped": good[:-2] + bytes([good[-2] ^ 255]) + good[-1:],
            "other": b"something else altogether, and long enough to be looked at",
            "newer": good[:8] + b"\x09\x00\x00\x00" + good[12:],
            "empty": b"",
        }[damage]
    )
    with reopened(folder) as project:
        assert project.recovery.is_clean
        assert not project.labels.can_undo
        assert np.array_equal(dense(project.labels), expected)
        assert project.labels.provenance_counts()[Provenance.HAND] > 0
