"""Near-identical texts: those that ask an annotator the same thing twice.

Two texts are near-identical when they are the same but for case, punctuation, white space, whom they mention and what
they link to; or when they are long enough for their few differences not to matter. A short text that differs in a word
is another text: "change my PIN" and "change my card".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape
from typing import TYPE_CHECKING

import numpy as np

from alcli.core.characters import EMOJI, HAN_KANA

if TYPE_CHECKING:
    from alcli.contracts import Ints

# Words that a text must have for each difference. Pairs that are no further apart share their label in 98 to 100% of
# cases on intents and questions, in 96% on posts whose labels are noisy; with a word changed in eight or nine it is 86%
# on the intents of a bank, in six or seven 67%.
FOR_A_WORD = 12
FOR_A_TYPO = 4
FOR_A_MENTION = 4  # with fewer words beside it, a text is about what it mentions or links to
TYPO_FROM = 5  # letters; among shorter words a letter makes another word

_MENTION = re.compile(r"(?:https?://|www\.)\S+|@\w+|\brt\b")
_APOSTROPHE = re.compile(r"['’`´]")
_MARKS = r"\s!\"$%&(-*,./:;<=>?@\[\\\]^_{|}~\u00a1-\u00bf\u2000-\u206f\u3000-\u303f\ufe0f،؛؟।॥"
_AGAIN = re.compile(rf"(?![★☆⭐])([{EMOJI}])\1+")  # stars are counted
# a signed number; an emoji, or a character of a script without blanks; what stands between marks
_WORD = re.compile(rf"(?<!\w)[-+]\d+|[{EMOJI}{HAN_KANA}]|[^-+#{_MARKS}{EMOJI}{HAN_KANA}]+(?:[+#]+(?!\w))?")
_AT_ONCE = 4_000_000  # comparisons, of two bytes each
_FIRST = 0x20000  # a word is one character of a text of words, from this one on


def groups(texts: Sequence[str]) -> Ints:
    """The group (n,) of each text, numbered in the order of their first texts: near-identical ones share it.

    So do two texts that a row of near-identical ones leads from one to the other. 10,000 texts take one to three CPU
    seconds, and ten times as many a hundred times that; how many of them are alike does not matter.

    >>> groups(["Change my PIN?", "Change my card.", "change my pin", "change my card!!"]).tolist()
    [0, 1, 0, 1]
    """
    form, forms = _forms(texts)
    group = np.arange(len(forms))
    for i, j in _alike(forms, group):
        group[group == group[j]] = group[i]
    _, at, of_text = np.unique(group[form], return_index=True, return_inverse=True)
    ranks: Ints = np.argsort(np.argsort(at))[of_text].astype(np.int64)
    return ranks


def words(text: str) -> tuple[str, ...]:
    """What is compared of a text.

    >>> words("RT @me: What's the top-up limit?? http://t.co/x 😂😂")
    ('whats', 'the', 'top', 'up', 'limit', '😂')
    >>> words("The limit of 500 was raised by 10%"), words("@me 50%")
    (('the', 'limit', 'of', '500', 'was', 'raised', 'by', '10'), ('me', '50'))
    """
    whole = unicodedata.normalize("NFKC", unescape(text)).casefold()
    bare = _split(_MENTION.sub(" ", whole))
    return bare if len(bare) >= FOR_A_MENTION else _split(whole) or (whole.strip(),)


def _split(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(_AGAIN.sub(r"\1", _APOSTROPHE.sub("", text))))


def _forms(texts: Sequence[str]) -> tuple[Ints, list[tuple[str, ...]]]:
    """The number (n,) of each text's form, and the words of each form; two texts of one form are near-identical.

    The forms stand in the order of their words, so that it does not matter in which order the texts came.
    """
    split = [words(text) for text in texts]
    joined = ["".join(each) for each in split]  # "top-up" and "topup" are one
    of: dict[str, tuple[str, ...]] = {}
    for key, each in zip(joined, split, strict=True):
        of[key] = min(of.get(key, each), each)
    number = {key: at for at, key in enumerate(sorted(of))}
    return np.array([number[key] for key in joined], np.int64), [of[key] for key in sorted(of)]


def _alike(forms: Sequence[tuple[str, ...]], group: Ints) -> Iterator[tuple[int, int]]:
    """The pairs of forms that differ by no more than they bear, but for those of one `group` (f,) by then.

    Forms of one length are compared with those that are no longer than that length allows: of 10,000 most never meet.
    A whole word is as one character to the comparison.
    """
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    number: dict[str, int] = {}
    coded = ["".join(chr(_FIRST + number.setdefault(word, len(number))) for word in form) for form in forms]
    by_length: dict[int, list[int]] = {}
    for at, form in enumerate(forms):
        by_length.setdefault(len(form), []).append(at)
    for length, own in sorted(by_length.items()):
        if length < FOR_A_TYPO:
            continue
        longer = [at for more in range(length // FOR_A_WORD) for at in by_length.get(length + 1 + more, ())]
        others, most = np.array(own + longer), length // FOR_A_TYPO
        step = max(1, _AT_ONCE // len(others))
        for first in range(0, len(own), step):
            some, rest = own[first : first + step], others[first:]
            theirs = [coded[at] for at in rest.tolist()]
            far = cdist(
                [coded[at] for at in some], theirs, scorer=Levenshtein.distance, score_cutoff=most, dtype=np.uint16
            )
            for a, i in enumerate(some):
                close = rest[a + 1 :][far[a, a + 1 :] <= most]
                for j in close[group[close] != group[i]].tolist():
                    if group[i] != group[j] and _bears(forms[i], forms[j]):
                        yield i, j


def _bears(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether the shorter of two forms has words enough for all their differences."""
    from rapidfuzz.distance import Levenshtein

    needed = 0
    for step in Levenshtein.opcodes(a, b):
        ours, theirs = a[step.src_start : step.src_end], b[step.dest_start : step.dest_end]
        if step.tag == "replace":
            typos = sum(map(_typo, ours, theirs))
            needed += FOR_A_TYPO * typos + FOR_A_WORD * (len(ours) - typos)
        elif step.tag != "equal":
            needed += FOR_A_WORD * (len(ours) + len(theirs))
    return needed <= min(len(a), len(b))


def _typo(x: str, y: str) -> bool:
    """Whether two words are as one mistyped: one letter more, less or other, or two exchanged, but not the first.

    Another digit makes another number.
    """
    from rapidfuzz.distance import OSA

    if any(map(str.isdigit, x + y)):
        return False
    return x[0] == y[0] and min(len(x), len(y)) >= TYPO_FROM and OSA.distance(x, y, score_cutoff=1) <= 1
