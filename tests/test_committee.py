"""Committees: bootstrap copies of the specification's model, or models by name."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from campaign import environment
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from alcli import plugins
from alcli.campaign.choosing.committee import bootstrap, committee
from alcli.contracts import Asked
from alcli.errors import ConfigError
from alcli.project.config import Config, Part

CLASSES = ("refund", "login", "bug")
MINE = """
from sklearn.naive_bayes import GaussianNB

class Own(GaussianNB):
    pass
"""


def asked(*, sparse: bool = False, classes: int = 3, n: int = 30) -> Asked:
    """Rows in groups that lie apart, each with the label of its group, and two that have none."""
    y = np.arange(n) % classes
    rows = (np.eye(4)[y] + np.random.default_rng(0).random((n, 4)) / 2).astype(np.float32)
    return Asked(csr_matrix(rows) if sparse else rows, np.append(y[:-2], [-1, -1]))


def strategy(**attributes: Any) -> Any:
    return SimpleNamespace(**attributes)


@pytest.mark.parametrize("sparse", [False, True])
def test_members_are_copies_that_differ(tmp_path: Path, sparse: bool) -> None:
    before = asked(sparse=sparse)
    made = committee(tmp_path, Config(), strategy(members=4), before, CLASSES, seed=1)
    votes = made.votes(before.features)
    assert votes.shape == (30, 4, 3)
    assert votes.dtype == np.float32
    np.testing.assert_allclose(votes.sum(axis=2), 1, rtol=1e-5)
    assert (votes.argmax(axis=2)[:28] == before.y[:28, None]).mean() > 0.9
    assert np.ptp(votes, axis=1).max() > 0.01, "each saw other labels"


def test_the_same_seed_makes_the_same_committee(tmp_path: Path) -> None:
    before = asked()
    first, again, other = (
        committee(tmp_path, Config(), strategy(members=2), before, CLASSES, seed).votes(before.features)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - other).max() > 1e-3


def test_models_by_name_take_the_place_of_copies(tmp_path: Path) -> None:
    before = asked()
    named = plugins.load("strategies", "vote_entropy", {"models": ["logistic", "naive_bayes", "logistic"]})
    votes = committee(tmp_path, Config(), named, before, CLASSES, seed=1).votes(before.features)
    assert votes.shape == (30, 3, 3)
    np.testing.assert_array_equal(votes[:, 0], votes[:, 2])
    assert np.abs(votes[:, 0] - votes[:, 1]).max() > 0.01


def test_a_wrapper_asks_for_the_committee_of_what_it_wraps(tmp_path: Path) -> None:
    of = {"use": "subsample", "of": {"use": "max_disagreement", "members": 3}}
    wrapper = plugins.load("strategies", "class_balanced", {"of": of})
    assert committee(tmp_path, Config(), wrapper, asked(), CLASSES, 1).votes(asked().features).shape == (30, 3, 3)


def test_a_class_without_labels_gets_no_vote(tmp_path: Path) -> None:
    """The classes are those of the model; a label may have been taken back since."""
    before = asked(classes=2)
    votes = committee(tmp_path, Config(), strategy(members=3), before, ("bug", "login", "none"), 1).votes(
        before.features
    )
    assert (votes[:, :, 2] == 0).all()
    np.testing.assert_allclose(votes.sum(axis=2), 1, rtol=1e-5)


def test_it_travels_to_a_process_that_has_not_seen_the_model(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    before = asked()
    made = committee(tmp_path, Config(model=Part("./mine.py:Own")), strategy(members=2), before, CLASSES, 1)
    (tmp_path / "made").write_bytes(pickle.dumps((made, before.features)))
    there = (
        "import pickle, sys; made, X = pickle.load(open(sys.argv[1], 'rb')); "
        "sys.stdout.buffer.write(made.votes(X).tobytes())"
    )
    told = subprocess.run(
        [sys.executable, "-c", there, tmp_path / "made"], env=environment(), capture_output=True, check=True
    )
    assert told.stdout == made.votes(before.features).tobytes()


def test_a_model_that_cannot_vote_is_refused(tmp_path: Path) -> None:
    config = Config(model=Part("sklearn.svm:LinearSVC"))
    with pytest.raises(ConfigError, match="gives no probabilities"):
        committee(tmp_path, config, strategy(members=2), asked(), CLASSES, 1)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40), st.integers(0, 99))
def test_a_bootstrap_keeps_every_class(labels: list[int], seed: int) -> None:
    y = np.array(labels)
    rows = bootstrap(y, np.random.default_rng(seed))
    assert set(y[rows]) == set(labels)
    assert len(y) <= len(rows) < len(y) + len(set(labels))


def test_a_bootstrap_draws_with_replacement() -> None:
    rows = bootstrap(np.zeros(1000, int), np.random.default_rng(0))
    assert abs(len(np.unique(rows)) / 1000 - (1 - np.exp(-1))) < 0.05
