"""How well reflections are followed: on the synthetic survey, whose beds are known."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from seisview.data.synthesis.fields import Block, Extent
from seisview.data.synthesis.scenario import Counts, draw_earth
from seisview.data.synthetic import SyntheticConfig, synthesize
from seisview.labels.horizons.following import follow_reflection, straight_line
from seisview.labels.horizons.picks import Joining, Pick, join_picks, polarity_at, snapped

BODIES = Counts(faults=2, channels=0, chaotic=0, salts=0, gas=0)
N_PICKS = 4
LEAST_TRACES = 80


def boundaries(seed: int) -> Iterator[tuple[np.ndarray, int, np.ndarray]]:
    """Section, first trace and true samples of strong bed boundaries where no fault cuts them."""
    survey = synthesize(SyntheticConfig(12, 160, 192, seed, BODIES))
    model = draw_earth(Extent(*survey.amplitude.shape), BODIES, seed)
    level = model.place(Block.of(model.extent)).level
    contrast = np.abs(np.diff(model.rock(Block.of(model.extent)).log_impedance, axis=-1))
    for inline in range(0, len(level), 3):
        middle = level.shape[1] // 2
        for sample in np.argsort(-contrast[inline, middle, 20:-20])[:8] + 20:
            bed = level[inline, middle, sample : sample + 2].mean()
            below = level[inline] >= bed
            once = np.diff(below.view(np.int8), axis=1).clip(0).sum(axis=1) == 1
            rows = below.argmax(axis=1)
            whole = once & ~_near(survey.faults[inline], rows)
            whole[1:] &= np.abs(np.diff(rows)) <= 3
            stops = np.flatnonzero(~whole)
            first = stops[stops < middle].max(initial=-1) + 1
            last = stops[stops > middle].min(initial=len(whole)) - 1
            if whole[middle] and last - first >= LEAST_TRACES:
                yield survey.amplitude[inline].T, int(first), rows[first : last + 1]


def _near(faults: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.array([trace[max(row - 4, 0) : row + 5].any() for trace, row in zip(faults, rows, strict=True)])


def _error(section: np.ndarray, first: int, rows: np.ndarray, joining: Joining, seed: int) -> float:
    """Mean distance in samples from the truth of a line through picks that are off by 0.7 samples."""
    picks: list[Pick] = []
    noise = np.random.default_rng(seed).normal(0, 0.7, N_PICKS)
    for at, off in zip(np.linspace(0, len(rows) - 1, N_PICKS).round().astype(int), noise, strict=True):
        polarity = polarity_at(section, picks[0]) if picks else 0
        picks.append(snapped(section, Pick(int(first + at), float(rows[at] + off)), polarity))
    found = join_picks(picks, section.shape[1], joining)[first : first + len(rows)]
    return float(np.abs(found - rows).mean())


def test_four_picks_give_a_known_bed_within_two_samples_and_better_than_straight_lines() -> None:
    beds = [*boundaries(seed=7), *boundaries(seed=2024)]
    followed = [_error(*bed, partial(follow_reflection, bed[0]), n) for n, bed in enumerate(beds)]
    straight = [_error(*bed, straight_line, n) for n, bed in enumerate(beds)]
    assert len(beds) >= 30
    assert np.mean(followed) < 1.5
    assert np.median(followed) < 1
    assert np.mean(followed) < 0.4 * np.mean(straight)
