"""The same matrix as scikit-learn's TfidfVectorizer, however the pool is cut into shards."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import TfidfVectorizer

from alcli.core import tokens
from alcli.core.characters import EMOJI, HAN_KANA, THAI_LAO_BURMESE_KHMER
from alcli.featurizers.tfidf import Tfidf

# Characters that are newer than this Python's Unicode are the documented difference.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cn"])
WORDS = st.sampled_from(
    ["Σ", "ΟΔΟΣ", "ς", "İstanbul", "Straße", "ﬁn", "é", "e\u0301a", "卡", "丢失", "a_b", "½", "٣x", "😍", "नमस्ते", "ไทย"]
)
TEXTS = st.one_of(st.text(CHARACTERS), st.lists(st.one_of(WORDS, st.text("aB ,'\n\t", max_size=4))).map(" ".join))
UNSPACED = HAN_KANA + THAI_LAO_BURMESE_KHMER
MARKS = "".join(x for x in map(chr, range(0x110000)) if unicodedata.category(x)[0] == "M")
JOINERS = "\u200c\u200d\ufe00-\ufe0f"
SPECIAL = re.compile(f"[{EMOJI}{UNSPACED}{MARKS}{JOINERS}]")
PARTS = re.compile(f"[{EMOJI}][{MARKS}]*|[{UNSPACED}][{UNSPACED}{MARKS}]*|[^{EMOJI}{UNSPACED}]+")
SIGNS = re.compile(f"[เ-ไເ-ໄ]?[{UNSPACED}][ะาำະາຳ{MARKS}]*|[^{UNSPACED}]+")


def words_of(text: str) -> Iterator[str]:
    """The words of a text, one after the other."""
    for run in re.findall(rf"[\w{EMOJI}{MARKS}{JOINERS}]+", text):
        bare = re.sub(f"^[{MARKS}{JOINERS}]+|[{JOINERS}]", "", run)
        for part in PARTS.findall(unicodedata.normalize("NFC", bare)):
            if re.match(f"[{UNSPACED}]", part):
                signs = SIGNS.findall(part)
                yield from map("".join, zip(["", *signs], [*signs, ""], strict=True))
            elif len(part) > 1 or re.match(f"[{EMOJI}]", part):
                yield part


def table(texts: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def ours(shards: list[pl.DataFrame], min_df: int = 1, ngrams: int = 1) -> tuple[csr_matrix, list[str]]:
    tfidf = Tfidf(min_df, ngrams)
    digests = [tfidf.digest(shard) for shard in shards]
    state = tfidf.fit(digests)
    words = tokens.unpack(state["vocabulary"])[: len(state["df"])].to_list()
    return csr_matrix(vstack([tfidf.transform(digest, state) for digest in digests])), words


def check(texts: list[str], cut: int, min_df: int = 1, ngrams: int = 1) -> None:
    found, words = ours([table(texts[:cut]), table(texts[cut:])], min_df, ngrams)
    theirs = TfidfVectorizer(
        tokenizer=lambda text: list(words_of(text)), token_pattern=None, min_df=min_df, ngram_range=(1, ngrams)
    )
    try:
        wanted = theirs.fit_transform(texts)
    except ValueError:  # it refuses an empty vocabulary
        assert found.shape == (len(texts), 0)
        return
    assert words == theirs.get_feature_names_out().tolist()
    assert found.shape == wanted.shape
    np.testing.assert_allclose(found.toarray(), wanted.toarray(), atol=1e-6)


@given(st.lists(TEXTS, min_size=1, max_size=8), st.integers(0, 8), st.integers(1, 2))
@settings(deadline=None, max_examples=150)
def test_equals_tfidf_vectorizer_on_any_text(texts: list[str], cut: int, min_df: int) -> None:
    check(texts, cut, min_df)


@given(st.lists(TEXTS, min_size=1, max_size=8), st.integers(0, 8), st.integers(1, 2), st.integers(2, 4))
@settings(deadline=None, max_examples=100)
def test_runs_of_words_equal_tfidf_vectorizer(texts: list[str], cut: int, min_df: int, ngrams: int) -> None:
    check(texts, cut, min_df, ngrams)


def test_runs_of_words_stay_within_a_text_and_leave_out_single_letters() -> None:
    _, words = ours([table(["pay a bill", "top up"])], ngrams=2)
    assert words == ["bill", "pay", "pay bill", "top", "top up", "up"]


def plain(x: str) -> bool:
    """Whether a character is read as scikit-learn does: without marks, emoji or a script without blanks."""
    assigned = unicodedata.category(x) not in ("Cs", "Cn")
    return assigned and unicodedata.is_normalized("NFC", x) and not SPECIAL.search(x.lower())


def test_every_character_is_split_as_python_does() -> None:
    texts = [f"a{x}b {x}{x}" for x in map(chr, range(0x110000)) if plain(x)]
    found, words = ours([table(texts)])
    theirs = TfidfVectorizer().fit(texts)
    assert words == theirs.get_feature_names_out().tolist()
    assert abs(found - theirs.transform(texts)).max() < 1e-6


def test_a_word_within_a_clause_is_shared_where_no_blanks_stand() -> None:
    found, _ = ours([table(["我的银行卡丢了", "昨天银行卡被偷", "汇率是多少"])])
    cosine = (found @ found.T).toarray()
    assert cosine[0, 1] > 0.1
    assert cosine[0, 2] == cosine[1, 2] == 0


def test_shape_of_what_comes_out() -> None:
    found, _ = ours([table(["one two", "two two three", None, "- !"]), table(["three"])])
    assert found.dtype == np.float32
    assert found.indices.dtype == np.int32
    assert found.indptr.dtype == np.int32
    assert found.has_sorted_indices
    assert np.diff(found.indptr).tolist() == [2, 2, 0, 0, 1]


def test_a_shard_of_many_rows() -> None:
    found, _ = ours([table([f"w{number % 9} all" for number in range(70_000)])])
    assert found.indices.dtype == found.indptr.dtype == np.int32
    assert found.shape == (70_000, 10)
    assert np.diff(found.indptr).tolist() == [2] * 70_000


def test_columns_are_joined_by_line_ends() -> None:
    both = pl.DataFrame({"subject": ["Card", None, "x"], "body": ["lost", "top up", None]})
    found, words = ours([both])
    wanted, theirs = ours([table(["Card\nlost", "top up", "x"])])
    assert words == theirs
    assert (found != wanted).nnz == 0


def test_slices_of_a_shard_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["lost card", "a card card", "", "top up", "lost lost card"]
    whole, words = ours([table(texts)])
    monkeypatch.setattr(tokens, "_SLICE", 10)
    sliced, same = ours([table(texts)])
    assert words == same
    assert (whole != sliced).nnz == 0


def test_later_rows_and_words_never_seen() -> None:
    tfidf = Tfidf()
    state = tfidf.fit([tfidf.digest(table(["lost card", "top up"]))])
    rows = ["card stolen", "nothing known", None]
    found = tfidf.transform(tfidf.digest(table(rows)), state)
    assert found.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert tfidf.transform(tfidf.digest(table([])), state).shape == (0, 4)


def test_many_shards_keep_exact_frequencies() -> None:
    texts = [f"w{number} w{number % 7} all" for number in range(200)]
    found, _ = ours([table(texts[at : at + 3]) for at in range(0, 200, 3)])
    assert abs(found - TfidfVectorizer().fit_transform(texts)).max() < 1e-6


def test_counts_above_a_byte() -> None:
    check(["word " * 300 + "other", "other"], 1)


def test_arrays_need_no_pickle() -> None:
    tfidf = Tfidf()
    digest = tfidf.digest(table(["lost card"]))
    for arrays in (digest, tfidf.fit([digest])):
        assert all(isinstance(array, np.ndarray) and array.dtype != object for array in arrays.values())
