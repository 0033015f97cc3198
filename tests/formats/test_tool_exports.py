"""The real exports of annotation tools, and what is written by hand where there are none.

The collection lies outside the repository (`ALCLI_HANDOFF`); where it is absent its tests are skipped.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from annotating import lines, zipped

from alcli import plugins
from alcli.contracts import Guidance, Handoff, HandoffRefused, HandoffRow, Returned
from alcli.core.handoff.archives import returned_files
from alcli.core.handoff.returning import opened, read_back
from alcli.formats.label_studio import LabelStudio
from alcli.formats.potato import Potato
from alcli.formats.prodigy import Prodigy

REAL = Path(os.environ.get("ALCLI_HANDOFF", Path(__file__).parents[3] / "shared" / "handoff"))
real = pytest.mark.skipif(not REAL.exists(), reason="the collection of real exports is not here")
FORMATS = [plugins.load("formats", name) for name in plugins.names("formats")]

Said = set[tuple[str, str, str]]


def back(data: bytes | str, suffix: str = "") -> Returned:
    file = opened(data.encode() if isinstance(data, str) else data, suffix, FORMATS)
    return read_back(file, "id", ("text",))


def real_file(name: str) -> Returned:
    return back((REAL / name).read_bytes(), Path(name).suffix)


def said(returned: Returned) -> Said:
    return {(row.key or "", row.label or "", row.annotator or "") for row in returned.rows if row.label}


LS_SAID = {
    ("ex-000", "positive", "1"),
    ("ex-000", "positive", "2"),
    ("ex-001", "positive", "1"),
    ("ex-001", "negative", "2"),
    ("ex-002", "neutral", "2"),
    ("ex-006", "positive", "1"),
    ("ex-006", "negative", "1"),
    ("ex-006", "neutral", "2"),
    ("ex-006", "POSTIVE typo", "2"),
}


@real
@pytest.mark.parametrize(
    "name", ["A.json", "A_all.json", "A.min.json", "A_all.min.json", "A.csv", "A_all.csv", "A.tsv"]
)
def test_label_studio_says_the_same_in_every_export(name: str) -> None:
    returned = real_file(f"label-studio/{name}")
    assert not returned.refused and said(returned) == LS_SAID
    by = {(row.key, row.annotator): row for row in returned.rows}
    assert by["ex-000", "1"].seconds == 3.25 and by["ex-000", "2"].seconds == 1.5
    assert by["ex-001", "1"].comment == 'not sure, "maybe"'
    assert by["ex-002", "2"].shown == {"text": "two\nlines"}
    assert all(row.id is None or row.id == row.key for row in returned.rows), "the number of a task is no id of ours"


@real
def test_what_label_studio_cancelled_is_skipped_though_it_carries_a_result() -> None:
    raw = json.loads((REAL / "label-studio/A.json").read_text(encoding="utf-8"))
    cancelled = {task["data"]["alcli_id"] for task in raw for one in task["annotations"] if one["was_cancelled"]}
    skipped = {row.key for row in real_file("label-studio/A.json").rows if row.skipped}
    assert cancelled and skipped == cancelled
    assert not any(row.label for row in real_file("label-studio/A.json").rows if row.skipped)


TASK = {"id": 1, "data": {"alcli_id": "r001-001-ab", "text": "a"}, "annotations": [{"result": []}]}
FLAT = {
    "id": 1,
    "alcli_id": "r001-002-cd",
    "text": "b",
    "label": "x",
    "annotation_id": 1,
    "annotator": 1,
    "created_at": "",
    "updated_at": "",
    "lead_time": 2.5,
}


def test_the_two_exports_of_label_studio_in_one_file_are_told_apart() -> None:
    tasks_first, rows_first = back(json.dumps([TASK, FLAT])), back(json.dumps([FLAT, TASK]))
    assert [row.key for row in tasks_first.rows] == ["r001-001-ab"] and tasks_first.refused[0].id == "r001-002-cd"
    assert [row.key for row in rows_first.rows] == ["r001-002-cd"] and "JSON_MIN" in rows_first.refused[0].reason
    assert rows_first.rows[0].seconds == 2.5 and rows_first.rows[0].annotator == "1"


def test_rows_of_label_studio_without_any_label_are_refused() -> None:
    unlabelled = {name: value for name, value in FLAT.items() if name != "label"}
    assert [row.label for row in back(json.dumps([unlabelled, FLAT])).rows] == ["", "x"]
    with pytest.raises(HandoffRefused, match="no row has a 'label'"):
        back(json.dumps([unlabelled, unlabelled]))


def test_what_a_tool_says_twice_within_an_object_is_refused() -> None:
    task = json.dumps(TASK).replace('"text": "a"', '"text": "a", "alcli_id": "r001-009-zz"')
    choice = [{"from_name": "label", "type": "choices", "value": {"choices": ["x"]}}]
    chosen = json.dumps(TASK | {"annotations": [{"result": choice}]})
    for said in (task, chosen.replace('["x"]', '["x"], "choices": ["y"]')):
        returned = back(f"[{said}]")
        assert not returned.rows and "stands twice" in returned.refused[0].reason


@real
@pytest.mark.parametrize("name", ["C.json", "C.min.json", "C.csv", "C.tsv"])
def test_several_choices_of_label_studio_are_refused_by_name(name: str) -> None:
    returned = real_file(f"label-studio/{name}")
    assert [remark.id for remark in returned.refused].count("m-1") == 1
    assert {row.key for row in returned.rows if row.label} == {"m-0", "m-2"}


def test_the_labelling_interface_is_well_formed_and_says_what_belongs_in_a_class() -> None:
    row = HandoffRow("r001-001-ab", "7", ("<b>&", "x"), predicted="a & b", confidence=0.75)
    guide = {"a & b": Guidance("both <of> them")}
    handoff = Handoff("id", ("text", "label"), ("a & b", 'c "d"'), (row,), guide=guide)
    view = ElementTree.fromstring(LabelStudio().beside(handoff)[".xml"])
    assert [choice.get("value") for choice in view.iter("Choice")] == ["a & b", 'c "d"']
    assert next(view.iter("Choice")).get("hint") == "both <of> them"
    task = json.loads(LabelStudio().write(handoff))[0]
    assert [text.get("value") for text in view.iter("Text")] == ["$text", "$pool_label"]
    assert task["data"] == {"alcli_id": "r001-001-ab", "pool_id": "7", "text": "<b>&", "pool_label": "x"}
    assert "predictions" not in task
    shown = json.loads(LabelStudio(predictions=True).write(handoff))[0]["predictions"][0]
    assert shown["score"] == 0.75 and shown["result"][0]["value"] == {"choices": ["a & b"]}


DOCCANO_SAID = {"ex-000": "positive", "ex-001": "positive", "ex-002": "off, topic"}


@real
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_doccano_says_the_same_in_every_export(suffix: str) -> None:
    returned = real_file(f"doccano/indiv_multi__ann1.{suffix}")
    assert {row.key: row.label for row in returned.rows if row.label} == DOCCANO_SAID
    assert [(r.id, "several" in r.reason or "2 labels" in r.reason) for r in returned.refused] == [("ex-005", True)]
    assert next(row.comment for row in returned.rows if row.key == "ex-001") == 'not sure, "maybe" #hash'


@real
@pytest.mark.parametrize("suffix", ["jsonl", "json", "csv"])
def test_two_who_agree_in_a_shared_doccano_project_are_one_answer(suffix: str) -> None:
    returned = real_file(f"doccano/collab_multi__all.{suffix}")
    labels = {row.key: row.label for row in returned.rows if row.label}
    assert labels == {"ex-000": "positive", "ex-002": "off, topic", "ex-003": "negative", "ex-006": "positive"}
    assert sorted(remark.id for remark in returned.refused) == ["ex-001", "ex-005"]


@real
@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
def test_the_zip_of_doccano_names_its_annotators(suffix: str) -> None:
    files = {
        f"{who}.{suffix}": (REAL / f"doccano/indiv_multi__{who}.{suffix}").read_bytes()
        for who in ("admin", "ann1", "ann2")
    }
    who_said: Said = set()
    for name, data in returned_files(zipped(files | {"empty.jsonl": b"\n"})).items():
        who_said |= said(read_back(opened(data, Path(name).suffix, FORMATS), "id", ("text",), Path(name).stem))
    assert {(key, who) for key, _, who in who_said} == {
        *((key, "ann1") for key in DOCCANO_SAID),
        *((key, "ann2") for key in ("ex-000", "ex-001", "ex-003", "ex-006")),
    }


@real
def test_a_key_that_doccano_lost_is_not_replaced_by_its_number() -> None:
    with pytest.raises(HandoffRefused, match="which row it answers"):
        real_file("doccano/p_bomcsv__all.jsonl")


POTATO_SAID = {
    ("ex-001", "neutral", "ann1"),
    ("ex-002", "positive", "ann1"),
    ("00123", "negative", "ann1"),
    ("ex-001", "positive", "ann2"),
    ("ex 004", "negative", "ann2"),
    ("1E5", "negative", "ann2"),
    ("00123", "positive", "ann2"),
}
KEYS = {
    "ex-001": "r001-001-ab",
    "ex-002": "r001-002-cd",
    "00123": "r001-003-ef",
    "1E5": "r001-004-gh",
    "ex 004": "r001-005-jk",
}


@real
@pytest.mark.parametrize(
    "name", ["export_csv/annotations.csv", "export_tsv/annotations.tsv", "export_jsonl/annotations.jsonl"]
)
def test_potato_says_the_same_in_every_export(name: str) -> None:
    data = (REAL / "potato" / name).read_text(encoding="utf-8")
    assert len(back(data).refused) == 7, "without a text, only our own keys can be told"
    for item, key in KEYS.items():
        data = (
            data.replace(f'"{item}"', f'"{key}"')
            .replace(f"\n{item},", f"\n{key},")
            .replace(f"\n{item}\t", f"\n{key}\t")
        )
    returned = back(data)
    assert not returned.refused
    assert said(returned) == {(KEYS[item], label, who) for item, label, who in POTATO_SAID}


@real
def test_the_state_of_an_annotator_tells_the_time_too() -> None:
    data = (REAL / "potato/ann1/user_state.json").read_text(encoding="utf-8")
    for item, key in KEYS.items():
        data = data.replace(f'"{item}"', f'"{key}"')
    returned = back(data, ".json")
    assert said(returned) == {(KEYS[item], label, who) for item, label, who in POTATO_SAID if who == "ann1"}
    assert {row.key: row.seconds for row in returned.rows}["r001-003-ef"] == 4.025
    with pytest.raises(HandoffRefused, match=r"potato\.export"):
        real_file("potato/ann1/annotation_history.jsonl")


def prodigy(**members: Any) -> dict[str, Any]:
    return {"text": "a", "id": "1", "_task_hash": 7, "_view_id": "choice", **members}


def test_prodigy_choice() -> None:
    assert back(lines([prodigy(accept=["x"], answer="accept")])).rows[0].label == "x"
    assert back(lines([prodigy(accept=[], answer="accept")])).rows[0].label == ""
    assert back(lines([prodigy(accept=["x", "y"], answer="accept")])).refused[0].id == "1"
    assert back(lines([prodigy(accept=[0], answer="accept")])).refused[0].line == 1
    assert back(lines([prodigy(label="x")])).refused, "no answer at all"


def test_options_of_prodigy_are_passed_over_wherever_they_stand() -> None:
    options = [{"id": "x", "text": 'x] "y"'}]
    text = f'what is "options": {json.dumps(options)}, here?'
    found = [
        prodigy(id="1", text=text, options=options, accept=["x"], answer="accept"),
        prodigy(id="2", text="other options", options=[*options, {"id": "z"}], accept=["z"], answer="accept"),
        prodigy(id="3", text="options last", accept=["x"], answer="accept", options=options),
        prodigy(id="4", text="none", accept=["x"], answer="accept"),
        prodigy(id="5", text="as plain text", options=["x", "y"], accept=["x", "y"], answer="accept"),
    ]
    returned = back(lines(found))
    assert [(row.id, row.label) for row in returned.rows] == [("1", "x"), ("2", "z"), ("3", "x"), ("4", "x")]
    assert returned.rows[0].shown["text"] == text
    assert [remark.line for remark in returned.refused] == [5]


def test_what_prodigy_rejected_is_never_a_label() -> None:
    answers = ("accept", "reject", "ignore", "reject")
    returned = back(lines([prodigy(id=str(n), label="x", answer=answer) for n, answer in enumerate(answers)]))
    assert [row.label for row in returned.rows] == ["x", "", "", ""]
    assert [row.skipped for row in returned.rows] == [False, False, True, False]
    assert "2 Prodigy records were rejected" in returned.warnings[0].reason


def test_a_session_that_prodigy_called_by_its_time_is_nobody() -> None:
    named = prodigy(accept=["x"], answer="accept", _annotator_id="news-anna")
    unnamed = prodigy(accept=["x"], answer="accept", _annotator_id="2026-11-22_16-04-22")
    assert [row.annotator for row in back(lines([named, unnamed])).rows] == ["news-anna", None]


def test_prodigy_asks_about_one_class() -> None:
    handoff = Handoff("id", ("text",), ("x", "y"), (HandoffRow("r001-001-ab", "7", ("hello",)),))
    task = json.loads(Prodigy("x").write(handoff))
    assert task == {"text": "hello", "label": "x", "meta": {"alcli_id": "r001-001-ab", "id": "7"}}
    with pytest.raises(ValueError, match="x, y"):
        Prodigy("z").write(handoff)
    options = json.loads(Prodigy().write(handoff))["options"]
    assert options == [{"id": "x", "text": "x"}, {"id": "y", "text": "y"}]
    assert back(lines([task])).rows[0].label == "", "what is asked is not yet an answer"


def record(**members: Any) -> dict[str, Any]:
    return {"id": "r001-001-ab", "_server_id": "s", "text": "a", **members}


def test_argilla_takes_what_was_submitted() -> None:
    flat = record(
        **{
            "label.responses": ["x", "y", None],
            "label.responses.users": ["u1", "u2", "u3"],
            "label.responses.status": ["submitted", "draft", "discarded"],
        }
    )
    returned = back(json.dumps([flat]))
    assert [(r.label, r.skipped, r.annotator) for r in returned.rows] == [("x", False, "u1"), ("", True, "u3")]
    assert "1 responses are drafts" in returned.warnings[0].reason


def test_argilla_without_a_status_is_refused() -> None:
    nested = {"id": "r001-001-ab", "fields": {"text": "a"}, "responses": {"label": [{"value": "x", "user_id": "u"}]}}
    with pytest.raises(HandoffRefused, match="flatten=True"):
        back(json.dumps([nested]))
    uneven = record(**{"label.responses": ["x"], "label.responses.users": [], "label.responses.status": ["submitted"]})
    assert back(json.dumps([uneven])).refused
    strange = record(**{"label.responses": ["x"], "label.responses.users": ["u"], "label.responses.status": ["done"]})
    assert back(json.dumps([strange])).refused


def manifest(**metadata: Any) -> dict[str, Any]:
    said = {"class-name": "x", "human-annotated": "yes", "type": "groundtruth/text-classification", **metadata}
    return {"source": "a", "alcli_id": "r001-001-ab", "job": 0, "job-metadata": said}


def test_ground_truth_takes_no_label_of_a_machine() -> None:
    objects = [manifest(), manifest(**{"human-annotated": "no"}), manifest(**{"failure-reason": "nobody came"})]
    returned = back(lines(objects), ".manifest")
    assert [row.label for row in returned.rows] == ["x", "", ""]
    assert [remark.reason.split()[0] for remark in returned.warnings] == ["1", "1"]
    unsaid = manifest()
    del unsaid["job-metadata"]["human-annotated"]
    assert back(lines([unsaid])).rows[0].label == ""


def test_ground_truth_with_two_jobs_is_refused() -> None:
    two = manifest() | {"other": 1, "other-metadata": manifest()["job-metadata"]}
    with pytest.raises(HandoffRefused, match="job, other"):
        back(lines([two]))
    several = manifest(**{"class-map": {"0": "x", "1": "y"}})
    assert "2 labels" in back(lines([several])).refused[0].reason


def test_a_pool_that_speaks_as_a_tool_does_is_still_a_table() -> None:
    assert back('{"id": "1", "text": "a", "answer": "reject", "meta": "b", "source": "c", "label": "x"}\n').refused
    plain = '{"id": "1", "text": "a", "meta": "b", "source": "c", "instance_id": "d", "label": "x"}\n'
    assert back(plain).rows[0].label == "x"


def test_potato_goes_out_under_our_key() -> None:
    handoff = Handoff("id", ("subject", "body"), ("x",), (HandoffRow("r001-001-ab", "7", ("hello", "there")),))
    assert json.loads(Potato().write(handoff)) == {"instance_id": "r001-001-ab", "text": "subject: hello\nbody: there"}
