"""What may be taken from returned files, rule by rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as with_values

from alcli.contracts import Returned, ReturnedRow
from alcli.core.handoff.asked import AskedRow, AskedRows
from alcli.core.handoff.judging import Judged, judge
from alcli.core.handoff.keys import key

CLASSES = ("positive", "negative", "neutral")
TEXTS = {
    "ex-1": "An ordinary sentence of some length.",
    "ex-2": "Another one, quite unlike the first.",
    "00123": "short",
    "100000": "a round number of things happened",
    "1E5": "said in a scientific manner",
    "old": "asked in an earlier round already",
}
POOL = {**{row_id: at for at, row_id in enumerate(TEXTS)}, "later": 50, "Later": 51}


def asked_row(row_id: str, round: int = 2) -> AskedRow:
    round = 1 if row_id == "old" else round
    row = POOL[row_id]
    return AskedRow(key("p", round, row + 1, row_id), row, row_id, {"text": TEXTS[row_id]}, round, row_id != "old")


ROWS = {row_id: asked_row(row_id) for row_id in TEXTS}
KEYS = {row_id: row.key for row_id, row in ROWS.items()}


class Pool:
    """Answers for the pool and counts how often it is asked."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []

    def __call__(self, ids: Collection[str]) -> Mapping[str, int]:
        self.asked.append(set(ids))
        return {row_id: POOL[row_id] for row_id in ids if row_id in POOL}


def ask(pool: Pool | None = None, **answers: Mapping[str, str | None]) -> AskedRows:
    given = {POOL[row_id.replace("_", "-")]: said for row_id, said in answers.items()}
    given.setdefault(POOL["old"], {"": "positive"})
    return answered(given, pool)


def answered(given: Mapping[int, Mapping[str, str | None]], pool: Pool | None = None) -> AskedRows:
    """All rows handed out, open where nothing was said of them."""
    rows = {row_id: with_values(row, open=row.open and row.row not in given) for row_id, row in ROWS.items()}
    return AskedRows({row.key: row for row in rows.values()}, rows, given, pool or Pool())


def row(line: int, name: str | None, label: str | None = "positive", **more: Any) -> ReturnedRow:
    """A returned row that names itself by its key where one is known under `key=True`, else by its id."""
    if more.pop("key", False):
        more["key"] = KEYS[name or ""]
    text = more.pop("text", None)
    return ReturnedRow(line, id=name, label=label, shown={} if text is None else {"text": text}, **more)


def hear(*rows: ReturnedRow, asked: AskedRows | None = None, **settings: Any) -> Judged:
    return hear_files([("a.csv", Returned(rows))], asked=asked, **settings)


def hear_files(files: list[tuple[str, Returned]], asked: AskedRows | None = None, **settings: Any) -> Judged:
    defaults: dict[str, Any] = {"classes": CLASSES, "fixed": True, "skip_words": ("?", "skip")}
    return judge(files, asked or ask(), **{**defaults, "annotator": "", "unasked": False, **settings})


def taken(judged: Judged) -> dict[str, str | None]:
    return {answer.id: answer.label for answer in judged.answers}


def reasons(judged: Judged) -> str:
    return " / ".join(fault.reason for fault in judged.rejected)


# --- which row ----------------------------------------------------------------------------------------------


def test_by_key_and_by_id() -> None:
    judged = hear(row(2, "ex-1", key=True), row(3, "ex-2", "negative"), row(4, " 00123 ", "neutral"))
    assert taken(judged) == {"ex-1": "positive", "ex-2": "negative", "00123": "neutral"}
    assert judged.accepted == 3 and judged.still_out == 2 and not judged.rejected
    assert judged.answers[0].key == KEYS["ex-1"] and judged.answers[0].kind == "new"


def test_a_key_in_capitals_is_the_same() -> None:
    judged = hear(ReturnedRow(2, key=KEYS["ex-1"].upper(), label="positive"))
    assert taken(judged) == {"ex-1": "positive"}


