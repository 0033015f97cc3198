"""Words that keep the same company, by numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from alcli.featurizers import _company as module
from alcli.featurizers._company import company


def counts(texts: list[str], words: list[str]) -> csr_matrix:
    return csr_matrix([[float(word in text.split()) for word in words] for text in texts], dtype=np.float32)


def test_association_by_hand() -> None:
    """Of 8 pairs each way 2 are (a, b), and a is in 2: ln(2 * 8 / (2 * 2)). Each word is a quarter of all."""
    found = company(counts(["a b", "a b", "c d", "c d"], list("abcd")))
    weight = 0.001 / (0.001 + 0.25)
    expected = np.eye(4) * np.log(4) * weight**2  # a stands beside b alone, b beside a alone: they share no company
    np.testing.assert_allclose(found @ found.T, expected, atol=1e-9)


def test_words_of_one_company_are_near_though_they_never_meet() -> None:
    texts = [f"{verb} {thing}" for verb in ("lost", "misplaced") for thing in ("card", "wallet", "phone")]
    words = ["lost", "misplaced", "card", "rate", "fee"]
    lost, misplaced, card, rate, _ = company(counts([*texts, "rate fee", "rate fee"], words))
    assert lost @ misplaced == pytest.approx(lost @ lost)
    assert abs(lost @ card) < 1e-6 * (lost @ lost)
    assert abs(lost @ rate) < 1e-6 * (lost @ lost)


def test_what_stands_everywhere_counts_for_little() -> None:
    texts = [f"the w{n % 40} v{n % 40}" for n in range(400)]
    words = ["the", *(f"{letter}{n}" for letter in "wv" for n in range(40))]
    length = np.linalg.norm(company(counts(texts, words)), axis=1)
    assert length[0] < 0.1 * length[1:].min()


@pytest.mark.parametrize("texts", [[""], ["a"], ["a", "b"], ["a b", "c d"], ["a b c"]])
def test_words_of_one_text_say_nothing(texts: list[str]) -> None:
    assert company(counts(texts, list("abcd"))).shape == (4, 0)


def test_a_rare_word_has_no_company() -> None:
    found = company(counts(["a b", "a b", "a b rare"], ["a", "b", "rare"]))
    assert found[:2].any(axis=1).all()
    assert not found[2].any()


def test_texts_beyond_the_bound_are_drawn_from_all_of_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool is often sorted: its first texts would know the first classes alone."""
    monkeypatch.setattr(module, "_PAIRS", 4 * 60)  # of two words each
    texts = [f"x{n // 20} y{n // 20}" for n in range(200)]
    words = [f"{letter}{n}" for letter in "xy" for n in range(10)]
    assert company(counts(texts, words)).any(axis=1).all()


def test_a_long_text_counts_for_no_more_than_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three texts of a thousand words would be most pairs of the pool, and say that all words go together."""
    monkeypatch.setattr(module, "_OF_A_TEXT", 10)
    words = [f"w{n}" for n in range(1000)]
    short = [f"w{n} w{n + 1}" for n in range(0, 1000, 2)] * 2
    found = module._together(counts([*short, *[" ".join(words)] * 3], words), np.arange(1000))
    assert found.sum() < 2 * 1000 + 3 * 30**2
    assert found[0, 1] >= 2
