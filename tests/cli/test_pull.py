"""`pull`: what was trained in a copy comes back whole and once; whatever else the copy holds is refused."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, make_project, play_round, specify, succeed

from alcli.campaign.learning import pulling
from alcli.campaign.learning.pulling import Copy
from alcli.errors import ProjectMoved
from alcli.project.project import Project
from alcli.project.records import FORMAT
from alcli.project.vault import Vault


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project `p` of three steps, and `copy`, in which two models were trained since."""
    folder = tmp_path_factory.mktemp("made")
    project = make_project(folder)
    specify(project, "model", 'use = "naive_bayes"')
    specify(project, "features.text", '"tfidf"')
    play_round(project)
    shutil.copytree(project, folder / "copy")
    succeed("-C", folder / "copy", "retrain")
    specify(folder / "copy", "model", 'use = "logistic"')
    succeed("-C", folder / "copy", "retrain")
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path) -> Path:
    """The same, of one's own: `p` and `copy`, whose last step is taken away, and `twice`, which has both."""
    for name, source in (("p", "p"), ("copy", "copy"), ("twice", "copy")):
        shutil.copytree(made / source, tmp_path / name)
    shutil.rmtree(tmp_path / "copy" / ".alcli" / "steps" / "0005")
    return tmp_path


def hashes(project: Path) -> list[str]:
    return [committed.sha for committed in Vault(project).read()]


