"""Outputs that cannot be written: said before the work, and what was learnt is never lost."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seisview.atomic import write_error
from seisview.errors import ExportError
from seisview.export import guard
from seisview.learn.rescue import save_or_rescue
from seisview.learn.segmentation.trained import TrainedSegmenter
from seisview.workflows.facies.segment import load_segmenter

Cli = Callable[..., Any]
QUICK = ("--network", "resnet10", "--steps", 1, "--batch-size", 1, "--device", "cpu")


def _commands(survey: Path, truth: Path, out: Path) -> list[tuple[object, ...]]:
    """Every command that writes, with an output in the folder `out`."""
    model = survey  # is looked at after the output
    return [
        ("train", survey, "--labels", truth, "--out", out / "m.safetensors"),
        ("train", survey, "--labels", truth, "--mode", "preview", "--out", out / "m.safetensors"),
        ("pretrain", survey, "--out", out / "b.safetensors"),
        ("train-match", survey.parent, "--out", out / "m.safetensors"),
        ("predict", survey, "--model", model, "--out", out / "p.npy"),
        ("carry", survey, "--labels", truth, "--out", out / "p.npy"),
        ("cluster", survey, "--out", out / "clusters"),
        ("match", survey, "--at", "1003,2003,100", "--out", out / "m.csv"),
        ("match-images", "--queries", survey.parent, "--corpus", survey.parent, "--out", out / "a.json"),
        ("section", survey, "--inline", 1003, "--out", out / "s.png"),
        ("synthesize", out / "s.sgy"),
        ("demo", "--no-window", "--out", out / "demo"),
        ("benchmark", "clusters", "--budget", "quick", "--out", out / "tables"),
    ]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder that nobody can write in")
def test_a_folder_that_takes_no_files_is_noticed_before_the_work(
    seisview: Cli, survey: Path, truth: Path
) -> None:
    for arguments in _commands(survey, truth, Path("/proc")):
        result = seisview(*arguments)
        assert result.code == 1, arguments
        assert "/proc cannot be written in" in result.err, (arguments, result.err)
        assert "hint: Choose another folder." in result.err
        assert "%" not in result.err, f"{arguments} worked before it looked"


@pytest.mark.skipif(sys.platform == "win32", reason="opens a file by patching the way of POSIX")
@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "writing is not permitted there"),
    ],
)
def test_a_disk_that_takes_nothing_says_why(
    number: int, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ExportError, match=f"cannot be written in: {says}"):
        guard.refuse_existing(tmp_path / "m.safetensors", overwrite=False)


def test_looking_leaves_nothing_and_a_missing_folder_is_called_missing(tmp_path: Path) -> None:
    guard.refuse_existing(tmp_path / "m.safetensors", overwrite=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ExportError, match="does not exist"):
        guard.refuse_existing(tmp_path / "nowhere" / "m.safetensors", overwrite=False)


def test_a_trained_model_is_kept_when_its_folder_fails_at_the_end(
    seisview: Cli, survey: Path, truth: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("SEISVIEW_DATA_DIR", str(data))
    save = TrainedSegmenter.save
    out = tmp_path / "m.safetensors"

    def full(model: TrainedSegmenter, path: Path) -> None:
        if path == out:
            raise ExportError(f"{path} could not be written: the disk is full.", "Free some space.")
        save(model, path)

    monkeypatch.setattr(TrainedSegmenter, "save", full)
    result = seisview("train", survey, "--labels", truth, "--inlines", "1002,1010", "--out", out, *QUICK)
    assert result.code == 1
    kept = data / "rescued" / "m.safetensors"
    assert "the disk is full" in result.err
    assert f"hint: It is kept as {kept}" in result.err
    assert load_segmenter(kept).classes
    assert not out.exists()


def test_what_is_rescued_replaces_nothing_and_goes_where_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEISVIEW_DATA_DIR", str(tmp_path / "data"))
    room = tmp_path / "data" / "rescued"
    room.mkdir(parents=True)
    (room / "m.bin").write_bytes(b"of yesterday")
    full = [tmp_path / "m.bin"]

    def save(path: Path) -> None:
        if path in full or any(folder in full for folder in path.parents):
            raise ExportError(f"{path} could not be written: the disk is full.", "Free some space.")
        path.write_bytes(b"of today")

    with pytest.raises(ExportError, match="the disk is full") as first:
        save_or_rescue(save, tmp_path / "m.bin")
    assert str(room / "m-2.bin") in first.value.hint
    assert (room / "m.bin").read_bytes() == b"of yesterday"
    assert (room / "m-2.bin").read_bytes() == b"of today"

    full.append(room)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ExportError) as second:
        save_or_rescue(save, tmp_path / "m.bin")
    [kept] = tmp_path.glob("seisview-*/m.bin")
    assert str(kept) in second.value.hint

    full.append(tmp_path)
    with pytest.raises(ExportError) as third:
        save_or_rescue(save, tmp_path / "m.bin")
    assert third.value.hint == "Free some space."


@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR])
def test_a_folder_that_is_there_is_not_called_missing(number: int, tmp_path: Path) -> None:
    there = write_error(tmp_path / "m.bin", OSError(number, "no"))
    assert f"{tmp_path} cannot be written in" in there.message
    gone = write_error(tmp_path / "gone" / "m.bin", OSError(number, "no"))
    assert "the folder does not exist" in gone.message
