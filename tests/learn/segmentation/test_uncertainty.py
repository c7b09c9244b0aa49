"""What to label next: unsure sections first, away from labels and from each other."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.segmentation.uncertainty import RankingConfig, UncertaintyMap, rank_sections

SHAPE = (80, 60, 48)


def inline(index: int) -> SectionKey:
    return SectionKey(Axis.INLINE, index)


def crossline(index: int) -> SectionKey:
    return SectionKey(Axis.CROSSLINE, index)


def mapped(confidence: np.ndarray, axis: Axis = Axis.INLINE, lines: range | None = None) -> UncertaintyMap:
    made = UncertaintyMap(confidence.shape)
    for index in lines or range(confidence.shape[0 if axis is Axis.INLINE else 1]):
        section = confidence[index] if axis is Axis.INLINE else confidence[:, index]
        made.add(SectionKey(axis, index), section.T.astype(np.float32))
    return made


def test_the_least_sure_section_comes_first_with_its_uncertainty() -> None:
    confidence = np.full(SHAPE, 0.9)
    confidence[50, :30] = 0.3
    first = rank_sections(mapped(confidence), ())[0]
    assert first.key == inline(50)
    assert first.uncertainty == pytest.approx(0.7, abs=0.01)
    assert first.score == first.uncertainty


def test_a_body_that_is_not_understood_outweighs_scattered_noise() -> None:
    rng = np.random.default_rng(0)
    confidence = np.full(SHAPE, 0.9)
    confidence[20][rng.random(SHAPE[1:]) < 0.08] = 0.01
    confidence[60, 16:32, 16:32] = 0.4
    ranked = rank_sections(mapped(confidence), (), RankingConfig(count=40))
    order = [suggestion.key for suggestion in ranked]
    assert inline(60) in order
    assert inline(20) not in order or order.index(inline(60)) < order.index(inline(20))


def test_no_ten_neighbours() -> None:
    confidence = np.full(SHAPE, 0.9)
    confidence[38:44] = 0.2
    ranked = rank_sections(mapped(confidence), (), RankingConfig(count=12))
    for axis in (Axis.INLINE, Axis.CROSSLINE):
        indices = sorted(s.key.index for s in ranked if s.key.axis is axis)
        assert all(b - a > 1 for a, b in itertools.pairwise(indices)), indices
    assert sum(38 <= s.key.index < 44 and s.key.axis is Axis.INLINE for s in ranked) <= 2


def test_scores_never_rise_down_the_list() -> None:
    rng = np.random.default_rng(1)
    confidence = rng.uniform(0.3, 1.0, (80, 1, 1)) * np.ones(SHAPE)
    scores = [s.score for s in rank_sections(mapped(confidence), (inline(10),), RankingConfig(count=12))]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 12


def test_labelled_sections_and_their_neighbours_wait() -> None:
    confidence = np.full(SHAPE, 0.9)
    confidence[40:46] = 0.3
    confidence[70] = 0.5
    assert rank_sections(mapped(confidence), ())[0].key.index in range(40, 46)
    taken = (inline(41), inline(43), inline(45))
    inlines = [s.key for s in rank_sections(mapped(confidence), taken) if s.key.axis is Axis.INLINE]
    assert inlines[0] == inline(70)
    assert not set(inlines) & {*taken, inline(42), inline(44)}


def test_a_crossline_is_listed_when_it_shows_more_than_any_inline() -> None:
    confidence = np.full(SHAPE, 0.9)
    confidence[:, 25] = 0.2
    assert rank_sections(mapped(confidence), ())[0].key == crossline(25)
    # Predicted crossline by crossline it is the same.
    assert rank_sections(mapped(confidence, Axis.CROSSLINE), ())[0].key == crossline(25)


def test_a_labelled_crossline_teaches_about_the_inlines_where_they_meet() -> None:
    confidence = np.full(SHAPE, 0.95)
    confidence[20, :16] = 0.3
    confidence[60, 44:] = 0.3
    near = rank_sections(mapped(confidence), (crossline(7),), RankingConfig(reach=0.2))
    far = rank_sections(mapped(confidence), (crossline(52),), RankingConfig(reach=0.2))
    assert near[0].key == inline(60)
    assert far[0].key == inline(20)


def test_what_was_not_predicted_is_not_listed() -> None:
    confidence = np.zeros(SHAPE)
    confidence[10:20] = 0.5
    ranked = rank_sections(mapped(confidence, lines=range(10, 20)), (), RankingConfig(count=30))
    assert {s.key.index for s in ranked if s.key.axis is Axis.INLINE} <= set(range(10, 20))
    assert rank_sections(UncertaintyMap(SHAPE), ()) == ()


def test_samples_that_were_not_predicted_neither_raise_nor_lower_the_mean() -> None:
    confidence = np.full(SHAPE, 0.5)
    confidence[:, ::2] = 0.0
    made = mapped(confidence)
    for axis in (Axis.INLINE, Axis.CROSSLINE):
        blocks = made.blocks(axis)
        assert np.nanmin(blocks) == np.nanmax(blocks) == pytest.approx(0.5)
    assert made.known_share() == pytest.approx(0.5)


def test_a_single_section_that_is_labelled_leaves_nothing_to_list() -> None:
    line = np.full((1, 60, 48), 0.5)
    ranked = rank_sections(mapped(line), (inline(0),))
    assert ranked == ()