@pytest.mark.parametrize(
    ("written", "said"),
    [("r002-001-zz", "the key was changed"), ("r009-001-zz", "never handed out"), ("m-0", "is no key")],
)
def test_a_wrong_key_is_never_replaced_by_the_id(written: str, said: str) -> None:
    judged = hear(row(2, "ex-1", text=TEXTS["ex-1"]), with_values(row(3, "ex-2"), key=written))
    assert said in reasons(judged) and taken(judged) == {"ex-1": "positive"}


def test_where_the_key_is_no_longer_known_unasked_goes_by_the_id() -> None:
    undone = [with_values(row(2, "later"), key="r009-001-zz"), with_values(row(3, "ex-1"), key="r009-002-zz")]
    assert reasons(hear(*undone)).count("its select was undone; --unasked goes by the id") == 2
    assert taken(hear(*undone, unasked=True)) == {"later": "positive", "ex-1": "positive"}
    changed = with_values(row(2, "ex-1"), key="r002-001-zz")
    assert "the key was changed" in reasons(hear(changed, unasked=True))


def test_key_and_id_disagree_the_text_decides() -> None:
    lost = with_values(row(2, "41", text=TEXTS["ex-1"]), key=KEYS["ex-1"])
    assert taken(hear(lost)) == {"ex-1": "positive"}
    assert hear(with_values(lost, shown={})).rejected
    assert hear(with_values(lost, shown={"text": "something else"})).rejected
    changed = with_values(row(2, "123"), key=KEYS["00123"])
    assert taken(hear(changed)) == {"00123": "positive"}, "a number rewritten is no disagreement"


def test_a_key_column_that_holds_the_pools_id() -> None:
    judged = hear(ReturnedRow(2, key="ex-1", id="11", label="positive", shown={"text": TEXTS["ex-1"]}))
    assert taken(judged) == {"ex-1": "positive"}


def test_unknown_ids_are_told_apart() -> None:
    pool = Pool()
    rows = (row(2, "later"), row(3, "EX-1"), row(4, "ex-11"), row(5, "123"), row(6, ""), row(7, "ex-2"))
    judged = hear(*rows, asked=ask(pool))
    said = {fault.line: fault.reason for fault in judged.rejected}
    assert "--unasked" in said[2] and "only by case from 'ex-1'" in said[3] and "nearest: ex-1" in said[4]
    assert "nearest: 00123" in said[5] and "no id" in said[6]
    assert taken(judged) == {"ex-2": "positive"}
    assert pool.asked == [{"later", "EX-1", "ex-11", "123"}]


def test_the_pool_is_asked_only_when_needed() -> None:
    pool = Pool()
    hear(row(2, "ex-1"), row(3, "nobody", ""), asked=ask(pool), unasked=True)
    assert pool.asked == []


def test_unasked() -> None:
    judged = hear(row(2, "later"), row(3, "nowhere"), row(4, "ex-1"), unasked=True)
    assert taken(judged) == {"later": "positive", "ex-1": "positive"}
    assert judged.answers[0].row == POOL["later"] and judged.answers[0].key == ""
    assert [fault.line for fault in judged.rejected] == [3]
    assert hear(row(2, "later", text=TEXTS["ex-1"]), unasked=True).rejected, "another row's text"


# --- the text -----------------------------------------------------------------------------------------------


def test_edited_is_a_warning_altered_too() -> None:
    judged = hear(row(2, "ex-1", text="An ordinary sentence of some lenght."), row(3, "ex-2", text="Err:509"))
    assert len(judged.answers) == 2
    assert ["edited" in w.reason for w in judged.warnings[:2]] == [True, False]


def test_another_rows_text_is_refused_and_makes_the_file_suspect() -> None:
    rows = (row(2, "ex-1", text=TEXTS["ex-2"]), row(3, "ex-2", text="Err:509"), row(4, "00123", text="short"))
    judged = hear(*rows)
    assert taken(judged) == {"00123": "positive"} and [f.line for f in judged.rejected] == [2, 3]


