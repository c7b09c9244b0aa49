"""Rare sample formats, and the format that a file declares against what its samples look like."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.segy.samples import FIXED_WITH_GAIN, FORMATS, IBM, IEEE, decode_samples, settle_format


def amplitudes(count: int = 20_000) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 900, count).astype(np.float32)


def ieee(values: np.ndarray) -> np.ndarray:
    return values.astype(">f4").view(np.uint8)[None]


def ibm(values: np.ndarray, scale: float = 1.0, unnormalised: float = 0.0) -> np.ndarray:
    """IBM words of `values * scale`; a share of them with a leading digit of 0."""
    size = np.abs(values.astype(np.float64)) * scale
    exponent = np.floor(np.log2(size) / 4).astype(np.int64) + 1
    exponent[: int(unnormalised * len(size))] += 1
    fraction = np.minimum(np.rint(size * 16.0 ** (6 - exponent)).astype(np.int64), 0xFFFFFF)
    words = (values < 0).astype(np.int64) << 31 | (exponent + 64) << 24 | fraction
    return words.astype(">u4").view(np.uint8)[None]


def settled(raw: np.ndarray, declared: int) -> int:
    return settle_format(raw, ">", FORMATS[declared]).code


@pytest.mark.parametrize("declared", [IBM, IEEE, FIXED_WITH_GAIN])
def test_ieee_numbers_are_recognised_whatever_is_declared(declared: int) -> None:
    assert settled(ieee(amplitudes()), declared) == IEEE


@pytest.mark.parametrize("declared", [IBM, IEEE])
def test_ibm_numbers_are_recognised_whatever_is_declared(declared: int) -> None:
    assert settled(ibm(amplitudes()), declared) == IBM


def test_ibm_numbers_that_are_not_normalised_stay_ibm_where_ieee_makes_no_sense() -> None:
    assert settled(ibm(amplitudes(), scale=1e-45, unnormalised=0.2), IBM) == IBM


@pytest.mark.parametrize("declared", [2, 3, 8])
def test_integers_are_what_they_are_declared(declared: int) -> None:
    assert settled(ieee(amplitudes()), declared) == declared


@pytest.mark.parametrize("declared", [IBM, IEEE])
def test_a_few_numbers_are_no_evidence(declared: int) -> None:
    few = np.zeros(20_000, np.float32)
    few[:100] = amplitudes(100)
    assert settled(ieee(few), declared) == declared


@pytest.mark.parametrize("order", [">", "<"])
def test_fixed_point_with_gain_is_the_mantissa_times_a_power_of_two(order: str) -> None:
    gains, mantissas = np.array([0, 3, 250, 127]), np.array([-5, 1000, 32_000, 1])
    words = (gains.astype(np.int64) << 16 | mantissas & 0xFFFF).astype(f"{order}u4")
    found = decode_samples(words.view(np.uint8)[None], FORMATS[FIXED_WITH_GAIN], order)
    np.testing.assert_array_equal(found, [[-5.0, 8000.0, 500.0, 2.0**127]])


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("code", [7, 15])
def test_three_bytes_hold_a_sign_only_where_the_format_says_so(order: str, code: int) -> None:
    numbers = [1, 0x7FFFFF, -0x800000, -1] if code == 7 else [1, 0x7FFFFF, 0x800000, 0xFFFFFF]
    raw = b"".join((n & 0xFFFFFF).to_bytes(3, "big" if order == ">" else "little") for n in numbers)
    found = decode_samples(np.frombuffer(raw, np.uint8)[None], FORMATS[code], order)
    np.testing.assert_array_equal(found, [numbers])
