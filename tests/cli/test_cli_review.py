"""Labels that look wrong: shown, handed out again, kept out of training, and asked about in the ordinary batches."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import msgspec
import pytest
from campaign import alcli, annotate, play_round, specify, succeed

from alcli.campaign.choosing.exploring import with_audit
from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.relooking import REASON, with_relooks
from alcli.campaign.choosing.situation import Situation
from alcli.campaign.reviewing import so_far
from alcli.project.project import Project
from alcli.project.records import CONSENSUS

WORDS = {
    "billing": "invoice charged payment card receipt price",
    "access": "password login locked reset account code",
    "delivery": "parcel courier late address tracking box",
    "crash": "error freezes bug broken screen restart",
    "travel": "flight hotel train ticket luggage seat",
    "food": "pizza soup bread dinner salad cheese",
    "sport": "match goal team score player referee",
    "music": "song guitar concert album drums singer",
}
CLASSES = tuple(WORDS)


def truth(name: str) -> str:
    """The class of a row, by its id (`t000`, `t001` ...)."""
    return CLASSES[int(name[1:]) % len(CLASSES)]


def erring(name: str) -> str:
    """What an annotator says who is wrong in one row of eleven."""
    number = int(name[1:])
    return CLASSES[(number + 1 + number // 11 % 7) % 8] if number % 11 == 0 else truth(name)


def make_project(folder: Path, rows: int, name: str = "") -> Path:
    """A project around short texts of eight classes; before each id stands `name`."""
    names = [f"t{row:03d}" for row in range(rows)]
    texts = [" ".join(random.Random(name).sample(WORDS[truth(name)].split(), 4)) for name in names]
    lines = ["id,text", *(f"{name}{own},{text} number {own}" for own, text in zip(names, texts, strict=True))]
    (folder / "pool.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    succeed("init", folder / "p", "--pool", folder / "pool.csv", "--text", "text")
    return folder / "p"


def told(project: Path, *words: str | Path) -> dict:
    return json.loads(succeed("-C", project, *words, "--json").stdout)


def quick(project: Path) -> Path:
    specify(project, "features.text", '"tfidf"')
    specify(project, "model", 'use = "logistic"')
    return project


def labelled(folder: Path, rows: int = 150, label: Callable[[str], str] = erring) -> Path:
    """A project of 200 rows, of which so many are labelled, and a model."""
    project = quick(make_project(folder, rows=200))
    play_round(project, rows, label)
    succeed("-C", project, "retrain")
    return project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return labelled(tmp_path_factory.mktemp("made"))


@pytest.fixture
def project(made: Path, tmp_path: Path) -> Path:
    return copytree(made, tmp_path / "p")


def planted(project: Path) -> set[str]:
    """The ids of labels that are wrong."""
    state = Project.open(project).state
    return {state.ids[row] for row, label in state.labels.items() if label != truth(state.ids[row])}


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_wrong_labels_are_told_worst_first_with_who_said_them(project: Path) -> None:
    found = told(project, "review")
    wrong = planted(project)
    assert len(wrong) >= 10
    ids = [one["id"] for one in found["suspects"]]
    assert wrong >= set(ids[:8]), "the worst are wrong indeed"
    assert len(wrong & set(ids)) >= 0.8 * len(wrong)
    first = found["suspects"][0]
    assert first["label"] == erring(first["id"])
    assert first["likely"] == truth(first["id"])
    assert 0.5 < first["wrong"] <= 1
    assert first["said"][0]["time"]
    assert "number" in first["text"]
    assert found["error_rate"]["low"] <= len(wrong) / 150 <= found["error_rate"]["high"]
    assert 0 <= found["false_alarms"] < 1


def test_a_terminal_of_80_columns_holds_it(project: Path) -> None:
    shown = succeed("-C", project, "review", "-n", "3").stdout
    assert "look wrong" in shown
    assert "95% interval" in shown
    assert max(len(line.replace(f"-C {project} ", "")) for line in shown.splitlines()) <= 80
    ids = [one["id"] for one in told(project, "review")["suspects"]]
    assert all(name in shown for name in ids[:3])
    assert ids[3] not in shown
    assert f"and {len(ids) - 3} more" in shown


def test_status_knows_without_a_look_at_the_pool(project: Path) -> None:
    found = so_far.standing(Project.open(project))
    assert found.judged == 150
    assert found.open >= 10
    assert found.settled == found.corrected == found.out == found.held == 0
    assert found.error_rate


def test_with_right_labels_nothing_is_made_of_it(tmp_path: Path) -> None:
    project = labelled(tmp_path, label=truth)
    found = told(project, "review", "-o", tmp_path / "again.csv")
    assert found["n_suspects"] <= 3
    if not found["n_suspects"]:
        assert not (tmp_path / "again.csv").exists()
        assert "None of 150 labels looks wrong" in succeed("-C", project, "review").stdout


def test_few_labels_cannot_be_judged_and_no_retrain_fails(tmp_path: Path) -> None:
    project = quick(make_project(tmp_path, rows=60))
    play_round(project, 30, erring)
    retrained = told(project, "retrain")
    assert retrained["checked"]["error_rate"] is None
    assert retrained["checked"]["suspects"] == 0
    found = told(project, "review", "-o", tmp_path / "again.csv")
    assert found["n_suspects"] == 0
    assert found["error_rate"] is None
    assert not (tmp_path / "again.csv").exists()
    shown = succeed("-C", project, "review").stdout
    assert f"30 labels: too few to say which are wrong. It takes {found['fewest']}" in shown


def test_there_must_be_labels_of_two_classes(tmp_path: Path) -> None:
    project = quick(make_project(tmp_path, rows=40))
    refused = alcli("-C", project, "review")
    assert refused.exit_code == 4
    assert "there are no labels to review" in refused.stderr
    play_round(project, 4, lambda name: "billing")
    refused = alcli("-C", project, "review")
    assert refused.exit_code == 4
    assert "two classes" in refused.stderr


def test_texts_with_two_labels_and_hasty_answers_are_told(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    texts = [f"{WORDS[CLASSES[row % 8]]} and {WORDS[CLASSES[row // 8]]} {row}" for row in range(30)]
    texts[1] = texts[0].upper()
    rows = [f'r{at},"{text}"' for at, text in enumerate(texts)]
    pool.write_text("\n".join(["id,text", *rows]) + "\n", encoding="utf-8")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text", "--id", "id")
    specify(quick(project), "select.explore", "0")
    answers = tmp_path / "answers.csv"
    said = [f"r{at},{'late' if at % 2 else 'lost'},{'0.2' if at < 3 else '9'}" for at in range(20)]
    answers.write_text("\n".join(["id,label,seconds", *said]) + "\n", encoding="utf-8")
    succeed("-C", project, "ingest", answers, "--unasked", "--annotator", "ana")
    found = told(project, "review")
    assert [[one["id"] for one in group] for group in found["contradictions"]] == [["r0", "r1"]]
    assert found["haste"] == [{"annotator": "ana", "rows": ["r0", "r1", "r2"], "timed": 20}]
    shown = succeed("-C", project, "review").stdout
    assert "1 text stands there with different labels" in shown
    assert "3 answers of 20 by ana" in shown


# --- a second look ---------------------------------------------------------------------------------------------------


def test_a_second_person_sees_no_label(project: Path, tmp_path: Path) -> None:
    handed = told(project, "review", "-n", "6", "-o", tmp_path / "again.csv")
    assert handed["handed_out"] == 6
    with (tmp_path / "again.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["alcli_id", "id", "text", "label", "comment"]
    assert [row[1] for row in rows] == [one["id"] for one in handed["suspects"]]
    assert {row[3] for row in rows} == {""}
    assert not any(word in " ".join(row) for row in rows for word in CLASSES)
    batch = Project.open(project).state.batches[-1]
    assert batch.did.strategy == "review"
    assert {row.purpose for row in batch.rows} == {"review"}


def test_the_label_in_doubt_is_shown_where_that_is_wanted(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "review", "-n", "4", "-o", tmp_path / "again.csv", "--show-given")
    with (tmp_path / "again.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["given"] for row in rows] == [erring(row["id"]) for row in rows]
    back = annotate(tmp_path / "again.csv", tmp_path / "back.csv", truth)
    taken = told(project, "ingest", back)
    assert taken["corrected"] + taken["confirmed"] == 4
    assert alcli("-C", project, "review", "--show-given").exit_code == 2


def test_a_dry_run_writes_nothing(project: Path, tmp_path: Path) -> None:
    before = Project.open(project).state.last
    succeed("-C", project, "review", "-o", tmp_path / "again.csv", "--dry-run")
    assert not (tmp_path / "again.csv").exists()
    assert Project.open(project).state.last == before


def test_what_the_second_person_says_holds_and_is_not_asked_again(project: Path, tmp_path: Path) -> None:
    wrong = planted(project)
    first = told(project, "review", "-o", tmp_path / "again.csv")
    asked = [one["id"] for one in first["suspects"]]
    waiting = told(project, "review")
    assert all(one["out"] for one in waiting["suspects"])
    assert told(project, "review", "-o", tmp_path / "more.csv")["handed_out"] == 0
    assert so_far.standing(Project.open(project)).out >= 10

    taken = told(project, "ingest", annotate(tmp_path / "again.csv", tmp_path / "back.csv", truth), "--annotator", "bo")
    assert taken["corrected"] == len(wrong & set(asked))
    assert taken["confirmed"] == len(set(asked) - wrong)
    assert not planted(project) & set(asked)
    later = told(project, "review")
    assert not {one["id"] for one in later["suspects"]} & set(asked)
    standing = so_far.standing(Project.open(project))
    assert standing.settled == len(asked)
    assert standing.corrected == len(wrong & set(asked))
    assert f"Looked at again so far: {len(asked)} labels" in succeed("-C", project, "review").stdout
    succeed("-C", project, "retrain")
    assert not {one.id for one in so_far.open_suspects(Project.open(project))} & set(asked)


def test_one_who_confirms_a_wrong_label_settles_it_too(project: Path, tmp_path: Path) -> None:
    asked = [one["id"] for one in told(project, "review", "-n", "3", "-o", tmp_path / "again.csv")["suspects"]]
    taken = told(project, "ingest", annotate(tmp_path / "again.csv", tmp_path / "back.csv", erring))
    assert taken["confirmed"] == 3
    assert not {one["id"] for one in told(project, "review")["suspects"]} & set(asked)


# --- kept out of training --------------------------------------------------------------------------------------------


def test_held_labels_are_not_learned_from_until_they_are_settled(project: Path, tmp_path: Path) -> None:
    specify(project, "review.hold", "true")
    made = told(project, "retrain")
    state = Project.open(project).state
    held = set(made["held"])
    assert len(held) >= 5
    assert held <= planted(project)
    assert made["n_labels"] == 150 - len(held) == 150 - made["checked"]["held"]
    assert not held & {state.ids[row] for row in state.audit}, "what it is measured by stays whole"
    assert made["measured"]["n"] == len(state.audit)
    shown = succeed("-C", project, "retrain").stdout
    assert f"Not learned from until they are settled: {len(held)} rows" in shown
    assert f"alcli -C {project} review" in shown
    assert so_far.standing(Project.open(project)).held == len(held)

    succeed("-C", project, "review", "-o", tmp_path / "again.csv")
    succeed("-C", project, "ingest", annotate(tmp_path / "again.csv", tmp_path / "back.csv", truth))
    after = told(project, "retrain")
    assert not held & set(after["held"])
    assert after["n_labels"] > made["n_labels"]


def test_without_hold_all_are_learned_from(project: Path) -> None:
    made = told(project, "retrain")
    assert made["n_labels"] == 150
    assert made["held"] == []
    assert made["checked"]["suspects"] >= 10
    assert made["checked"]["held"] == 0


# --- in the batches --------------------------------------------------------------------------------------------------


def batch(project: Path, size: int = 20, share: str = "0.3") -> object:
    opened = Project.open(project)
    situation = Situation.of(opened, opened.config, reissue=False).of_size(size)
    return with_audit(situation, lambda these: with_relooks(these, opened, choose))


def test_suspects_take_places_in_a_batch(project: Path) -> None:
    specify(project, "review.share", "0.3")
    succeed("-C", project, "retrain")
    state = Project.open(project).state
    picked = batch(project)
    assert len(picked.rows) == len(set(picked.rows)) == 20
    assert 1 <= len(picked.again) <= 6
    assert picked.again <= set(picked.rows)
    assert picked.again <= state.labels.keys()
    assert not picked.again & state.audit
    places = [at for at, row in enumerate(picked.rows) if row in picked.again]
    assert places[0] < 20 - len(places), "not in a row at the end"
    assert {picked.reasons[at] for at, row in enumerate(picked.rows) if row in picked.again} == {REASON}
    assert sum(state.labels[row] != truth(state.ids[row]) for row in picked.again) >= len(picked.again) / 2


def test_annotators_answer_suspects_with_the_rest(project: Path, tmp_path: Path) -> None:
    specify(project, "review.share", "0.3")
    succeed("-C", project, "retrain")
    file = Path(told(project, "select", "-n", "20")["files"][0])
    state = Project.open(project).state
    again = [row for row in state.batches[-1].rows if row.purpose == "review"]
    assert 1 <= len(again) <= 6
    assert file.read_text(encoding="utf-8-sig").splitlines()[0] == '"alcli_id","id","text","label","comment"'
    wrong = sum(state.labels[row.row] != truth(row.id) for row in again)
    taken = told(project, "ingest", annotate(file, tmp_path / "back.csv", truth), "--annotator", "bo")
    assert (taken["accepted"], taken["corrected"], taken["confirmed"]) == (20 - len(again), wrong, len(again) - wrong)
    assert {row.row for row in again} <= Project.open(project).state.settled


def test_the_share_counts_from_the_next_model_on(project: Path) -> None:
    specify(project, "review.share", "0.3")
    assert not batch(project).again, "this model's suspects were told with a look at the audit sample"


def test_without_a_share_a_batch_is_of_new_rows(project: Path) -> None:
    assert not batch(project).again


def test_a_sure_label_takes_nobody_s_place(tmp_path: Path) -> None:
    project = labelled(tmp_path, label=truth)
    specify(project, "review.share", "0.5")
    succeed("-C", project, "retrain")
    assert len(batch(project).again) <= 2


# --- several annotators ----------------------------------------------------------------------------------------------


def test_annotators_and_model_settle_what_a_vote_leaves_open(tmp_path: Path) -> None:
    """Two who are mostly right and one who is not; where but two have answered, a vote is a tie."""
    project = quick(make_project(tmp_path, rows=200))
    specify(project, "answers.resolve", '"crowdlab"')
    names = [f"t{row:03d}" for row in range(120)]

    def say(who: str, label: Callable[[str], str], ids: list[str]) -> None:
        file = tmp_path / f"{who}.csv"
        file.write_text("\n".join(["id,label", *(f"{name},{label(name)}" for name in ids)]) + "\n", encoding="utf-8")
        succeed("-C", project, "ingest", file, "--unasked", "--annotator", who)

    tied = names[:12]
    say("ana", truth, names)
    say("bo", truth, names[12:80])
    say("cy", lambda name: CLASSES[(int(name[1:]) + 1) % 8], names[:40])
    before = Project.open(project).state
    assert {before.ids[row] for row in before.answers.keys() - before.labels.keys()} == set(tied)

    made = told(project, "retrain")
    assert made["consensus"] == 40, "all rows on which they differ"
    assert made["conflicts"] == 0
    state = Project.open(project).state
    assert all(label == truth(state.ids[row]) for row, label in state.labels.items())
    assert made["n_labels"] == 120
    assert not state.changed, "what the retrain has settled is learned already"
    assert "Annotators differ on 40 rows" in succeed("-C", project, "retrain").stdout

    found = told(project, "review")
    quality = {one["name"]: one["quality"] for one in found["annotators"]}
    assert quality["cy"] < quality["bo"]
    assert {one["name"] for one in found["annotators"] if one["differs"]} <= {"cy"}
    assert len(found["weak"]) == 5
    assert "The labels worth least" in succeed("-C", project, "review").stdout


def test_a_label_that_the_model_helped_to_tell_is_nothing_to_measure_it_by(tmp_path: Path) -> None:
    project = make_project(tmp_path, rows=60)
    specify(project, "answers.resolve", '"crowdlab"')
    made = told(project, "select", "-n", "45", "--annotators", "ana,ben", "--per-row", "2")
    drawn = [row["id"] for row in made["rows"] if row["audit"]]
    for name, path in made["outputs"].items():
        wrong = {drawn[0]: CLASSES[(int(drawn[0][1:]) + 1) % 3]} if name == "ben" else {}
        succeed(
            "-C", project, "ingest", annotate(Path(path), Path(path), lambda row, w=wrong: w.get(row) or truth(row))
        )
    for _ in range(2):  # before a model has told its label, and after
        made = told(project, "retrain")
        assert (made["consensus"], made["conflicts"], made["n_labels"]) == (1, 0, 45)
        assert (made["measured"]["n"], made["measured"]["skipped"]) == (len(drawn) - 1, 1)


def test_who_errs_is_told_though_the_rows_in_conflict_have_no_label(tmp_path: Path) -> None:
    """With two answers a row those that differ are all tied: of the labelled rows alone all would seem to be right."""
    project = quick(make_project(tmp_path, rows=200))
    wrong = {"ana": 11, "bo": 7, "cy": 2}  # one answer in so many
    for who, others in (("ana", 2), ("bo", 1), ("cy", 0)):
        rows = [row for row in range(150) if row % 3 != others]
        said = [(f"t{row:03d}", CLASSES[(row + (row % wrong[who] == 0)) % 8]) for row in rows]
        file = tmp_path / f"{who}.csv"
        file.write_text("\n".join(["id,label", *(f"{name},{label}" for name, label in said)]) + "\n", encoding="utf-8")
        succeed("-C", project, "ingest", file, "--unasked", "--annotator", who)
    assert len(Project.open(project).state.labels) < 120
    quality = {one["name"]: one["quality"] for one in told(project, "review")["annotators"]}
    assert quality["cy"] < 0.7 < quality["ana"] and quality["cy"] < quality["bo"]


def test_ids_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    project = quick(make_project(tmp_path, rows=150, name="warehouse-mail-2026-"))
    play_round(project, 150, lambda name: erring(name[-4:]))
    ids = [one["id"] for one in told(project, "review")["suspects"]]
    shown = succeed("-C", project, "review").stdout
    assert len(ids) > 3 and all(name[-6:] in shown for name in ids[:10])


# --- made elsewhere --------------------------------------------------------------------------------------------------


def test_what_looked_wrong_in_a_copy_is_pulled_with_its_model(project: Path, tmp_path: Path) -> None:
    copy = copytree(project, tmp_path / "copy")
    specify(copy, "review.hold", "true")
    made = told(copy, "retrain", "--here")
    succeed("-C", project, "pull", copy)
    found = so_far.open_suspects(Project.open(project))
    assert [one.id for one in found if one.held] == made["held"]


def test_a_copy_with_rows_that_cannot_be_read_is_refused(project: Path, tmp_path: Path) -> None:
    copy = copytree(project, tmp_path / "copy")
    theirs = Project.open(copy)
    last = theirs.committed[-1]
    with theirs.vault.stage() as staging:
        for name in last.step.payload:
            (staging / name).write_bytes((last.folder / name).read_bytes())
        (staging / CONSENSUS).write_text("no row\n")
        theirs.vault.commit(
            staging,
            theirs.step(msgspec.structs.replace(last.step.did, consensus=1), theirs.config),
            lambda came_in: None,
        )
    refused = alcli("-C", project, "pull", copy)
    assert refused.exit_code == 4
    assert "rows that cannot be read" in refused.stderr
    succeed("-C", project, "status")
