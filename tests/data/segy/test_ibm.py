"""IBM floats against their definition in exact arithmetic; below 1e-37 they may become zero."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.data.segy.samples import FORMATS, IBM, decode_samples


def defined(word: int) -> float:
    """Sign, exponent of 16 in excess 64, fraction of 24 bits, as a double, which holds it exactly."""
    sign = -1.0 if word >> 31 else 1.0
    return sign * (word & 0xFFFFFF) * 16.0 ** ((word >> 24 & 0x7F) - 70)


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("exponent", [*range(30, 48), 64, *range(95, 108), 0, 127])
def test_every_exponent_alone_and_among_others(order: str, exponent: int) -> None:
    rng = np.random.default_rng(exponent)
    fractions = [0, 1, 0x0FFFFF, 0x100000, 0xFFFFFF, *rng.integers(0, 1 << 24, 20).tolist()]
    words = [sign << 31 | exponent << 24 | fraction for fraction in fractions for sign in (0, 1)]
    for others in ([], [0x41100000, 0xC2640000], [0, 0x80000000]):
        raw = np.array([words + others], order + "u4").view(np.uint8)
        with np.errstate(over="ignore", under="ignore"):
            expected = np.array([defined(word) for word in words + others]).astype(np.float32)
        expected[~np.isfinite(expected)] = 0
        decoded = decode_samples(raw, FORMATS[IBM], order)[0]
        np.testing.assert_allclose(decoded, expected, rtol=0, atol=float(np.finfo(np.float32).tiny))
        usual = np.abs(expected) >= 1e-37
        np.testing.assert_array_equal(decoded[usual], expected[usual])
        assert (np.signbit(decoded) == np.signbit(expected))[decoded != 0].all()
