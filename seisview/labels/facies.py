"""The classes an interpreter distinguishes: their ids, names and colours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.errors import LabelError

UNLABELLED = 0
MAX_CLASS_ID = 255
MAX_NAME_LENGTH = 80

# Chosen among the colours of published colour-blind-safe palettes (Okabe & Ito, Tol, IBM) and deeper ones, so
# that any two stay apart (CIE Lab) at 45 % over mid-grey under normal vision, deuteranopia and protanopia.
DEFAULT_PALETTE = (
    "#e69f00",
    "#0000cd",
    "#00e5d0",
    "#7b3f00",
    "#785ef0",
    "#6a0d3a",
    "#ddcc77",
    "#ee6677",
    "#4b0082",
    "#9467bd",
)
_COLOR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class FaciesClass:
    """One facies class.

    Parameters
    ----------
    id : int
        1..255, the value of its samples in label masks and facies volumes; 0 means unlabelled.
    name : str
        As shown and exported; surrounding blanks are dropped.
    color : str
        ``"#rrggbb"``.

    Raises
    ------
    LabelError
        If the id is out of range, the name empty or too long, or the colour malformed.
    """

    id: int
    name: str
    color: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", " ".join(self.name.split()))
        object.__setattr__(self, "color", self.color.lower())
        if not 1 <= self.id <= MAX_CLASS_ID:
            raise LabelError(f"Class {self.id} cannot exist.", f"Class ids run from 1 to {MAX_CLASS_ID}.")
        if not self.name or len(self.name) > MAX_NAME_LENGTH:
            raise LabelError(
                "That class name is empty or too long.", f"Use between 1 and {MAX_NAME_LENGTH} characters."
            )
        if not _COLOR.fullmatch(self.color):
            raise LabelError(f"{self.color!r} is not a colour.", "Write it as #rrggbb, e.g. #e69f00.")

    @property
    def rgb(self) -> tuple[int, int, int]:
        """Red, green and blue, 0..255."""
        return int(self.color[1:3], 16), int(self.color[3:5], 16), int(self.color[5:7], 16)


@dataclass(frozen=True, slots=True)
class FaciesScheme:
    """The classes of a project, in the order they are shown; the first nine answer to the keys 1-9.

    Parameters
    ----------
    classes : tuple of FaciesClass
        Ids and names all different (names without regard to case).

    Raises
    ------
    LabelError
        If an id or a name is used twice.
    """

    classes: tuple[FaciesClass, ...] = ()

    def __post_init__(self) -> None:
        if len({c.id for c in self.classes}) != len(self.classes):
            raise LabelError("Two classes have the same id.", "Give every class its own id.")
        if len({c.name.casefold() for c in self.classes}) != len(self.classes):
            raise LabelError("Two classes have the same name.", "Give every class its own name.")

    @classmethod
    def default(cls, n_classes: int = 3) -> FaciesScheme:
        """Return `n_classes` classes called "Facies 1", "Facies 2", ... in the default colours."""
        return cls.named([f"Facies {number}" for number in range(1, n_classes + 1)])

    @classmethod
    def named(cls, names: Sequence[str]) -> FaciesScheme:
        """Classes 1, 2, ... with these names, in the default colours."""
        scheme = cls()
        for name in names:
            scheme = scheme.with_added(name)
        return scheme

    @classmethod
    def from_dicts(cls, rows: Iterable[dict[str, Any]]) -> FaciesScheme:
        """The inverse of :meth:`to_dicts`; :class:`LabelError` when a row is not a class."""
        try:
            return cls(tuple(FaciesClass(int(r["id"]), str(r["name"]), str(r["color"])) for r in rows))
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            if isinstance(error, LabelError):
                raise
            raise LabelError(
                "The class table is damaged.", "Every class needs id, name and color."
            ) from error

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the classes as plain dictionaries, for JSON."""
        return [{"id": c.id, "name": c.name, "color": c.color} for c in self.classes]

    def __len__(self) -> int:
        return len(self.classes)

    def __iter__(self) -> Iterator[FaciesClass]:
        return iter(self.classes)

    def __contains__(self, class_id: object) -> bool:
        return any(c.id == class_id for c in self.classes)

    @property
    def ids(self) -> tuple[int, ...]:
        """Class ids in the order shown."""
        return tuple(c.id for c in self.classes)

    def get(self, class_id: int) -> FaciesClass:
        """Return the class with this id; :class:`LabelError` when there is none."""
        for facies in self.classes:
            if facies.id == class_id:
                return facies
        raise LabelError(f"There is no class {class_id}.", "Pick a class of the facies list.")

    def name_of(self, class_id: int) -> str:
        """Name for read-outs: "unlabelled" for 0, "class 7" for an id that is not in the scheme."""
        if class_id == UNLABELLED:
            return "unlabelled"
        return self.get(class_id).name if class_id in self else f"class {class_id}"

    def class_for_key(self, number: int) -> FaciesClass | None:
        """Return the class that number key 1-9 picks, or None."""
        return self.classes[number - 1] if 1 <= number <= min(9, len(self.classes)) else None

    def key_for(self, class_id: int) -> int | None:
        """Return the number key 1-9 that picks a class, or None beyond the ninth."""
        position = self.ids.index(self.get(class_id).id) + 1
        return position if position <= 9 else None

    def with_added(self, name: str = "", color: str = "") -> FaciesScheme:
        """Append a class with the smallest free id; without a name or colour it gets the next free ones.

        Raises
        ------
        LabelError
            If there are 255 classes already, or the name is taken.
        """
        free_id = next((i for i in range(1, MAX_CLASS_ID + 1) if i not in self), None)
        if free_id is None:
            raise LabelError("There are 255 classes already.", "Remove a class first.")
        added = FaciesClass(free_id, name or self._free_name(free_id), color or self._free_color(free_id))
        return FaciesScheme((*self.classes, added))

    def with_renamed(self, class_id: int, name: str) -> FaciesScheme:
        """Return the scheme with one class renamed."""
        return self._with(replace(self.get(class_id), name=name))

    def with_recoloured(self, class_id: int, color: str) -> FaciesScheme:
        """Return the scheme with one class in another colour, ``"#rrggbb"``."""
        return self._with(replace(self.get(class_id), color=color))

    def with_removed(self, class_id: int) -> FaciesScheme:
        """Return the scheme without one class; the others keep their ids."""
        gone = self.get(class_id)
        return FaciesScheme(tuple(c for c in self.classes if c is not gone))

    def color_table(self) -> npt.NDArray[np.uint8]:
        """Red, green and blue by class id.

        Returns
        -------
        ndarray of uint8, shape (256, 3)
            Row 0 (unlabelled) is black, ids outside the scheme are mid-grey: both are meant to be seen
            only where something is wrong, the caller draws id 0 transparent.
        """
        table = np.full((256, 3), 128, np.uint8)
        table[UNLABELLED] = 0
        for facies in self.classes:
            table[facies.id] = facies.rgb
        return table

    def _with(self, changed: FaciesClass) -> FaciesScheme:
        return FaciesScheme(tuple(changed if c.id == changed.id else c for c in self.classes))

    def _free_name(self, number: int) -> str:
        taken = {c.name.casefold() for c in self.classes}
        while f"facies {number}" in taken:
            number += 1
        return f"Facies {number}"

    def _free_color(self, class_id: int) -> str:
        taken = {c.color for c in self.classes}
        free = (color for color in DEFAULT_PALETTE if color not in taken)
        return next(free, DEFAULT_PALETTE[(class_id - 1) % len(DEFAULT_PALETTE)])
