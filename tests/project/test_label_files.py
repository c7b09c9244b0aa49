"""Nothing is lost: crashes between any two steps, kill -9, damaged files, full disks."""

import errno
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import ExportError, ProjectError
from seisview.labels.boxes import Box
from seisview.labels.journal import Journal
from seisview.labels.provenance import Provenance
from seisview.labels.state import LabelState
from seisview.labels.store import LabelStore
from seisview.project import label_files
from seisview.project.label_files import LabelFiles
from seisview.project.project import Project
from seisview.project.storage import create_project, open_project
from tests.project.surveys import SHAPE, dense, paint, survey, write_survey

_CHILD = """
import sys, time
from pathlib import Path
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.project.storage import open_project
from tests.project.surveys import paint

project = open_project(Path(sys.argv[1]), open_volume)
assert not project.read_only
print("ready", flush=True)
while True:
    paint(project.labels, project.labels.state.sequence)
    print(project.labels.state.sequence, flush=True)
    time.sleep(0.002)
    if project.labels.state.sequence % int(sys.argv[2]) == 0:
        project.save()
"""


def _expected(n_edits: int, geometry) -> np.ndarray:
    twin = LabelStore(geometry)
    for step in range(n_edits):
        paint(twin, step)
    return dense(twin)


def _project(tmp_path: Path, n_edits: int = 0) -> Project:
    project = create_project(tmp_path / "p", survey(tmp_path / "s.npy"))
    for step in range(n_edits):
        paint(project.labels, step)
    return project


def _abandon(project: Project, as_folder: Path) -> Path:
    """Copy the project as a crash would leave it, beside the same survey, and close the original."""
    assert project._files.journal is not None
    project._files.journal.flush()
    shutil.copytree(project.folder, as_folder)
    (as_folder / "lock.json").unlink()
    project.close()
    return as_folder


def _labels_of(folder: Path) -> tuple[np.ndarray, Project]:
    project = open_project(folder, open_volume)
    labels = dense(project.labels)
    project.close()
    return labels, project


def test_edits_that_were_never_saved_come_back_and_are_told(tmp_path: Path) -> None:
    project = _project(tmp_path, 30)
    expected = dense(project.labels)
    crashed = _abandon(project, tmp_path / "crashed")
    again = open_project(crashed, open_volume)
    assert np.array_equal(dense(again.labels), expected)
    assert again.recovery.n_edits == 30
    assert again.recovery.messages == ("Brought back 30 edits made after the last save.",)
    paint(again.labels, 30)
    crashed_again = _abandon(again, tmp_path / "crashed2")
    labels, third = _labels_of(crashed_again)
    assert np.array_equal(labels, _expected(31, third.geometry))
    assert _labels_of(crashed_again)[1].recovery.is_clean


def test_a_crash_between_any_two_steps_of_saving_loses_and_repeats_nothing(tmp_path, monkeypatch) -> None:
    project = _project(tmp_path, 20)
    project.save()
    for step in range(20, 45):
        paint(project.labels, step)
    assert project._files.journal is not None
    project._files.journal.flush()
    copies: list[Path] = []

    def keep_copy() -> None:
        copy = tmp_path / f"copy{len(copies)}"
        shutil.copytree(project.folder, copy)
        copies.append(copy)

    for name in ("replace", "unlink", "rename"):
        original = getattr(Path, name)

        def observed(self: Path, *args, original=original, **kwargs):
            if project.folder in self.parents:
                keep_copy()
                result = original(self, *args, **kwargs)
                keep_copy()
                return result
            return original(self, *args, **kwargs)

        monkeypatch.setattr(Path, name, observed)
    project.save()
    monkeypatch.undo()
    expected = dense(project.labels)
    project.close()
    assert len(copies) >= 8
    for copy in copies:
        (copy / "lock.json").unlink()
        labels, opened = _labels_of(copy)
        assert np.array_equal(labels, expected), copy
        assert opened.labels.revision == project.labels.revision
        assert opened.recovery.n_edits in (0, 25)


def test_kill_9_at_any_moment_loses_less_than_a_second(tmp_path: Path, user_folders: Path) -> None:
    folder = tmp_path / "p"
    create_project(folder, survey(tmp_path / "s.npy")).close()
    rng = np.random.default_rng(0)
    for turn in range(5):
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(folder), str([10**9, 37][turn % 2])],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        seen: list[tuple[float, int]] = []
        until = time.monotonic() + rng.uniform(0.1, 0.9) + (0.8 if turn == 0 else 0.0)
        while time.monotonic() < until:
            seen.append((time.monotonic(), int(child.stdout.readline())))
        killed_at = time.monotonic()
        child.send_signal(signal.SIGKILL)
        child.communicate()
        project = open_project(folder, open_volume, read_only=True)
        n_edits = project.labels.state.sequence
        assert n_edits >= max((n for when, n in seen if when < killed_at - 1.0), default=0)
        assert n_edits >= 1
        assert np.array_equal(dense(project.labels), _expected(n_edits, project.geometry))
        assert not list(folder.rglob("*damaged*"))
    with open_project(folder, open_volume) as project:
        assert not project.read_only
        assert dense(project.labels).any()


