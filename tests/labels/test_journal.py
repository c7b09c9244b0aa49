"""The journal: written in time, read back exactly, honest about damage."""

import errno
import os
import struct
import threading
import time
import zlib
from io import FileIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import ExportError, LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.journal import VERSION, Damage, Journal, JournalReader
from seisview.labels.operations import (
    ChangeHoldout,
    ChangeScheme,
    Entry,
    WriteSamples,
    decode,
    encode,
    pack_mask,
    pack_values,
)
from seisview.labels.state import LabelState
from seisview.labels.store import LabelStore

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)


def _paint(store: LabelStore, step: int) -> None:
    box = Box(step % 25, step % 25 + 4, step % 15, step % 15 + 4)
    store.apply(SectionKey(Axis.INLINE, step % 6), box, np.ones(box.shape, bool), 1 + step % 3)


def _journalled(path: Path, n_edits: int) -> LabelStore:
    store = LabelStore(GEOMETRY)
    journal = Journal(path, 0)
    store.state.record = journal.append
    for step in range(n_edits):
        _paint(store, step)
        if step % 5 == 4:
            store.undo()
    store.rename_class(2, "Canyon")
    store.set_holdout(SectionKey(Axis.CROSSLINE, 3))
    store.remove_class(1)
    journal.close()
    return store


def _replayed(path: Path) -> tuple[LabelStore, JournalReader]:
    state = LabelState(GEOMETRY, FaciesScheme.default())
    reader = JournalReader(path)
    for entry in reader:
        state.replay(entry)
    return LabelStore.around(state), reader


def _assert_equal(one: LabelStore, two: LabelStore) -> None:
    assert one.scheme == two.scheme
    assert one.holdout == two.holdout
    assert one.revision == two.revision
    assert one.counts() == two.counts()
    assert one.labelled_sections() == two.labelled_sections()
    for index in range(6):
        key = SectionKey(Axis.INLINE, index)
        assert np.array_equal(one.section(key), two.section(key))


def test_replay_rebuilds_everything(tmp_path: Path) -> None:
    store = _journalled(tmp_path / "j.log", 40)
    twin, reader = _replayed(tmp_path / "j.log")
    assert reader.damage is None
    assert twin.state.sequence == store.state.sequence > 40
    _assert_equal(store, twin)
    _paint(twin, 41)
    assert twin.revision > store.state.last_revision, (
        "an identity that results may remember is given out anew"
    )


def test_edits_are_on_disk_within_a_second_without_being_asked(tmp_path: Path, monkeypatch) -> None:
    synced = threading.Event()
    fsync = os.fsync

    def noted(descriptor: int) -> None:
        fsync(descriptor)
        synced.set()

    journal = Journal(tmp_path / "j.log", 0)
    monkeypatch.setattr(os, "fsync", noted)
    store = LabelStore(GEOMETRY)
    store.state.record = journal.append
    began = time.monotonic()
    _paint(store, 0)
    assert journal.n_pending == 1
    assert synced.wait(1.0)
    assert time.monotonic() - began < 1.0
    assert len(list(JournalReader(journal.path))) == 1
    journal.close()
    assert journal.n_pending == 0


def test_flush_returns_when_everything_is_on_disk_and_close_joins_the_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    journal = Journal(tmp_path / "j.log", 0)
    store = LabelStore(GEOMETRY)
    store.state.record = journal.append
    for step in range(20):
        _paint(store, step)
    began = time.monotonic()
    journal.flush()
    assert time.monotonic() - began < 0.25, "flush must not wait for the next regular sync"
    assert journal.n_pending == 0
    journal.close()
    journal.close()
    assert set(threading.enumerate()) == before
    with pytest.raises(ExportError):
        journal.append(Entry(99, 99, ChangeHoldout(frozenset())))


