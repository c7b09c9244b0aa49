"""What the layers dock says about the preview; free of Qt."""

from __future__ import annotations

from seisview.gui.preview.facies_overlay import Drawn

_PREPARING = "preview: preparing this section …"
_PARTLY = "on the lines whose features are there"
_NONE_HERE, _NONE_YET = "no preview here", "no preview yet"
_WAITING = "preview: preparing the labelled sections …"


def preview_text(n_used: int, n_labelled: int) -> str:
    """``"preview, 3 labelled sections"``, ``"preview, 2 of 3 labelled sections"``."""
    count = f"{n_used}" if n_used == n_labelled else f"{n_used} of {n_labelled}"
    return f"preview, {count} labelled section{'' if n_labelled == 1 else 's'}"


def layer_text(
    drawn: Drawn, counts: tuple[int, int], tuned: tuple[str, str], is_waiting: bool, failure: str = ""
) -> tuple[str, str]:
    """What a layer shows on the section on screen, and why it shows nothing.

    Parameters
    ----------
    drawn : Drawn
    counts : (int, int)
        Labelled sections that the preview has learned from, and all of them.
    tuned : (str, str)
        What is said about the network's facies, and why there are none.
    is_waiting : bool
        Whether the first preview is on its way.
    failure : str
        Why there are no features of this section, or none at all; empty while nothing is wrong.
    """
    text, reason = tuned
    if drawn is Drawn.PREVIEW:
        shown = preview_text(*counts)
        return (f"{shown}; {text}" if text else shown), ""
    if drawn is Drawn.PREVIEW_PARTLY:
        return f"{preview_text(*counts)}, {_PARTLY}", ""
    if drawn is Drawn.BOTH:
        return f"{text}; {preview_text(*counts)} where it has not predicted", ""
    if drawn is Drawn.PREPARING or (is_waiting and not text):
        shown = _WAITING if is_waiting else _PREPARING
        if failure:
            shown = f"{_NONE_YET if is_waiting else _NONE_HERE}: {failure}"
        return (f"{text}; {shown}" if text else shown), ""
    return text, reason


def unreadable_text(failure: str) -> str:
    """What every layer of the facies says while the section on screen cannot be read."""
    return f"nothing here, this section cannot be read: {failure}"
