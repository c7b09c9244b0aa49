"""What one, two and four panes show: at first, when another section comes to the front, and as text."""

from __future__ import annotations

from types import MappingProxyType

from seisview.gui.panes.pane import PaneKind
from seisview.gui.panes.pane_grid import COUNTS

Kinds = dict[int, tuple[PaneKind, ...]]

OTHER_KINDS = ((PaneKind.MAP, "base map"), (PaneKind.LINE, "arbitrary line"))
"""What every pane but the first may show beside sections."""

DEFAULTS = MappingProxyType(
    {
        1: (PaneKind.INLINE,),
        2: (PaneKind.INLINE, PaneKind.MAP),
        4: (PaneKind.INLINE, PaneKind.CROSSLINE, PaneKind.SAMPLE, PaneKind.MAP),
    }
)


def with_first(kinds: tuple[PaneKind, ...], first: PaneKind) -> tuple[PaneKind, ...]:
    """Put another section into the first of these panes; what it showed goes where that section was."""
    return (first, *(kinds[0] if kind is first else kind for kind in kinds[1:]))


def without_line(kinds: Kinds) -> Kinds:
    """What is shown where no line was drawn yet: instead of it, the first of the defaults that is missing."""
    return {count: _without_line(shown, DEFAULTS[count]) for count, shown in kinds.items()}


def _without_line(shown: tuple[PaneKind, ...], defaults: tuple[PaneKind, ...]) -> tuple[PaneKind, ...]:
    missing = [kind for kind in defaults if kind not in shown]
    return tuple(missing.pop(0) if kind is PaneKind.LINE and missing else kind for kind in shown)


def to_text(count: int, kinds: Kinds) -> str:
    """Number of panes and what two and four of them show, for the preferences."""
    return " ".join([str(count), *kinds[2], *kinds[4]])


def from_text(text: str) -> tuple[int, Kinds] | None:
    """Read what :func:`to_text` gave; None when it is not readable. The first pane is always a section."""
    words = text.split()
    try:
        count, kinds = int(words[0]), [PaneKind(word) for word in words[1:]]
    except (IndexError, ValueError):
        return None
    if count not in COUNTS or len(kinds) != 6 or None in (kinds[0].axis, kinds[2].axis):
        return None
    return count, {1: DEFAULTS[1], 2: tuple(kinds[:2]), 4: tuple(kinds[2:])}
