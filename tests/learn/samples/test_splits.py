from __future__ import annotations

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.samples.labelled import GUARD_LINES, LabelledSection
from seisview.learn.samples.splits import Block, choose_block, split_by_block
from seisview.learn.samples.targets import IGNORE
from tests.learn.surveys import crossline, inline


def section(key: SectionKey, targets: npt.NDArray[np.uint8]) -> LabelledSection:
    return LabelledSection(key, np.zeros(targets.shape, np.float32), targets)


def full(n_traces: int) -> npt.NDArray[np.uint8]:
    """Class 0 above class 1."""
    targets = np.zeros((40, n_traces), np.uint8)
    targets[20:] = 1
    return targets


def lines(sections: tuple[LabelledSection, ...], axis: Axis) -> set[int]:
    """Lines across `axis` on which something is labelled."""
    found: set[int] = set()
    for each in sections:
        columns = np.flatnonzero((each.targets != IGNORE).any(axis=0))
        found |= {each.key.index} if each.key.axis is axis else set(columns.tolist())
    return found


def test_one_section_gives_up_a_block_of_traces_with_a_guard_band() -> None:
    sections = [section(inline(5), full(200))]
    block = choose_block(sections, 2, 0.2)
    assert block is not None
    assert block.axis is Axis.CROSSLINE
    train, validation = (lines(s, Axis.CROSSLINE) for s in split_by_block(sections, block))
    assert len(validation) == 40
    assert max(validation) - min(validation) == 39, "the block is contiguous"
    assert min(abs(t - v) for t in train for v in validation) > GUARD_LINES
    assert len(train) >= 120


def test_many_sections_give_up_whole_neighbouring_sections() -> None:
    sections = [section(inline(i), full(60)) for i in range(0, 200, 20)]
    block = choose_block(sections, 2, 0.2)
    assert block is not None
    assert block.axis is Axis.INLINE
    train, validation = (lines(s, Axis.INLINE) for s in split_by_block(sections, block))
    assert len(validation) == 2
    assert max(validation) - min(validation) == 20
    assert train.isdisjoint(validation)
    assert len(train) == 8


def test_crossing_sections_do_not_leak_into_the_block() -> None:
    """A crossline is trained on only where it lies outside the validation block of inlines."""
    sections = [section(inline(i), full(60)) for i in range(0, 200, 20)] + [section(crossline(30), full(200))]
    block = choose_block(sections, 2, 0.2)
    assert block is not None
    train, validation = (lines(s, block.axis) for s in split_by_block(sections, block))
    assert min(abs(t - v) for t in train for v in validation) > GUARD_LINES


def test_training_keeps_most_of_every_class() -> None:
    """The only patch of class 1 is not given away, although its block would have both classes."""
    targets = np.zeros((40, 200), np.uint8)
    targets[:, 90:110] = 1
    sections = [section(inline(0), targets)]
    block = choose_block(sections, 2, 0.2)
    assert block is not None
    train, _ = split_by_block(sections, block)
    kept = sum(int((s.targets == 1).sum()) for s in train)
    assert kept >= 0.5 * (targets == 1).sum()


def test_blocks_with_all_classes_are_preferred() -> None:
    targets = np.zeros((40, 300), np.uint8)
    targets[:, 100:] = 1
    targets[:20, 180:] = 2
    block = choose_block([section(inline(0), targets)], 3, 0.2)
    assert block is not None
    inside = targets[:, block.start : block.stop]
    assert len(np.unique(inside)) == 2  # three do not occur in any block that leaves enough behind


def test_labels_too_few_to_be_divided() -> None:
    one_trace = np.full((40, 200), IGNORE, np.uint8)
    one_trace[:, 50] = full(1)[:, 0]
    assert choose_block([section(inline(0), one_trace)], 2, 0.2) is None
    small_strokes = np.full((40, 200), IGNORE, np.uint8)
    small_strokes[:, 50:70] = full(20)
    assert choose_block([section(inline(0), small_strokes)], 2, 0.2) is None


def test_validation_can_be_turned_off() -> None:
    assert choose_block([section(inline(5), full(200))], 2, 0) is None


def test_the_guard_band_belongs_to_neither_part() -> None:
    block = Block(Axis.INLINE, 10, 20, guard=3)
    positions = np.arange(30)
    assert np.flatnonzero(block.inside(positions)).tolist() == list(range(10, 20))
    assert np.flatnonzero(~block.inside(positions) & ~block.outside(positions)).tolist() == [
        7,
        8,
        9,
        20,
        21,
        22,
    ]


def test_a_block_is_written_and_read_as_text() -> None:
    block = Block(Axis.CROSSLINE, 12, 20)
    assert str(block) == "crossline 12:20"
    assert Block.parse(str(block)) == block
    assert Block.parse("") is None
    assert Block.parse("sample 1:2") is None
