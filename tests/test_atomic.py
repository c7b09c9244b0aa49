"""A file or folder is whole or not there, whatever happens while it is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seisview.atomic import replacing, write_text_atomic
from seisview.errors import ExportError


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="descriptors have no names here")
def test_content_is_on_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        steps.append("file" if Path(f"/proc/self/fd/{descriptor}").resolve().is_file() else "folder")
        fsync(descriptor)

    def replaced(path: Path, target: Path) -> Path:
        steps.append("replace")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_text_atomic(tmp_path / "labels.txt", "new")
    assert steps == ["file", "replace", "folder"]


def _write_half(path: Path, error: Exception) -> None:
    with replacing(path) as temporary:
        temporary.write_text("half of the n")
        raise error


@pytest.mark.parametrize("error", [ValueError("a defect"), OSError(28, "No space left on device")])
def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "labels.txt"
    path.write_text("old")
    with pytest.raises(ExportError if isinstance(error, OSError) else ValueError):
        _write_half(path, error)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
