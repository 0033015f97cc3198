"""What a word is, in the scripts of the world."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest

from alcli.core import tokens


def words(text: str | None) -> dict[str, int]:
    """The words of one text, and how often it has each."""
    index = tokens.word_index(pl.DataFrame({"text": [text]}, schema={"text": pl.String}))
    return dict(zip(tokens.vocabulary(index).to_list(), index["counts"].tolist(), strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "मेरा कार्ड खो गया",  # Hindi
        "আমার কার্ড হারিয়ে গেছে",  # Bengali
        "என் அட்டை தொலைந்தது",  # Tamil
        "كِتَابٌ جَدِيدٌ",  # Arabic with its vowels
        "ma carte a été volée",
        "thẻ của tôi bị mất",  # Vietnamese
        "내 카드를 잃어버렸어요",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_between_blanks_stay_whole_and_are_one_however_composed(text: str, form: str) -> None:
    wanted = [unicodedata.normalize("NFC", word) for word in text.split()]
    assert list(words(unicodedata.normalize(form, text))) == wanted


def test_joiners_are_no_part_of_a_word() -> None:
    assert words("می\u200cخواهم میخواهم") == {"میخواهم": 2}  # Persian
    assert words("ශ්\u200dරී") == {"ශ්රී": 1}  # Sinhala


def test_capitals_are_small_letters_however_composed() -> None:
    assert words("ÉTÉ E\u0301te\u0301 été") == {"été": 3}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("the movie 😍😍", {"the": 1, "movie": 1, "😍": 2}),
        ("no😡🤮way", {"no": 1, "😡": 1, "🤮": 1, "way": 1}),
        ("❤️ ❤", {"❤": 2}),  # in colour, and plain
        ("👍🏽 ⭐⭐", {"👍": 1, "🏽": 1, "⭐": 2}),
        ("1️⃣ ok", {"1⃣": 1, "ok": 1}),
    ],
)
def test_each_emoji_is_a_word(text: str, wanted: dict[str, int]) -> None:
    assert words(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我想改密码。", "我 我想 想改 改密 密码 码"),
        ("改PIN码", "改 改 pin 码 码"),
        ("人々", "人 人々 々"),
        ("カードをなくした", "カ カー ード ドを をな なく くし した た"),
        ("ที่นี่", "ที่ ที่นี่ นี่"),
        ("ภาษาไทย", "ภา ภาษา ษาไท ไทย ย"),
        ("ສະບາຍດີ", "ສະ ສະບາ ບາຍ ຍດີ ດີ"),
        ("မြန်မာ", "မြ မြန် န်မာ မာ"),
        ("ខ្មែរ", "ខ្ ខ្មែ មែរ រ"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_without_blanks_two_neighbours_are_a_word(text: str, wanted: str, form: str) -> None:
    each = wanted.split(" ")
    assert words(unicodedata.normalize(form, text)) == {word: each.count(word) for word in each}


@pytest.mark.parametrize("text", [None, "", "  ", "?!", "\u0301", "\u200d"])
def test_no_words(text: str | None) -> None:
    assert words(text) == {}


def test_nothing_between_two_blanks_is_no_word() -> None:
    assert words("a card -  is lost!") == {"a": 1, "card": 1, "is": 1, "lost": 1}


def test_counts_and_places_hold_where_some_texts_have_emoji() -> None:
    index = tokens.word_index(pl.DataFrame({"text": ["so good", "so😍so 卡", None, "good é"]}))
    found = tokens.vocabulary(index).to_list()
    rows = {
        (found[w], int(text)) for w in range(len(found)) for text in index["texts"][slice(*index["indptr"][w : w + 2])]
    }
    assert rows == {("so", 0), ("good", 0), ("so", 1), ("😍", 1), ("卡", 1), ("good", 3), ("é", 3)}
