"""Exporting facies, confidence and labels to files, of a project or straight from a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seisview import __version__
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.errors import ExportError
from seisview.export.arrays import export_npy, export_zarr
from seisview.export.content import ArrayCube, ByteArray, Content, ContentKind, SectionCube
from seisview.export.guard import refuse_overwriting
from seisview.export.images import save_section_image
from seisview.export.section_image import AmplitudeStyle, SectionPicture
from seisview.export.segy import export_segy
from seisview.export.tables import export_class_fractions
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.progress import Progress
from seisview.project.clusters import ClusterResult, latest_clusters
from seisview.project.project import Project
from seisview.project.results import FaciesResult
from seisview.workflows.facies.carry import carried_origin
from seisview.workflows.sections import picture_place, shown_section
from seisview.workflows.stored_results import no_facies, stored_result

SEGY_SUFFIXES = (".sgy", ".segy")
CUBE_SUFFIXES = (*SEGY_SUFFIXES, ".npy", ".zarr")
ALL_SUFFIXES = (*CUBE_SUFFIXES, ".png", ".csv")


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How to export.

    Attributes
    ----------
    sample_format : int or None
        SEG-Y sample format; None takes the survey's own when it fits.
    section : SectionKey or None
        Which section a picture shows; None takes the middle inline, of labels the labelled one nearest to
        it.
    style : AmplitudeStyle or None
        How a picture shows amplitudes; None clips at the 99th percentile of the survey.
    """

    sample_format: int | None = None
    section: SectionKey | None = None
    style: AmplitudeStyle | None = None


def facies_content(
    kind: ContentKind, values: ByteArray, survey: Volume, scheme: FaciesScheme, provenance: dict[str, str]
) -> Content:
    """Facies or confidence held in an array, ready to export.

    Parameters
    ----------
    kind : ContentKind
    values : ndarray of uint8, shape (n_inlines, n_crosslines, n_samples)
        Class ids, or 0..255 for confidence 0..1.
    survey : Volume
        The survey they belong to.
    scheme : FaciesScheme
    provenance : dict of str to str
        What to say of their origin.
    """
    return Content(kind, ArrayCube(values), survey.geometry, scheme, _origin(survey, provenance))


def label_content(labels: LabelSnapshot, survey: Volume) -> Content:
    """Painted labels, ready to export; 0 where nothing is painted.

    Raises
    ------
    ExportError
        If nothing is labelled.
    """
    if not labels.sections:
        raise ExportError("There are no labels to export.", "Paint some facies first.")
    cube = SectionCube(survey.geometry, dict(labels.sections))
    origin = {"labelled sections": str(len(labels.sections)), "label revision": str(labels.revision)}
    return Content(ContentKind.LABELS, cube, survey.geometry, labels.scheme, _origin(survey, origin))


def export_content(
    content: Content,
    survey: Volume,
    out: Path,
    options: ExportOptions | None = None,
    progress: Progress | None = None,
) -> str:
    """Export to the format that the name of the output asks for.

    Parameters
    ----------
    content : Content
    survey : Volume
        The survey it belongs to: SEG-Y copies its headers, pictures show its amplitudes.
    out : Path
        ``.sgy``, ``.segy``, ``.npy``, ``.zarr``, ``.png`` (one section) or ``.csv`` (class fractions).
    options : ExportOptions, optional
    progress : Progress, optional

    Returns
    -------
    str
        What was written, in words.

    Raises
    ------
    ExportError
        If the suffix is none of these, `out` is the survey itself, or the disk fails. Nothing half-written
        is left behind and what was at `out` stays.
    """
    options, progress = options or ExportOptions(), progress or Progress()
    refuse_overwriting(out, [survey.info.path])
    suffix = out.suffix.lower()
    if suffix in SEGY_SUFFIXES:
        return f"SEG-Y, {export_segy(content, survey, out, options.sample_format, progress)}"
    if suffix == ".png":
        key = shown_section(content, options.section)
        _export_picture(content, survey, out, key, options.style)
        return f"picture of {survey.geometry.title(key)}"
    writers = {
        ".npy": (export_npy, "numpy array"),
        ".zarr": (export_zarr, "zarr array"),
        ".csv": (export_class_fractions, "class fractions"),
    }
    if suffix not in writers:
        raise ExportError(
            f"{out.name}: the name does not say which format to write.",
            f"End it in {', '.join(ALL_SUFFIXES)}.",
        )
    write, words = writers[suffix]
    write(content, out, progress)
    return words


