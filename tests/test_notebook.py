"""What `import seisview` offers: every name is there, and the README's example does what it says."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import segyio

import seisview as sv

README = Path(__file__).resolve().parent.parent / "README.md"


def readme_example() -> str:
    """The first block of Python in the README."""
    found = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("name", sv.__all__)
def test_every_name_is_there_and_says_what_it_is(name: str) -> None:
    offered = getattr(sv, name)
    assert inspect.getdoc(offered)
    assert offered.__name__ == name


def test_a_name_that_is_not_offered_is_no_surprise() -> None:
    with pytest.raises(AttributeError, match="train_segmentor"):
        _ = sv.train_segmentor  # type: ignore[attr-defined]


def test_nothing_heavy_is_loaded_before_it_is_used() -> None:
    code = (
        "import sys, seisview as sv; [getattr(sv, name) for name in sv.__all__];"
        "print(sorted({'torch', 'torchvision', 'umap', 'sklearn', 'PySide6', 'typer'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_example_of_the_readme_does_the_main_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = sv.synthesize(sv.SyntheticConfig.tiny(seed=3))
    sv.write_survey(made, tmp_path / "survey.sgy")
    (tmp_path / "labels").mkdir()
    np.save(tmp_path / "labels" / "inline_1012.npy", made.facies[12].T)
    quick = readme_example().replace("120", "1012").replace("minutes=5", "steps=2, backbone='resnet10'")
    assert "steps=2" in quick
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    exec(compile(quick, "README.md", "exec"), names)
    facies, confidence = names["facies"], names["confidence"]
    assert isinstance(facies, np.ndarray)
    assert isinstance(confidence, np.ndarray)
    assert facies.shape == confidence.shape == made.facies[12].T.shape
    assert 0 <= confidence.min() <= confidence.max() <= 1
    with segyio.open(tmp_path / "facies.sgy") as written:
        assert segyio.tools.cube(written).shape == made.facies.shape
