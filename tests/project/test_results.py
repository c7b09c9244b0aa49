"""Facies volumes: streamed in, read meanwhile, complete last, refused when damaged."""

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.errors import ExportError, LabelError, ProjectError
from seisview.labels.facies import FaciesScheme
from seisview.project import result_files
from seisview.project.results import (
    FaciesProvenance,
    FaciesResult,
    create_result,
    open_result,
    open_results,
)

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)
PROVENANCE = FaciesProvenance(
    ("m1", "m2"), 7, FaciesScheme.named(["Shale", "Sand"]), "abc", "fused", {"fusion": "sum"}
)


def _write(result: FaciesResult, key: SectionKey, value: int, confidence: float = 0.5) -> None:
    shape = GEOMETRY.section_shape(key.axis)
    result.write_section(key, np.full(shape, value, np.uint8), np.full(shape, confidence, np.float32))


def test_sections_of_every_axis_land_where_they_belong(tmp_path: Path) -> None:
    result = create_result(tmp_path / "results", GEOMETRY, PROVENANCE)
    rng = np.random.default_rng(0)
    expected = np.zeros(GEOMETRY.shape, np.uint8)
    for key in (SectionKey(Axis.INLINE, 3), SectionKey(Axis.CROSSLINE, 7), SectionKey(Axis.SAMPLE, 11)):
        facies = rng.integers(1, 3, GEOMETRY.section_shape(key.axis)).astype(np.uint8)
        confidence = rng.random(facies.shape).astype(np.float32)
        result.write_section(key, facies, confidence)
        section_of(expected, key)[...] = facies
        assert np.array_equal(result.section(key)[0], facies)
        assert np.abs(result.section(key)[1] / 255.0 - confidence).max() <= 0.5 / 255 + 1e-6
    assert np.array_equal(result.facies, expected)
    result.flush()
    assert np.array_equal(np.load(result.folder / "facies.npy"), expected)


def test_complete_is_the_last_thing_written(tmp_path: Path, monkeypatch) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    for index in range(6):
        _write(result, SectionKey(Axis.INLINE, index), 1)
    order: list[str] = []
    flush = np.memmap.flush
    monkeypatch.setattr(np.memmap, "flush", lambda self: (order.append("array"), flush(self))[1])
    from seisview.project import stored_volume

    write = stored_volume.write_text_atomic

    def noted(path: Path, text: str) -> None:
        order.append("complete" if json.loads(text)["complete"] else "record")
        write(path, text)

    monkeypatch.setattr(stored_volume, "write_text_atomic", noted)
    result.finish()
    assert order == ["array", "array", "record", "complete"]
    assert open_result(result.folder).complete


def test_an_interrupted_result_says_so_and_how_far_it_came(tmp_path: Path) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    _write(result, SectionKey(Axis.INLINE, 2), 2)
    result.close()
    again = open_result(result.folder)
    assert not again.complete
    assert again.n_sections_done == 1
    assert set(np.unique(again.section(SectionKey(Axis.INLINE, 2))[0])) == {2}
    assert not again.section(SectionKey(Axis.INLINE, 3))[0].any()


def test_an_interrupted_result_knows_which_sections_it_has_and_can_be_completed(tmp_path: Path) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    done = {SectionKey(Axis.INLINE, index) for index in (0, 1, 2, 5)} | {SectionKey(Axis.CROSSLINE, 9)}
    for key in done:
        _write(result, key, 2)
    result.close()
    again = open_result(result.folder)
    assert again.sections_done == done
    with pytest.raises(ValueError, match="read-only"):
        _write(again, SectionKey(Axis.INLINE, 3), 1)
    again.resume()
    for index in (3, 4):
        _write(again, SectionKey(Axis.INLINE, index), 1)
    again.finish()
    assert open_result(result.folder).complete
    assert [int(np.load(result.folder / "facies.npy")[i, 0, 0]) for i in range(6)] == [2, 2, 2, 1, 1, 2]
    with pytest.raises(ProjectError, match="complete"):
        again.resume()


