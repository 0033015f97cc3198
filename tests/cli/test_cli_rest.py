"""`retrain`, `status`, `predict`, `export`, `undo`, `log` and `plugins` as a user meets them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from campaign import alcli, annotate, make_project, play_round, specify, succeed, truth


def status(project: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(succeed("-C", project, "status", "--json").stdout)
    return told


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with twelve labels and no model."""
    made = make_project(tmp_path)
    play_round(made, 12)
    return made


# --- retrain ---------------------------------------------------------------------------------------------------------


def test_retrain_calls_figures_biased_that_are(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    specify(project, "select.explore", "0.0")
    play_round(project, 12)
    result = succeed("-C", project, "retrain")
    assert "biased" in result.stdout
    told = json.loads(succeed("-C", project, "retrain", "--json").stdout)
    assert told["biased"] and json.loads(succeed("-C", project, "status", "--json").stdout)["biased"]
    assert told["n_labels"] == 12
    assert set(told["figures"]) == {"accuracy_cv", "macro_f1_cv"}
    step = json.loads(succeed("-C", project, "log", "--json").stdout.splitlines()[-1])
    assert set(step["did"]["libraries"]) == {"numpy", "scipy", "scikit-learn"}
    assert step["did"]["seconds"] > 0
    assert step["settings"]["model"]["use"] in told["model"] or step["settings"]["model"] == {"use": "auto"}


def test_confidence_is_calibrated_where_labels_allow(tmp_path: Path) -> None:
    made = make_project(tmp_path, rows=90)
    specify(made, "features.text", '"tfidf"')
    specify(made, "model", 'use = "naive_bayes"')
    specify(made, "select.explore", "0.0")
    play_round(made, 60)
    result = succeed("-C", made, "retrain")
    assert "calibrated; " in result.stdout
    step = json.loads(succeed("-C", made, "log", "--json").stdout.splitlines()[-1])
    figures = step["did"]["figures"]
    assert figures["ece_cv"] < figures["ece_raw_cv"]
    assert step["did"]["temperature"] < 1, "naive Bayes on few words is right more often than it is sure"
    assert "cross-validated on labelled rows" in succeed("-C", made, "status").stdout
    rows = list(csv.DictReader(succeed("-C", made, "predict").stdout.splitlines()))
    right = sum(row["label"] == truth(row["id"]) for row in rows) / len(rows)
    assert sum(float(row["confidence"]) for row in rows) / len(rows) == pytest.approx(right, abs=0.15)


def test_retrain_says_what_is_missing(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    result = alcli("-C", made, "retrain")
    assert result.exit_code == 4
    assert "no labels" in result.stderr
    play_round(made, 4, label=lambda name: "billing")
    result = alcli("-C", made, "retrain")
    assert result.exit_code == 4
    assert "all 4 labels are 'billing'" in result.stderr


def test_retrain_if_due_explains(project: Path) -> None:
    result = succeed("-C", project, "retrain", "--if-due")
    assert "Not due: 12 new or changed labels since the last model, 50 wanted" in result.stdout
    config = project / "alcli.toml"
    config.write_text(config.read_text().replace("at_least = 50", "at_least = 10"))
    assert "Trained" in succeed("-C", project, "retrain", "--if-due").stdout
    assert "Not due: 0 new or changed labels" in succeed("-C", project, "retrain", "--if-due").stdout


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("tfidf", 'use = "naive_bayes"\nalpha = 0.5'),
        ("tfidf", 'use = "sklearn.naive_bayes:MultinomialNB"'),
        ("lsa", 'use = "sklearn.ensemble:RandomForestClassifier"\nn_estimators = 20\nrandom_state = 0'),
        ("lsa", 'use = "logistic"\nC = 10.0'),
        ("lsa", 'use = "linear_svm"'),
        ("lsa", 'use = "forest"\ntrees = 50'),
        ("lsa", 'use = "auto"'),
    ],
)
def test_other_models(project: Path, text: str, model: str) -> None:
    specify(project, "features.text", f'"{text}"')
    specify(project, "model", model)
    succeed("-C", project, "retrain")
    told = json.loads(succeed("-C", project, "select", "-n", "5", "--json").stdout)
    assert not told["cold_start"]
    assert all("torn between" in row["reason"] for row in told["rows"] if not row["audit"])
    predicted = list(csv.DictReader(succeed("-C", project, "predict").stdout.splitlines()))
    assert sum(row["label"] == truth(row["id"]) for row in predicted) >= 28