def test_a_damaged_snapshot_falls_back_to_the_one_before_and_the_journals(tmp_path: Path) -> None:
    project = _project(tmp_path, 20)
    project.save()
    for step in range(20, 45):
        paint(project.labels, step)
    project.save()
    for step in range(45, 50):
        paint(project.labels, step)
    expected = dense(project.labels)
    folder = _abandon(project, tmp_path / "crashed")
    newest = folder / "labels" / "snapshot-000000000045.npz"
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 0xFF
    newest.write_bytes(content)
    opened = open_project(folder, open_volume)
    assert np.array_equal(dense(opened.labels), expected)
    assert opened.recovery.n_edits == 30
    assert "damaged" in opened.recovery.messages[1]
    (aside,) = opened.recovery.damaged
    assert aside.read_bytes() == content
    paint(opened.labels, 50)
    opened.close()
    labels, again = _labels_of(folder)
    assert again.recovery.is_clean
    assert np.array_equal(labels, _expected(51, again.geometry))


def test_no_identity_of_labels_is_given_out_twice_although_edits_were_undone(tmp_path: Path) -> None:
    project = _project(tmp_path, 2)
    undone = project.labels.revision
    project.labels.undo()
    project.close()
    with open_project(project.folder, open_volume) as again:
        assert again.recovery.is_clean
        paint(again.labels, 5)
        assert again.labels.revision > undone


def test_a_single_edit_between_two_saves_is_not_lost_with_the_newer_one(tmp_path: Path) -> None:
    project = _project(tmp_path, 1)
    project.save()
    paint(project.labels, 1)
    expected = dense(project.labels)
    folder = _abandon(project, tmp_path / "crashed")
    (folder / "labels" / "snapshot-000000000001.npz").write_bytes(b"damaged")
    labels, opened = _labels_of(folder)
    assert np.array_equal(labels, expected)
    assert opened.recovery.n_edits == 2


def test_a_journal_damaged_in_the_middle_is_used_up_to_there_and_set_aside(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 40), tmp_path / "crashed")
    journal = folder / "labels" / "journal-000000000000.log"
    content = bytearray(journal.read_bytes())
    content[len(content) // 2] ^= 0xFF
    journal.write_bytes(content)
    opened = open_project(folder, open_volume)
    n_edits = opened.recovery.n_edits
    assert 15 <= n_edits <= 25
    assert np.array_equal(dense(opened.labels), _expected(n_edits, opened.geometry))
    assert f"after edit {n_edits}" in opened.recovery.messages[1]
    (aside,) = opened.recovery.damaged
    assert aside.read_bytes() == content
    # What was lost must not be taken for what is painted now.
    assert opened.labels.state.last_revision > 40
    paint(opened.labels, n_edits)
    opened.close()
    labels, again = _labels_of(folder)
    assert again.recovery.is_clean
    assert np.array_equal(labels, _expected(n_edits + 1, again.geometry))
    assert aside.read_bytes() == content


def test_a_torn_journal_is_cut_and_told(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 40), tmp_path / "crashed")
    journal = folder / "labels" / "journal-000000000000.log"
    journal.write_bytes(journal.read_bytes()[:-5])
    opened = open_project(folder, open_volume)
    assert np.array_equal(dense(opened.labels), _expected(39, opened.geometry))
    assert "middle of an edit" in opened.recovery.messages[1]
    assert not opened.recovery.damaged
    paint(opened.labels, 39)
    crashed = _abandon(opened, tmp_path / "crashed2")
    labels, again = _labels_of(crashed)
    assert np.array_equal(labels, _expected(40, again.geometry))
    # those before were told when they were brought back, and saved then
    assert again.recovery.messages == ("Brought back 1 edit made after the last save.",)


def test_a_torn_journal_without_any_edit_is_set_aside_not_overwritten(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 1), tmp_path / "crashed")
    journal = folder / "labels" / "journal-000000000000.log"
    torn = journal.read_bytes()[:-5]
    journal.write_bytes(torn)
    opened = open_project(folder, open_volume)
    paint(opened.labels, 0)
    opened.close()
    assert any(path.read_bytes() == torn for path in (folder / "labels").glob("*damaged*"))
    assert np.array_equal(_labels_of(folder)[0], _expected(1, opened.geometry))


def test_a_missing_journal_is_told_and_what_follows_it_kept(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 10), tmp_path / "crashed")
    opened = open_project(folder, open_volume)
    for step in range(10, 15):
        paint(opened.labels, step)
    crashed = _abandon(opened, tmp_path / "crashed2")
    (crashed / "labels" / "journal-000000000000.log").unlink()
    (crashed / "labels" / "snapshot-000000000010.npz").unlink()
    labels, again = _labels_of(crashed)
    assert not labels.any()
    assert "missing" in again.recovery.messages[0]
    assert len(again.recovery.damaged) == 1