def test_a_file_shifted_as_a_whole_is_refused() -> None:
    ids = list(TEXTS)
    rows = [row(at + 2, name, text=TEXTS[ids[at - 1]], key=True) for at, name in enumerate(ids)]
    judged = hear(*rows)
    assert not judged.answers and judged.refused_files == ("a.csv",)


def test_a_changed_id_that_is_another_real_one() -> None:
    mangled = row(2, "100000", "neutral", text=TEXTS["1E5"])
    real = row(3, "100000", "positive", text=TEXTS["100000"])
    judged = hear(mangled, real, row(4, "ex-1", text="Err:509"))
    assert taken(judged) == {"100000": "positive", "ex-1": "positive"}
    assert "the id was changed" in reasons(judged)
    without_text = hear(with_values(mangled, shown={}), with_values(real, shown={}))
    assert not without_text.answers and "line 3" in without_text.rejected[0].reason


@pytest.mark.parametrize("text", ["Another one", 'Another one\nex-1,"An ordinary sentence",x'])
def test_torn_cells_are_refused(text: str) -> None:
    assert hear(row(2, "ex-2", text=text)).rejected


# --- the label ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["positive", " positive ", "positive\u00a0", "\tpositive"])
def test_outer_white_space_is_trimmed(cell: str) -> None:
    assert taken(hear(row(2, "ex-1", cell))) == {"ex-1": "positive"}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("postive", "nearest: positive"),
        ("Positive", "only by case from 'positive'"),
        ("\u0440ositive", "U+0440 CYRILLIC SMALL LETTER ER"),
        ("0", "the classes are positive, negative, neutral"),
        ("positive; negative", "not a class"),
        ("\x1b[31mpositive", "\\x1b[31m"),
        ("positive because " + "x" * 5_000, "…"),
    ],
)
def test_an_unknown_label_is_refused_with_what_may_be_meant(cell: str, said: str) -> None:
    judged = hear(row(2, "ex-1", cell), row(3, "ex-2"))
    assert said in reasons(judged) and len(reasons(judged)) < 400 and reasons(judged).isprintable()
    assert taken(judged) == {"ex-2": "positive"}
    assert judged.rejected[0].row is not None and judged.rejected[0].row.label == cell


def test_blank_is_not_yet_labelled() -> None:
    judged = hear(row(2, "ex-1", ""), row(3, "ex-2", " \u00a0"), row(4, "00123", None), row(5, "100000"))
    assert judged.blank == 3 and judged.accepted == 1 and not judged.rejected
    assert {asked.id for asked in judged.blank_rows} == {"ex-1", "ex-2", "00123"}
    assert judged.waiting and judged.waiting.reason == "4 of 5 rows of round 2 are still out"


def test_of_one_row_it_is_said_that_it_is_still_out() -> None:
    rows = {name: with_values(asked, open=name == "ex-1") for name, asked in ROWS.items()}
    judged = hear(row(2, "ex-1", ""), row(3, "ex-2"), asked=AskedRows({}, rows, {}, Pool()))
    assert (
        judged.waiting and judged.waiting.reason.startswith("1 of ") and judged.waiting.reason.endswith(" is still out")
    )


def test_skips_are_answers() -> None:
    judged = hear(row(2, "ex-1", "?"), row(3, "ex-2", " SKIP "), row(4, "00123"))
    assert taken(judged) == {"ex-1": None, "ex-2": None, "00123": "positive"}
    assert (judged.accepted, judged.skipped, judged.still_out) == (1, 2, 2)
    named = hear(row(2, "ex-1", "skip"), row(3, "ex-2", "SKIP"), classes=("skip", "x"))
    assert taken(named) == {"ex-1": "skip"} and "case" in reasons(named)


