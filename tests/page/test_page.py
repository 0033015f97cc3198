"""The labelling page in a real browser: what an annotator does in it, and what comes out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from campaign import CLASSES as TOPICS
from campaign import make_project, specify, succeed, truth
from desk import MANY, TEXTS, batch, labels, open_page, press, rows, save, take, write

from alcli.contracts import Guidance
from alcli.core.handoff.inert import inert
from alcli.formats.csv import Csv


@pytest.fixture
def opened(page: Any, tmp_path: Path) -> Any:
    """The page of four rows and three labels, with Ana before it."""
    open_page(page, write(tmp_path / "round-001.html", batch()))
    return page


def test_a_batch_is_labelled_with_the_keyboard_alone(opened: Any, tmp_path: Path) -> None:
    assert opened.get_by_role("main").get_by_text(TEXTS[0]).is_visible()
    press(opened, "1", "2", "3")
    assert opened.get_by_role("status").inner_text() == "Labelled delivery, row 3. Now row 4."
    assert opened.locator("#pace").inner_text().startswith("3 of 4 done · 1 left")
    press(opened, "1")
    assert opened.get_by_text("All 4 rows have an answer").is_visible()
    saved = save(opened, tmp_path)
    assert saved.name == "round-001-ana.csv"
    assert labels(saved) == {"t1": "billing", "t2": "access", "t3": "delivery", "t4": "billing"}
    assert {row["annotator"] for row in rows(saved)} == {"Ana"}


def test_undo_skip_comment_and_going_back(opened: Any, tmp_path: Path) -> None:
    press(opened, "1", "1", "u")
    assert "Row 2 of 4" in opened.locator("#position").inner_text()
    press(opened, "c")
    opened.keyboard.type("twice?")
    press(opened, "Enter", "2", "s", "2", "s")
    opened.get_by_label("Another reason").fill("a joke")
    press(opened, "Enter")
    opened.get_by_text("All 4 rows").wait_for()
    press(opened, "Control+z", "g")
    opened.keyboard.type("CHARGED")
    press(opened, "Enter", "3")
    saved = rows(save(opened, tmp_path))
    assert [(row["id"], row["label"], row["comment"]) for row in saved] == [
        ("t1", "delivery", ""),
        ("t2", "access", "twice?"),
        ("t3", "?", "no label fits"),
    ]


def test_many_labels_are_found_by_typing(page: Any, tmp_path: Path) -> None:
    guide = {"card fee": Guidance("what a card costs", ("why was I charged",))}
    open_page(page, write(tmp_path / "r.html", replace(batch(classes=MANY), guide=guide)))
    page.keyboard.type("fee")
    assert page.get_by_role("option").all_inner_texts() == ["card fee", "cash fee", "top-up fee"]
    assert page.get_by_text("why was I charged").is_visible()
    press(page, "Enter")
    page.keyboard.type("CASH")
    press(page, "ArrowDown", "Enter")
    take(page, "nothing like it")
    assert "Row 3" in page.locator("#position").inner_text(), "what is no label is not taken"
    press(page, "Escape", "s", "1")
    take(page, "top refund")
    assert labels(save(page, tmp_path)) == {"t1": "card fee", "t2": "cash limit", "t3": "?", "t4": "top-up refund"}


def test_keys_stay_in_their_place_on_other_layouts(opened: Any) -> None:
    typed = "told => dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...told }))"
    for key, code in (("&", "Digit1"), ("é", "Digit2"), ("г", "KeyU"), ('"', "Digit3")):  # French, Russian
        opened.evaluate(typed, {"key": key, "code": code})
    assert opened.get_by_role("status").inner_text() == "Labelled delivery, row 2. Now row 3."


def test_without_classes_a_label_is_typed_and_offered_again(page: Any, tmp_path: Path) -> None:
    open_page(page, write(tmp_path / "r.html", batch(classes=())))
    take(page, "Lost parcel")
    page.keyboard.type("los")
    assert page.get_by_role("option").all_inner_texts() == ["los new label", "Lost parcel"]
    press(page, "ArrowDown", "Enter")
    take(page, "lost PARCEL")
    take(page, "lost")
    saved = labels(save(page, tmp_path))
    assert list(saved.values()) == ["Lost parcel", "Lost parcel", "Lost parcel", "lost"], "one spelling of one label"


def test_work_survives_a_reload_and_a_closed_tab(opened: Any, context: Any, tmp_path: Path) -> None:
    opened.on("dialog", lambda dialog: dialog.accept())
    press(opened, "1", "2")
    opened.reload()
    assert "Row 3 of 4" in opened.locator("#position").inner_text(), "no name is asked for again"
    press(opened, "u", "3")
    address = opened.url
    opened.close()
    again = context.new_page()
    again.goto(address)
    assert labels(save(again, tmp_path)) == {"t1": "billing", "t2": "delivery"}


def test_two_batches_and_two_people_never_mix(opened: Any, tmp_path: Path) -> None:
    opened.on("dialog", lambda dialog: dialog.accept())
    press(opened, "1", "1")
    open_page(opened, write(tmp_path / "round-002.html", batch(reversed(TEXTS), round=2)))
    assert "Row 1 of 4" in opened.locator("#position").inner_text()
    press(opened, "3")
    opened.goto((tmp_path / "round-001.html").as_uri())
    assert labels(save(opened, tmp_path)) == {"t1": "billing", "t2": "billing"}
    opened.get_by_role("button", name="Labelling as Ana").click()
    opened.get_by_label("Your name").fill("Ben")
    press(opened, "Enter")
    opened.get_by_text("0 of 4 done").wait_for()
    press(opened, "2")
    assert labels(save(opened, tmp_path)) == {"t1": "access"}
    opened.get_by_role("button", name="Labelling as Ben").click()
    opened.get_by_role("button", name="Go on as Ana, 2 done").click()
    opened.get_by_text("2 of 4 done").wait_for()


def test_two_tabs_do_not_undo_one_another(opened: Any, context: Any, tmp_path: Path) -> None:
    other = context.new_page()
    other.goto(opened.url)
    press(other, "1")
    opened.get_by_text("taken over").wait_for()
    press(opened, "n", "2")
    assert labels(save(opened, tmp_path)) == {"t1": "billing", "t2": "access"}


def test_leaving_with_unsaved_work_is_asked_about(opened: Any, tmp_path: Path) -> None:
    asked: list[str] = []
    opened.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    press(opened, "1")
    opened.reload()
    assert asked == ["beforeunload"]
    save(opened, tmp_path)
    opened.reload()
    assert asked == ["beforeunload"]


def test_a_browser_that_keeps_nothing_is_told_of_at_once(page: Any, tmp_path: Path) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })")
    open_page(page, write(tmp_path / "r.html", batch()))
    assert "This browser keeps nothing" in page.get_by_role("alert").inner_text()
    press(page, "1", "2")
    assert labels(save(page, tmp_path)) == {"t1": "billing", "t2": "access"}


def test_time_is_that_of_work_and_not_of_a_break(page: Any, tmp_path: Path) -> None:
    page.clock.install()
    open_page(page, write(tmp_path / "r.html", batch()))
    page.clock.run_for(8_000)
    press(page, "1")
    page.clock.run_for(600_000)
    press(page, "2")
    first, second = (float(row["seconds"]) for row in rows(save(page, tmp_path)))
    assert 8 <= first < 10
    assert 60 <= second < 62, "ten minutes without a sign of life count as one"


def test_what_is_saved_goes_into_the_project(page: Any, tmp_path: Path) -> None:
    project = make_project(tmp_path)
    specify(project, "labels.classes", json.dumps(TOPICS))
    chosen = json.loads(succeed("-C", project, "select", "-n", "7", "--format", "html", "--json").stdout)
    open_page(page, project / "round-001.html", "=Ana")
    for row in chosen["rows"]:
        press(page, str(TOPICS.index(truth(row["id"])) + 1))
    page.get_by_text("All 7 rows").wait_for()
    saved = save(page, tmp_path)
    told = json.loads(succeed("-C", project, "ingest", saved, "--json").stdout)
    assert (told["accepted"], told["rejected"], told["warnings"]) == (7, [], [])
    step = max((project / ".alcli" / "steps").iterdir())
    answers = [json.loads(line) for line in (step / "answers.jsonl").read_text().splitlines()]
    assert {answer["annotator"] for answer in answers} == {"=Ana"}, "made inert on the way, and restored"
    assert all(answer["label"] == truth(answer["id"]) for answer in answers)
    took = {row["id"]: float(row["seconds"]) for row in rows(saved)}
    assert {answer["id"]: answer["seconds"] for answer in answers} == took


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)><b>bold</b> &amp; <!-- {{script}}",
    "=HYPERLINK(1)\u2028next\u2029",
    "\u202eevil\u202c and \u2066more",
    "a\0b\x1b[31m\ufeff",
    "half \ud800 a pair",
    "\r\n-1+2\t",
    "x" * 20_000 + " \u05e9" * 10_000,
]


def test_hostile_texts_stay_text(page: Any, tmp_path: Path) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    handoff = batch(HOSTILE, classes=("<i>italic</i>", "\u202eright to left"))
    open_page(page, write(tmp_path / "round-001.html", handoff))
    said = []
    for _ in HOSTILE:
        said.append(page.locator("#content").text_content())
        press(page, "1")
    spelled = (r"\u202eevil\u202c and \u2066more", r"a\x00b\x1b[31m\ufeff", r"half \ud800 a pair")
    assert said[:2] == HOSTILE[:2]
    assert said[2] == r"=HYPERLINK(1)\u2028next\u2029"
    assert tuple(said[3:6]) == spelled
    assert said[7] == HOSTILE[7]
    assert page.locator("#few .name").all_text_contents() == ["<i>italic</i>", r"\u202eright to left"]
    saved = save(page, tmp_path).read_bytes().decode()
    back = Csv().read(saved, "id", ["text"])
    assert not back.refused
    wanted = [text.replace("\0", "").replace("\ud800", "\ufffd") for text in HOSTILE]
    assert [row.shown["text"] for row in back.rows] == wanted
    assert {row.label for row in back.rows} == {"<i>italic</i>"}


def test_cells_are_made_inert_as_everywhere(opened: Any) -> None:
    starts = ("", "'", "''", " ")
    cells = [
        a + b
        for a in starts
        for b in ("=1", "+1", "-1", "-1.5", "-1.", "-1+2", "@x", "\t", "\r", "-٣", "＝1", "x", "-", "")
    ]
    assert opened.evaluate("cells => cells.map(inert)", cells) == list(map(inert, cells))


PIXEL = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def test_images_are_shown_from_beside_the_page(page: Any, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a #1%.png").write_bytes(PIXEL)
    texts = (
        "a #1%.png",
        str(tmp_path / "photos" / "a #1%.png"),
        "gone.png",
        "data:image/png;base64,AAAA",
        "https://x.test/a.png",
    )
    handoff = replace(batch(texts), images=("text",), folder="photos")
    open_page(page, write(tmp_path / "r.html", handoff))
    for _ in range(2):
        page.wait_for_function("document.querySelector('img').naturalWidth === 1")
        press(page, "1")
    for text in texts[2:]:
        page.get_by_text(f"There is no image {text}").wait_for()
        press(page, "1")


def test_several_columns_are_shown_by_name_each_in_its_direction(page: Any, tmp_path: Path) -> None:
    handoff = batch()
    row = replace(handoff.rows[0], shown=("Re: parcel", "שלום, החבילה", ""))
    open_page(
        page, write(tmp_path / "r.html", replace(handoff, shown_columns=("subject", "body", "more"), rows=(row,)))
    )
    assert page.locator("#content h3").all_inner_texts() == ["subject", "body", "more"]
    assert page.locator("#content .text").all_inner_texts() == ["Re: parcel", "שלום, החבילה", "empty"]
    directions = "texts => texts.map((text) => getComputedStyle(text).direction)"
    assert page.locator("#content .text").evaluate_all(directions)[:2] == ["ltr", "rtl"]


def test_at_the_width_of_a_phone_nothing_is_cut_off(page: Any, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, write(tmp_path / "r.html", batch(["long " * 3000, "x" * 3000])))
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.evaluate("document.documentElement.scrollHeight") == 844, "the text scrolls, the labels stay"
        for button in page.get_by_role("group", name="Labels").get_by_role("button").all():
            box = button.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["y"] + box["height"] <= 844
        page.get_by_role("button", name="access").click()


def test_dark_and_light_follow_the_system_until_told(opened: Any) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    opened.emulate_media(color_scheme="dark")
    dark = opened.evaluate(ground)
    opened.emulate_media(color_scheme="light")
    light = opened.evaluate(ground)
    assert dark != light
    opened.get_by_role("button", name="Dark").click()
    assert opened.evaluate(ground) == dark
    opened.reload()
    assert opened.evaluate(ground) == dark


def test_a_screen_reader_finds_its_way(opened: Any) -> None:
    for role in ("banner", "main", "navigation", "contentinfo", "status", "progressbar"):
        assert opened.get_by_role(role).count() == 1, role
    assert opened.get_by_role("region", name="Labels").is_visible()
    assert opened.get_by_role("main", name="Row 1 of 4 · t1").is_visible()
    for button in opened.get_by_role("button").all():
        assert (button.get_attribute("aria-label") or button.inner_text()).strip()
    press(opened, "2", "ArrowLeft")
    pressed = opened.get_by_role("button", pressed=True)
    assert pressed.inner_text().split() == ["2", "access"]
    assert opened.locator("#position .given").inner_text() == "access"
