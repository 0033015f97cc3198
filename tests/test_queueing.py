"""Rows of a class that was split: they are asked again before any other, those of the audit sample as its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from campaign import make_project, play_round, specify, succeed

from alcli.campaign.choosing.exploring import with_audit
from alcli.campaign.choosing.over_shards import choose
from alcli.campaign.choosing.picked import Picked
from alcli.campaign.choosing.queueing import with_queued
from alcli.campaign.choosing.situation import Situation
from alcli.errors import PoolExhausted
from alcli.project.project import Project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_project(tmp_path_factory.mktemp("queue"))
    specify(project, "select.explore", "0.25")
    play_round(project, 20)
    succeed("-C", project, "labels", "split", "access", "--into", "password,lockout")
    succeed("-C", project, "labels", "retire", "delivery")
    return project


def batch(project: Path, size: int) -> tuple[Situation, Picked]:
    opened = Project.open(project)
    select = replace(opened.config.select, batch_size=size)
    situation = Situation.of(opened, replace(opened.config, select=select), reissue=False)
    return situation, with_audit(situation, lambda these: with_queued(these, choose))


def test_the_queue_is_asked_first_and_says_why(project: Path) -> None:
    state = Project.open(project).state
    drawn, chosen = state.queued & state.audit, state.queued - state.audit
    assert drawn and chosen
    situation, picked = batch(project, 20)
    assert {*situation.queued} == chosen
    assert {*picked.rows} >= state.queued, "twenty are more than were lost"
    assert len(set(picked.rows)) == 20
    assert picked.audit >= drawn and not picked.audit & chosen
    why = dict(zip(picked.rows, picked.reasons, strict=True))
    assert {why[row] for row in chosen} == {"its class 'access' was split", "its class 'delivery' was retired"}
    others = [row for row in picked.rows if row not in picked.audit]
    assert {*others[: len(chosen)]} == chosen, "before the rows that were chosen anew"
    assert all(not reason.startswith("its class") for row, reason in why.items() if row not in chosen)


def test_a_small_batch_has_what_it_has_room_for_the_audit_sample_first(project: Path) -> None:
    state = Project.open(project).state
    drawn = state.queued & state.audit
    _, picked = batch(project, len(drawn))
    assert {*picked.rows} == drawn == picked.audit
    _, picked = batch(project, len(drawn) + 2)
    assert picked.audit == drawn and len(state.queued & {*picked.rows}) == len(drawn) + 2


def test_what_is_out_is_not_asked_twice(project: Path) -> None:
    opened = Project.open(project)
    row = min(opened.state.queued - opened.state.audit)
    opened.state = replace(opened.state, heard={row: frozenset()})
    assert row not in Situation.of(opened, opened.config, reissue=False).queued


def test_when_nothing_else_is_left_the_queue_is_the_batch(project: Path) -> None:
    situation, _ = batch(project, 20)

    def nothing(_: Situation) -> Picked:
        raise PoolExhausted("no candidate is left")

    picked = with_queued(replace(situation, reserve=situation.reserve[:0]), nothing)
    assert picked.rows == list(situation.queued) and picked.strategy == "queued"
    with pytest.raises(PoolExhausted):
        with_queued(replace(situation, queued={}), nothing)


def test_rows_chosen_by_a_pattern_stay_the_first(project: Path) -> None:
    situation, _ = batch(project, 20)
    matched = Picked([90, 91, 92], [None, 1.0, 0.5], ["matches", "m", "m"], "margin", candidates=9, matching=1)
    picked = with_queued(situation, lambda _: matched)
    assert picked.rows == [90, *situation.queued, 91, 92] and picked.matching == 1
    assert picked.utility[0] is None and picked.utility[-2:] == [1.0, 0.5]


def test_two_rows_that_say_the_same_are_not_asked_in_one_batch(project: Path) -> None:
    situation, _ = batch(project, 20)
    one = next(iter(situation.queued))
    picked = with_queued(replace(situation, beside=(one,)), choose)
    assert one not in picked.rows
