"""`alcli.toml` after the classes changed: what is to be in it is, and what a user wrote stays as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alcli.errors import ConfigError
from alcli.project.amending import changed, mended, pending, rewritten, taken_back
from alcli.project.config import Config, parse
from alcli.project.records import LabelsChanged
from alcli.project.renaming import Relabelled

TEXT = """\
# My campaign. Ask Eve before changing it!
[labels]
classes = [
    "refund",   # money back
    'late',     # parcels
    "other",    # the rest
]
skip = ["?"]  # nothing else

[labels.guide]
refund = "wants money back"  # not: a voucher
late = { about = "a parcel is late", examples = ["where is it?"] }

[select]
rare = [ "refund" ]   # matters most
"""


def rename(old: str, new: str) -> LabelsChanged:
    return LabelsChanged("rename", (old,), (new,), new)


def split(name: str, *into: str) -> LabelsChanged:
    return LabelsChanged("split", (name,), into)


def merge(*of: str, into: str, new: bool = True) -> LabelsChanged:
    return LabelsChanged("merge", of, (into,) if new else (), into)


def retire(*of: str) -> LabelsChanged:
    return LabelsChanged("retire", of, ())


def add(*names: str) -> LabelsChanged:
    return LabelsChanged("add", (), names)


def put(text: str, *changes: LabelsChanged) -> str:
    for did in changes:
        text = rewritten(text, "alcli.toml", changed(parse(text, "alcli.toml"), did))
    return text


def history(*changes: LabelsChanged) -> list[Relabelled]:
    return [Relabelled(step, "", 0, did) for step, did in enumerate(changes, 2)]


def test_a_new_name_stands_where_the_old_one_stood_and_no_comment_is_lost() -> None:
    text = put(TEXT, rename("refund", "money back"))
    assert text == (
        TEXT.replace('    "refund",   #', '    "money back",   #')
        .replace('refund = "wants money back"  # not: a voucher\n', "")
        .replace('it?"] }\n', 'it?"] }\n"money back" = "wants money back"\n')
        .replace('rare = [ "refund" ]', 'rare = [ "money back" ]')
    )


def test_a_list_on_many_lines_keeps_its_lines() -> None:
    text = put(TEXT, split("refund", "card", "cash"))
    assert parse(text, "").labels.classes == ("card", "cash", "late", "other")
    assert parse(text, "").select.rare == ("card", "cash"), "what is rare is rare in its parts"
    assert "refund" not in parse(text, "").labels.guide, "and nobody has said yet what the parts are"
    for kept in ("# My campaign. Ask Eve", "'late',     # parcels", '"other",    # the rest', "# nothing else"):
        assert kept in text
    assert "# matters most" in text


def test_lines_may_end_as_on_windows() -> None:
    text = put(TEXT.replace("\n", "\r\n"), add("legal"))
    assert parse(text, "").labels.classes[-1] == "legal"
    assert "ask eve before changing it!\r\n" in text.lower()


@pytest.mark.parametrize(
    ("did", "classes", "rare", "told"),
    [
        (add("legal", "fraud"), ("refund", "late", "other", "legal", "fraud"), ("refund",), {"refund", "late"}),
        (merge("refund", "late", into="money"), ("money", "other"), ("money",), {"money"}),
        (merge("refund", into="other", new=False), ("late", "other"), ("other",), {"late", "other"}),
        (merge("other", into="refund", new=False), ("refund", "late"), ("refund",), {"refund", "late"}),
        (split("other", "legal", "other"), ("refund", "late", "legal", "other"), ("refund",), {"refund", "late"}),
        (retire("refund", "other"), ("late",), (), {"late"}),
    ],
)
def test_each_change(did: LabelsChanged, classes: tuple[str, ...], rare: tuple[str, ...], told: set[str]) -> None:
    now = parse(put(TEXT, did), "")
    assert (now.labels.classes, now.select.rare, set(now.labels.guide)) == (classes, rare, told)


def test_what_is_told_of_merged_classes_is_told_of_what_they_become() -> None:
    told = parse(put(TEXT, merge("refund", "late", into="money")), "").labels.guide["money"]
    assert (told.about, told.examples) == ("wants money back; a parcel is late", ("where is it?",))


def test_where_the_answers_bring_the_classes_the_list_stays_empty() -> None:
    text = "[labels]\nclasses = []\n[select]\nrare = ['a']\n"
    assert put(text, add("b"), rename("a", "z")) == text.replace("'a'", '"z"')
    assert put("", add("b"), rename("a", "z")) == ""


def test_other_ways_to_write_the_same_are_understood() -> None:
    text = 'labels = { classes = ["a", "b"], guide = { a = "A" } }\nselect.rare = ["a"]\n'
    now = parse(put(text, rename("a", "z")), "")
    assert (now.labels.classes, now.labels.guide["z"].about, now.select.rare) == (("z", "b"), "A", ("z",))


def test_a_list_that_cannot_be_changed_is_told_with_what_to_write() -> None:
    config = parse("[labels]\nclasses = ['a', 'b']\n", "")
    other = parse("[labels]\nclasses = ['a', 'c']\nskip = []\n", "")
    with pytest.raises(ConfigError, match="could not be changed") as refused:
        rewritten("[labels]\nclasses = ['a', 'b']\n", "alcli.toml", other)
    assert 'classes = ["a", "c"]' in refused.value.hint
    assert config.labels.skip


# --- what it does not know ------------------------------------------------------------------------


def test_a_specification_that_does_not_know_a_change_is_found_and_mended() -> None:
    changes = history(rename("refund", "money back"), add("legal"))
    old, half = parse(TEXT, ""), parse(put(TEXT, changes[0].did), "")
    whole = parse(put(TEXT, *(c.did for c in changes)), "")
    assert pending(whole, changes) is None
    for config in (old, half):
        assert pending(config, changes) == changes[1], "the newest of those it does not know"
        assert mended(config, changes) == whole


def test_guide_and_rare_tell_too() -> None:
    changes = history(retire("a"))
    config = parse("[select]\nrare = ['a']\n", "")
    assert pending(config, changes) == changes[0]
    assert mended(config, changes).select.rare == ()


def test_a_class_may_come_back() -> None:
    back = history(retire("late"), add("late"))
    config = parse(TEXT, "")
    assert pending(config, back) is None
    apart = history(merge("late", "other", into="rest"), split("rest", "late", "other"))
    assert pending(config, apart) is None
    one = history(retire("a"), retire("b"), add("a"), retire("c"))
    assert pending(parse("[labels]\nclasses = ['a']\n", ""), one) is None, "the others went, one after the other"


NAMES = ("a", "b", "c", "d", "e")


@st.composite
def histories(draw: st.DrawFn) -> tuple[Config, list[LabelsChanged]]:
    """A list of classes and changes that make sense, one after the other."""
    first = Config(labels=type(Config().labels)(classes=tuple(draw(st.permutations(NAMES))[:3])))
    config, done = first, []
    for n in range(draw(st.integers(1, 4))):
        classes = config.labels.classes
        new = [name for name in (*NAMES, f"n{n}") if name not in classes]
        options = [add(new[0])]
        if classes:
            name = draw(st.sampled_from(classes))
            options += [rename(name, new[-1]), split(name, new[-1], name), split(name, *new[:2]), retire(name)]
            options += [merge(name, into=other, new=False) for other in classes if other != name]
        done.append(draw(st.sampled_from(options)))
        config = changed(config, done[-1])
        if not config.labels.classes:
            break
    return first, done


@given(histories())
def test_a_specification_that_went_along_is_never_behind(made: tuple[Config, list[LabelsChanged]]) -> None:
    config, dids = made
    for did in dids:
        config = changed(config, did)
    if config.labels.classes:
        assert pending(config, history(*dids)) is None


@given(histories())
def test_each_change_can_be_taken_back(made: tuple[Config, list[LabelsChanged]]) -> None:
    config, dids = made
    for did in dids:
        after = changed(config, did)
        assert taken_back(after, config, after) == config
        assert taken_back(config, config, after) == config, "also before it was written"
        config = after


def test_what_was_edited_since_stays_when_a_change_is_taken_back() -> None:
    before = parse(TEXT, "")
    after = changed(before, split("refund", "card", "cash"))
    text = rewritten(TEXT, "", after)
    edited = parse(text.replace('"card"', '"fraud", "card"').replace('it?"] }', 'it?"] }\ncard = "by card"'), "")
    back = taken_back(edited, before, after)
    assert set(back.labels.classes) == {"refund", "late", "other", "fraud"}
    assert back.labels.guide["refund"].about == "wants money back"
    assert back.select.rare[0] == "refund"
