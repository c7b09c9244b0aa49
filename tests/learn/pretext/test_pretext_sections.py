from __future__ import annotations

import numpy as np
import pytest

from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import ModelError
from seisview.learn.pretext.sections import Piece, PretextSurvey, Selection, gather_pieces
from seisview.learn.pretext.usable import runs, validation_block
from seisview.learn.pretext.windows import Sizes, WindowSampler
from seisview.learn.samples.labelled import GUARD_LINES
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume, crossline, inline, textured_survey


def numbered(shape: tuple[int, int, int] = (40, 60, 32)) -> ArrayVolume:
    """Every trace holds its own position: 1000 * (inline + 1) + crossline + 1."""
    i, j = np.meshgrid(np.arange(shape[0]), np.arange(shape[1]), indexing="ij")
    traces = (1000.0 * (i + 1) + j + 1)[:, :, None]
    return ArrayVolume(np.broadcast_to(traces, shape).astype(np.float32).copy())


class Plain:
    """Statistics that change nothing, so that traces can be recognised."""

    def normalise(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(values, np.float32) / 65536


def survey(volume: ArrayVolume, *held: SectionKey) -> PretextSurvey:
    return PretextSurvey(volume, Plain(), frozenset(held))  # type: ignore[arg-type]


def gather(*surveys: PretextSurvey, **options: object) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    pieces = gather_pieces(surveys, Selection(**options), Progress())  # type: ignore[arg-type]
    return pieces.train, pieces.validation


def test_both_axes_of_all_surveys_are_taken() -> None:
    train, _ = gather(survey(numbered()), survey(numbered((30, 50, 24))))
    assert {(piece.survey, piece.key.axis) for piece in train} == {
        (number, axis) for number in (0, 1) for axis in (Axis.INLINE, Axis.CROSSLINE)
    }


def test_validation_lies_apart_from_training_on_both_axes() -> None:
    volume = numbered((64, 200, 32))
    train, validation = gather(survey(volume))
    block = validation_block(volume.geometry, 0.1, np.random.default_rng([0, 7]))
    assert block is not None
    assert block.axis is Axis.CROSSLINE
    judged = {p.key.index for p in validation if p.key.axis is Axis.CROSSLINE}
    learnt = {p.key.index for p in train if p.key.axis is Axis.CROSSLINE}
    assert judged == set(range(block.start, block.stop))
    assert min(abs(a - b) for a in judged for b in learnt) > GUARD_LINES
    widths = {p.shape[1] for p in train if p.key.axis is Axis.INLINE}
    assert widths == {200 - 20 - GUARD_LINES}
    assert {p.shape[1] for p in validation if p.key.axis is Axis.INLINE} == {20}


def test_held_out_sections_and_what_is_near_them_are_never_used() -> None:
    volume = numbered((60, 80, 64))
    held = (inline(30), crossline(40), SectionKey(Axis.SAMPLE, 20))
    train, validation = gather(survey(volume, *held), validation_fraction=0.1)
    for piece in (*train, *validation):
        if piece.key.axis is Axis.INLINE:
            assert abs(piece.key.index - 30) > GUARD_LINES
            assert piece.shape[1] <= 40 - GUARD_LINES
        else:
            assert abs(piece.key.index - 40) > GUARD_LINES
            assert piece.shape[1] <= 30 - GUARD_LINES
        rows = np.rint(piece.depth * 63).astype(int)
        assert 20 not in rows
    with pytest.raises(ModelError, match="no sections"):
        gather(survey(numbered((20, 20, 32)), inline(10), crossline(10)), validation_fraction=0.0)


def test_the_whole_survey_decides_the_scale_of_every_section() -> None:
    volume, _ = textured_survey((16, 64, 48))
    volume._amplitude[3] *= 0.01
    statistics = measure_amplitudes(volume)
    pieces = gather_pieces(
        [PretextSurvey(volume, statistics)], Selection(validation_fraction=0.0), Progress()
    ).train
    quiet = next(p for p in pieces if p.key == inline(3))
    assert np.abs(quiet.amplitude).max() < 0.03
    np.testing.assert_allclose(
        quiet.amplitude, volume.read_section(inline(3)) / statistics.clip_limit(), atol=1e-3
    )


def test_dead_ground_divides_sections_but_single_dead_traces_do_not() -> None:
    volume = numbered((1, 100, 32))
    volume._amplitude[0, 40:55] = 0
    volume._amplitude[0, 20] = 0
    volume._amplitude[0, 90:] = 0
    train, _ = gather(survey(volume), validation_fraction=0.0, axes=(Axis.INLINE,))
    assert sorted(p.shape[1] for p in train) == [35, 40]


def test_narrow_sections_are_left_out_beside_wide_ones() -> None:
    train, _ = gather(survey(numbered((6, 160, 32))), validation_fraction=0.0)
    assert {p.key.axis for p in train} == {Axis.INLINE}


def test_a_survey_too_small_to_divide_is_used_whole() -> None:
    geometry = SurveyGeometry(LineNumbers.regular(1, 1, 4), LineNumbers.regular(1, 1, 8), 32, 0.0, 4.0)
    assert validation_block(geometry, 0.1, np.random.default_rng(0)) is None


def test_runs() -> None:
    assert runs(np.array([1, 1, 0, 1, 0], bool)) == [(0, 2), (3, 4)]
    assert runs(np.zeros(3, bool)) == []


def piece(rows: int, columns: int, number: int = 0) -> Piece:
    amplitude = np.arange(rows * columns, dtype=np.float32).reshape(rows, columns) % 100
    return Piece(
        number, inline(0), 2, amplitude.astype(np.float16), np.linspace(0, 1, rows, dtype=np.float32)
    )


def sampler(*pieces: Piece, wanted: tuple[int, int] = (96, 96)) -> WindowSampler:
    return WindowSampler(pieces, Sizes(wanted, (64, 64)), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("shape", "crop"), [((200, 300), (96, 96)), ((80, 300), (64, 96)), ((20, 17), (64, 64))]
)
def test_crops_are_as_large_as_fits(shape: tuple[int, int], crop: tuple[int, int]) -> None:
    (window,) = sampler(piece(*shape)).batch(1)
    assert window.crop == window.amplitude.shape == crop
    assert window.depth.shape == (crop[0],)


def test_a_batch_has_one_size_and_all_pieces_take_part() -> None:
    source = sampler(piece(200, 300, 0), piece(70, 70, 1), piece(66, 120, 2))
    seen = set()
    for _ in range(60):
        batch = source.batch(5)
        assert len({window.amplitude.shape for window in batch}) == 1
        seen |= {window.piece.survey for window in batch}
    assert seen == {0, 1, 2}


def test_small_pieces_are_continued_by_reflection_with_their_depth() -> None:
    (window,) = sampler(piece(20, 30)).batch(1)
    np.testing.assert_array_equal(window.amplitude[:20], window.amplitude[39:19:-1])
    np.testing.assert_array_equal(window.amplitude[:, :30], window.amplitude[:, 59:29:-1])
    np.testing.assert_array_equal(window.depth[:20], window.depth[39:19:-1])


def test_windows_reach_every_sample() -> None:
    source, seen = sampler(piece(110, 100)), np.zeros((110, 100), bool)
    rows = np.linspace(0, 1, 110, dtype=np.float32)
    for _ in range(400):
        (window,) = source.batch(1)
        top = int(np.searchsorted(rows, window.depth[0]))
        left = int((window.amplitude[0, 0] - 100 * top) % 100)
        seen[top : top + 96, left : left + 96] = True
    assert seen.all()


def test_the_generator_can_be_put_back() -> None:
    source = sampler(piece(200, 300))
    source.batch(2)
    state = source.state()
    first = source.batch(3)
    source.restore(state)
    again = source.batch(3)
    assert all((a.amplitude == b.amplitude).all() for a, b in zip(first, again, strict=True))
