"""How far a carried label is believed; free of torch."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

HALVING_LINES = 16.0
"""Lines after which a carried label is believed half as much as a painted one."""


def trust_of(lines: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Trust in labels that were carried over so many lines: 1 at 0 lines, 1/2 at 16, 0 infinitely far away.

    It says how far a label has come and nothing else: it is no probability that the label is right.
    """
    return np.asarray(1 / (1 + np.sqrt(lines / np.float32(HALVING_LINES))), np.float32)
