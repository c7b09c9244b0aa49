"""The files that the demo leaves: facies in every format, and pictures to look at."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey, section_of
from seisview.export.content import ByteArray, ContentKind
from seisview.export.images import save_section_image
from seisview.export.section_image import AmplitudeStyle, SectionPicture
from seisview.progress import Progress
from seisview.project.project import Project
from seisview.workflows.export import export_project

EXPORTS = (
    (ContentKind.FACIES, "facies.sgy"),
    (ContentKind.CONFIDENCE, "confidence.sgy"),
    (ContentKind.FACIES, "facies.npy"),
    (ContentKind.FACIES, "class-fractions.csv"),
)


def write_exports(project: Project, folder: Path, progress: Progress) -> None:
    """Write the facies of a project as SEG-Y, numpy array and table, and the confidence as SEG-Y."""
    for kind, name in EXPORTS:
        export_project(project, kind, folder / name, progress=progress)


def write_pictures(
    project: Project,
    truth: ByteArray,
    statistics: AmplitudeStatistics,
    keys: tuple[SectionKey, SectionKey],
    folder: Path,
) -> None:
    """Draw a labelled section, and of a section the network never saw: amplitudes, facies, truth, confidence.

    Parameters
    ----------
    project : Project
        With a result.
    truth : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
    statistics : AmplitudeStatistics
    keys : (SectionKey, SectionKey)
        A labelled section and an unseen one.
    folder : Path
        Pictures go to its folder ``pictures``.
    """
    pictures = folder / "pictures"
    pictures.mkdir()
    labelled, unseen = keys
    style = AmplitudeStyle(statistics.clip_limit(99.0) or 1.0)
    facies, confidence = project.results[-1].section(unseen)
    true = np.ascontiguousarray(section_of(truth, unseen))
    layers: list[tuple[SectionKey, str, dict[str, ByteArray]]] = [
        (labelled, "labels", {"labels": project.labels.section(labelled)}),
        (unseen, "amplitude", {}),
        (unseen, "facies", {"facies": facies}),
        (unseen, "true facies", {"facies": true}),
        (unseen, "confidence", {"facies": facies, "confidence": confidence}),
    ]
    for key, what, drawn in layers:
        title = f"{project.volume.geometry.title(key)}-{what}".replace(" ", "-")
        amplitude = project.volume.read_section(key)
        picture = SectionPicture(
            project.volume.geometry,
            key,
            amplitude,
            style,
            facies=drawn.get("facies"),
            labels=drawn.get("labels"),
            confidence=drawn.get("confidence"),
            scheme=project.labels.scheme,
            source=f"built-in survey, {what}",
        )
        save_section_image(picture, pictures / f"{title}.png")
