"""Arrays out of a small ``.npz`` file that may be anything; free of torch."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def read_arrays(path: Path, *names: str) -> tuple[npt.NDArray[Any], ...] | None:
    """Read arrays by name; None when one or the file is missing or damaged: zip checks its contents."""
    try:
        # an open file, not its path: numpy leaves that one open when it is no zip file
        with path.open("rb") as file, np.load(file, allow_pickle=False) as content:
            return tuple(content[name] for name in names)
    except (OSError, ValueError, KeyError, EOFError, IndexError, AttributeError, TypeError):
        return None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return None