def test_a_model_that_cannot_say_how_sure_it_is_is_refused(project: Path) -> None:
    specify(project, "model", 'use = "sklearn.svm:LinearSVC"')
    result = alcli("-C", project, "retrain")
    assert result.exit_code == 5
    assert "no probabilities" in result.stderr


def test_a_model_file_that_was_changed_is_not_loaded(project: Path) -> None:
    succeed("-C", project, "retrain")
    for name in ("linear.npz", "model.joblib"):
        file = next((project / ".alcli" / "steps").glob(f"*/{name}"))
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    for words in (["select"], ["predict"]):
        result = alcli("-C", project, *words)
        assert result.exit_code == 4
        assert "changed after it was committed" in result.stderr
        assert result.stdout == ""


def test_the_cache_may_be_deleted_at_any_time(project: Path) -> None:
    import shutil

    succeed("-C", project, "retrain")
    before = succeed("-C", project, "select", "--dry-run", "--json").stdout
    shutil.rmtree(project / ".alcli" / "cache")
    assert succeed("-C", project, "select", "--dry-run", "--json").stdout == before


# --- status ----------------------------------------------------------------------------------------------------------


def code(project: Path) -> int:
    return alcli("-C", project, "status", "--exit-code").exit_code


def test_status_tells_a_script_what_comes_next(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    config = made / "alcli.toml"
    config.write_text(
        config.read_text().replace("at_least = 50", "at_least = 8").replace("labels = 2000", "labels = 16")
    )
    assert (code(made), status(made)["next"]) == (0, f"alcli -C {made} select")
    succeed("-C", made, "select", "-n", "8")
    assert code(made) == 10
    assert "round-001.csv" in status(made)["next"]
    succeed("-C", made, "ingest", annotate(made / "round-001.csv", tmp_path / "b.csv"))
    assert (code(made), status(made)["next"]) == (11, f"alcli -C {made} retrain")
    succeed("-C", made, "retrain")
    assert code(made) == 0
    play_round(made, 8)
    assert code(made) == 12
    told = status(made)
    assert told["stopped"]
    assert told["stop"][0] == {"fires": True, "because": "16 of 16 labels spent", "name": "budget"}


@pytest.mark.parametrize(
    ("key", "named", "said"),
    [
        ("select.strategy", '"autoo"', "there is no query strategy called 'autoo'; did you mean auto?"),
        ("handoff.format", '"nosuch"', "there is no format called 'nosuch'"),
        ("model", 'use = "sklearn.nosuch:X"', "the model sklearn.nosuch:X does not load: there is no module"),
        ("model", 'use = ":X"', "the model :X does not load: there is no module"),
        ("select.strategy", '"./gone.py:Mine"', "there is no file"),
    ],
)
def test_status_tells_of_a_part_that_is_not_there(project: Path, key: str, named: str, said: str) -> None:
    specify(project, key, named)
    for words in (["status"], ["status", "--exit-code"]):
        result = alcli("-C", project, *words)
        assert result.exit_code == 5
        assert f"{key}: " in result.stderr and said in result.stderr


def test_status_takes_a_part_of_another_package(project: Path) -> None:
    specify(project, "model", 'use = "sklearn.naive_bayes:MultinomialNB"')
    succeed("-C", project, "status")


def test_status_shows_rounds_classes_annotators_and_the_curve(project: Path) -> None:
    succeed("-C", project, "retrain")
    play_round(project, 6)
    succeed("-C", project, "retrain")
    shown = succeed("-C", project, "status").stdout
    assert "18 labels of 40 rows" in shown
    assert "learning curve: accuracy by labels spent, 95% interval" in shown
    assert "12 labels" in shown
    assert "18 labels" in shown
    assert all(name in shown for name in ("billing", "access", "delivery"))
    assert max(map(len, shown.splitlines())) <= 100


def test_status_writes_nothing(project: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in project.rglob("*")}
    succeed("-C", project, "status")
    assert {p: p.stat().st_mtime_ns for p in project.rglob("*")} == before


# --- predict and export ----------------------------------------------------------------------------------------------


def test_predict_new_rows_in_order(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "retrain")
    (tmp_path / "new.csv").write_text(
        "id,text\n007,password reset login\n=1,invoice refund charged\n9,parcel courier late\n"
    )
    rows = list(csv.DictReader(succeed("-C", project, "predict", tmp_path / "new.csv").stdout.splitlines()))
    assert [row["id"] for row in rows] == ["007", "'=1", "9"], "what a spreadsheet would run is made inert"
    assert [row["label"] for row in rows] == ["access", "billing", "delivery"]
    assert all(1 / 3 < float(row["confidence"]) <= 1 for row in rows)
    succeed("-C", project, "predict", tmp_path / "new.csv", "-o", tmp_path / "new.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "new.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["007", "=1", "9"]


def test_predict_needs_a_model_and_the_columns(project: Path, tmp_path: Path) -> None:
    assert alcli("-C", project, "predict").exit_code == 4
    succeed("-C", project, "retrain")
    (tmp_path / "new.csv").write_text("id,body\n1,password\n")
    result = alcli("-C", project, "predict", tmp_path / "new.csv")
    assert result.exit_code == 3
    assert "no column 'text'" in result.stderr


def test_export_says_where_each_label_came_from(project: Path) -> None:
    rows = list(csv.DictReader(succeed("-C", project, "export").stdout.splitlines()))
    assert len(rows) == 12
    assert {row["source"] for row in rows} == {"round 1"}
    assert all(row["label"] == truth(row["id"]) for row in rows)


# --- undo and log ----------------------------------------------------------------------------------------------------


def test_undo_an_ingest_frees_its_rows_to_be_answered_again(project: Path, tmp_path: Path) -> None:
    assert "step 3 (ingest)" in succeed("-C", project, "undo").stdout
    assert (status(project)["labels"], status(project)["out"]) == (0, 12)
    told = json.loads(succeed("-C", project, "ingest", tmp_path / "returned-1.csv", "--json").stdout)
    assert told["accepted"] == 12


def test_undo_of_labels_that_the_model_learned_makes_a_retrain_due(project: Path) -> None:
    play_round(project)
    succeed("-C", project, "retrain")
    assert not status(project)["retrain"]["fires"]
    succeed("-C", project, "undo", "5")
    due = status(project)["retrain"]
    assert due["fires"] and due["because"] == "8 labels were taken back that the model of step 6 learned"
    succeed("-C", project, "retrain", "--if-due")
    assert not status(project)["retrain"]["fires"]


def test_a_class_that_has_no_label_any_more_makes_a_retrain_due(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "retrain")
    other = annotate(
        project / "round-001.csv", tmp_path / "other.csv", lambda name: truth(name).replace("access", "billing")
    )
    succeed("-C", project, "ingest", other)
    due = status(project)["retrain"]
    assert due["fires"] and due["because"] == "the model of step 4 knows 'access', of which there is no label now"


def test_undo_is_refused_where_a_later_step_needs_it(project: Path) -> None:
    result = alcli("-C", project, "undo", "2")
    assert result.exit_code == 4
    assert "step 3 (ingest) needs step 2 (select)" in result.stderr
    assert f"alcli -C {project} undo 3" in result.stderr
    assert alcli("-C", project, "undo", "1").exit_code == 4
    assert alcli("-C", project, "undo", "99").exit_code == 4


def test_undo_a_model_brings_the_one_before_back(project: Path) -> None:
    succeed("-C", project, "retrain")
    succeed("-C", project, "retrain")
    succeed("-C", project, "undo")
    told = json.loads(succeed("-C", project, "predict", "-o", project / "p.csv", "--json").stdout)
    assert told["model"] == 4


def test_log_is_one_line_a_step_and_verify_finds_a_flipped_byte(project: Path) -> None:
    assert len(succeed("-C", project, "log").stdout.splitlines()) == 3
    assert "byte for byte" in succeed("-C", project, "log", "--verify").stdout
    file = next((project / ".alcli" / "steps" / "0003").glob("answers.jsonl"))
    file.chmod(0o644)
    data = bytearray(file.read_bytes())
    data[20] ^= 1
    file.write_bytes(data)
    result = alcli("-C", project, "log", "--verify")
    assert result.exit_code == 4
    assert "answers.jsonl was changed" in result.stdout


def test_log_json_is_the_whole_history(project: Path) -> None:
    lines = [json.loads(line) for line in succeed("-C", project, "log", "--json").stdout.splitlines()]
    assert [line["verb"] for line in lines] == ["init", "select", "ingest"]
    assert all(line["settings"]["select"]["batch_size"] for line in lines)


# --- the specification -----------------------------------------------------------------------------------------------


def test_a_fault_in_the_specification_is_exit_5_with_its_key(project: Path) -> None:
    config = project / "alcli.toml"
    config.write_text(config.read_text().replace("batch_size = 100", 'batch_size = "all"'))
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert "select.batch_size" in result.stderr


def test_the_pools_columns_cannot_be_changed_afterwards(project: Path) -> None:
    config = project / "alcli.toml"
    config.write_text(config.read_text().replace('text = ["text"]', 'text = ["id"]'))
    result = alcli("-C", project, "status")
    assert result.exit_code == 5
    assert "[pool]" in result.stderr


def test_a_specification_that_is_gone_is_missed_and_init_writes_it_again(project: Path) -> None:
    config = project / "alcli.toml"
    config.write_text(config.read_text().replace("batch_size = 100", "batch_size = 7"))
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "3")
    before = config.read_text()
    config.unlink()
    result = alcli("-C", project, "select")
    assert result.exit_code == 5
    assert "init" in result.stderr
    assert "written again" in succeed("init", project).stdout
    assert config.read_text() == before


def test_a_fault_of_any_part_is_told_before_a_batch_goes_out(project: Path) -> None:
    config = project / "alcli.toml"
    specify(project, "model", 'use = "logistic"\nC = 10.0')
    specify(project, "features.text", '{ use = "tfidf", min_df = 1 }')
    good = config.read_text()
    for old, new, key in (
        ("C = 10.0", "c = 10.0", "model"),
        ("min_df = 1", 'min_df = "many"', "features.text"),
        ('format = "csv"', 'format = "xslx"', "handoff.format"),
        ("at_least = 50", "at_least = 0", "retrain.when"),
    ):
        assert old in good
        config.write_text(good.replace(old, new))
        result = alcli("-C", project, "select")
        assert result.exit_code == 5, new
        assert key in result.stderr
    config.write_text("\ufeff" + good, encoding="utf-8")
    succeed("-C", project, "select", "-n", "2")


def test_a_faulty_trigger_is_told_before_anything_is_taken_in(tmp_path: Path) -> None:
    made = make_project(tmp_path)
    succeed("-C", made, "select", "-n", "4")
    config = made / "alcli.toml"
    config.write_text(config.read_text().replace("at_least", "atleast"))
    result = alcli("-C", made, "ingest", annotate(made / "round-001.csv", tmp_path / "b.csv"))
    assert result.exit_code == 5
    assert len(list((made / ".alcli" / "steps").iterdir())) == 2


def test_what_is_written_never_replaces_a_step_a_handoff_the_specification_or_the_input(
    project: Path, tmp_path: Path
) -> None:
    succeed("-C", project, "retrain")
    new = tmp_path / "new.csv"
    new.write_text("id,text\n1,password reset\n")
    for words in (
        ["export", "-o", project / "round-001.csv"],
        ["predict", "-o", project / "alcli.toml"],
        ["export", "-o", project / ".alcli" / "steps" / "0003" / "answers.jsonl"],
        ["export", "--format", "hf", "-o", project / ".alcli" / "steps" / "0003" / "answers.jsonl"],
        ["predict", new, "-o", new],
    ):
        before = Path(words[-1]).read_bytes()
        assert alcli("-C", project, *words).exit_code == 4
        assert Path(words[-1]).read_bytes() == before
    assert alcli("-C", project, "export", "-o", tmp_path / "labels.xlsx").exit_code == 2


def test_rows_without_ids_are_numbered_and_that_is_said(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "retrain")
    (tmp_path / "new.csv").write_text("ID,text\n7,password reset\n")
    result = succeed("-C", project, "predict", tmp_path / "new.csv")
    assert result.stdout.splitlines()[1].startswith("1,")
    assert "the rows are numbered" in result.stderr


def test_a_file_that_is_refused_leaves_nothing_on_the_output(project: Path, tmp_path: Path) -> None:
    succeed("-C", project, "retrain")
    result = alcli("-C", project, "predict", tmp_path / "gone.csv")
    assert result.exit_code == 3
    assert result.stdout == ""


def test_who_selects_all_the_same_is_told_what_the_rule_says(project: Path) -> None:
    config = project / "alcli.toml"
    config.write_text(config.read_text().replace("labels = 2000", "labels = 5"))
    shown = succeed("-C", project, "select", "-n", "2", "--anyway").stdout
    assert "In spite of the stopping rule: 12 of 5 labels spent (budget)" in shown


def test_plugins_lists_one_kind() -> None:
    shown = succeed("plugins", "strategies").stdout
    assert "margin" in shown
    assert "logistic" not in shown
    assert alcli("plugins", "strategy").exit_code == 2
