"""How a survey dips: measured when it is first needed, kept from then on."""

from __future__ import annotations

from seisview.data.volume import Volume
from seisview.errors import ExportError
from seisview.events import Note
from seisview.learn.carrying.dip_field import DipField, measure_dips
from seisview.learn.carrying.dip_file import load_dips, save_dips
from seisview.progress import Progress


def survey_dips(volume: Volume, progress: Progress | None = None) -> DipField:
    """Dips of a survey, from the cache folder or measured now in half of one pass.

    Dips that cannot be kept are used all the same, with a note.

    Parameters
    ----------
    volume : Volume
    progress : Progress, optional

    Raises
    ------
    VolumeError
        If the survey can no longer be read.
    Cancelled
        If the job was asked to stop.
    """
    progress = progress or Progress()
    kept = load_dips(volume.fingerprint, volume.geometry)
    if kept is not None:
        return kept
    with progress.preparing():
        measured = measure_dips(volume, progress)
    try:
        save_dips(volume.fingerprint, measured)
    except ExportError as error:
        progress.emit(Note(f"The dips could not be kept and will be measured again: {error}"))
    return measured
