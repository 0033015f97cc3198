"""Which texts ask the same thing twice."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.core.near import groups

LONG = "I ordered a lamp two weeks ago and it has still not arrived can you help"  # 16 words


def alike(a: str, b: str) -> bool:
    return groups([a, b]).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Where is my card?", "where is my card"),
        ("What's up", "what’s  up!!"),
        ("my top-up failed", "My top up failed."),
        ("where is my w-2", "where is my w2"),
        ("Straße gesperrt", "STRASSE GESPERRT"),
        ("so funny 😂😂", "so funny 😂😂😂😂"),
        ("caf\u00e9 closed", "cafe\u0301 closed"),
        ("RT @ann: look at this cat", "look at this cat http://t.co/abc123"),
        ("look at this cat &amp; dog", "Look at this cat & dog"),
    ],
)
def test_case_marks_and_whom_it_mentions_do_not_matter(a: str, b: str) -> None:
    assert alike(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("change my PIN", "change my card"),
        ("How do I get a virtual card today please", "How do I get an actual card today please"),
        ("I like C", "I like C++"),
        ("I like C#", "I like C"),
        ("score +1", "score -1"),
        ("it is 5 stars", "it is 1 stars"),
        ("order number 10001 is not here", "order number 10002 is not here"),
        ("so funny 😂", "so funny 😡"),
        ("nice lamp ⭐⭐⭐⭐⭐", "nice lamp ⭐"),
        ("@ann thanks", "@bob thanks"),
        ("see http://a.example", "see http://b.example"),
        ("?!", "..."),
        ("", "x"),
        ("我想改密码", "我想改地址"),
        ("人々が来た", "人が来た"),
    ],
)
def test_a_word_that_differs_makes_a_short_text_another(a: str, b: str) -> None:
    assert not alike(a, b)


def test_a_text_bears_a_typo_for_every_four_words_and_a_changed_word_for_every_twelve() -> None:
    assert alike("change my adress please", "change my address please")
    assert not alike("change my adress", "change my address")
    assert alike(LONG, LONG.replace("lamp", "sofa"))  # 12 of 16 words
    assert alike(LONG, LONG + " please")
    assert alike(LONG, LONG.replace("lamp", "sofa").replace("ordered", "orderd"))  # 12 and 4 of 16
    assert not alike(LONG, LONG.replace("lamp", "sofa").replace("weeks", "years"))  # 24 of 16
    assert not alike(LONG, LONG.replace("lamp", "sofa").replace("ordered", "orderd").replace("arrived", "arived"))
    twelve = " ".join(LONG.split()[:12])
    assert alike(twelve, twelve.replace("lamp", "sofa"))
    assert not alike(" ".join(LONG.split()[:11]), " ".join(LONG.split()[:11]).replace("lamp", "sofa"))


@pytest.mark.parametrize(("a", "b"), [("possible", "impossible"), ("where", "there"), ("cats", "cars"), ("now", "not")])
def test_another_word_is_no_typo(a: str, b: str) -> None:
    assert not alike(f"this is {a} for us", f"this is {b} for us")


def test_texts_that_a_row_of_others_joins_are_one_group() -> None:
    a, c = LONG, LONG.replace("lamp", "sofa").replace("weeks", "years")
    between = LONG.replace("lamp", "sofa")
    assert (alike(a, between), alike(between, c), alike(a, c)) == (True, True, False)
    assert groups(["hello", a, between, c, "Hello!"]).tolist() == [0, 1, 1, 1, 0]


def test_nothing_of_nothing() -> None:
    assert groups([]).tolist() == []
    assert groups(["", " "]).tolist() == [0, 0]


words = st.sampled_from(
    ["card", "cards", "payment", "paymnet", "lost", "my", "is", "@ann", "😂", "12", "密", "http://x.y"]
)
texts = st.lists(st.one_of(st.lists(words, max_size=16).map(" ".join), st.text(max_size=20)), max_size=12)


@given(texts, st.randoms(use_true_random=False))
def test_it_does_not_matter_in_which_order_the_texts_come(those: list[str], rng: random.Random) -> None:
    order = list(range(len(those)))
    rng.shuffle(order)
    one, other = groups(those)[order], groups([those[at] for at in order])
    assert ((one[:, None] == one) == (other[:, None] == other)).all()


@given(texts)
def test_groups_are_what_the_pairs_join(those: list[str]) -> None:
    group = groups(those)
    _, first = np.unique(group, return_index=True)
    assert (np.diff(first) > 0).all(), "numbered in the order of their first texts"
    joined = np.array([[alike(a, b) for b in those] for a in those], bool).reshape(len(those), len(those))
    assert (joined == joined.T).all() and joined.diagonal().all()
    for _ in those:
        joined = joined @ joined
    assert ((group[:, None] == group) == joined).all()


def test_many_texts_of_one_kind_are_one_group_and_many_different_ones_are_none() -> None:
    rng = random.Random(0)
    letters = [
        f"Dear {rng.random()} your parcel has been sent and will arrive on monday or tuesday" for _ in range(2_000)
    ]
    assert groups(letters).max() == 0
    vocabulary = ["".join(rng.choices("abcdefghij", k=6)) for _ in range(500)]
    assert len(set(groups([" ".join(rng.choices(vocabulary, k=20)) for _ in range(2_000)]).tolist())) == 2_000
