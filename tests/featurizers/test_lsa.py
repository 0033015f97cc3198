"""Sums of word vectors against the same computed text by text, and the corners."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alcli.featurizers import lsa as module
from alcli.featurizers.lsa import Lsa

WORDS = st.sampled_from(["card", "cards", "lost", "Größe", "a", "卡", "丢失", "top", "up", "x1"])
TEXTS = st.lists(WORDS, max_size=6).map(" ".join)


def table(texts: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def features(
    shards: list[list[str | None]], lsa: Lsa | None = None, later: list[str | None] | None = None
) -> np.ndarray:
    lsa = lsa or Lsa()
    digests = [lsa.digest(table(texts)) for texts in shards]
    state = lsa.fit(digests)
    if later is not None:
        digests = [lsa.digest(table(later))]
    found = np.vstack([lsa.transform(digest, state) for digest in digests])
    assert found.dtype == np.float16
    return found.astype(np.float64)


def exact(texts: list[str]) -> np.ndarray:
    """Cosines of the texts' pieces, counted text by text; with every direction kept, LSA changes none of them."""
    n = len(texts)
    pieces = [[word for word in text.split() if len(word) > 1] for text in texts]
    runs = [
        [
            f" {word} "[at : at + size]
            for word in text.split()
            for size in range(2, 6)
            for at in range(len(word) + 3 - size)
        ]
        for text in texts
    ]
    df = {p: sum(p in text for text in pieces) for text in pieces for p in text}
    # of a run, each word of each text that has it
    words = [set(text.split()) for text in texts]
    run_df = {
        run: min(n, sum(f" {word} ".count(run) for text in words for word in text)) for text in runs for run in text
    }
    columns = [*df, *((run,) for run in run_df)]
    idf = [np.log((1 + n) / (1 + df[p])) + 1 for p in df]
    idf += [0.3 * (np.log((1 + n) / (1 + run_df[p])) + 1) * (run_df[p] > 1) for p in run_df]
    counts = [
        [*(own.count(p) for p in df), *(run.count(p) for p in run_df)] for own, run in zip(pieces, runs, strict=True)
    ]
    weighted = np.array(counts).reshape(n, len(columns)) * idf
    weighted /= np.maximum(np.linalg.norm(weighted, axis=1), 1e-12)[:, None]
    return weighted @ weighted.T


def test_cosines_are_those_of_pieces_counted_text_by_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STRETCH", 0)
    monkeypatch.setattr(module, "company", lambda counts: np.zeros((counts.shape[1], 0), np.float32))
    texts = ["my card lost", "cards stolen", "top up", "lost cards topped up", "", "a"]
    found = features([texts])
    np.testing.assert_allclose(found @ found.T, exact(texts), atol=2e-3)


@given(st.lists(TEXTS, min_size=1, max_size=12), st.integers(0, 12), st.integers(1, 300))
@settings(deadline=None, max_examples=25)
def test_however_the_pool_is_cut(texts: list[str], cut: int, n_components: int) -> None:
    lsa = Lsa(n_components)
    together, apart = features([texts], lsa), features([texts[:cut], texts[cut:]], lsa)
    assert 1 <= together.shape[1] <= min(n_components, max(1, len(texts)))
    np.testing.assert_allclose(apart, together, atol=1e-3)
    length = np.linalg.norm(together, axis=1)
    assert ((abs(length - 1) < 2e-3) | (length == 0)).all()


def test_a_drawn_part_of_a_large_pool_does_not_depend_on_the_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_FITTED_ON", 20)
    texts: list[str | None] = [f"w{number % 17} w{number % 5} all" for number in range(90)]
    together, apart = features([texts]), features([texts[:7], texts[7:8], [], texts[8:]])
    np.testing.assert_allclose(apart, together, atol=1e-3)


def test_misspelled_and_inflected_words_land_near() -> None:
    pool: list[str | None] = ["cancel my transfer", "card lost", "top up failed", "exchange rate today"]
    known, new = features([pool]), features([pool], later=["cancelled transfers", "crad lost", "exchnage rates"])
    assert (new @ known.T).argmax(axis=1).tolist() == [0, 1, 3]


def test_words_of_one_company_land_near() -> None:
    """The letters of "misplaced" are no more those of "lost" than the letters of "exchanged" are."""
    pool: list[str | None] = [f"I {verb} my {thing}" for verb in ("lost", "misplaced") for thing in ("card", "phone")]
    pool += [f"I {verb} my {thing}" for verb in ("exchanged", "transferred") for thing in ("euros", "pounds")]
    lost, misplaced, exchanged = features([pool * 3], later=["lost", "misplaced", "exchanged"])
    assert lost @ misplaced > lost @ exchanged + 0.2


def test_directions_beyond_the_leading_ones_count_for_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LEADING", 1)
    texts: list[str | None] = ["lost card", "my card", "lost wallet", "my phone"]
    found = features([texts])
    monkeypatch.setattr(module, "_OTHERS", 1.0)
    in_full = features([texts])
    np.testing.assert_allclose(found[:, 1:] / found[:, :1], 0.7 * in_full[:, 1:] / in_full[:, :1], rtol=0.02, atol=1e-3)


def test_words_that_share_no_run_with_the_pool_are_nothing() -> None:
    assert not features([["lost card", "top up"]], later=["zzyzx", None]).any()


@pytest.mark.parametrize("texts", [["", None, "!"], ["one", "one", "one"], ["one"], [None]])
def test_tiny_pools(texts: list[str | None]) -> None:
    found = features([texts])
    assert found.shape == (len(texts), 1)
    assert abs(found).tolist() == [[1.0] if text == "one" else [0.0] for text in texts]


def test_words_of_one_letter_are_told_by_their_runs() -> None:
    found = features([["a", "a", "b", "b a", "b", "lost card"]])
    assert found[0] @ found[1] > 0.99 > 0.2 > found[0] @ found[2]
    assert found.any(axis=1).all()


def test_a_shard_without_rows() -> None:
    assert features([["lost card", "top up"]], later=[]).shape == (0, 2)


def test_digests_may_come_from_an_iterator() -> None:
    lsa = Lsa()
    digest = lsa.digest(table(["lost card", "top up"]))
    once, twice = lsa.fit(iter([digest])), lsa.fit([digest])
    assert all(np.array_equal(once[name], twice[name]) for name in ("keys", "vectors"))


def test_the_most_frequent_pieces_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 3)
    lsa = Lsa()
    digest = lsa.digest(table([f"word{number} all" for number in range(9)]))
    state = lsa.fit([digest])
    assert state["keys"].shape == (6,)
    assert np.isfinite(lsa.transform(digest, state)).all()


def test_parameters() -> None:
    with pytest.raises(ValueError, match="n_components"):
        Lsa(0)
    for weight in (0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="weight must be a number above 0"):
            Lsa(weight=weight)
    lengths = np.linalg.norm(features([["my card", "lost card", ""]], Lsa(weight=0.5)), axis=1)
    np.testing.assert_allclose(lengths, [0.5, 0.5, 0], atol=1e-3)
