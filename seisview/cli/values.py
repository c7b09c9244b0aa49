"""Values of options that are more than one number or name, read in one place for all commands."""

from __future__ import annotations

import typer


def refuse_both_budgets(minutes: float | None, steps: int | None) -> None:
    """Make sure that a job has one budget.

    Raises
    ------
    typer.BadParameter
        If both ``--minutes`` and ``--steps`` are given.
    """
    if minutes is not None and steps is not None:
        raise typer.BadParameter("Give --minutes or --steps, not both: each ends the job.")


def samples_and_traces(text: str, option: str, least: int = 1, most: int | None = None) -> tuple[int, int]:
    """Read a size such as ``64,64``.

    Parameters
    ----------
    text : str
        What was written.
    option : str
        What it was written for, e.g. ``"--size"``.
    least, most : int
        What each of the two may be.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    try:
        samples, traces = (int(part) for part in text.split(","))
    except ValueError:
        samples = traces = least - 1
    if min(samples, traces) < least or (most is not None and max(samples, traces) > most):
        limits = f"from {least} to {most}" if most is not None else f"of at least {least}"
        raise typer.BadParameter(
            f"{option} takes SAMPLES,TRACES, two whole numbers {limits} such as 64,64, not {text!r}."
        )
    return samples, traces


def position_range(text: str | None) -> tuple[float, float] | None:
    """Read ``FROM:TO`` in times or depths.

    Raises
    ------
    typer.BadParameter
        If it is none.
    """
    if text is None:
        return None
    try:
        first, last = (float(part) for part in text.split(":"))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no range: write FROM:TO.") from None
    return first, last


def corners_of_line(texts: list[str] | None) -> list[tuple[int, int]]:
    """Read the corners of a line across a survey, each ``INLINE,CROSSLINE``.

    Raises
    ------
    typer.BadParameter
        If one is none, or there is only one.
    """
    corners = []
    for text in texts or ():
        try:
            inline, crossline = (int(part) for part in text.split(","))
        except ValueError:
            raise typer.BadParameter(f"{text!r} is no place: write INLINE,CROSSLINE.") from None
        corners.append((inline, crossline))
    if len(corners) == 1:
        raise typer.BadParameter("A line needs a beginning and an end: give --line twice or more.")
    return corners