def test_blank_rows_of_nothing_known_do_no_harm_alone_they_are_refused() -> None:
    total = row(9, "Total", "")
    judged = hear(row(2, "ex-1"), total)
    assert not judged.rejected and judged.warnings[0].line == 9
    assert hear(total).refused_files == ("a.csv",)


def test_new_classes_are_announced_in_order() -> None:
    judged = hear(row(2, "ex-1", "refund"), row(3, "ex-2", "login"), row(4, "00123", "refund"), classes=(), fixed=False)
    assert judged.new_classes == ("refund", "login")
    assert not judged.warnings


def test_a_slip_of_the_pen_among_new_classes() -> None:
    judged = hear(row(2, "ex-1", "refnd"), row(3, "ex-2", "Refund"), classes=("refund",), fixed=False)
    assert judged.new_classes == ("refnd",)
    assert any("nearly 'refund'" in warning.reason for warning in judged.warnings)
    assert "only by case from 'refund'" in reasons(judged)


def test_of_two_new_spellings_the_common_one_stands() -> None:
    labels = ["Refund", "refund", "refund"]
    rows = [row(at + 2, name, label) for at, (name, label) in enumerate(zip(TEXTS, labels, strict=False))]
    judged = hear(*rows, classes=(), fixed=False)
    assert judged.new_classes == ("refund",) and [fault.line for fault in judged.rejected] == [2]


@pytest.mark.parametrize(
    "cell", ["#NAME?", "Err:509", '{"choices":["a","b"]}', "['a']", "a\x07b", "x" * 300, "pos\u200bitive"]
)
def test_what_cannot_be_a_new_class(cell: str) -> None:
    assert hear(row(2, "ex-1", cell), classes=(), fixed=False).rejected


# --- who, twice, before -------------------------------------------------------------------------------------


def test_the_same_row_twice() -> None:
    once = hear(row(2, "ex-1"), row(3, "ex-1"), row(4, "ex-2"))
    assert taken(once) == {"ex-1": "positive", "ex-2": "positive"} and len(once.answers) == 2
    assert "twice" in once.warnings[0].reason
    torn = hear(row(2, "ex-1"), row(3, "ex-1", "negative"), row(4, "ex-2"))
    assert taken(torn) == {"ex-2": "positive"}
    assert "line 3" in torn.rejected[0].reason and "line 2" in torn.rejected[1].reason
    slip = hear(row(2, "ex-1"), row(3, "ex-1", "postive"), row(4, "ex-2"))
    assert taken(slip) == {"ex-2": "positive"}
    unsure = hear(row(2, "ex-1"), row(3, "ex-1", "?"))
    assert not unsure.answers and len(unsure.rejected) == 2


def test_two_annotators() -> None:
    agreed = hear(row(2, "ex-1", annotator="anna"), row(3, "ex-1", annotator="ben"))
    assert [(answer.annotator, answer.label) for answer in agreed.answers] == [
        ("anna", "positive"),
        ("ben", "positive"),
    ]
    torn = hear(row(2, "ex-1", annotator="anna"), row(3, "ex-1", "negative", annotator="ben"))
    assert not torn.answers and torn.refused_files == ("a.csv",)
    skipped = hear(row(2, "ex-1", annotator="anna"), row(3, "ex-1", "?", annotator="ben"))
    assert len(skipped.answers) == 2


def test_a_conflict_across_files_names_the_other_file() -> None:
    files = [("a.csv", Returned((row(2, "ex-1"),))), ("b.csv", Returned((row(7, "ex-1", "negative"),)))]
    judged = hear_files(files)
    assert "line 7 of b.csv" in judged.rejected[0].reason and judged.refused_files == ("a.csv", "b.csv")


