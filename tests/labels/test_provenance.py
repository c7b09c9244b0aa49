"""Who labelled a sample: kept through painting, undo, the journal and files, at little cost."""

from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.labels.journal import Journal, JournalReader
from seisview.labels.operations import WriteSamples, decode, encode, pack_mask, pack_values
from seisview.labels.provenance import Provenance
from seisview.labels.state import LabelState
from seisview.labels.store import LabelStore
from seisview.project.snapshot_file import read_snapshot, write_snapshot

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 6), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)
INLINE2, CROSSLINE5 = SectionKey(Axis.INLINE, 2), SectionKey(Axis.CROSSLINE, 5)
HAND, INTERPOLATED, ACCEPTED = Provenance.HAND, Provenance.INTERPOLATED, Provenance.ACCEPTED

# Records as the first version wrote them: three samples with a value each, then one value for all.
FIRST_VERSION = (
    "07000000000000000500000000000000010103000000010000000300000002000000040000000100090000007801db000000b100"
    "b178016364620200000c0006",
    "08000000000000000600000000000000010103000000010000000300000002000000040000000202090000007801db000000b100"
    "b1",
)


def _fill(store: LabelStore, key: SectionKey, rows: slice, class_id: int, who: Provenance = HAND) -> None:
    shape = store.geometry.section_shape(key.axis)
    box = Box(rows.start, rows.stop, 0, shape[1])
    store.write(key, box, np.ones(box.shape, bool), np.full(box.shape, class_id, np.uint8), who)


def _mixed() -> LabelStore:
    """Hand over interpolated over accepted, on two sections that cross."""
    store = LabelStore(GEOMETRY)
    _fill(store, INLINE2, slice(0, 10), 1, ACCEPTED)
    _fill(store, INLINE2, slice(10, 20), 2, INTERPOLATED)
    _fill(store, SectionKey(Axis.INLINE, 4), slice(0, 30), 2, INTERPOLATED)
    _fill(store, CROSSLINE5, slice(5, 15), 3)
    return store


def test_the_hand_overwrites_and_is_never_overwritten() -> None:
    store = LabelStore(GEOMETRY)
    _fill(store, INLINE2, slice(5, 10), 1)
    _fill(store, INLINE2, slice(0, 20), 2, ACCEPTED)
    _fill(store, INLINE2, slice(0, 30), 3, INTERPOLATED)
    assert store.section(INLINE2)[:, 0].tolist() == [2] * 5 + [1] * 5 + [2] * 10 + [3] * 10
    assert store.provenance(INLINE2)[:, 0].tolist() == [3] * 5 + [1] * 5 + [3] * 10 + [2] * 10
    _fill(store, INLINE2, slice(0, 30), 0, ACCEPTED)
    assert store.provenance_counts() == {HAND: 100, INTERPOLATED: 0, ACCEPTED: 0}


def test_painting_the_same_class_by_hand_makes_it_hand_and_undo_takes_that_back() -> None:
    store = LabelStore(GEOMETRY)
    _fill(store, INLINE2, slice(0, 30), 2, ACCEPTED)
    revision = store.revision
    _fill(store, INLINE2, slice(0, 10), 2)
    assert store.provenance_counts() == {HAND: 200, INTERPOLATED: 0, ACCEPTED: 400}
    assert store.revision != revision
    assert store.undo() == (INLINE2,)
    assert store.provenance_counts()[ACCEPTED] == 600
    assert store.revision == revision


def test_a_stroke_of_many_dabs_brings_back_what_it_covered() -> None:
    store = _mixed()
    before = store.provenance(INLINE2), store.provenance(CROSSLINE5)
    store.begin_stroke()
    for row in range(0, 28, 2):
        _fill(store, INLINE2, slice(row, row + 3), 1 + row % 3)
    store.end_stroke()
    assert (store.provenance(INLINE2)[:29] == HAND).all()
    store.undo()
    assert np.array_equal(store.provenance(INLINE2), before[0])
    assert np.array_equal(store.provenance(CROSSLINE5), before[1])
    store.redo()
    assert (store.provenance(INLINE2)[:29] == HAND).all()


def test_erasing_and_removing_a_class_clear_it() -> None:
    store = _mixed()
    _fill(store, INLINE2, slice(0, 5), 0)
    assert not store.provenance(INLINE2)[:5].any()
    store.remove_class(2)
    assert store.provenance_counts()[INTERPOLATED] == 0
    store.undo()
    assert store.provenance_counts()[INTERPOLATED] == 10 * 20 + 30 * 20 - 15


def test_sections_are_derived_until_somebody_paints_on_them() -> None:
    store = _mixed()
    four = SectionKey(Axis.INLINE, 4)
    assert store.labelled_sections() == (INLINE2, four, CROSSLINE5)
    assert store.painted_sections() == (INLINE2, CROSSLINE5)
    assert store.snapshot().derived == {four}
    _fill(store, four, slice(20, 22), 0)
    assert four not in store.painted_sections()
    _fill(store, four, slice(20, 22), 1)
    assert four in store.painted_sections()
    store.undo()
    assert four not in store.painted_sections()
    _fill(store, four, slice(0, 30), 3, INTERPOLATED)
    assert four not in store.painted_sections()


def test_a_snapshot_keeps_it_as_it_was() -> None:
    store = _mixed()
    expected = {key: store.provenance(key) for key in store.labelled_sections()}
    snapshot = store.snapshot()
    _fill(store, INLINE2, slice(0, 30), 1)
    assert set(snapshot.provenance) == set(expected)
    for key, origins in expected.items():
        assert np.array_equal(snapshot.provenance[key], origins)
        assert np.array_equal(snapshot.provenance[key] != 0, snapshot.sections[key] != 0)


