"""The colour maps for amplitudes, read from the tables that come with the program.

Free of Qt, so that the window, the image export and a notebook show the same colours.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from seisview.errors import SeisviewError
from seisview.resources import resource

ColorTable = npt.NDArray[np.uint8]

DEFAULT_COLORMAP = "grey"
_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Colormap:
    """A table of 256 colours.

    Attributes
    ----------
    name : str
        What files and settings call it, e.g. ``"red-white-blue"``.
    label : str
        What the window calls it.
    diverging : bool
        Whether the middle of the table is neutral, so that limits should be symmetric about zero.
    table : ndarray of uint8, shape (256, 3)
        Red, green, blue from the lowest to the highest value; read-only.
    """

    name: str
    label: str
    diverging: bool
    table: ColorTable

    def sampled(self, n_colors: int) -> ColorTable:
        """Return `n_colors` colours (at least 2) spread evenly over the table, both ends included.

        Returns
        -------
        ndarray of uint8, shape (n_colors, 3)
        """
        positions = np.linspace(0, len(self.table) - 1, n_colors)
        return self.table[np.rint(positions).astype(np.intp)]


def colormaps() -> tuple[Colormap, ...]:
    """All shipped colour maps, in the order in which menus list them.

    Raises
    ------
    SeisviewError
        If the tables are missing or were written by a newer version.
    """
    return _read_tables()


def colormap(name: str) -> Colormap:
    """Return the colour map called `name`.

    Raises
    ------
    SeisviewError
        If there is none; the hint lists those there are.
    """
    for candidate in colormaps():
        if candidate.name == name:
            return candidate
    names = ", ".join(c.name for c in colormaps())
    raise SeisviewError(f"There is no colour map called {name!r}.", f"Choose one of {names}.")


@cache
def _read_tables() -> tuple[Colormap, ...]:
    document = json.loads(resource("colormaps", "tables.json").read_text(encoding="utf-8"))
    if document["version"] > _VERSION:
        raise SeisviewError(
            "The shipped colour maps belong to a newer version of seisview.",
            "Install seisview again: two versions are mixed.",
        )
    return tuple(_colormap(entry) for entry in document["colormaps"])


def _colormap(entry: dict[str, str | bool]) -> Colormap:
    table = np.frombuffer(bytes.fromhex(str(entry["colors"])), np.uint8).reshape(-1, 3)
    return Colormap(str(entry["name"]), str(entry["label"]), bool(entry["diverging"]), table)