def test_one_person_has_one_spelling() -> None:
    rows = (row(2, "ex-1", annotator="ANNA"), row(3, "ex-2", annotator=" anna "), row(4, "00123"))
    judged = hear(*rows, annotator="Ben", asked=ask(old={"Anna": "positive"}))
    assert [answer.annotator for answer in judged.answers] == ["Anna", "Anna", "Ben"]
    assert sum("taken to be 'Anna'" in warning.reason for warning in judged.warnings) == 2


def test_two_annotators_who_are_both_asked_may_differ() -> None:
    rows = (
        row(2, "ex-1", "positive", annotator="anna"),
        row(3, "ex-1", "negative", annotator="ben"),
        row(4, "ex-2", "positive", annotator="anna"),
        row(5, "ex-2", "negative", annotator="anna"),
        row(6, "00123", "positive", annotator="anna"),
        row(7, "00123", "negative"),
    )
    judged = hear(*rows, several=True)
    assert [(a.id, a.annotator, a.label) for a in judged.answers] == [
        ("ex-1", "anna", "positive"),
        ("ex-1", "ben", "negative"),
    ]
    assert [fault.line for fault in judged.rejected] == [4, 5, 6, 7], "one person, and one of whom nobody knows who"
    refused = hear(*rows[:2])
    assert not refused.answers and "[answers] per_row" in refused.rejected[0].reason
    wanted = answered({})
    wanted = replace(wanted, by_id={**wanted.by_id, "ex-1": with_values(wanted.by_id["ex-1"], wanted=2)})
    assert len(hear(*rows[:2], asked=wanted).answers) == 2, "two were asked about this row"


def re_asked(by: str = "r009-001-zz") -> AskedRows:
    """A row that two were asked, who differ, and that is out to be settled under another key."""
    both = answered({POOL["ex-1"]: {"anna": "positive", "ben": "negative"}})
    early = with_values(both.by_id["ex-1"], wanted=2)
    late = with_values(early, key=by, round=9, open=True, wanted=1, settles=True)
    return replace(both, by_key={**both.by_key, early.key: early, by: late}, by_id={**both.by_id, "ex-1": late})


@pytest.mark.parametrize("judge_first", [True, False])
def test_what_settles_a_row_is_apart_from_what_it_settles(judge_first: bool) -> None:
    ordinary = ReturnedRow(2, KEYS["ex-1"], "ex-1", "neutral", annotator="ben")
    settling = ReturnedRow(2, "r009-001-zz", "ex-1", "positive", annotator="ben")
    files = [("ben.csv", Returned((ordinary,))), ("judge.csv", Returned((settling,)))]
    judged = hear_files(files[::-1] if judge_first else files, asked=re_asked())
    assert not judged.rejected
    assert {(a.label, a.kind, a.settles) for a in judged.answers} == {
        ("neutral", "corrected", False),
        ("positive", "new", True),
    }
    blank = ("judge.csv", Returned((with_values(settling, label=""),)))
    late = hear_files([files[0], blank], asked=re_asked())
    assert [a.settles for a in late.answers] == [False] and late.still_out == 5, "it settles nothing"


@pytest.mark.parametrize("other", ["negative", "?"])
def test_two_judges_of_one_row_are_to_agree(other: str) -> None:
    said = [("dora", "positive"), ("eve", other)]
    rows = [ReturnedRow(at, "r009-001-zz", "ex-1", label, who) for at, (who, label) in enumerate(said, 2)]
    judged = hear(*rows, several=True, asked=re_asked())
    assert not judged.answers and "one person settles a row" in judged.rejected[0].reason
    assert len(hear(rows[0], asked=re_asked()).answers) == 1


def test_people_who_may_differ_are_to_be_named() -> None:
    judged = hear(row(2, "ex-1"), row(3, "ex-1", "negative"), several=True)
    assert not judged.answers and "column annotator" in judged.rejected[0].reason


def asked_of(to: Mapping[str, tuple[str, ...]]) -> AskedRows:
    """What was handed out, some rows to named annotators."""
    everyone = answered({})
    rows = {name: with_values(asked, to=to.get(name, ())) for name, asked in everyone.by_id.items()}
    return replace(everyone, by_id=rows, by_key={row.key: row for row in rows.values()})


