"""Verdicts move the query: towards what was accepted, away from what was rejected, and not too far."""

from __future__ import annotations

import numpy as np

from seisview.learn.matching.refining import refined_query
from seisview.learn.matching.similarity import unit_rows


def world(seed=0):
    """Wanted windows have a large first and second number; the query shows the first and a distraction."""
    rng = np.random.default_rng(seed)
    anywhere = unit_rows(rng.normal(size=(400, 16)))
    wanted = rng.normal(size=(80, 16)) * 0.5
    wanted[:, 0] += 2
    wanted[:, 1] += 2
    misleading = rng.normal(size=(80, 16)) * 0.5
    misleading[:, 0] += 2
    misleading[:, 2] += 2
    query = unit_rows(np.eye(16)[[0]] + 0.7 * np.eye(16)[[2]] + 0.3 * np.eye(16)[[1]])[0]
    return query, unit_rows(wanted), unit_rows(misleading), anywhere


def precision(direction, wanted, misleading, anywhere):
    pool = np.concatenate([wanted[20:], misleading[20:], anywhere[100:]])
    right = np.arange(len(pool)) < 60
    return right[np.argsort(-pool @ direction)[:20]].mean()


def test_one_round_of_verdicts_finds_more():
    query, wanted, misleading, anywhere = world()
    before = precision(query, wanted, misleading, anywhere)
    positives = np.concatenate([query[None], wanted[:4]])
    after = refined_query(query, positives, misleading[:6], anywhere[:100])
    assert np.linalg.norm(after) == np.float32(1) or abs(np.linalg.norm(after) - 1) < 1e-5
    assert precision(after, wanted, misleading, anywhere) > before + 0.3


def test_accepting_alone_and_rejecting_alone_help_too():
    query, wanted, misleading, anywhere = world(1)
    before = precision(query, wanted, misleading, anywhere)
    accepted = refined_query(
        query, np.concatenate([query[None], wanted[:4]]), np.empty((0, 16)), anywhere[:100]
    )
    rejected = refined_query(query, query[None], misleading[:5], anywhere[:100])
    assert precision(accepted, wanted, misleading, anywhere) > before
    assert rejected @ misleading[:5].mean(axis=0) < query @ misleading[:5].mean(axis=0)
    assert precision(rejected, wanted, misleading, anywhere) > before


def test_a_negative_that_is_the_query_itself_leaves_a_direction():
    query, _, _, anywhere = world(2)
    found = refined_query(query, query[None], query[None], anywhere[:100])
    assert np.isfinite(found).all()
    assert abs(np.linalg.norm(found) - 1) < 1e-5
