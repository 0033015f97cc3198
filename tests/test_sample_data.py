"""What the sample data promise: enough tickets, all different, hard but learnable, and made again at will."""

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

SAMPLE_DATA = Path(__file__).parent.parent / "sample_data"


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLE_DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tickets() -> list[dict[str, str]]:
    return rows("tickets.csv")


@pytest.fixture(scope="module")
def topics() -> dict[str, str]:
    return {row["id"]: row["topic"] for row in rows("answers.csv")}


def test_there_are_2000_tickets_and_no_text_comes_twice(tickets: list[dict[str, str]]) -> None:
    assert list(tickets[0]) == ["id", "subject", "body", "tier"]
    assert len(tickets) == 2000
    assert len({row["body"].casefold() for row in tickets}) == 2000
    assert all(row["subject"].strip() and row["body"].strip() for row in tickets)
    assert {row["tier"] for row in tickets} == {"free", "team", "enterprise"}


def test_no_bracket_or_slot_of_the_templates_is_left(tickets: list[dict[str, str]]) -> None:
    assert not [row["id"] for row in tickets if set("[]{}|") & set(row["subject"] + row["body"])]


def test_answers_belong_to_the_tickets(tickets: list[dict[str, str]], topics: dict[str, str]) -> None:
    assert [row["id"] for row in tickets] == list(topics)
    assert len(rows("answers.csv")) == len(topics)


def test_eight_skewed_topics_one_of_them_rare(topics: dict[str, str]) -> None:
    share = {topic: count / len(topics) for topic, count in Counter(topics.values()).most_common()}
    assert len(share) == 8
    assert share.pop("security") == pytest.approx(0.02)
    assert min(share.values()) >= 0.05
    assert max(share.values()) > 3 * min(share.values())


def test_the_script_makes_the_same_files_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLE_DATA / "make_tickets.py", tmp_path], check=True)
    for name in ("tickets.csv", "answers.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLE_DATA / name).read_bytes()


def test_the_files_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLE_DATA.glob("*.csv")) < 1_000_000


@pytest.mark.parametrize(("labels", "low", "high"), [(200, 0.80, 0.90), (1000, 0.92, 0.97)])
def test_random_labels_make_a_plain_model_this_good(
    tickets: list[dict[str, str]], topics: dict[str, str], labels: int, low: float, high: float
) -> None:
    features = TfidfVectorizer().fit_transform([f"{row['subject']} {row['body']}" for row in tickets])
    answers = np.array([topics[row["id"]] for row in tickets])
    scores = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(tickets))
        known, rest = order[:labels], order[labels:]
        model = LogisticRegression(C=10, max_iter=1000).fit(features[known], answers[known])
        scores.append(model.score(features[rest], answers[rest]))
    assert low <= np.mean(scores) <= high