def test_a_file_that_only_one_person_was_given_is_theirs() -> None:
    asked = asked_of({"ex-1": ("anna", "ben"), "ex-2": ("anna",), "00123": ("anna", "ben")})
    everything = hear(row(2, "ex-1"), row(3, "ex-2"), asked=asked)
    assert {answer.annotator for answer in everything.answers} == {"anna"}
    shared = hear(row(2, "ex-1"), row(3, "00123"), asked=asked)
    assert {answer.annotator for answer in shared.answers} == {""}, "either may have filled it in"
    named = hear(row(2, "ex-2"), asked=asked, annotator="carla")
    assert named.answers[0].annotator == "carla"
    said = hear(row(2, "ex-2", annotator="ben"), asked=asked)
    assert said.answers[0].annotator == "ben"


def again(**given: Mapping[str, str]) -> AskedRows:
    """Rows handed out again to be settled, of which this was said before; all say the same."""
    before = answered({POOL[name.replace("_", "-")]: said for name, said in given.items()})
    rows = {name: with_values(asked, open=True, settles=True) for name, asked in before.by_id.items()}
    labels = {row: next(iter(said.values())) for row, said in before.answers.items()}
    by_key = {row.key: row for row in rows.values()}
    return replace(before, by_id=rows, by_key=by_key, labels={r: label for r, label in labels.items() if label})


def test_what_is_handed_out_again_is_confirmed_or_corrected() -> None:
    asked = again(ex_1={"anna": "positive"}, ex_2={"anna": "positive"})
    rows = row(2, "ex-1"), row(3, "ex-2", "negative"), row(4, "00123")
    for annotator in ("carla", "anna"):
        judged = hear(*rows, asked=asked, annotator=annotator)
        assert [(a.id, a.kind, a.settles) for a in judged.answers] == [
            ("ex-1", "confirmed", True),
            ("ex-2", "corrected", True),
            ("00123", "new", True),
        ]
        assert (judged.confirmed, judged.corrected, judged.accepted) == (1, 1, 1)


def test_the_same_file_again_is_nothing_new() -> None:
    judged = hear(row(2, "ex-1"), row(3, "ex-2", "?"), asked=ask(ex_1={"": "positive"}, ex_2={"": None}))
    assert judged.unchanged == 2 and not judged.answers and not judged.rejected


def test_corrections() -> None:
    before = ask(ex_1={"": "negative"}, ex_2={"ben": "negative"})
    judged = hear(row(2, "ex-1"), row(3, "ex-2"), asked=before)
    assert [answer.kind for answer in judged.answers] == ["corrected", "new"], "another annotator adds an answer"
    assert (judged.accepted, judged.corrected) == (1, 1)


def test_a_row_of_an_older_round_is_corrected_only_if_that_is_meant() -> None:
    mixed = hear(row(2, "ex-1"), row(3, "old", "negative"))
    assert taken(mixed) == {"ex-1": "positive"} and "alcli_id" in reasons(mixed)
    assert hear(row(2, "ex-1"), row(3, "old", "negative"), annotator="anna").rejected
    alone = hear(row(3, "old", "negative"))
    by_key = hear(row(2, "ex-1"), row(3, "old", "negative", key=True))
    assert alone.corrected == by_key.corrected == 1
    same = hear(row(2, "ex-1"), row(3, "old"))
    assert same.unchanged == 1 and "already" in same.warnings[0].reason


