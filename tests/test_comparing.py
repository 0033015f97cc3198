"""Comparing campaigns: paired by seed, by the largest share of the full-pool score that all of them reached."""

from __future__ import annotations

from alcli.campaign.simulating.comparing import Contender, Curve, Line, compare, level
from alcli.campaign.simulating.replaying import Round

AUTO, RANDOM = (Contender(name, "lsa", "logistic") for name in ("auto", "random"))


def curve(contender: Contender, seed: int, *scores: float, full_pool: float = 1.0) -> Curve:
    """A campaign in batches of ten, with these scores after each; with all labels it would be `full_pool`."""
    rounds = tuple(Round(10 * n, 2, score, score, 0.0) for n, score in enumerate(scores, 1))
    return Curve(contender, seed, rounds, Round(1000, 2, full_pool, full_pool, 0.0))


def lines(*curves: Curve) -> dict[str, Line]:
    found = compare(curves, "accuracy", "random")
    return {line.contender.strategy: line for line in found}


def test_where_all_got_to_95_percent_that_decides() -> None:
    found = lines(
        curve(AUTO, 0, 0.9, 0.95, 1.0, 1.0),
        curve(AUTO, 1, 0.9, 0.95, 1.0, 1.0),
        curve(RANDOM, 0, 0.9, 0.9, 0.9, 0.95),
        curve(RANDOM, 1, 0.9, 0.9, 0.9, 0.95),
    )
    auto = found["auto"]
    assert auto.finding is not None and auto.reach[0].ratio is not None
    assert auto.reach[0].ratio.mean == 1, "to 90% both took the first batch"
    assert auto.finding.words == "auto saves 50% to 50% of random's labels to 95%"
    assert found["random"].finding is None


def test_where_one_campaign_did_not_90_percent_decides() -> None:
    found = lines(
        curve(AUTO, 0, 0.9, 0.95, 1.0, 1.0),
        curve(AUTO, 1, 0.9, 0.95, 1.0, 1.0),
        curve(RANDOM, 0, 0.8, 0.9, 0.9, 0.95),
        curve(RANDOM, 1, 0.8, 0.9, 0.9, 0.94),
    )
    assert {line.decided_by for line in found.values()} == {0}
    assert found["auto"].finding is not None
    assert found["auto"].finding.words == "auto saves 50% to 50% of random's labels to 90%"


def test_each_seed_is_held_to_the_full_pool_score_on_its_own_test_rows() -> None:
    """90% is 0.9 on the test rows of the one seed and 0.45 on those of the other."""
    found = lines(
        curve(AUTO, 0, 0.5, 0.9, 0.9),
        curve(AUTO, 1, 0.45, 0.5, 0.5, full_pool=0.5),
        curve(RANDOM, 0, 0.5, 0.5, 0.9),
        curve(RANDOM, 1, 0.35, 0.4, 0.45, full_pool=0.5),
    )
    assert found["auto"].reach[0].labels == (20, 10)
    assert found["random"].reach[0].labels == (30, 30)
    assert found["auto"].full_pool == 0.75
    assert found["auto"].reach[0].score == 0.9 * 0.75


def test_a_seed_that_is_not_as_far_as_the_others_is_left_out_and_no_round_is() -> None:
    found = level(
        [curve(AUTO, 0, 0.5, 0.6, 0.7), curve(RANDOM, 0, 0.5, 0.6), curve(AUTO, 1, 0.5), curve(RANDOM, 1, 0.5)]
    )
    assert [(one.seed, len(one.rounds)) for one in found] == [(0, 2), (0, 2)]
