"""Where the survey of a project lies: what is noted of it, and how it is found again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import ProjectError
from seisview.project.schema import SurveyReference

VolumeOpener = Callable[[Path, HeaderBytes], Volume]


def reference_to(volume: Volume, folder: Path, known: SurveyReference | None = None) -> SurveyReference:
    """Note where a survey is, seen from a project folder too; with the header bytes that are `known` for it.

    Parameters
    ----------
    volume : Volume
        The open survey.
    folder : Path
        Of the project.
    known : SurveyReference, optional
        What was noted before; its header bytes stay. Default: those the survey was opened with.
    """
    path = volume.info.path.absolute()
    try:
        relative = os.path.relpath(path, folder.absolute())
    except ValueError:  # on another drive
        relative = ""
    used = volume.info.header_bytes if known is None else known.header_bytes
    return SurveyReference(
        path=str(path),
        relative_path=Path(relative).as_posix() if relative else "",
        fingerprint=volume.fingerprint,
        inline_byte=used.inline,
        crossline_byte=used.crossline,
        x_byte=used.x,
        y_byte=used.y,
    )


def check_fingerprint(survey: SurveyReference, volume: Volume) -> None:
    """Raise :class:`ProjectError` unless `volume` is the survey that was noted."""
    if volume.fingerprint != survey.fingerprint:
        raise ProjectError(
            f"{volume.info.path} is another survey than the one this project was made with: "
            "its size, lines or samples differ.",
            "Show where the right survey is, or open this one by itself.",
        )


def open_noted_survey(
    folder: Path, survey: SurveyReference, volume_opener: VolumeOpener, moved_to: Path | None = None
) -> Volume:
    """Open the survey of a project where it is now.

    Parameters
    ----------
    folder : Path
        Of the project.
    survey : SurveyReference
    volume_opener : callable
        :func:`seisview.data.opening.open_volume`, or anything like it.
    moved_to : Path, optional
        Look here only. Default: beside the project as before, then where it was.

    Raises
    ------
    ProjectError
        If there is none, or what is there is another survey.
    VolumeError
        If it cannot be read.
    """
    candidates = _candidates(folder, survey) if moved_to is None else [moved_to]
    refusal: ProjectError | None = None
    for path in candidates:
        if not os.path.exists(path):  # noqa: PTH110 - False, not an error, for a name too long
            continue
        volume = volume_opener(path, survey.header_bytes)
        try:
            check_fingerprint(survey, volume)
        except ProjectError as error:
            volume.close()
            refusal = error
            continue
        return volume
    if refusal is not None:
        raise refusal
    raise ProjectError(
        f"The survey of the project {folder.name} is not at {candidates[-1]} any more.",
        "Show where it is now, or plug the disk in.",
    )


def _candidates(folder: Path, survey: SurveyReference) -> list[Path]:
    """Places to look: beside the project first, so that both can be moved or copied together."""
    places = [folder / survey.relative_path] if survey.relative_path else []
    return list(dict.fromkeys(Path(os.path.normpath(place)) for place in (*places, Path(survey.path))))