def record(project: Path, step: int, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a `step.json`."""
    file = project / ".alcli" / "steps" / f"{step:04d}" / "step.json"
    told = json.loads(file.read_bytes())
    change(told)
    file.write_text(json.dumps(told))


def refused(world: Path, copy: str, *why: str) -> str:
    """Pull what is refused: nothing may change, and the message must say why."""
    before = hashes(world / "p")
    for words in ((), ("--dry-run",)):
        result = alcli("-C", world / "p", "pull", world / copy, *words)
        assert result.exit_code == 4, result.output
        assert all(word in result.stderr for word in why), result.stderr
    assert hashes(world / "p") == before and list(Vault(world / "p").faults()) == []
    assert sorted(os.listdir(world / "p" / ".alcli" / "steps")) == [f"{n:04d}" for n in range(1, len(before) + 1)]
    return result.stderr


def test_a_retrain_made_elsewhere_is_here_byte_for_byte(world: Path) -> None:
    told = succeed("-C", world / "p", "pull", world / "copy")
    assert "Took in step 4" in told.stdout and "8 labels" in told.stdout and "here it is step 4" in told.stdout
    assert hashes(world / "p") == hashes(world / "copy") and list(Vault(world / "p").faults()) == []
    assert "by the model of step 4" in succeed("-C", world / "p", "predict").stderr


def test_answers_that_came_in_here_meanwhile_are_kept_and_count_as_new(world: Path) -> None:
    play_round(world / "p")
    told = succeed("-C", world / "p", "pull", world / "copy")
    assert "here it is step 6" in told.stdout and "2 steps" in told.stdout
    state = Project.open(world / "p").state
    assert len(state.labels) == 16 and state.model and (state.model.step, state.model.based_on) == (6, 3)
    assert state.changed == frozenset(asked.row for asked in state.batches[-1].rows), "the model has not seen them"
    assert list(Vault(world / "p").faults()) == []
    assert "by the model of step 6" in succeed("-C", world / "p", "predict").stderr


@pytest.mark.parametrize("meanwhile", [False, True])
def test_two_retrains_come_in_their_order_and_only_once(world: Path, meanwhile: bool) -> None:
    if meanwhile:
        play_round(world / "p")
    first = 6 if meanwhile else 4
    assert succeed("-C", world / "p", "pull", world / "twice", "-q").stdout.split() == [str(first), str(first + 1)]
    state = Project.open(world / "p").state
    assert [m.did.pair.model or m.did.n_labels for m in state.models] == [8, 8]
    assert {m.based_on for m in state.models} == ({3} if meanwhile else {3, 4})
    steps = hashes(world / "p")
    again = succeed("-C", world / "p", "pull", world / "twice")
    assert "Nothing new" in again.stdout and hashes(world / "p") == steps
    assert "Nothing new" in succeed("-C", world / "p", "pull", world / "copy").stdout, "the first of the two"


def test_what_was_pulled_before_is_passed_over_and_the_rest_is_taken(world: Path) -> None:
    play_round(world / "p")
    succeed("-C", world / "p", "pull", world / "copy")
    assert succeed("-C", world / "p", "pull", world / "twice", "-q").stdout.split() == ["7"]


def test_a_pulled_step_that_was_undone_stays_undone(world: Path) -> None:
    succeed("-C", world / "p", "pull", world / "copy")
    succeed("-C", world / "p", "undo")
    assert "Nothing new" in succeed("-C", world / "p", "pull", world / "copy").stdout
    assert Project.open(world / "p").state.model is None


def test_a_dry_run_says_what_would_come_and_takes_nothing(world: Path) -> None:
    before = hashes(world / "p")
    told = json.loads(succeed("-C", world / "p", "pull", world / "twice", "--dry-run", "--json").stdout)
    assert [(line["there"], line["step"], line["n_labels"]) for line in told["pulled"]] == [(4, None, 8), (5, None, 8)]
    assert told["common"] == 3 and told["dry_run"] and told["next"].endswith("pull " + str(world / "twice"))
    assert "Would take in step 4" in succeed("-C", world / "p", "pull", world / "copy", "--dry-run").stdout
    assert hashes(world / "p") == before


def test_the_project_itself_brings_nothing(world: Path) -> None:
    assert "Nothing new" in succeed("-C", world / "copy", "pull", world / "copy").stdout
    assert "Nothing new" in succeed("-C", world / "copy", "pull", world / "p").stdout, "it is behind"


def test_another_project_and_no_project_are_refused(world: Path) -> None:
    (world / "other").mkdir()
    make_project(world / "other")
    refused(world, "other/p", "it is no copy of this project", "nothing was changed")
    refused(world, "other", "there is no alcli project in")


@pytest.mark.parametrize("name", ["model.joblib", "step.json"])
def test_a_file_that_is_missing_is_refused(world: Path, name: str) -> None:
    (world / "copy" / ".alcli" / "steps" / "0004" / name).unlink()
    refused(world, "copy", name, "is missing")


def test_a_damaged_file_is_refused(world: Path) -> None:
    file = world / "copy" / ".alcli" / "steps" / "0004" / "model.joblib"
    data = file.read_bytes()
    for damage in (data[:-1], data + b"0", bytes([data[0] ^ 1]) + data[1:]):
        file.write_bytes(damage)
        refused(world, "copy", "step 4 is damaged: model.joblib was changed after it was committed")


def test_of_two_retrains_none_is_taken_where_one_is_damaged(world: Path) -> None:
    with (world / "twice" / ".alcli" / "steps" / "0005" / "model.joblib").open("ab") as file:
        file.write(b"more")
    refused(world, "twice", "step 5 is damaged")


def test_a_file_that_is_changed_while_it_is_copied_is_refused(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = pulling._copy

    def changed(source: Path, target: Path, size: int) -> None:
        copy(source, target, size)
        target.write_bytes(b"\0" * size)

    monkeypatch.setattr(pulling, "_copy", changed)
    result = alcli("-C", world / "p", "pull", world / "copy")
    assert result.exit_code == 4 and "was changed after it was committed" in result.stderr
    assert len(hashes(world / "p")) == 3


def test_a_step_edited_under_a_later_one_is_refused(world: Path) -> None:
    record(world / "copy", 3, lambda told: told["did"].update(accepted=9))
    refused(world, "copy", "step 3 was changed after it was committed")


def test_a_common_past_that_differs_is_refused(world: Path) -> None:
    """The last step of the copy is an ingest of its own, of the same batch."""
    shutil.rmtree(world / "copy" / ".alcli" / "steps" / "0004")
    record(world / "copy", 3, lambda told: told["did"].update(accepted=9))
    refused(world, "copy", "step 3 (ingest) is not known here", "only a retrain can be pulled", "done here: alcli")


@pytest.mark.parametrize("verb", ["select", "undo", "add"])
def test_other_steps_made_there_are_refused(world: Path, verb: str) -> None:
    more = ("add", str(world / "more.csv")) if verb == "add" else (verb,)
    (world / "more.csv").write_text("id,text\nt99,parcel late\n")
    succeed("-C", world / "copy", *more)
    refused(world, "copy", f"step 5 ({verb}) is not known here", "only a retrain can be pulled")


def test_a_newer_disk_format_is_named(world: Path) -> None:
    record(world / "copy", 4, lambda told: told.update(format=FORMAT + 1))
    refused(world, "copy", f"disk format {FORMAT + 1}", "pip install -U alcli")


def test_a_gap_is_refused(world: Path) -> None:
    shutil.rmtree(world / "copy" / ".alcli" / "steps" / "0002")
    refused(world, "copy", "step 2 is missing")


@pytest.mark.parametrize("name", ["../0001/step.json", "/etc/hostname", "a/../../0001/step.json", "./model.joblib", ""])
def test_a_name_that_leads_out_of_the_step_is_refused(world: Path, name: str) -> None:
    record(world / "copy", 4, lambda told: told["payload"].update({name: told["payload"]["model.joblib"]}))
    refused(world, "copy", "does not name a file of a step")


@pytest.mark.parametrize("what", ["file", "folder", "record", "pipe"])
def test_links_and_pipes_are_refused(world: Path, what: str) -> None:
    """Even where what they lead to is what was committed."""
    step = world / "copy" / ".alcli" / "steps" / "0004"
    place = {"file": step / "model.joblib", "folder": step, "record": step / "step.json", "pipe": step / "model.joblib"}
    place[what].rename(world / "elsewhere")
    if what == "pipe":
        os.mkfifo(place[what])
    else:
        place[what].symlink_to(world / "elsewhere")
    refused(world, "copy", "is a link, or no file")


def test_a_model_made_here_meanwhile_is_not_replaced_unasked(world: Path) -> None:
    succeed("-C", world / "p", "retrain")
    told = refused(world, "copy", "step 4 is a retrain made here")
    assert "undo 4, then pull again" in told
    succeed("-C", world / "p", "undo", "4")
    assert "here it is step 6" in succeed("-C", world / "p", "pull", world / "copy").stdout


def test_a_model_that_reads_other_features_is_refused(world: Path) -> None:
    record(world / "copy", 4, lambda told: told["did"].update(features_state="0" * 64))
    refused(world, "copy", "features that were made otherwise than here", ".alcli/cache")


def test_of_two_pulls_at_once_one_is_told_that_the_other_was_quicker(world: Path) -> None:
    slow, quick = (Copy(Project.open(world / "p"), world / "copy") for _ in range(2))
    assert len(slow.new) == 1
    assert [pulled.step for pulled in quick.take()] == [4]
    with pytest.raises(ProjectMoved, match="quicker"):
        slow.take()
    assert hashes(world / "p") == hashes(world / "copy")


def test_a_pull_that_is_cut_short_leaves_nothing_and_can_be_typed_again(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = pulling._copy

    def interrupted(source: Path, target: Path, size: int) -> None:
        copy(source, target, size // 2)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pulling, "_copy", interrupted)
        assert alcli("-C", world / "p", "pull", world / "copy").exit_code == 130
    assert sorted(os.listdir(world / "p" / ".alcli" / "steps")) == ["0001", "0002", "0003"]
    succeed("-C", world / "p", "pull", world / "copy")
    assert hashes(world / "p") == hashes(world / "copy")


def test_other_versions_of_its_libraries_are_named(world: Path) -> None:
    record(world / "copy", 4, lambda told: told["did"]["libraries"].update({"scikit-learn": "0.1"}))
    assert "scikit-learn 0.1 there" in succeed("-C", world / "p", "pull", world / "copy").stdout


def test_help_says_whom_to_trust() -> None:
    assert "only from machines you trust" in " ".join(succeed("pull", "--help").stdout.split())
