"""What was found for images of a folder, to look at and to keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from seisview.atomic import write_text_atomic


@dataclass(frozen=True, slots=True, eq=False)
class ImageAnswers:
    """What was found for every query.

    Attributes
    ----------
    answers : dict
        ``{query: [{"label": image, "confidence": c} x k]}``, the best first; entries also say ``similarity``
        (or ``distance``) and, in a corpus of class folders, ``class``.
    query_classes : dict of str to str
        Class of every query that lies in a class folder.
    figures : dict
        Counts, measure, and with class folders P@k, recall@k, mAP, R-precision and the declared WA@k.
    """

    answers: dict[str, list[dict[str, Any]]]
    query_classes: dict[str, str]
    figures: dict[str, Any]


def write_answers(out: Path, found: ImageAnswers) -> None:
    """Write the answers as JSON; :class:`ExportError` when that fails."""
    write_text_atomic(out, json.dumps(found.answers, indent=1))