def test_labels_that_cannot_be_read_never_open_as_empty(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 10), tmp_path / "crashed")
    for path in (folder / "labels").glob("*.npz"):
        path.write_bytes(b"PK")
    before = sorted(path.name for path in (folder / "labels").iterdir())
    with pytest.raises(ProjectError, match="can be read") as caught:
        open_project(folder, open_volume)
    assert caught.value.hint
    assert sorted(path.name for path in (folder / "labels").iterdir()) == before
    assert not (folder / "lock.json").exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_an_altered_snapshot_is_found_out(tmp_path: Path, changes, truncated: bool) -> None:
    geometry = open_volume(write_survey(tmp_path / "s.npy")).geometry
    twin = LabelStore(geometry)
    for step in range(30):
        paint(twin, step)
    whole = Box.whole(geometry.section_shape(Axis.CROSSLINE))
    values = np.full(whole.shape, 2, np.uint8)
    twin.write(SectionKey(Axis.CROSSLINE, 3), whole, values == 2, values, Provenance.INTERPOLATED)
    expected = dense(twin), twin.provenance_counts()
    path = tmp_path / "snapshot.npz"
    path.unlink(missing_ok=True)
    label_files.write_snapshot(path, twin.state)
    content = bytearray(path.read_bytes())
    for position, value in changes:
        content[int(position * (len(content) - 1))] = value
    path.write_bytes(content[: len(content) // 2] if truncated else content)
    try:
        state = label_files.read_snapshot(path, geometry)
    except (label_files.LabelError, ProjectError):
        return
    assert isinstance(state, LabelState)
    assert not truncated
    assert np.array_equal(dense(LabelStore.around(state)), expected[0])
    assert LabelStore.around(state).provenance_counts() == expected[1]


def test_saving_on_a_full_disk_says_so_and_keeps_everything(tmp_path: Path, monkeypatch) -> None:
    project = _project(tmp_path, 10)

    def full(path: Path, state: LabelState) -> None:
        raise ExportError(f"{path} could not be written: the disk is full.", "Free some space.")

    monkeypatch.setattr(label_files, "write_snapshot", full)
    with pytest.raises(ExportError, match="disk is full"):
        project.save()
    paint(project.labels, 10)
    with pytest.raises(ExportError, match="disk is full"):
        project.close()
    monkeypatch.undo()
    assert not (project.folder / "lock.json").exists()
    assert np.array_equal(_labels_of(project.folder)[0], _expected(11, project.geometry))


def test_when_no_new_journal_can_be_made_the_old_one_goes_on(tmp_path: Path, monkeypatch) -> None:
    project = _project(tmp_path, 10)

    def full(self: Journal, path: Path, base: int) -> None:
        raise ExportError(f"{path} could not be written: the disk is full.", "Free some space.")

    monkeypatch.setattr(Journal, "__init__", full)
    with pytest.raises(ExportError, match="disk is full"):
        project.save()
    paint(project.labels, 10)
    monkeypatch.undo()
    crashed = _abandon(project, tmp_path / "crashed")
    labels, again = _labels_of(crashed)
    assert np.array_equal(labels, _expected(11, again.geometry))


def test_a_project_says_when_edits_cannot_be_written(tmp_path: Path, monkeypatch) -> None:
    project = _project(tmp_path)
    write = Journal._write

    def full(self: Journal, batch: bytes) -> None:
        if batch:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Journal, "_write", full)
    paint(project.labels, 0)
    deadline = time.monotonic() + 2
    while project.journal_failure is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert project.journal_failure is not None
    assert project.n_unsaved_edits == 1
    monkeypatch.setattr(Journal, "_write", write)
    # A save needs no journal: the snapshot holds the edit.
    project.save()
    assert project.n_unsaved_edits == 0
    project.close()


def test_old_label_files_are_dropped_but_the_last_two_states_stay(tmp_path: Path) -> None:
    project = _project(tmp_path)
    for turn in range(5):
        for step in range(10):
            paint(project.labels, 10 * turn + step)
        project.save()
    project.save()
    names = sorted(path.name for path in (project.folder / "labels").iterdir())
    assert names == [
        "journal-000000000040.log",
        "journal-000000000050.log",
        "snapshot-000000000040.npz",
        "snapshot-000000000050.npz",
    ]
    project.close()


def test_loading_changes_no_file(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 10), tmp_path / "crashed")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")}
    geometry = open_volume(tmp_path / "s.npy").geometry
    state, recovery = LabelFiles(folder).load(geometry)
    assert state.sequence == recovery.n_edits == 10
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*")} == before


def test_labels_of_a_survey_of_another_shape_are_refused(tmp_path: Path) -> None:
    folder = _abandon(_project(tmp_path, 1), tmp_path / "crashed")
    other = survey(tmp_path / "other.npy", shape=(SHAPE[0] + 1, *SHAPE[1:]))
    with pytest.raises(ProjectError, match="shape"):
        LabelFiles(folder).load(other.geometry)
