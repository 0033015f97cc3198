"""Comparing campaigns: paired by seed, by the largest share of the full-pool score that all of them reached."""

from __future__ import annotations

from alcli.campaign.comparing import Contender, Curve, Line, compare
from alcli.campaign.replaying import Round

AUTO, RANDOM = (Contender(name, "lsa", "logistic") for name in ("auto", "random"))


def curve(contender: Contender, seed: int, *scores: float) -> Curve:
    """A campaign in batches of ten, with these scores after each."""
    rounds = tuple(Round(10 * n, 2, score, score, 0.0) for n, score in enumerate(scores, 1))
    return Curve(contender, seed, rounds)


def lines(*curves: Curve) -> dict[str, Line]:
    found = compare(curves, {("lsa", "logistic"): 1.0}, "accuracy", "random")
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
