"""Groups, quotas, blind spots and the forecast of a project."""

from __future__ import annotations

import csv
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from campaign import WORDS, annotate, specify, succeed, truth

from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.quotas import choose_by_quota
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.grouping import Groups, grouped
from alcli.campaign.learning.guarding import compared, foreseen, guarded
from alcli.contracts import Estimate
from alcli.errors import ConfigError
from alcli.project.config import Guard
from alcli.project.findings import Guarded, Measured
from alcli.project.project import Project
from alcli.project.records import ModelRetrained

LANGUAGES = ("en", "en", "en", "en", "en", "en", "en", "de", "de", "fr")


def language(name: str) -> str:
    return LANGUAGES[int(name[1:]) % 10]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """300 rows in three languages; the German ones have words of their own."""
    with (tmp_path / "pool.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "text", "language", "source"))
        for row in range(300):
            name = f"t{row:02d}"
            words = " ".join(random.Random(row).sample(WORDS[truth(name)], 3))
            german = f"bitte um hilfe mit nummer {row}"
            writer.writerow(
                (name, german if language(name) == "de" else f"{words} {row}", language(name), "web" if row % 2 else "")
            )
    succeed("init", tmp_path / "p", "--pool", tmp_path / "pool.csv", "--text", "text")
    specify(tmp_path / "p", "guard.groups", '["language", "source"]')
    return tmp_path / "p"


def play(root: Path, batch_size: int = 30) -> None:
    number = len(list(root.glob("round-*.csv"))) + 1
    succeed("-C", root, "select", "-n", str(batch_size))
    file = annotate(root / f"round-{number:03d}.csv", root.parent / "back.csv")
    succeed("-C", root, "ingest", file)


def languages(project: Project) -> Groups:
    return grouped(project.shards, Guard(("language",)))[0]


def situation(root: Path, quota: float, batch_size: int = 20, groups: tuple[str, ...] = ("language",)) -> Situation:
    project = Project.open(root)
    config = replace(project.config, guard=Guard(groups, quota))
    return Situation.of(project, config, False).of_size(batch_size)


def in_english(these: Situation) -> Picked:
    """A strategy that has eyes for one language."""
    n = these.config.select.batch_size
    return Picked([row for row in range(300) if row % 10 < 7][:n], [1.0] * n, ["first"] * n, "first", 300)


def test_each_row_has_the_group_of_its_value(root: Path) -> None:
    language, source = grouped(Project.open(root).shards, Guard(("language", "source", "language")))
    assert (language.values, language.others) == (("en", "de", "fr"), 0)
    assert language.of[:10].tolist() == [0] * 7 + [1, 1, 2]
    assert language.counts().tolist() == [210, 60, 30]
    assert language.counts([0, 9]).tolist() == [1, 0, 1]
    assert source.values == ("", "web"), "a missing cell is empty text"


def test_rare_values_are_one_group_and_a_value_of_that_name_is_none_of_it(tmp_path: Path) -> None:
    with (tmp_path / "pool.csv").open("w") as file:
        values = [*["others"] * 30, *(f"v{at:02d}" for at in range(24) for _ in range(24 - at))]
        file.write("id,text,kind\n" + "".join(f"r{at},row {at},{v}\n" for at, v in enumerate(values)))
    succeed("init", tmp_path / "p", "--pool", tmp_path / "pool.csv", "--text", "text")
    (found,) = grouped(Project.open(tmp_path / "p").shards, Guard(("kind",)))
    assert (len(found.values), found.values[0], found.others, found.k) == (20, "others", 5, 21)
    assert found.counts()[[0, 20]].tolist() == [30, 1 + 2 + 3 + 4 + 5]
    last = compared(found, [], {})[-1]
    assert (last.value, last.others, last.rows, last.share) == ("", 5, 15, pytest.approx(15 / len(values)))


def test_a_column_that_the_pool_does_not_have_is_told_by_its_key(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"guard.groups: the pool has no column 'langauge'") as refusal:
        grouped(Project.open(root).shards, Guard(("langauge",)))
    assert "it has: id, text, language, source" in refusal.value.hint


def test_groups_side_by_side(root: Path) -> None:
    found = languages(Project.open(root))
    labelled = [row for row in range(300) if row % 10 < 7][:100]
    english, german, french = range(0, 50, 10), range(7, 107, 10), [9, 19]
    right = {**dict.fromkeys(english, True), **dict.fromkeys(german, False), **dict.fromkeys(french, True)}
    lines = {line.value: line for line in compared(found, labelled, right)}
    assert [(line.rows, line.labels) for line in lines.values()] == [(210, 100), (60, 0), (30, 0)]
    assert lines["en"].share == pytest.approx(0.7)
    assert [line.behind for line in lines.values()] == [False, True, False]
    assert [line.passed_by for line in lines.values()] == [False, True, True]
    accuracy = lines["de"].accuracy
    assert accuracy and (accuracy.value, accuracy.n, accuracy.low) == (0.0, 10, 0.0)
    assert accuracy.high == pytest.approx(0.2775, abs=1e-4)  # Wilson: z^2 / (n + z^2)
    assert compared(found, labelled, {})[0].accuracy is None


def test_a_quota_gives_each_group_its_part(root: Path) -> None:
    found = languages(Project.open(root))
    picked = choose_by_quota(situation(root, 0.5), in_english)
    assert len(picked.rows) == len(set(picked.rows)) == len(picked.reasons) == len(picked.utility) == 20
    assert found.counts(picked.rows).tolist() == [17, 2, 1]  # due: 7, 2 and 1
    assert picked.rows[:17] == list(in_english(situation(root, 0.5)).rows[:17]), "the first of the others stay"
    assert Counter(reason.partition(";")[0] for reason in picked.reasons) == {
        "first": 17,
        "for the share of language 'de'": 2,
        "for the share of language 'fr'": 1,
    }


def test_what_is_not_a_whole_row_is_drawn_by_lot(root: Path) -> None:
    found, play = languages(Project.open(root)), situation(root, 1.0, batch_size=5)
    spent = [found.counts(choose_by_quota(replace(play, seeds=(0, n)), in_english).rows) for n in range(60)]
    mean = sum(spent) / 60
    assert mean == pytest.approx([3.5, 1.0, 0.5], abs=0.2)
    assert {int(n[1]) for n in spent} == {1}, "a whole row is due in every batch"


def test_several_columns_have_their_due(root: Path) -> None:
    """As a rule: a row for the second column stays only where the first keeps its due, so it hangs on the choice."""
    specify(root, "select.strategy", '"random"')
    project = Project.open(root)
    picked = choose_by_quota(situation(root, 1.0, groups=("language", "source")), in_english)
    language, source = grouped(project.shards, Guard(("language", "source")))
    assert language.counts(picked.rows).tolist() == [14, 4, 2]
    assert source.counts(picked.rows).tolist() == [10, 10]


def test_without_a_quota_the_strategy_chooses_alone(root: Path) -> None:
    assert choose_by_quota(situation(root, 0.0), in_english) == in_english(situation(root, 0.0))
    assert choose_by_quota(situation(root, 1.0, groups=()), in_english) == in_english(situation(root, 1.0))


def test_a_group_without_candidates_gives_its_place_to_others(root: Path) -> None:
    found, play = languages(Project.open(root)), situation(root, 1.0)
    french = [row for row in range(300) if row % 10 == 9]
    gone = replace(play, taken=sorted({*play.taken.tolist(), *french}))
    picked = choose_by_quota(gone, in_english)
    assert len(picked.rows) == 20 and found.counts(picked.rows)[2] == 0


def test_the_strategy_of_the_specification_keeps_to_the_quota_and_off_the_audit_sample(root: Path) -> None:
    play = situation(root, 1.0)
    picked = choose_by_quota(play, choose)
    assert languages(Project.open(root)).counts(picked.rows).tolist() == [14, 4, 2]
    assert not set(picked.rows) & {*play.taken.tolist(), *play.reserve.tolist()}


def test_keyword_seeds_stay_at_the_head(root: Path) -> None:
    def matching(these: Situation) -> Picked:
        return replace(in_english(these), matching=5)

    picked = choose_by_quota(situation(root, 1.0), matching)
    assert picked.matching == 5 and list(picked.rows[:5]) == [0, 1, 2, 3, 4]


def test_regions_and_classes_without_a_label(root: Path) -> None:
    specify(root, "labels.classes", '["billing", "access", "delivery", "legal"]')
    project = Project.open(root)
    found = guarded(project, project.config, {})
    assert found.n_regions == found.n_empty == 15
    assert found.empty == Estimate(1.0, 1.0, 1.0, 0.0, 300), "all rows were looked at"
    assert found.unlabelled == ("billing", "access", "delivery", "legal")
    assert found.unseen_below is None
    ids = [name for region in found.blind for name in region.examples]
    assert ids and all(name.startswith("t") for name in ids)
    assert not any(group.labels or group.behind or group.passed_by for group in found.groups)


def test_a_kind_of_rows_that_nobody_asked_about_is_found(root: Path) -> None:
    file = root.parent / "ids"
    file.write_text("".join(f"t{row:02d}\n" for row in range(120) if language(f"t{row:02d}") != "de"))
    succeed("-C", root, "select", "--ids", file)
    succeed("-C", root, "ingest", annotate(root / "round-001.csv", root.parent / "back.csv"))
    project = Project.open(root)
    found = guarded(project, project.config, {0: True, 1: True, 7: False})
    blind = [language(name) for region in found.blind for name in region.examples]
    assert blind and set(blind) == {"de"}
    assert found.unseen_below == pytest.approx(1 - 0.05 ** (1 / 3))
    german = next(group for group in found.groups if group.value == "de")
    assert (german.labels, german.passed_by) == (0, True)


def measured(value: float, n: int, source: str = "audit") -> Measured:
    error = (value * (1 - value) / n) ** 0.5
    return Measured(source, n, {"accuracy": Estimate(value, value - 2 * error, value + 2 * error, error, n)})


def record(root: Path, n_labels: int, told: Measured) -> None:
    """A model in the vault that was worth so much."""
    project = Project.open(root)
    did = ModelRetrained(
        classes=(),
        labels_by_class={"billing": n_labels},
        figures={},
        features="",
        features_state="",
        fit_shards=1,
        linear=True,
        seconds=0.0,
        libraries={},
        measured=told,
    )
    with project.vault.stage() as staging:
        project.commit(staging, project.step(did, project.config))


def test_the_forecast_is_of_models_made_and_measured_alike(root: Path) -> None:
    play(root)
    project, now = Project.open(root), measured(0.74, 120)
    assert foreseen(project, project.config, None) is None
    assert foreseen(project, project.config, now) is None, "one model is no curve"
    for n, value in ((5, 0.5), (10, 0.6), (15, 0.66), (20, 0.7)):
        record(root, n, measured(value, 90 + n))
    record(root, 25, measured(0.1, 500, "test"))  # by other rows: no point of this curve
    project = Project.open(root)
    told = foreseen(project, project.config, now)
    assert told and (told.metric, told.target, told.n_labels) == ("accuracy", None, 30)
    assert 0.7 < told.twice < 0.85
    specify(root, "stop.any", '[{ use = "target", metric = "accuracy", at_least = 0.8 }]')
    aimed = foreseen(project, Project.open(root).config, now)
    assert aimed and (aimed.target, aimed.outlook) == (0.8, "reachable")
    specify(root, "model.use", '"naive_bayes"')
    assert foreseen(project, Project.open(root).config, now) is None, "another model, another curve"


def test_what_was_found_is_recorded_and_read_back(root: Path) -> None:
    play(root)
    project = Project.open(root)
    found = guarded(project, project.config, {0: True})
    assert len(found.groups) == 5
    assert msgspec.json.decode(msgspec.json.encode(found), type=Guarded) == found
