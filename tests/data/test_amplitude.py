from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.opening import open_volume
from seisview.errors import Cancelled, VolumeError
from seisview.progress import Progress
from tests.data.segy.raw_segy import RawSegy, grid_numbers, survey


def normal(shape: tuple[int, int, int], scale: float = 100.0) -> np.ndarray:
    return np.random.default_rng(0).normal(0, scale, shape).astype(np.float32)


def measure(folder: Path, data: np.ndarray, **options: int) -> AmplitudeStatistics:
    path = folder / "cube.npy"
    np.save(path, data)
    return measure_amplitudes(open_volume(path), **options)


def test_figures_of_a_survey_that_is_read_whole(tmp_path: Path) -> None:
    data = normal((10, 12, 200))
    found = measure(tmp_path, data)
    assert found.n_sampled_traces == 120
    assert found.n_dead_traces == 0
    assert found.minimum == data.min()
    assert found.maximum == data.max()
    assert found.mean == pytest.approx(float(data.mean()), abs=1e-3)
    assert found.std == pytest.approx(float(data.std()), rel=1e-4)
    assert (found.p1, found.p99) == pytest.approx(tuple(np.percentile(data, (1, 99))), rel=1e-4)
    for percentile in (80, 95, 99, 99.5, 100):
        assert found.clip_limit(percentile) == pytest.approx(
            np.percentile(np.abs(data), percentile), rel=1e-3
        )
    assert found.clip_limit(10) == found.clip_limit(80)


def test_sampling_comes_close_and_is_repeatable(tmp_path: Path) -> None:
    data = normal((60, 50, 40)) * np.linspace(0.5, 2, 60, dtype=np.float32)[:, None, None]
    whole = measure(tmp_path, data, n_traces=10_000)
    some = measure(tmp_path, data, n_traces=300, seed=3)
    assert whole.n_sampled_traces == 3000
    assert 250 <= some.n_sampled_traces <= 300
    assert some.clip_limit() == pytest.approx(whole.clip_limit(), rel=0.1)
    assert some == measure(tmp_path, data, n_traces=300, seed=3)
    assert some != measure(tmp_path, data, n_traces=300, seed=4)


def test_dead_traces_padding_and_spikes_do_not_move_the_limits(tmp_path: Path) -> None:
    clean = measure(tmp_path, normal((10, 12, 200)))
    data = np.zeros((20, 12, 300), np.float32)
    data[:10, :, 60:260] = normal((10, 12, 200))
    data[3, 4, 100] = 1e30
    found = measure(tmp_path, data)
    assert found.n_dead_traces == 120
    assert found.clip_limit() == pytest.approx(clean.clip_limit(), rel=0.01)
    assert found.std == pytest.approx(clean.std, rel=0.01)
    assert found.maximum == pytest.approx(1e30)


def test_zeros_inside_a_trace_count(tmp_path: Path) -> None:
    data = np.zeros((4, 4, 301), np.float32)
    data[:, :, 0] = data[:, :, -1] = 5
    assert measure(tmp_path, data).p99 == 0
    assert measure(tmp_path, data).mean == pytest.approx(10 / 301)


def test_not_finite_samples_are_counted(tmp_path: Path) -> None:
    data = normal((4, 5, 50))
    data[0, 0, :10] = np.nan
    data[1, 1] = np.inf
    found = measure(tmp_path, data)
    assert found.nonfinite_fraction == pytest.approx(60 / 1000)
    assert found.n_dead_traces == 1
    assert np.isfinite([found.minimum, found.maximum, found.mean, found.std]).all()


def test_missing_traces_are_not_dead_ones(tmp_path: Path) -> None:
    i, j = grid_numbers([1, 2, 3, 4], [1, 2, 3, 4, 5])
    data = normal((4, 5, 50)).reshape(-1, 50)
    data[7] = 0
    keep = np.arange(20) != 3
    path = RawSegy(data[keep], {189: i[keep], 193: j[keep]}).write(tmp_path / "a.sgy")
    found = measure_amplitudes(open_volume(path))
    assert (found.n_sampled_traces, found.n_dead_traces) == (19, 1)


def test_segy_with_values_that_are_not_finite(tmp_path: Path) -> None:
    data = normal((4, 5, 50))
    data[2, 2, 5] = np.nan
    path = survey(data, [1, 2, 3, 4], [1, 2, 3, 4, 5]).write(tmp_path / "a.sgy")
    assert measure_amplitudes(open_volume(path)).nonfinite_fraction == pytest.approx(1 / 1000)


def test_a_survey_of_zeros_has_usable_limits(tmp_path: Path) -> None:
    found = measure(tmp_path, np.zeros((3, 3, 10), np.float32))
    assert found.n_dead_traces == 9
    assert found.clip_limit() == 1.0
    assert not found.normalise(np.zeros((2, 2), np.float32)).any()


def test_where_most_samples_are_zero_the_maximum_is_the_limit(tmp_path: Path) -> None:
    data = np.zeros((4, 4, 1001), np.float32)
    data[:, :, 0] = data[:, :, -1] = 5
    assert measure(tmp_path, data).clip_limit() == 5


def test_normalised_amplitudes(tmp_path: Path) -> None:
    found = measure(tmp_path, normal((10, 12, 200)))
    limit = found.clip_limit(99.5)
    scaled = found.normalise(np.array([[0.0, limit / 2], [-limit, 9e9]]))
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [[0, 0.5], [-1, 1]], rtol=1e-6)


def test_statistics_survive_json_and_damage_is_refused(tmp_path: Path) -> None:
    found = measure(tmp_path, normal((3, 4, 50)))
    plain = json.loads(json.dumps(found.to_dict()))
    assert AmplitudeStatistics.from_dict(plain) == found
    del plain["p99"]
    with pytest.raises(VolumeError, match="damaged"):
        AmplitudeStatistics.from_dict(plain)


def test_measuring_reports_and_can_be_cancelled(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", normal((3, 4, 50)))
    volume = open_volume(tmp_path / "a.npy")
    messages: list[str] = []
    measure_amplitudes(volume, Progress(on_report=lambda state: messages.append(state.message)))
    assert messages
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        measure_amplitudes(volume, progress)


def test_values_of_one_sign_take_all_colours_and_amplitudes_swing_about_zero(tmp_path: Path) -> None:
    swinging = normal((10, 12, 200))
    found = measure(tmp_path, swinging)
    assert found.color_range(98.0) == (0.0, found.clip_limit(98.0))
    impedance = 7500 + 500 * np.tanh(swinging / 100)  # 7000 to 8000
    center, limit = measure(tmp_path, impedance).color_range(98.0)
    assert 7000 < center - limit < 7200
    assert 7800 < center + limit < 8000
    assert measure(tmp_path, impedance).color_range(100.0) == pytest.approx((7500, 500), rel=0.05)
    below, reach = measure(tmp_path, -impedance).color_range(98.0)
    assert (below, reach) == pytest.approx((-center, limit), rel=1e-3)
    unsigned = np.clip(np.rint(127.5 + swinging), 0, 255).astype(np.float32)
    assert measure(tmp_path, unsigned).color_range(98.0) == (127.5, 127.5)


def test_a_survey_of_one_value_has_zero_in_the_middle(tmp_path: Path) -> None:
    assert measure(tmp_path, np.zeros((4, 4, 20), np.float32)).color_range() == (0.0, 1.0)
    assert measure(tmp_path, np.full((4, 4, 20), 3.0, np.float32)).color_range() == (0.0, 3.0)
