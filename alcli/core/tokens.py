"""The words of texts: which text has which, how often; and what a word is made of, as hashes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from alcli.core.characters import EMOJI, HAN_KANA, THAI_LAO_BURMESE_KHMER

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from alcli.contracts import Arrays, Ints

# Written or left out at will, or for looks: no part of a word, but its parts stay together.
_JOINERS = r"\u200c\u200d\ufe00-\ufe0f"
# Not blanks: they are most of it.
_BETWEEN_WORDS = rf"[^\p{{L}}\p{{M}}\p{{N}}_ {_JOINERS}{EMOJI}]+ ?"
_DROPPED = rf"^[\p{{M}}{_JOINERS}]+|[{_JOINERS}]"
_UNSPACED = HAN_KANA + THAI_LAO_BURMESE_KHMER
_SET_APART = rf"[{EMOJI}]\p{{M}}*|[{_UNSPACED}][{_UNSPACED}\p{{M}}]*"
# In Thai and Lao a vowel may be a letter of its own, before its consonant or after it.
_SIGN = rf"[\u0e40-\u0e44\u0ec0-\u0ec4]?[{_UNSPACED}][\p{{M}}\u0e30\u0e32\u0e33\u0eb0\u0eb2\u0eb3]*"
_SLICE = 1 << 22  # bytes of text split into words at a time, so that a shard of long texts fits as well
_BLANK = 32
_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no power of it loses bits


def word_index(table: pl.DataFrame, ngrams: int = 1) -> Arrays:
    """The index of some texts: for each word of its `vocabulary`, which `texts` have it, how often.

    A word is a run of letters, with their marks, digits or `_`, in lower case and composed (NFC); or one emoji. Where
    no blanks stand between words (Chinese, Japanese, Thai, Lao, Burmese, Khmer), any two neighbouring characters, with
    their marks, are a word, and so is the first of a run and its last. The columns of the table are joined by line
    ends, a missing text is an empty one. Word w's `texts` and `counts` stand from `indptr[w]` to `indptr[w + 1]`;
    `n_texts` (1,). With `ngrams` above 1 words that are not `telling` are left out, and up to that many neighbours
    stand in the vocabulary as well, with a blank between them.
    """
    import polars as pl
    from scipy.sparse import csr_matrix

    text = table.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)).to_series()
    lengths, distinct, by_slice = zip(*map(_split, _slices(text)), strict=True)
    words, number = _numbered(pl.concat(distinct).to_arrow())
    number_of = np.split(number, np.cumsum([len(some) for some in distinct])[:-1])
    numbers: Ints = np.concatenate([of[some] for of, some in zip(number_of, by_slice, strict=True)])
    length: Ints = np.concatenate(lengths)
    if ngrams > 1:
        words, numbers, length = _with_neighbours(words, numbers, length, ngrams)
    row_ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(length)])
    once = np.ones(len(numbers), np.int32)
    index = csr_matrix((once, numbers, row_ends), shape=(len(text), len(words))).tocsc()
    index.sum_duplicates()
    kept = np.flatnonzero((words != "").to_numpy())
    words, index = words.gather(kept), index[:, kept]
    return {
        "n_texts": np.array([len(text)]),
        "vocabulary": pack(words),
        "indptr": index.indptr,
        "texts": _narrow(index.indices),
        "counts": _narrow(index.data),
    }


def by_text(index: Arrays, only: Ints | None = None) -> csr_matrix:
    """A row for each text of an index, a column for each word: 1 + ln(how often it has it), or 0; float32.

    `only` names the texts wanted, by their places.
    """
    from scipy.sparse import csc_matrix

    weights = 1 + np.log(index["counts"].astype(np.float32))
    parts = weights, index["texts"].astype(np.int32), index["indptr"]
    by_word = csc_matrix(parts, (int(index["n_texts"][0]), len(index["indptr"]) - 1))
    return (by_word if only is None else by_word[only]).tocsr()


def vocabulary(index: Arrays) -> pl.Series:
    """The words of an index."""
    return unpack(index["vocabulary"])[: len(index["indptr"]) - 1]


def telling(words: pl.Series) -> NDArray[np.bool_]:
    """Which words (w,) say something by themselves: all but single letters, of scripts with blanks, and digits.

    >>> import polars as pl
    >>> telling(pl.Series(["a", "am", "😍", "卡"])).tolist()
    [False, True, True, True]
    """
    found: NDArray[np.bool_] = ((words.str.len_chars() > 1) | words.str.contains(f"^[{EMOJI}{_UNSPACED}]")).to_numpy()
    return found


def pack(words: pl.Series) -> NDArray[np.uint8]:
    """Words as UTF-8 with line ends between them, as none has a line end inside."""
    return np.frombuffer(words.str.join("\n")[0].encode(), np.uint8)


def unpack(packed: NDArray[Any]) -> pl.Series:
    """The words again; of no words at all, one empty word."""
    import polars as pl

    return pl.Series([packed.tobytes().decode()]).str.split("\n").explode()


def hashed(words: pl.Series) -> NDArray[np.uint64]:
    """One hash for each word (w,), the same on any machine; other words have other hashes, as good as always.

    >>> import polars as pl
    >>> first, second, third = hashed(pl.Series(["card", "cart", "card"])).tolist()
    >>> first == third, first == second
    (True, False)
    """
    letters, start = _letters(words)
    if not len(start):
        return letters[:0]
    at = np.arange(len(letters) - 1) - np.repeat(start, np.diff(start, append=len(letters) - 1))
    powers = np.cumprod(np.full(at.max() + 1, _BASE))
    return _mixed(np.add.reduceat(letters[:-1] * powers[at], start))


def hashed_ngrams(words: pl.Series, shortest: int, longest: int) -> tuple[Ints, NDArray[np.uint64]]:
    """The runs of `shortest` to `longest` characters in each word, with a blank before and after it.

    Gives two arrays: the position of the word, and the hash of the run; a run that a word has twice comes twice.

    >>> import polars as pl
    >>> word, run = hashed_ngrams(pl.Series(["am", "ham"]), 2, 3)
    >>> word.tolist()  # " a", "am", "m ", " h", "ha", "am", "m "; " am", "am ", " ha", "ham", "am "
    [0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1]
    >>> len(set(run.tolist()))  # "am", "m " and "am " are in both
    9
    """
    letters, start = _letters(words)
    size = np.diff(start, append=len(letters) - 1)  # with the blank before it
    word = np.repeat(np.arange(len(start), dtype=np.int32), size)
    blank, rolling, whole = letters == _BLANK, letters, np.ones(len(letters), bool)
    whole[start[size == 1]] = False  # the empty word has no runs
    found = []
    for n in range(2, longest + 1):
        # a run may begin or end with a blank, but none lies inside; so it stays within its word
        whole = whole[:-1] if n == 2 else whole[:-1] & ~blank[n - 2 : -1]
        rolling = rolling[:-1] * _BASE + letters[n - 1 :]
        if n >= shortest:
            at = np.flatnonzero(whole)
            found.append((word[at], _mixed(rolling[at] + np.uint64(n))))
    owner, run = zip(*found, strict=True)
    return np.concatenate(owner), np.concatenate(run)


def _letters(words: pl.Series) -> tuple[NDArray[np.uint64], Ints]:
    """All characters as numbers, a blank before each word and one at the end; and where each word's blank stands."""
    text = f" {words.str.join(' ')[0]} " if len(words) else " "
    letters = np.frombuffer(text.encode("utf-32-le"), "<u4").astype(np.uint64)
    return letters, np.flatnonzero(letters == _BLANK)[:-1]


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit depends on every other (the end of MurmurHash3; Appleby 2011)."""
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    mixed: NDArray[np.uint64] = hashes ^ (hashes >> np.uint64(33))
    return mixed


def _with_neighbours(words: pl.Series, numbers: Ints, length: Ints, ngrams: int) -> tuple[pl.Series, Ints, Ints]:
    """Vocabulary, its numbers text by text, and how many each text has, with runs of up to `ngrams` words."""
    import polars as pl

    kept = telling(words)[numbers]
    text = np.repeat(np.arange(len(length)), length)[kept]
    run = single = numbers[kept].astype(np.int64)
    names, at, texts = [words], [single], [text]
    for n in range(2, ngrams + 1):
        whole = text[n - 1 :] == text[: max(0, len(text) - n + 1)]
        pairs = run[: len(whole)] * len(words) + single[n - 1 :]  # of the run one shorter and the word after it
        run = np.zeros_like(pairs)
        distinct, run[whole] = np.unique(pairs[whole], return_inverse=True)
        at.append(run[whole] + sum(map(len, names)))
        texts.append(text[n - 1 :][whole])
        names.append(names[-1].gather(distinct // len(words)) + " " + words.gather(distinct % len(words)))
    owner = np.concatenate(texts)
    order = np.argsort(owner, kind="stable")
    return pl.concat(names), np.concatenate(at)[order].astype(np.int32), np.bincount(owner, minlength=len(length))


def _split(text: pl.Series) -> tuple[Ints, pl.Series, Ints]:
    """How many words each text has, empty ones too; words, some twice; and for all in turn which of these it is."""
    import polars as pl
    from scipy.sparse import csr_matrix

    length, words, numbers = _at_blanks(text.str.to_lowercase().str.replace_all(_BETWEEN_WORDS, " "))
    plain = (words.str.len_bytes() == words.str.len_chars()).to_numpy()
    if plain.all():
        return length, words, numbers
    # the others become words spelled otherwise, one or more
    parts, others, other = _at_blanks(_apart(words.filter(~plain)))
    size = np.ones(len(words), np.int32)
    size[~plain] = parts
    same = np.repeat(plain, size)
    made_of = np.empty(len(same), np.int32)
    made_of[same], made_of[~same] = np.arange(plain.sum()), plain.sum() + other
    found = csr_matrix((same, made_of, np.append(0, np.cumsum(size))))[numbers]
    length = np.diff(found.indptr[np.append(0, np.cumsum(length))])
    return length, pl.concat([words.filter(plain), others]), found.indices


def _apart(words: pl.Series) -> pl.Series:
    """Words in their one spelling, with blanks round emoji and between the characters of a script without blanks.

    Each of these is written twice: as the end of one word and the beginning of the next.
    """
    composed = words.str.replace_all(_DROPPED, "").str.normalize("NFC")
    return composed.str.replace_all(_SET_APART, " $0 ").str.replace_all(_SIGN, "$0 $0")


def _at_blanks(text: pl.Series) -> tuple[Ints, pl.Series, Ints]:
    """How many words each text has; the distinct words; and for all words in turn which of these it is.

    The letters of all texts stand in one buffer, where a word reaches from one blank to the next: none is copied.
    """
    import polars as pl
    import pyarrow as pa

    _, text_ends, letters = (text + " ").to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
    ends = np.frombuffer(text_ends, np.int64)[: len(text) + 1]
    blanks = np.flatnonzero(np.frombuffer(letters, np.uint8)[: ends[-1]] == _BLANK)
    word_ends = np.append(0, blanks + 1)
    words, numbers = _numbered(pa.LargeStringArray.from_buffers(len(blanks), pa.py_buffer(word_ends), letters))
    return np.diff(np.searchsorted(word_ends, ends)), words.str.strip_suffix(" "), numbers


def _numbered(words: Any) -> tuple[pl.Series, Ints]:
    """The distinct strings of an Arrow array, in the order in which they come, and which of these each string is."""
    import polars as pl

    coded = words.dictionary_encode()
    # not `to_numpy` of Arrow, which imports pandas
    return pl.Series(coded.dictionary, dtype=pl.String), pl.Series(coded.indices).to_numpy()


def _slices(text: pl.Series) -> Iterator[pl.Series]:
    rows = max(1, len(text) * _SLICE // max(1, int(text.str.len_bytes().sum())))
    for first in range(0, max(1, len(text)), rows):
        yield text.slice(first, rows)


def _narrow(numbers: NDArray[Any]) -> NDArray[Any]:
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)))
