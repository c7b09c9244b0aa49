"""The sample format that a file declares against what its samples look like."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.segy.samples import FIXED_WITH_GAIN, FORMATS, IBM, IEEE, settle_format


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
