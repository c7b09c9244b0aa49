from __future__ import annotations

import numpy as np
import pytest

from seisview.learn.carrying.trust import agreement


def test_agreement_is_beyond_chance() -> None:
    generator = np.random.default_rng(0)
    classes = generator.choice(3, (96, 128), p=[0.8, 0.1, 0.1]).astype(np.uint8)
    logits = np.eye(3, dtype=np.float32)[classes].transpose(2, 0, 1)
    assert agreement(logits, classes) == 1
    assert agreement(logits, np.zeros_like(classes)) < 0.01, "eight of ten are right, by chance"
    assert agreement(logits, generator.permutation(classes.ravel()).reshape(classes.shape)) < 0.1
    some = np.where(generator.random(classes.shape) < 0.5, classes, np.uint8(255))
    assert agreement(logits, some) == 1
    assert agreement(logits, np.full_like(classes, 255)) == 0


def test_samples_to_which_nothing_was_carried_do_not_count() -> None:
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(3, 40, 50)).astype(np.float32)
    places = logits.argmax(axis=0).astype(np.uint8)
    places[::2] = (places[::2] + rng.integers(0, 2, (20, 50), dtype=np.uint8)) % 3
    known = agreement(logits[:, :30], places[:30])
    for none in (3, 255):
        places[30:] = none
        assert agreement(logits, places) == pytest.approx(known)
