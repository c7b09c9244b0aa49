"""Labels in model files may say anything: they are read as they were, or refused, in little memory."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from seisview.benchmarks.memory import peak_mb
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import ModelError
from seisview.learn.config import SegmenterConfig
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.segmentation.checkpoint import load_segmenter
from tests.robustness.targets import _CONFIG, _DESCRIPTION

_NUMBERS = st.integers(0, 12) | st.sampled_from([10**5, 32768, 10**9 - 1, 10**9, 10**30])
_AXES = st.sampled_from(["inline", "crossline", "sample", "", "../x"])
_NAMES = (
    st.builds("labels.{}.{}.{}x{}".format, _AXES, _NUMBERS, _NUMBERS, _NUMBERS)
    | st.sampled_from(["labels.", "labels.inline.1.3x", "labels.inline.-1.2x2", "labels.inline.1.2x2.3"])
    | st.text(st.characters(codec="ascii", min_codepoint=32), max_size=9).map("labels.".__add__)
)
_CONTENTS = st.binary(max_size=150).flatmap(
    lambda plain: st.sampled_from([plain, zlib.compress(plain), zlib.compress(plain)[:-3]])
)


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return Segmenter(SegmenterConfig(**_CONFIG)).state_dict()


def written(path: Path, weights: dict[str, torch.Tensor], labels: dict[str, bytes]) -> Path:
    packed = {
        name: torch.from_numpy(np.frombuffer(content, np.uint8).copy()) for name, content in labels.items()
    }
    described = _DESCRIPTION | {"version": 3, "temperature": 1.0}
    save_file(weights | packed, path, {"seisview": json.dumps(described)})
    return path


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(labels=st.dictionaries(_NAMES, _CONTENTS, max_size=3))
def test_any_labels_are_read_or_refused(tmp_path: Path, labels: dict[str, bytes]) -> None:
    few = {"stem.weight": torch.ones(2)}
    with pytest.raises(ModelError):  # weights that do not fit, at the latest
        load_segmenter(written(tmp_path / "m.safetensors", few, labels))


def test_labels_are_read_as_they_were(tmp_path: Path, weights: dict[str, torch.Tensor]) -> None:
    mask = (np.arange(12) % 3).astype(np.uint8).reshape(4, 3)
    labels = {"labels.crossline.70.4x3": zlib.compress(mask.tobytes())}
    found = load_segmenter(written(tmp_path / "m.safetensors", weights, labels)).labels
    assert list(found) == [SectionKey(Axis.CROSSLINE, 70)]
    assert np.array_equal(found[SectionKey(Axis.CROSSLINE, 70)], mask)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("labels.inline.1.4x3", zlib.compress(bytes(300_000_000), 9), id="swells"),
        pytest.param("labels.inline.1.30000x30000", zlib.compress(bytes(12)), id="claims"),
        pytest.param("labels.inline.1.99999999x99999999", zlib.compress(bytes(12)), id="claims more"),
        pytest.param("labels.inline.1.4x3", b"", id="empty"),
        pytest.param("labels.sample.1.4x3", zlib.compress(bytes(12)), id="a slice"),
    ],
)
def test_labels_that_lie_are_refused_in_little_memory(
    tmp_path: Path, weights: dict[str, torch.Tensor], name: str, content: bytes
) -> None:
    path = written(tmp_path / "m.safetensors", weights, {name: content})
    before = peak_mb()
    with pytest.raises(ModelError, match="damaged") as caught:
        load_segmenter(path)
    assert caught.value.hint
    assert peak_mb() - before < 60
