from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seisview.errors import ExportError
from seisview.export.content import ContentKind
from seisview.export.tables import export_class_fractions

Make = Callable[..., Any]


def test_fractions_of_every_line(content: Make, values: np.ndarray, tmp_path: Path) -> None:
    values[1, 2] = 0
    out = tmp_path / "fractions.csv"
    export_class_fractions(content(), out)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 + 7 + 1
    by_line = {(r["section"], r["line"]): r for r in rows}
    inline = by_line["inline", "102"]
    labelled = values[1][values[1] > 0]
    assert int(inline["samples"]) == len(labelled) == 6 * 16
    for number, name in enumerate(("Shale", "Sand", "Canal d'été"), start=1):
        assert float(inline[f"fraction {name}"]) == pytest.approx(np.mean(labelled == number), abs=1e-6)
        crossline = by_line["crossline", "306"]
        assert float(crossline[f"fraction {name}"]) == pytest.approx(
            np.mean(values[:, 1] == number), abs=1e-6
        )
        assert float(by_line["survey", ""][f"fraction {name}"]) == pytest.approx(
            np.mean(values[values > 0] == number), abs=1e-6
        )
    assert float(inline["fraction without class"]) == pytest.approx(1 / 7, abs=1e-6)


def test_confidence_has_no_fractions(content: Make, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no classes"):
        export_class_fractions(content(ContentKind.CONFIDENCE), tmp_path / "fractions.csv")
    assert list(tmp_path.iterdir()) == []