def test_journal_and_label_file_bring_it_back(tmp_path: Path) -> None:
    store = LabelStore(GEOMETRY)
    journal = Journal(tmp_path / "j.log", 0)
    store.state.record = journal.append
    for rows, class_id, who in ((slice(0, 20), 2, ACCEPTED), (slice(5, 30), 1, INTERPOLATED)):
        _fill(store, INLINE2, rows, class_id, who)
    _fill(store, SectionKey(Axis.INLINE, 3), slice(2, 9), 3, INTERPOLATED)
    _fill(store, CROSSLINE5, slice(8, 12), 1)
    journal.close()
    replayed = LabelState(GEOMETRY, FaciesScheme.default())
    for entry in JournalReader(tmp_path / "j.log"):
        replayed.replay(entry)
    write_snapshot(tmp_path / "s.npz", store.state)
    for state in (replayed, read_snapshot(tmp_path / "s.npz", GEOMETRY)):
        twin = LabelStore.around(state)
        assert twin.provenance_counts() == store.provenance_counts()
        assert twin.painted_sections() == store.painted_sections()
        for key in (INLINE2, SectionKey(Axis.INLINE, 3), CROSSLINE5, SectionKey(Axis.SAMPLE, 8)):
            assert np.array_equal(twin.provenance(key), store.provenance(key))


def test_the_label_file_can_be_read_by_numpy_alone(tmp_path: Path) -> None:
    store = _mixed()
    write_snapshot(tmp_path / "s.npz", store.state)
    with np.load(tmp_path / "s.npz", allow_pickle=False) as arrays:
        labels, origins = arrays["inline_index_2"], arrays["inline_index_2_origin"]
    assert np.array_equal(labels, store.section(INLINE2))
    assert np.array_equal(np.maximum(origins, labels != 0), store.provenance(INLINE2))


def test_records_of_the_first_version_were_painted_by_hand() -> None:
    many, one = (decode(bytes.fromhex(record)) for record in FIRST_VERSION)
    assert (encode(many).hex(), encode(one).hex()) == FIRST_VERSION
    assert isinstance(many.operation, WriteSamples)
    assert isinstance(one.operation, WriteSamples)
    mask = many.operation.unpack_mask()
    assert np.asarray(many.operation.unpack_values(mask))[mask].tolist() == [1, 2, 2]
    assert (many.operation.origins, many.operation.derived, many.operation.stored) == (0, False, True)
    assert (one.operation.values, one.operation.origins, one.operation.stored) == (2, 0, False)


def test_a_label_file_of_the_first_version_was_painted_by_hand(tmp_path: Path) -> None:
    store = LabelStore(GEOMETRY)
    _fill(store, INLINE2, slice(3, 9), 2)
    write_snapshot(tmp_path / "s.npz", store.state)
    with np.load(tmp_path / "s.npz") as arrays:
        content = {name: arrays[name] for name in arrays}
    meta = (
        content["meta"].tobytes().replace(b'"version": 2', b'"version": 1').replace(b', "derived": []', b"")
    )
    assert b"derived" not in meta
    np.savez(tmp_path / "old.npz", **{**content, "meta": np.frombuffer(meta, np.uint8)})
    twin = LabelStore.around(read_snapshot(tmp_path / "old.npz", GEOMETRY))
    assert twin.provenance_counts() == store.provenance_counts()
    assert twin.painted_sections() == (INLINE2,)


@pytest.mark.parametrize(("values", "origins"), [(1, 1), (1, 7), (0, 2), (0, 3)])
def test_impossible_provenance_is_refused(values: int, origins: int) -> None:
    mask = np.ones((2, 2), bool)
    state = LabelState(GEOMETRY, FaciesScheme.default())
    packed = pack_values(np.array([origins, 0, 0, 0], np.uint8))
    bad = WriteSamples(INLINE2, Box(0, 2, 0, 2), pack_mask(mask), values, True, packed)
    with pytest.raises(LabelError, match="damaged"):
        state.perform(bad, 1)
    assert not state.samples.labelled()
    state.restore_section(INLINE2, np.full((30, 20), values, np.uint8))
    with pytest.raises(LabelError, match="does not fit"):
        state.restore_origins(INLINE2, np.full((30, 20), origins, np.uint8))


def test_labels_painted_by_hand_cost_next_to_nothing_more() -> None:
    geometry = SurveyGeometry(LineNumbers.regular(1, 1, 60), LineNumbers.regular(1, 1, 900), 500, 0.0, 4.0)
    store = LabelStore(geometry, FaciesScheme.default(6))
    rows = np.arange(500)[:, None]
    wave = 60 * np.sin(np.arange(900) / 40)[None, :]
    layers = (1 + (rows > 150 + wave) + (rows > 350 - wave)).astype(np.uint8)
    for index in range(0, 60, 3):
        whole = Box.whole(layers.shape)
        store.write(SectionKey(Axis.INLINE, index), whole, np.ones(whole.shape, bool), layers)
    assert store.state.origins.nbytes == 0
    hand = store.nbytes
    for index in range(1, 60, 3):
        store.write(SectionKey(Axis.INLINE, index), whole, np.ones(whole.shape, bool), layers, INTERPOLATED)
    # Twice the sections take twice the room; provenance adds less than half of that.
    assert store.nbytes < 2.5 * hand
