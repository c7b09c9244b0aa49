"""A full disk and a read-only one: a message that says so, the work kept, nothing half-written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.opening import open_volume
from seisview.data.synthetic import builtin_survey_path
from seisview.data.volume import Volume
from seisview.errors import ExportError, ProjectError, SeisviewError
from seisview.export.content import ContentKind
from seisview.labels.facies import FaciesScheme
from seisview.preferences import Preferences
from seisview.project.results import FaciesProvenance
from seisview.project.storage import create_project, open_project, open_working_project, save_as
from seisview.workflows.export import export_content, facies_content
from tests.learn.surveys import random_segmenter
from tests.project.surveys import dense, paint, survey, write_survey

_KB = 1024
_SURVEY_SHAPE = (10, 40, 120)


def _mount(folder: Path, options: str) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs Linux and root")
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this container may not mount")


def _make_read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    _mount(folder, "size=400k")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Volume]:
    volume = survey(tmp_path / "s.npy", shape=_SURVEY_SHAPE)
    yield volume
    volume.close()


def fill(disk: Path, leave: int = 0) -> Path:
    """Fill a disk but for some bytes."""
    status = os.statvfs(disk)
    filler = disk / "filler"
    filler.write_bytes(bytes(max(status.f_bavail * status.f_frsize - leave, 0)))
    return filler


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["f.sgy", "f.npy", "f.zarr", "f.csv", "f.png"])
def test_an_export_to_a_full_disk_says_so_and_leaves_nothing(
    small_disk: Path, source: Volume, name: str
) -> None:
    facies = np.random.default_rng(0).integers(1, 250, _SURVEY_SHAPE, dtype=np.uint8)
    scheme = FaciesScheme.named([f"C{i}" for i in range(250)])
    content = facies_content(ContentKind.FACIES, facies, source, scheme, {})
    fill(small_disk, leave=0 if name in ("f.csv", "f.png") else 12 * _KB)
    with pytest.raises(ExportError, match="disk is full") as caught:
        export_content(content, source, small_disk / name)
    assert "Free some space" in caught.value.hint
    assert names(small_disk) == {"filler"}


def test_a_model_a_result_and_a_project_do_not_fit(small_disk: Path, source: Volume) -> None:
    segmenter = random_segmenter(source, measure_amplitudes(source))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="disk is full"):
        segmenter.save(small_disk / "m.safetensors")
    project = create_project(small_disk / "p", source)
    before = names(small_disk)
    filler = fill(small_disk, leave=8 * _KB)
    origin = FaciesProvenance(("m",), 1, project.labels.scheme, source.fingerprint)
    with pytest.raises(ExportError, match="disk is full"):
        project.create_result(origin)
    with pytest.raises(ExportError, match="disk is full"):
        fill_and_create(small_disk, source)
    filler.unlink()
    (small_disk / "filler2").unlink()
    assert names(small_disk) == before
    project.close()


def fill_and_create(disk: Path, source: Volume) -> None:
    status = os.statvfs(disk)
    (disk / "filler2").write_bytes(bytes(status.f_bavail * status.f_frsize))
    create_project(disk / "q", source)


def test_painting_on_a_full_disk_is_kept_in_memory_and_written_when_there_is_room(
    small_disk: Path, tmp_path: Path
) -> None:
    project = create_project(small_disk / "p", survey(tmp_path / "t.npy"))
    filler = fill(small_disk)
    for step in range(400):
        paint(project.labels, step)
    deadline = time.monotonic() + 5
    while project.journal_failure is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "disk is full" in str(project.journal_failure)
    with pytest.raises(ExportError, match="disk is full"):
        project.save()
    expected = dense(project.labels)
    filler.unlink()
    while project.n_unsaved_edits and time.monotonic() < deadline + 5:
        time.sleep(0.01)
    assert project.n_unsaved_edits == 0
    assert project.journal_failure is None
    project.close()
    with open_project(small_disk / "p", open_volume) as again:
        assert np.array_equal(dense(again.labels), expected)
        assert again.recovery.is_clean


def test_a_project_on_a_read_only_disk_can_be_looked_at_and_copied(small_disk: Path, tmp_path: Path) -> None:
    project = create_project(small_disk / "p", survey(tmp_path / "t.npy"))
    for step in range(20):
        paint(project.labels, step)
    expected = dense(project.labels)
    project.close()
    _make_read_only(small_disk)
    seen = open_project(small_disk / "p", open_volume)
    assert seen.read_only
    assert any("read-only" in message for message in seen.recovery.messages)
    assert np.array_equal(dense(seen.labels), expected)
    with pytest.raises(ProjectError):
        seen.save()
    with pytest.raises(ExportError, match="read-only"):
        save_as(seen, small_disk / "q")
    copy = save_as(seen, tmp_path / "copy")
    assert not copy.read_only
    assert np.array_equal(dense(copy.labels), expected)
    copy.close()


def test_a_disk_that_becomes_read_only_while_painting_says_so(small_disk: Path, tmp_path: Path) -> None:
    project = create_project(small_disk / "p", survey(tmp_path / "t.npy"))
    paint(project.labels, 0)
    project.save()
    # An open file may still be written after a lazy remount; what needs a new file cannot.
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=False)
    if os.access(small_disk, os.W_OK) and not _refuses_files(small_disk):
        project.close()
        pytest.skip("the kernel refuses to remount while a file is open")
    paint(project.labels, 1)
    with pytest.raises(ExportError, match="read-only"):
        project.save()
    with pytest.raises(ExportError):
        project.close()


def _refuses_files(folder: Path) -> bool:
    try:
        (folder / "probe").write_bytes(b"")
    except OSError:
        return True
    (folder / "probe").unlink()
    return False


def test_everything_that_writes_into_a_read_only_folder_says_so(
    small_disk: Path, source: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_survey(small_disk / "inside.npy")
    _make_read_only(small_disk)
    facies = np.ones(_SURVEY_SHAPE, np.uint8)
    content = facies_content(ContentKind.FACIES, facies, source, FaciesScheme.named(["A"]), {})
    segmenter = random_segmenter(source, measure_amplitudes(source))  # type: ignore[arg-type]
    for name in ("DATA", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"SEISVIEW_{name}_DIR", str(small_disk / name))
    attempts = [
        *(lambda n=n: export_content(content, source, small_disk / n) for n in ("a.sgy", "a.npy", "a.csv")),
        *(lambda n=n: export_content(content, source, small_disk / n) for n in ("a.zarr", "a.png")),
        lambda: segmenter.save(small_disk / "m.safetensors"),
        lambda: create_project(small_disk / "p", source),
        lambda: open_working_project(source),
        lambda: builtin_survey_path(),
        lambda: Preferences().save(),
    ]
    for attempt in attempts:
        with pytest.raises(ExportError, match="read-only") as caught:
            attempt()
        assert caught.value.hint
    assert Preferences.load() == Preferences()
    inside = open_volume(small_disk / "inside.npy")
    assert measure_amplitudes(inside).maximum > 0
    inside.close()
    assert names(small_disk) == {"inside.npy", "inside.npy.json"}


def test_an_unreadable_preferences_file_in_a_read_only_folder_is_no_reason_not_to_start(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEISVIEW_CONFIG_DIR", str(small_disk))
    (small_disk / "preferences.json").write_text("{ damaged")
    _make_read_only(small_disk)
    assert Preferences.load() == Preferences()


def test_a_disk_that_is_gone_is_an_error_not_a_crash(small_disk: Path, tmp_path: Path) -> None:
    project = create_project(small_disk / "p", survey(tmp_path / "t.npy"))
    paint(project.labels, 0)
    subprocess.run(["umount", "-l", str(small_disk)], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(small_disk)], check=True)
    paint(project.labels, 1)
    with pytest.raises(SeisviewError) as caught:
        project.save()
    assert caught.value.hint
    with pytest.raises(SeisviewError):
        project.close()
    labels = dense(project.labels)
    assert labels.any(), "the labels are still in memory"