def test_what_is_awaited_is_no_correction_however_old() -> None:
    """One of two has answered a row of an earlier round; the other's file, without keys, answers a later one too."""
    asked = ask(old={"anna": "positive"})
    open_ = with_values(asked.by_id["old"], open=True, wanted=2, heard=frozenset({"anna"}))
    asked = replace(asked, by_id={**asked.by_id, "old": open_}, by_key={**asked.by_key, open_.key: open_})
    judged = hear(row(2, "ex-1"), row(3, "old", "negative"), annotator="ben", asked=asked)
    assert not judged.rejected and judged.accepted == 2
    assert hear(row(2, "ex-1"), row(3, "old", "negative"), annotator="anna", asked=asked).rejected


# --- files --------------------------------------------------------------------------------------------------


def test_a_cut_file_is_mentioned_where_its_last_row_is_refused() -> None:
    judged = hear_files([("a.csv", Returned((row(2, "ex-1"), row(3, "ex-2", "posi")), unended=3))])
    assert "cut short" in judged.rejected[0].reason


def test_a_guessed_encoding_must_be_confirmed_by_the_texts() -> None:
    sent = with_values(ROWS["ex-1"], shown={"text": "déjà vu, naïve et coûteux"})
    asked = AskedRows({}, {"ex-1": sent, "ex-2": ROWS["ex-2"]})
    right = row(2, "ex-1", text="déjà vu, naïve et coûteux")
    wrong = row(2, "ex-1", text="dŽjˆ vu, na•ve et cožteux")
    plain = row(3, "ex-2", text=TEXTS["ex-2"])
    for rows, good in (((right, plain), True), ((wrong, plain), False), ((plain,), True)):
        judged = hear_files([("a.csv", Returned(rows, guessed=True))], asked=asked)
        assert bool(judged.answers) is good and bool(judged.refused_files) is not good


def test_files_are_judged_apart() -> None:
    files = [("a.csv", Returned((row(2, "ex-1", "nonsense"),))), ("b.csv", Returned((row(2, "ex-2"),)))]
    judged = hear_files(files)
    assert judged.refused_files == ("a.csv",) and taken(judged) == {"ex-2": "positive"}


@given(
    st.lists(
        st.builds(
            ReturnedRow,
            line=st.integers(1, 9),
            key=st.sampled_from([None, "", *KEYS.values(), "r002-001-zz", "x"]),
            id=st.sampled_from([None, "", *POOL, "nowhere"]) | st.text(max_size=3),
            label=st.sampled_from([None, "", *CLASSES, "?", "postive"]) | st.text(max_size=3),
            annotator=st.sampled_from([None, "anna", "ANNA"]),
            shown=st.dictionaries(st.just("text"), st.sampled_from([*TEXTS.values(), "", "Err:509"])),
        ),
        max_size=6,
    ),
    st.booleans(),
    st.booleans(),
)
def test_every_row_is_accounted_for(rows: list[ReturnedRow], fixed: bool, unasked: bool) -> None:
    rows = [with_values(row, line=at) for at, row in enumerate(rows, 2)]
    judged = hear(*rows, fixed=fixed, unasked=unasked, asked=ask(ex_1={"anna": "positive"}))
    assert len(judged.answers) == judged.accepted + judged.corrected + judged.confirmed + judged.skipped
    refused = [fault.line for fault in judged.rejected]
    assert len(set(refused)) == len(refused), "a row is refused once"
    assert not {answer.line for answer in judged.answers} & set(refused)
    for answer in judged.answers:
        source = rows[answer.line - 2]
        own = TEXTS.get(answer.id, "")
        assert source.shown.get("text", "") not in set(TEXTS.values()) - {own}, "never a label under another row's text"
        assert answer.label is None or answer.label in CLASSES or answer.label in judged.new_classes
    again = hear(*rows, fixed=fixed, unasked=unasked, asked=_after(judged))
    assert not again.answers, "a second time nothing is new"


def _after(judged: Judged) -> AskedRows:
    before = ask(ex_1={"anna": "positive"})
    answers = {at: dict(said) for at, said in before.answers.items()}
    for answer in judged.answers:
        answers.setdefault(answer.row, {})[answer.annotator] = answer.label
    return answered(answers)