def test_what_a_killed_program_noted_is_on_disk(tmp_path: Path) -> None:
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from pathlib import Path
from tests.project import test_results as t
result = t.create_result(Path({str(tmp_path)!r}), t.GEOMETRY, t.PROVENANCE)
for index in range(6):
    t._write(result, t.SectionKey(t.Axis.INLINE, index), index + 1)
    if index == 3:
        result.flush()
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    (result,), messages = open_results(tmp_path, "abc")
    assert messages == []
    assert not result.complete
    assert result.sections_done == {SectionKey(Axis.INLINE, index) for index in range(4)}
    for key in result.sections_done:
        assert (result.section(key)[0] == key.index + 1).all()


@pytest.mark.parametrize("ranges", [{"inline": [[0, 6]]}, {"inline": [[3, 1]]}, {"sideways": [[0, 0]]}])
def test_sections_outside_the_survey_are_damage(tmp_path: Path, ranges: dict) -> None:
    folder = create_result(tmp_path, GEOMETRY, PROVENANCE).folder
    record = json.loads((folder / "result.json").read_text())
    (folder / "result.json").write_text(json.dumps({**record, "sections_done": ranges}))
    with pytest.raises(ProjectError, match="damaged"):
        open_result(folder)


def test_provenance_comes_back(tmp_path: Path) -> None:
    result = open_result(create_result(tmp_path, GEOMETRY, PROVENANCE).folder)
    assert result.provenance == PROVENANCE
    assert result.title == "fused"
    assert result.scheme.name_of(2) == "Sand"
    assert result.created.tzinfo is not None
    assert not result.is_out_of_date(7)
    assert result.is_out_of_date(8)


def test_a_reader_sees_whole_sections_while_a_job_writes(tmp_path: Path) -> None:
    writer = create_result(tmp_path, GEOMETRY, PROVENANCE)
    reader = open_result(writer.folder)

    def job() -> None:
        for index in range(6):
            _write(writer, SectionKey(Axis.INLINE, index), index + 1, 1.0)
        writer.finish()

    thread = threading.Thread(target=job)
    thread.start()
    while thread.is_alive():
        for index in range(6):
            facies, confidence = reader.section(SectionKey(Axis.INLINE, index))
            assert set(np.unique(facies)) <= {0, index + 1}
            assert set(np.unique(confidence)) <= {0, 255}
    thread.join()
    assert np.array_equal(reader.facies, writer.facies)


def test_single_traces_are_read_with_samples_downwards(tmp_path: Path) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    values = np.random.default_rng(0).integers(0, 9, (2, *GEOMETRY.shape), dtype=np.uint8)
    for index in range(GEOMETRY.shape[0]):
        key = SectionKey(Axis.INLINE, index)
        result.write_section(key, values[0, index].T, values[1, index].T)
    inlines, crosslines = np.array([3, 0, 5]), np.array([7, 19, 1])
    for found, expected in zip(result.along(inlines, crosslines), values, strict=True):
        np.testing.assert_array_equal(found, expected[inlines, crosslines].T)


def test_what_is_noted_as_done_was_brought_to_disk_before(tmp_path: Path, monkeypatch) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    noted_at_flush: list[int] = []
    flush = result._flush_arrays

    def watched() -> None:
        noted_at_flush.append(len(open_result(result.folder).sections_done))
        flush()

    monkeypatch.setattr(result, "_flush_arrays", watched)
    _write(result, SectionKey(Axis.INLINE, 0), 1, 1.0)
    result.flush()
    assert noted_at_flush == [0]
    assert len(open_result(result.folder).sections_done) == 1


def test_a_note_that_takes_long_does_not_undo_that_the_volume_is_complete(tmp_path, monkeypatch) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    _write(result, SectionKey(Axis.INLINE, 0), 1, 1.0)
    slow, may_go_on, save = threading.Event(), threading.Event(), result._save_record

    def saved(record) -> None:
        if not slow.is_set():
            slow.set()
            assert may_go_on.wait(5)
        save(record)

    monkeypatch.setattr(result, "_save_record", saved)
    first, second = threading.Thread(target=result.flush), threading.Thread(target=result.finish)
    first.start()
    assert slow.wait(5)
    second.start()
    second.join(0.2)
    may_go_on.set()
    first.join()
    second.join()
    assert open_result(result.folder).complete


