"""Hits of a search as CSV or JSON, and the heat map as something to export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seisview.atomic import replacing
from seisview.data.geometry import SurveyGeometry
from seisview.errors import ExportError
from seisview.export.content import Content, ContentKind
from seisview.labels.facies import FaciesScheme
from seisview.labels.patches import Hit
from seisview.project.matches import MatchSet

EUCLIDEAN = "euclidean distance"


def match_rows(matches: MatchSet, geometry: SurveyGeometry) -> list[dict[str, Any]]:
    """Hits as plain data in survey units.

    ``rank, similarity, confidence, axis, line, crossline_or_inline, time_ms`` (or ``depth_m``),
    ``samples, traces, verdict``; distances of Euclidean networks stand in a column ``distance``, and their
    similarity is empty.
    """
    return [_row(rank, hit, matches, geometry) for rank, hit in enumerate(matches.hits, start=1)]


def export_matches(
    matches: MatchSet, geometry: SurveyGeometry, out: Path, provenance: Mapping[str, str] | None = None
) -> str:
    """Write the hits of a search as ``.csv`` or ``.json``.

    Raises
    ------
    ExportError
        If the suffix is another, or the file cannot be written.
    """
    rows = match_rows(matches, geometry)
    suffix = out.suffix.lower()
    if suffix == ".csv":
        text = _csv(rows, matches, geometry)
    elif suffix == ".json":
        text = json.dumps(_described(matches, geometry, rows, provenance or {}), indent=1)
    else:
        raise ExportError(
            f"{out.name}: the name does not say which format to write.",
            "End it in .csv or .json, or in .sgy, .npy or .zarr for the heat map.",
        )
    with replacing(out) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")
    return f"{len(rows)} matches"


def heat_content(matches: MatchSet, provenance: Mapping[str, str]) -> Content:
    """Return the heat map of a search, ready to export; :class:`ExportError` when it has none."""
    if matches.heat is None:
        raise ExportError("This search has no heat map.", "Search again, then export.")
    return Content(
        ContentKind.SIMILARITY,
        matches.heat,
        matches.heat.geometry,
        FaciesScheme(),
        {**provenance, **matches.origin},
    )


def _row(rank: int, hit: Hit, matches: MatchSet, geometry: SurveyGeometry) -> dict[str, Any]:
    is_distance = matches.measure == EUCLIDEAN
    row: dict[str, Any] = {
        "rank": rank,
        "similarity": None if is_distance else round(hit.similarity, 6),
        "confidence": round(hit.confidence, 4),
        **hit.patch.describe(geometry),
        "samples": hit.patch.box.shape[0],
        "traces": hit.patch.box.shape[1],
        "verdict": str(hit.verdict),
    }
    return row | ({"distance": round(-hit.similarity, 6)} if is_distance else {})


def _csv(rows: list[dict[str, Any]], matches: MatchSet, geometry: SurveyGeometry) -> str:
    buffer = io.StringIO()
    columns = list(rows[0]) if rows else _columns(matches, geometry)
    writer = csv.DictWriter(buffer, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
    return buffer.getvalue()


def _columns(matches: MatchSet, geometry: SurveyGeometry) -> list[str]:
    """Names of the columns of a search that found nothing."""
    return list(_row(1, Hit(matches.positives[0], 0.0, 0.5), matches, geometry))


def _described(
    matches: MatchSet, geometry: SurveyGeometry, rows: list[dict[str, Any]], provenance: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "measure": matches.measure,
        "created": matches.created,
        "survey_fingerprint": matches.fingerprint,
        "query": [patch.describe(geometry) for patch in matches.positives],
        "not_like": [patch.describe(geometry) for patch in matches.negatives],
        "origin": {**provenance, **matches.origin},
        "matches": rows,
    }
