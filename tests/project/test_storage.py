"""Projects on disk: made, opened, moved, refused, copied, and looked at by a second window."""

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from seisview.data.arrays.volumes import ArrayVolume
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import ExportError, LabelError, ProjectError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.project import lock as lock_module
from seisview.project.lock import Holder, ProjectLock
from seisview.project.project import Project
from seisview.project.results import FaciesProvenance
from seisview.project.schema import ModelRecord, read_project_file, restore_backup
from seisview.project.storage import (
    create_project,
    is_project,
    open_project,
    open_working_project,
    save_as,
    working_project_folder,
)
from tests.project.surveys import SHAPE, dense, paint, survey, write_survey


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed project with some labels, a renamed class, a hold-out and view settings."""
    with create_project(tmp_path / "canyon", survey(tmp_path / "s.npy")) as project:
        for step in range(50):
            paint(project.labels, step)
        project.labels.rename_class(1, "Mudstone")
        project.labels.set_holdout(SectionKey(Axis.CROSSLINE, 4))
        project.view["axis"] = "inline"
    return tmp_path / "canyon"


def _prediction(project: Project, title: str = "tuned-1"):
    labels = project.labels
    return project.create_result(
        FaciesProvenance(("m1",), labels.revision, labels.scheme, project.volume.fingerprint, title)
    )


def test_a_project_comes_back_as_it_was(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        assert project.recovery.is_clean
        assert not project.read_only
        assert project.name == "canyon"
        assert project.geometry.shape == SHAPE
        assert project.labels.scheme.name_of(1) == "Mudstone"
        assert project.labels.holdout == {SectionKey(Axis.CROSSLINE, 4)}
        assert project.view == {"axis": "inline"}
        assert np.count_nonzero(dense(project.labels)) == 50
        assert project.labels.counts() == {1: 50, 2: 0, 3: 0}
        assert project.labels.revision == 50
        assert not project.labels.can_undo


def test_a_change_under_way_is_complete_in_what_is_saved(folder: Path, tmp_path: Path) -> None:
    with open_project(folder, open_volume) as project:
        for index in range(SHAPE[0]):
            box = Box(0, SHAPE[2], 0, SHAPE[1])
            project.labels.apply(SectionKey(Axis.INLINE, index), box, np.ones(box.shape, bool), 1)
        project.labels.begin_merge(1, 2)
        assert not project.labels.proceed(0.0)
        copy = save_as(project, tmp_path / "copy")
    with copy:
        assert copy.labels.counts() == {2: int(np.prod(SHAPE)), 3: 0}


def test_label_files_are_plain_numpy(folder: Path) -> None:
    newest = max((folder / "labels").glob("*.npz"))
    with np.load(newest, allow_pickle=False) as arrays:
        assert sum(np.count_nonzero(arrays[name]) for name in arrays if name != "meta") == 50
        meta = json.loads(arrays["meta"].tobytes())
    assert meta["version"] == 2
    assert meta["classes"][0]["name"] == "Mudstone"


def test_models_and_results_come_back_with_their_provenance(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        name = project.new_model_name()
        project.new_model_path(name).write_bytes(b"weights")
        project.add_model(
            ModelRecord(
                name=name,
                file=project.new_model_path(name).name,
                model_id="m1",
                label_revision=project.labels.revision,
                metrics={"mean_iou": 0.5, "undefined": None},
            )
        )
        result = _prediction(project)
        for index in range(SHAPE[0]):
            shape = project.geometry.section_shape(Axis.INLINE)
            result.write_section(
                SectionKey(Axis.INLINE, index), np.full(shape, 2, np.uint8), np.full(shape, 0.5, np.float32)
            )
        result.finish()
        project.install_result(result)
        assert project.new_model_name() == "tuned-2"
        with pytest.raises(ProjectError):
            project.add_model(project.models[0])
    with open_project(folder, open_volume) as project:
        model = project.current_model
        assert model is not None
        assert model.metrics == {"mean_iou": 0.5, "undefined": None}
        assert project.model_path(model).read_bytes() == b"weights"
        result = project.current_result
        assert result is not None
        assert result.complete
        assert result.scheme.name_of(1) == "Mudstone"
        assert not result.is_out_of_date(project.labels.revision)
        paint(project.labels, 400)
        assert result.is_out_of_date(project.labels.revision)
        project.labels.undo()
        assert not result.is_out_of_date(project.labels.revision)
        project.remove_result(result)
        project.remove_model(model.name)
        assert project.current_result is None
    with open_project(folder, open_volume) as project:
        assert project.models == project.results == ()
        assert not list(project.models_folder.iterdir())
        assert not list(project.results_folder.iterdir())


def test_a_damaged_result_is_left_out_and_said(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        result = _prediction(project)
        project.install_result(result)
    (result.folder / "facies.npy").write_bytes(b"\x93NUMPY")
    with open_project(folder, open_volume) as project:
        assert project.results == ()
        assert "damaged" in project.recovery.messages[0]


def test_project_and_survey_move_together_and_a_moved_survey_is_linked_again(tmp_path, folder) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in (folder, tmp_path / "s.npy", tmp_path / "s.npy.json"):
        shutil.move(path, moved / path.name)
    with open_project(moved / "canyon", open_volume) as project:
        assert project.volume.info.path == moved / "s.npy"
    shutil.move(moved / "s.npy", tmp_path / "renamed.npy")
    shutil.move(moved / "s.npy.json", tmp_path / "renamed.npy.json")
    with pytest.raises(ProjectError, match=r"s\.npy any more") as caught:
        open_project(moved / "canyon", open_volume)
    assert caught.value.hint
    with open_project(moved / "canyon", open_volume, survey_path=tmp_path / "renamed.npy"):
        pass
    with open_project(moved / "canyon", open_volume) as project:
        assert project.volume.info.path == tmp_path / "renamed.npy"


def test_a_copy_of_project_and_survey_uses_its_own_survey(tmp_path: Path, folder: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copytree(folder, copy / "canyon")
    for name in ("s.npy", "s.npy.json"):
        shutil.copy(tmp_path / name, copy / name)
    with open_project(copy / "canyon", open_volume) as project:
        assert project.volume.info.path == copy / "s.npy"


def test_another_survey_of_the_same_name_is_refused(tmp_path: Path, folder: Path) -> None:
    write_survey(tmp_path / "s.npy", seed=1)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(ProjectError, match="another survey") as caught:
        open_project(folder, open_volume)
    assert caught.value.hint
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_the_right_survey_is_found_beside_a_wrong_one(tmp_path: Path, folder: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    shutil.copytree(folder, copy / "canyon")
    write_survey(copy / "s.npy", seed=1)
    with open_project(copy / "canyon", open_volume) as project:
        assert project.volume.info.path == tmp_path / "s.npy"


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"version": 1}', b"\xff\xfe", b"null", b"[" * 100_000]
)
def test_a_corrupt_project_file_never_opens_as_empty(folder: Path, content: bytes) -> None:
    (folder / "project.json").write_bytes(content)
    with pytest.raises(ProjectError, match="damaged") as caught:
        open_project(folder, open_volume)
    assert "project.backup.json" in caught.value.hint
    assert (folder / "project.json").read_bytes() == content
    aside = restore_backup(folder)
    assert aside.read_bytes() == content
    with open_project(folder, open_volume) as project:
        assert np.count_nonzero(dense(project.labels)) == 50
        assert project.labels.scheme.name_of(1) == "Mudstone"


def test_without_a_good_copy_the_hint_says_what_remains(folder: Path) -> None:
    for name in ("project.json", "project.backup.json"):
        (folder / name).write_bytes(b"{}")
    with pytest.raises(ProjectError) as caught:
        open_project(folder, open_volume)
    assert "labels are in files of their own" in caught.value.hint
    with pytest.raises(ProjectError):
        restore_backup(folder)


def test_a_newer_project_is_refused_and_left_alone(folder: Path) -> None:
    path = folder / "project.json"
    newer = path.read_text().replace('"version": 1', '"version": 2')
    path.write_text(newer)
    with pytest.raises(ProjectError, match="newer seisview"):
        open_project(folder, open_volume)
    assert path.read_text() == newer


def test_newer_labels_are_refused_and_left_alone(folder: Path) -> None:
    for path in (folder / "labels").glob("*.npz"):
        with zipfile.ZipFile(path) as archive:
            entries = {name: archive.read(name) for name in archive.namelist()}
        entries["meta.npy"] = entries["meta.npy"].replace(b'"version": 2', b'"version": 9')
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in entries.items():
                archive.writestr(name, content)
    with pytest.raises(ProjectError, match="newer seisview"):
        open_project(folder, open_volume)
    assert not list(folder.rglob("*damaged*"))


def test_a_second_window_can_only_look(folder: Path) -> None:
    with open_project(folder, open_volume) as first:
        paint(first.labels, 60)
        first.save()
        with open_project(folder, open_volume) as second:
            assert second.read_only
            assert "open in" in second.recovery.messages[-1]
            assert np.array_equal(dense(second.labels), dense(first.labels))
            with pytest.raises(LabelError, match="another window"):
                paint(second.labels, 61)
            with pytest.raises(ProjectError, match="another window"):
                second.save()
        assert not first.read_only
        paint(first.labels, 62)
    with open_project(folder, open_volume) as third:
        assert not third.read_only
        assert np.count_nonzero(dense(third.labels)) == 52


def test_reading_for_an_export_takes_no_lock_and_writes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with open_project(folder, open_volume, read_only=True) as project:
        assert project.read_only
        assert project.recovery.is_clean
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def _stale_lock(host: str = "") -> str:
    """The lock of a process that has ended."""
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    return json.dumps(
        {"pid": int(ended.stdout), "host": host or Holder.this_process().host, "started": "before"}
    )


def test_the_lock_of_a_dead_process_is_taken_over(folder: Path) -> None:
    (folder / "lock.json").write_text(_stale_lock())
    with open_project(folder, open_volume) as project:
        assert not project.read_only
    assert not (folder / "lock.json").exists()


def test_a_process_id_used_again_does_not_hold_the_lock(folder: Path) -> None:
    me = Holder.this_process()
    if not me.started:
        pytest.skip("this platform does not say when a process started")
    (folder / "lock.json").write_text(json.dumps({"pid": me.pid, "host": me.host, "started": "before"}))
    with open_project(folder, open_volume) as project:
        assert not project.read_only


@pytest.mark.parametrize("content", ["", "{", '{"pid": "x"}'])
def test_a_lock_nobody_can_read_does_not_bar_the_project_for_ever(folder: Path, content: str) -> None:
    (folder / "lock.json").write_text(content)
    with open_project(folder, open_volume) as project:
        assert not project.read_only


def test_a_lock_of_another_computer_is_respected(folder: Path) -> None:
    lock = _stale_lock("elsewhere")
    (folder / "lock.json").write_text(lock)
    with open_project(folder, open_volume) as project:
        assert project.read_only
        assert "elsewhere" in project.recovery.messages[-1]
    assert (folder / "lock.json").read_text() == lock


def test_of_two_who_find_a_stale_lock_one_gets_it(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "lock.json").write_text(_stale_lock())
    theirs: list[ProjectLock | None] = []
    named = lock_module.temporary_name

    def after_somebody_else(path: Path) -> Path:
        monkeypatch.setattr(lock_module, "temporary_name", named)
        theirs.append(ProjectLock.acquire(tmp_path))
        return named(path)

    monkeypatch.setattr(lock_module, "temporary_name", after_somebody_else)
    assert ProjectLock.acquire(tmp_path) is None
    assert theirs[0] is not None
    theirs[0].release()
    assert list(tmp_path.iterdir()) == []


def test_a_lock_taken_over_by_somebody_else_is_not_deleted(tmp_path: Path) -> None:
    lock = ProjectLock.acquire(tmp_path)
    assert lock is not None
    assert ProjectLock.acquire(tmp_path) is None
    (tmp_path / "lock.json").write_text("theirs")
    lock.release()
    assert (tmp_path / "lock.json").read_text() == "theirs"


def test_a_project_is_not_made_over_something_else(tmp_path: Path, folder: Path) -> None:
    volume = open_volume(tmp_path / "s.npy")
    with pytest.raises(ProjectError, match="project in"):
        create_project(folder, volume)
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter1.txt").write_text("precious")
    with pytest.raises(ProjectError, match="not empty"):
        create_project(other, volume)
    with pytest.raises(ExportError):
        create_project(tmp_path / "no" / "such" / "place", volume)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["canyon", "s.npy", "s.npy.json", "thesis"]


def test_labels_of_a_survey_opened_without_a_project_are_kept(tmp_path: Path, user_folders: Path) -> None:
    with open_working_project(survey(tmp_path / "s.npy")) as project:
        assert user_folders in project.folder.parents
        paint(project.labels, 0)
    shutil.move(tmp_path / "s.npy", tmp_path / "renamed.npy")
    shutil.move(tmp_path / "s.npy.json", tmp_path / "renamed.npy.json")
    volume = open_volume(tmp_path / "renamed.npy")
    assert working_project_folder(volume.fingerprint, "s") == project.folder
    with open_working_project(open_volume(write_survey(tmp_path / "s.npy", seed=1))) as other:
        assert not dense(other.labels).any()
    with open_working_project(open_volume(write_survey(tmp_path / "s.npy"))) as again:
        assert np.count_nonzero(dense(again.labels)) == 1
        assert Path(again.survey.path) == tmp_path / "s.npy"


def test_labels_kept_for_another_survey_are_not_taken_for_those_of_this_one(tmp_path: Path) -> None:
    with open_working_project(survey(tmp_path / "s.npy")) as project:
        file = project.folder / "project.json"
    noted = json.loads(file.read_text(encoding="utf-8"))
    noted["survey"]["fingerprint"] += "-other"
    file.write_text(json.dumps(noted), encoding="utf-8")
    with pytest.raises(ProjectError, match="another survey"):
        open_working_project(open_volume(tmp_path / "s.npy"))


def test_a_project_that_cannot_be_opened_is_let_go_of(tmp_path: Path, folder: Path, monkeypatch) -> None:
    snapshots = list((folder / "labels").glob("snapshot-*.npz"))
    sound = [path.read_bytes() for path in snapshots]
    for path in snapshots:
        path.write_bytes(b"damaged")
    closed, close = [], ArrayVolume.close

    def noted(volume: ArrayVolume) -> None:
        closed.append(volume.info.path)
        close(volume)

    monkeypatch.setattr(ArrayVolume, "close", noted)
    with pytest.raises(ProjectError, match="No label file"):
        open_project(folder, open_volume)
    assert closed == [tmp_path / "s.npy"]
    assert not (folder / "lock.json").exists()
    for path, content in zip(snapshots, sound, strict=True):
        path.write_bytes(content)
    with open_project(folder, open_volume) as project:
        assert not project.read_only


def test_who_only_looks_leaves_what_the_other_window_just_began(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        begun = _prediction(project)
        with open_project(folder, open_volume) as looking:
            assert looking.read_only
        assert begun.folder.is_dir()


@pytest.mark.parametrize("name", ["../../etc", "a b/c", "...", "", "Größe", "x" * 300])
def test_working_projects_stay_in_their_folder(user_folders: Path, name: str) -> None:
    folder = working_project_folder("ab/../12", name)
    assert folder.parent == user_folders / "data" / "projects"
    assert len(folder.name) < 100


def test_save_as_copies_everything_and_leaves_the_first_as_it_was(tmp_path: Path, folder: Path) -> None:
    project = open_project(folder, open_volume)
    project.new_model_path("tuned-1").write_bytes(b"weights")
    project.add_model(ModelRecord(name="tuned-1", file="tuned-1.safetensors"))
    result = _prediction(project)
    result.finish()
    project.install_result(result)
    project.install_result(_prediction(project, "unfinished"))
    paint(project.labels, 70)
    project.labels.rename_class(2, "Salt")
    copy = save_as(project, tmp_path / "sub copy")
    assert [read_project_file(copy.folder).classes[n]["name"] for n in (0, 1)] == ["Mudstone", "Salt"]
    assert project.read_only
    assert copy.name == "sub copy"
    assert not copy.read_only
    assert [r.title for r in copy.results] == ["tuned-1"]
    assert copy.model_path(copy.models[0]).read_bytes() == b"weights"
    assert np.count_nonzero(dense(copy.labels)) == 51
    paint(copy.labels, 71)
    copy.close()
    with open_project(folder, open_volume) as first:
        assert np.count_nonzero(dense(first.labels)) == 51
    with open_project(tmp_path / "sub copy", open_volume) as second:
        assert np.count_nonzero(dense(second.labels)) == 52
        assert second.view == {"axis": "inline"}


def test_save_as_into_the_project_or_over_another_is_refused(tmp_path: Path, folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        for target in (folder, folder / "copy"):
            with pytest.raises(ProjectError):
                save_as(project, target)
        with pytest.raises(ExportError):
            save_as(project, tmp_path / "no" / "place")
        paint(project.labels, 70)
        assert not project.read_only


def test_project_json_is_readable_and_its_backup_one_save_behind(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        project.view["gain"] = 2.0
        project.save()
        before = (folder / "project.json").read_bytes()
        project.view["gain"] = 3.0
        project.save()
    assert read_project_file(folder).view["gain"] == 3.0
    assert json.loads(before)["view"]["gain"] == 2.0
    assert read_project_file(folder).classes[0]["name"] == "Mudstone"
    assert is_project(folder)


def test_saving_over_a_damaged_project_json_keeps_it_and_the_last_good_copy(folder: Path) -> None:
    with open_project(folder, open_volume) as project:
        project.save()
        good = (folder / "project.backup.json").read_bytes()
        (folder / "project.json").write_bytes(b"{ damaged by another program")
        project.save()
        assert (folder / "project.backup.json").read_bytes() == good
        (aside,) = folder.glob("project.damaged-*.json")
        assert aside.read_bytes() == b"{ damaged by another program"


def test_projects_begin_with_the_classes_asked_for(tmp_path: Path) -> None:
    scheme = FaciesScheme.named(["Shale", "Sand"])
    with create_project(tmp_path / "p", survey(tmp_path / "s.npy"), "Poseidon", scheme) as project:
        assert project.labels.scheme == scheme
        assert project.name == "Poseidon"
    with open_project(tmp_path / "p", open_volume) as project:
        assert project.labels.scheme == scheme