def test_confidence_is_kept_within_bounds(tmp_path: Path) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    key = SectionKey(Axis.CROSSLINE, 0)
    confidence = np.zeros((30, 6), np.float32)
    confidence[0] = [-1, 0, 0.5, 1, 2, np.nan]
    result.write_section(key, np.ones((30, 6), np.uint8), confidence)
    assert result.section(key)[1][0].tolist() == [0, 0, 128, 255, 255, 0]


def test_sections_that_do_not_fit_and_closed_results_are_refused(tmp_path: Path) -> None:
    result = create_result(tmp_path, GEOMETRY, PROVENANCE)
    with pytest.raises(LabelError):
        result.write_section(SectionKey(Axis.INLINE, 0), np.ones((20, 30), np.uint8), np.ones((20, 30)))
    with pytest.raises(ValueError, match="read-only"):
        result.facies[0, 0, 0] = 1
    result.close()
    result.close()
    with pytest.raises(ProjectError, match="closed"):
        result.section(SectionKey(Axis.INLINE, 0))


def test_a_full_disk_is_an_error_before_anything_is_mapped(tmp_path: Path, monkeypatch) -> None:
    def full(*_args: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(ExportError, match="disk is full"):
        create_result(tmp_path / "results", GEOMETRY, PROVENANCE)
    assert not list((tmp_path / "results").iterdir())


def test_space_is_really_taken_with_and_without_fallocate(tmp_path: Path, monkeypatch) -> None:
    big = SurveyGeometry(LineNumbers.regular(1, 1, 30), LineNumbers.regular(1, 1, 200), 200, 0.0, 4.0)
    for name in ("with", "unsupported", "without"):
        if name == "unsupported":

            def unsupported(*_args: int) -> None:
                raise OSError(errno.EOPNOTSUPP, "not supported")

            monkeypatch.setattr(os, "posix_fallocate", unsupported, raising=False)
        elif name == "without":
            monkeypatch.delattr(os, "posix_fallocate", raising=False)
        result = create_result(tmp_path / name, big, PROVENANCE)
        size = (result.folder / "facies.npy").stat()
        assert size.st_size >= 1_200_000
        if hasattr(size, "st_blocks"):
            assert size.st_blocks * 512 >= 1_200_000
        assert not result.facies.any()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("result.json", b"{}"),
        ("result.json", b""),
        ("facies.npy", b""),
        ("confidence.npy", b"\x93NUMPY\x01\x00"),
    ],
)
def test_damaged_results_are_refused(tmp_path: Path, name: str, content: bytes) -> None:
    folder = create_result(tmp_path, GEOMETRY, PROVENANCE).folder
    (folder / name).write_bytes(content)
    with pytest.raises(ProjectError, match="damaged"):
        open_result(folder)


def test_no_pickle_is_ever_loaded(tmp_path: Path) -> None:
    folder = create_result(tmp_path, GEOMETRY, PROVENANCE).folder
    np.save(folder / "facies.npy", np.array([{"code": "run"}], dtype=object), allow_pickle=True)
    with pytest.raises(ProjectError, match="damaged"):
        open_result(folder)


def test_newer_and_foreign_results_are_left_out_with_a_word(tmp_path: Path) -> None:
    newer = create_result(tmp_path, GEOMETRY, PROVENANCE).folder / result_files.RESULT_FILE
    newer.write_text(newer.read_text().replace('"version": 1', '"version": 2'))
    create_result(tmp_path, GEOMETRY, PROVENANCE)
    good = create_result(tmp_path, GEOMETRY, FaciesProvenance(("m",), 1, PROVENANCE.scheme, "right"))
    results, messages = open_results(tmp_path, "right")
    assert [result.id for result in results] == [good.id]
    assert sorted("newer" in message for message in messages) == [False, True]
