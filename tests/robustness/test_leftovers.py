"""What killed programs leave half-written goes away, what running ones write does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from seisview.atomic import clear_leftovers, replacing, scratch_folder, temporary_name
from seisview.data.opening import open_volume
from seisview.errors import ExportError
from seisview.processes import has_ended, process_tag
from seisview.project.storage import create_project, open_project
from tests.project.surveys import survey

_DIES = """
import os, sys
from pathlib import Path
from seisview.atomic import replacing, temporary_name
path = Path(sys.argv[1])
with replacing(path) as temporary:
    if sys.argv[2] == "file":
        temporary.write_bytes(b"half")
    elif sys.argv[2] == "folder":
        temporary.mkdir()
        (temporary / "half").write_bytes(b"half")
    else:
        path.rename(temporary_name(path, "-old"))
    os._exit(1)
"""


def die_while_writing(path: Path, what: str) -> None:
    subprocess.run([sys.executable, "-c", _DIES, str(path), what], check=False)
    assert [p for p in path.parent.iterdir() if "~" in p.name]


@pytest.mark.parametrize("what", ["file", "folder"])
def test_the_next_writer_clears_what_a_dead_one_left(tmp_path: Path, what: str) -> None:
    (tmp_path / ".mine~keep~.txt").write_text("not ours")
    die_while_writing(tmp_path / "a.v2.zarr", what)
    with replacing(tmp_path / "other.txt") as temporary:
        temporary.write_text("x")
    assert {p.name for p in tmp_path.iterdir()} == {".mine~keep~.txt", "other.txt"}


def test_a_folder_that_was_being_replaced_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "a.v2.zarr"
    target.mkdir()
    (target / "content").write_text("last good")
    die_while_writing(target, "exchange")
    assert not target.exists()
    clear_leftovers(tmp_path)
    assert (target / "content").read_text() == "last good"
    assert [p.name for p in tmp_path.iterdir()] == ["a.v2.zarr"]


def test_a_folder_that_cannot_be_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.zarr"
    target.mkdir()
    (target / "content").write_text("last good")
    original = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if to == target and "old" not in self.name:
            raise OSError(5, "Input/output error")
        return original(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(ExportError), replacing(target) as temporary:
        temporary.mkdir()
    assert (target / "content").read_text() == "last good"
    assert [p.name for p in tmp_path.iterdir()] == ["a.zarr"]


def test_files_of_running_programs_and_of_other_computers_stay(tmp_path: Path) -> None:
    mine = temporary_name(tmp_path / "a.txt")
    mine.write_text("being written")
    pid, _, start = process_tag().split("-")
    elsewhere = mine.with_name(mine.name.replace(process_tag(), f"{pid}-00000000-{start}"))
    elsewhere.write_text("being written there")
    clear_leftovers(tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {mine.name, elsewhere.name}


def test_a_process_id_used_again_is_another_process() -> None:
    pid, place, start = process_tag().split("-")
    assert not has_ended(f"{pid}-{place}-{start}")
    assert has_ended(f"{pid}-{place}-{'0' * 8}") or sys.platform == "win32"
    assert not has_ended("no tag")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_dead_process_that_nobody_waited_for_has_ended() -> None:
    tag_from, tag_to = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.write(tag_to, process_tag().encode())
        os._exit(0)
    tag = os.read(tag_from, 100).decode()
    while not has_ended(tag):
        pass
    os.waitpid(pid, 0)
    os.close(tag_from)
    os.close(tag_to)


def test_opening_a_project_clears_its_folders(tmp_path: Path) -> None:
    volume = survey(tmp_path / "s.npy")
    create_project(tmp_path / "p", volume).close()
    volume.close()
    for name in ("labels", "models", "results"):
        (tmp_path / "p" / name).mkdir(exist_ok=True)
        die_while_writing(tmp_path / "p" / name / "x", "folder")
    with open_project(tmp_path / "p", open_volume) as project:
        project.volume.close()
    assert not [path for path in (tmp_path / "p").rglob("*") if "~" in path.name]


def test_scratch_room_of_a_dead_program_is_cleared_too(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from seisview.atomic import scratch_folder\n"
        "with scratch_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'big').write_bytes(b'x'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "out.sgy")], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    with scratch_folder(tmp_path / "out.sgy") as folder:
        assert [p.name for p in tmp_path.iterdir()] == [folder.name]
    assert not list(tmp_path.iterdir())