def project_content(project: Project, kind: ContentKind) -> Content:
    """What a project holds of a kind: its labels, or its current facies or their confidence.

    Raises
    ------
    ExportError
        If it holds none.
    """
    if kind is ContentKind.LABELS:
        return label_content(project.labels.snapshot(), project.volume)
    if kind in (ContentKind.CLUSTERS, ContentKind.ANOMALY):
        return _clusters_of(project, kind)
    result = stored_result(project)
    if not result.facies.any():
        raise no_facies(project)
    values = result.facies if kind is ContentKind.FACIES else result.confidence
    return facies_content(kind, values, project.volume, result.scheme, _result_origin(result))


def export_project(
    project: Project,
    kind: ContentKind,
    out: Path | str,
    options: ExportOptions | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Export what a project holds.

    Parameters
    ----------
    project : Project
        An open project; opened for reading suffices.
    kind : ContentKind
        Or its name: ``"facies"``, ``"confidence"``, ``"labels"``, ``"clusters"``.
    out : Path or str
        See :func:`export_content`.
    options : ExportOptions, optional
    progress : Progress, optional

    Returns
    -------
    dict
        What was written, as plain data.

    Raises
    ------
    ExportError
        If the project does not hold it, or it cannot be written.
    """
    out = Path(out)
    if kind not in set(ContentKind):
        raise ExportError(f"A project has no {kind!r}.", f"Choose one of {', '.join(ContentKind)}.")
    kind = ContentKind(kind)
    content = project_content(project, kind)
    written = export_content(content, project.volume, out, options, progress)
    place = picture_place(content, out, None if options is None else options.section)
    return {"what": str(kind), "out": str(out), "written": written, **place, "classes": content.class_table()}


def _clusters_of(project: Project, kind: ContentKind) -> Content:
    result, _ = latest_clusters(project.folder, project.volume.fingerprint)
    if result is None:
        raise ExportError(f"The project {project.name} has no clusters yet.", "Find some first.")
    return cluster_content(kind, result, project.volume)


def result_content(result: FaciesResult, survey: Volume) -> Content:
    """Facies of a result of the project, ready to export."""
    return facies_content(ContentKind.FACIES, result.facies, survey, result.scheme, _result_origin(result))


def cluster_content(kind: ContentKind, result: ClusterResult, survey: Volume) -> Content:
    """Clusters as they are shown, or their anomaly, ready to export."""
    cube = result if kind is ContentKind.CLUSTERS else ArrayCube(result.anomaly_volume())
    how = result.record.settings.get("clusters", {})
    origin = {
        "clusters": f"{how.get('method', '')} on {how.get('embedding', '')}, seed {how.get('seed', '')}",
        "of": str(result.record.settings.get("features", {}).get("source", "")),
        "made": f"{result.created:%Y-%m-%d %H:%M UTC}",
    }
    return Content(kind, cube, survey.geometry, result.scheme, _origin(survey, origin))


def _result_origin(result: FaciesResult) -> dict[str, str]:
    origin = result.provenance
    incomplete = {} if result.complete else {"incomplete": "sections that were not predicted hold 0"}
    return {
        "facies": origin.title or result.id,
        "model": " + ".join(origin.model_ids),
        **carried_origin(origin.details),
        "labels": f"revision {origin.label_revision}",
        "predicted": f"{result.created:%Y-%m-%d %H:%M UTC}",
        **incomplete,
    }


def _origin(survey: Volume, more: dict[str, str]) -> dict[str, str]:
    """Provenance of everything exported, with a line on the vertical axis that readers recognise."""
    domain = survey.geometry.domain
    return {
        "survey": survey.info.path.name,
        "fingerprint": survey.fingerprint,
        "domain": f"{domain.upper()}, samples every {survey.geometry.sample_interval:g} {domain.unit}",
        **more,
        "written by": f"seisview {__version__}",
    }


def _export_picture(
    content: Content, survey: Volume, out: Path, key: SectionKey, style: AmplitudeStyle | None
) -> None:
    from seisview.data.amplitude import measure_amplitudes

    if style is None:
        center, limit = measure_amplitudes(survey).color_range(99.0)
        style = AmplitudeStyle(limit, center=center)
    layer = content.cube.section(key)
    picture = SectionPicture(
        survey.geometry,
        key,
        survey.read_section(key),
        style,
        facies=layer if content.kind is ContentKind.FACIES else None,
        labels=layer if content.kind is ContentKind.LABELS else None,
        confidence=layer if content.kind.is_share else None,
        scheme=content.scheme,
        source=survey.info.path.name,
    )
    save_section_image(picture, out)


__all__: Sequence[str] = (
    "ALL_SUFFIXES",
    "CUBE_SUFFIXES",
    "ExportOptions",
    "cluster_content",
    "export_content",
    "export_project",
    "facies_content",
    "label_content",
    "project_content",
    "result_content",
)
