"""The one way torchvision is imported.

The package index serves a CPU torch beside a torchvision that was built for CUDA. Its compiled operators
cannot load then, and ``import torchvision`` fails on registering a shape rule for ``torchvision::nms``,
although the networks and transforms that we use need none of these operators. Declaring the missing operators
(without an implementation) lets the import pass; where the operators load, nothing is declared.
"""

from __future__ import annotations

import importlib
import re
import sys
import threading
from types import ModuleType
from typing import TYPE_CHECKING

from seisview.errors import SeisviewError

if TYPE_CHECKING:
    import torch

_MISSING = re.compile(r"operator torchvision::(\w+) does not exist")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
_MOST_ATTEMPTS = 8
_lock = threading.Lock()
# torch forgets a declaration when its library object is collected, so these live as long as the process.
_declared: dict[str, torch.library.Library] = {}


def import_torchvision() -> ModuleType:
    """Import torchvision, declaring operators that its compiled part should have brought.

    Raises
    ------
    SeisviewError
        If torchvision is missing or fails for any other reason.
    """
    with _lock:
        for _ in range(_MOST_ATTEMPTS):
            try:
                return importlib.import_module("torchvision")
            except RuntimeError as error:
                missing = _MISSING.search(str(error))
                if missing is None or missing[1] in _declared:
                    raise _unusable(error) from error
                _declare(missing[1])
                _forget_half_imported()
            except ImportError as error:
                raise _unusable(error) from error
    raise _unusable(RuntimeError("too many operators are missing"))


def declared_operators() -> tuple[str, ...]:
    """Names of the operators that had to be declared in this process."""
    return tuple(_declared)


def _declare(operator: str) -> None:
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
    library.define(f"{operator}{_SIGNATURE}")  # type: ignore[no-untyped-call]
    _declared[operator] = library


def _forget_half_imported() -> None:
    for name in [n for n in sys.modules if n == "torchvision" or n.startswith("torchvision.")]:
        del sys.modules[name]


def _unusable(error: Exception) -> SeisviewError:
    return SeisviewError(
        f"torchvision cannot be used: {error}.", "Install seisview again: torch and torchvision do not match."
    )