def test_a_full_disk_keeps_edits_in_memory_and_writes_them_when_there_is_room(tmp_path, monkeypatch) -> None:
    journal = Journal(tmp_path / "j.log", 0)
    full = threading.Event()
    full.set()
    write = Journal._write

    def sometimes(self: Journal, batch: bytes) -> None:
        if full.is_set() and batch:
            self._file.seek(self._good_size)
            self._file.write(batch[: len(batch) // 2])
            self._file.truncate(self._good_size)
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, batch)

    monkeypatch.setattr(Journal, "_write", sometimes)
    store = LabelStore(GEOMETRY)
    store.state.record = journal.append
    _paint(store, 0)
    with pytest.raises(ExportError, match="disk is full"):
        journal.flush()
    assert journal.failure is not None
    _paint(store, 1)
    assert journal.n_pending == 2
    full.clear()
    journal.flush()
    assert journal.failure is None
    journal.close()
    _assert_equal(store, _replayed(journal.path)[0])


class _HalfFullFile(FileIO):
    """Takes half of what it is given, then has no room, until `full` is cleared."""

    full = True

    def write(self, content) -> int:
        if self.full:
            super().write(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


def test_a_disk_that_fills_up_in_the_middle_of_an_edit_leaves_the_file_whole(tmp_path: Path) -> None:
    journal, store = Journal(tmp_path / "j.log", 0), LabelStore(GEOMETRY)
    store.state.record = journal.append
    _paint(store, 0)
    journal.flush()
    sound = journal.path.read_bytes()
    journal._file.close()
    journal._file = disk = _HalfFullFile(journal.path, "r+b")
    _paint(store, 1)
    with pytest.raises(ExportError, match="disk is full"):
        journal.flush()
    assert journal.path.read_bytes() == sound
    disk.full = False
    journal.flush()
    journal.close()
    _assert_equal(store, _replayed(journal.path)[0])


def test_an_edit_counts_as_safe_only_once_the_disk_says_so(tmp_path: Path, monkeypatch) -> None:
    journal, store = Journal(tmp_path / "j.log", 0), LabelStore(GEOMETRY)
    store.state.record = journal.append

    def refused(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", refused)
        _paint(store, 0)
        with pytest.raises(ExportError, match="could not be written"):
            journal.flush()
        assert journal.n_pending == 1
    journal.flush()
    assert journal.n_pending == 0
    journal.close()
    _assert_equal(store, _replayed(journal.path)[0])


def test_closing_on_a_full_disk_says_so_and_still_ends_the_thread(tmp_path, monkeypatch) -> None:
    journal = Journal(tmp_path / "j.log", 0)

    def never(self: Journal, batch: bytes) -> None:
        if batch:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Journal, "_write", never)
    store = LabelStore(GEOMETRY)
    store.state.record = journal.append
    _paint(store, 0)
    with pytest.raises(ExportError, match="disk is full"):
        journal.close()
    assert not journal._thread.is_alive()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(cut=st.integers(1, 3000))
def test_a_torn_end_is_cut_off_and_reported(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "whole.log"
    if not path.exists():
        _journalled(path, 40)
    content = path.read_bytes()
    cut = min(cut, len(content) - 24)
    torn = tmp_path / "torn.log"
    torn.write_bytes(content[:-cut])
    whole = list(JournalReader(path))
    reader = JournalReader(torn)
    kept = list(reader)
    assert kept == whole[: len(kept)]
    assert len(kept) < len(whole)
    good_size = 24 + sum(12 + len(encode(entry)) for entry in kept)
    assert (reader.damage is None) == (good_size == len(content) - cut)
    assert reader.lost_bytes == len(content) - cut - good_size
    if reader.damage:
        assert reader.damage is Damage.TORN


def test_zeros_after_a_power_cut_count_as_torn(tmp_path: Path) -> None:
    path = tmp_path / "j.log"
    store = _journalled(path, 10)
    with path.open("ab") as file:
        file.write(bytes(5000))
    twin, reader = _replayed(path)
    assert reader.damage is Damage.TORN
    assert reader.lost_bytes == 5000
    _assert_equal(store, twin)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.floats(0, 1), value=st.integers(1, 255))
def test_an_altered_byte_stops_reading_there_and_never_gives_a_wrong_edit(tmp_path, position, value) -> None:
    path = tmp_path / "whole.log"
    if not path.exists():
        _journalled(path, 40)
    content = bytearray(path.read_bytes())
    place = int(position * (len(content) - 1))
    content[place] ^= value
    altered = tmp_path / "altered.log"
    altered.write_bytes(content)
    whole = list(JournalReader(path))
    try:
        reader = JournalReader(altered)
    except LabelError:
        assert place < 24
        return
    kept = list(reader)
    assert kept == whole[: len(kept)]
    assert len(kept) < len(whole)
    last_record = len(content) - 12 - len(encode(whole[-1]))
    assert reader.damage is (Damage.TORN if place >= last_record else Damage.CORRUPT)


@pytest.mark.parametrize("content", [b"", b"SVJRNL", b"PK\x03\x04" + bytes(100), b"SVJRNL\r\n" + bytes(16)])
def test_what_is_no_journal_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j.log"
    path.write_bytes(content)
    with pytest.raises(LabelError):
        JournalReader(path)


def test_a_journal_of_a_newer_seisview_is_refused_as_such(tmp_path: Path) -> None:
    head = struct.pack("<8sIQ", b"SVJRNL\r\n", VERSION + 1, 0)
    (tmp_path / "j.log").write_bytes(head + struct.pack("<I", zlib.crc32(head)))
    with pytest.raises(LabelError, match="newer seisview"):
        JournalReader(tmp_path / "j.log")


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "j.log"
    path.write_bytes(b"precious")
    with pytest.raises(ExportError):
        Journal(path, 0)
    assert path.read_bytes() == b"precious"


def test_entries_survive_encoding() -> None:
    mask = np.random.default_rng(0).random((3, 5)) < 0.5
    values = np.arange(15, dtype=np.uint8).reshape(3, 5)
    write = WriteSamples(
        SectionKey(Axis.SAMPLE, 7), Box(1, 4, 2, 7), pack_mask(mask), pack_values(values[mask]), True
    )
    assert np.array_equal(write.unpack_mask(), mask)
    assert np.array_equal(np.asarray(write.unpack_values(mask))[mask], values[mask])
    for operation in (
        write,
        ChangeScheme(FaciesScheme.named(["Größe", "b"])),
        ChangeHoldout(frozenset({SectionKey(Axis.INLINE, 3)})),
    ):
        entry = Entry(2**40, 7, operation)
        assert decode(encode(entry)) == entry


@given(st.binary(max_size=80))
def test_noise_is_never_taken_for_an_entry_that_breaks_the_labels(noise: bytes) -> None:
    state = LabelState(GEOMETRY, FaciesScheme.default())
    for payload in (noise, encode(Entry(1, 1, ChangeHoldout(frozenset())))[:16] + b"\x01" + noise):
        try:
            state.replay(decode(payload))
        except LabelError:
            continue


def test_a_small_record_cannot_claim_much_memory() -> None:
    bomb = pack_mask(np.zeros((30_000, 3_000), bool))
    write = WriteSamples(SectionKey(Axis.INLINE, 0), Box(0, 30, 0, 20), bomb, 1, True)
    with pytest.raises(LabelError):
        LabelState(GEOMETRY, FaciesScheme.default()).replay(Entry(1, 1, write))


def test_a_record_that_holds_too_little_is_refused() -> None:
    short = pack_mask(np.ones((2, 5), bool))
    write = WriteSamples(SectionKey(Axis.INLINE, 0), Box(0, 4, 0, 5), short, 1, True)
    with pytest.raises(LabelError):
        LabelState(GEOMETRY, FaciesScheme.default()).replay(Entry(1, 1, write))


def test_replay_refuses_a_gap_and_a_foreign_survey() -> None:
    state = LabelState(GEOMETRY, FaciesScheme.default())
    with pytest.raises(LabelError, match="jumps"):
        state.replay(Entry(2, 1, ChangeHoldout(frozenset())))
    outside = WriteSamples(
        SectionKey(Axis.INLINE, 6), Box(0, 1, 0, 1), pack_mask(np.ones((1, 1), bool)), 1, True
    )
    with pytest.raises(LabelError, match="outside"):
        state.replay(Entry(1, 1, outside))
    with pytest.raises(LabelError, match="outside"):
        state.replay(Entry(1, 1, ChangeHoldout(frozenset({SectionKey(Axis.CROSSLINE, 20)}))))
    assert state.sequence == 0
    assert not state.holdout
