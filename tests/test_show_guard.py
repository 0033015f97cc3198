"""What `status` says of the forecast, of blind spots and of groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alcli.contracts import Estimate, Forecast
from alcli.project.findings import Group, Guarded, Region
from alcli.show import console, guard

PROMISE = Forecast("accuracy", 700, 0.861, 0.84, 0.889, 0.88, 0.97)
AIMED = replace(PROMISE, target=0.9, outlook="reachable", more=850, least=450, most=2_400)


def share(value: float) -> Estimate:
    return Estimate(value, value - 0.01, value + 0.01, 0.005, 100)


def told(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr().out
    assert all(len(line) <= 80 for line in printed.splitlines())
    return printed


@pytest.mark.parametrize(
    ("forecast", "minutes", "said"),
    [
        (PROMISE, 0.0, "forecast with twice the labels (1,400): accuracy 86.1% (84.0% to 88.9%)\n"),
        (AIMED, 0.6, "90.0% accuracy: 850 more labels, 8 h\n         between 450 and 2,400, four times in five\n"),
        (replace(AIMED, most=None), 0.0, "850 more labels\n         between 450 and more than there are, four"),
        (replace(AIMED, more=None, most=None), 0.6, "90.0% accuracy: more labels than the pool has\n"),
        (replace(AIMED, outlook="reached"), 0.0, "90.0% accuracy: there, as far as can be told\n"),
        (replace(AIMED, outlook="out of reach"), 0.0, "90.0% accuracy: not even with every row of the pool"),
        (
            replace(AIMED, outlook="out of reach", ceiling_high=0.89),
            0.0,
            "90.0% accuracy: not reachable with this model and these features:\n"
            "         the curve levels out at 88.0% to 89.0%\n",
        ),
    ],
)
def test_the_forecast(forecast: Forecast, minutes: float, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    guard.forecast(forecast, minutes, console())
    assert said in told(capsys)


def test_blind_spots(capsys: pytest.CaptureFixture[str]) -> None:
    spot = Region(share(0.021), 9.3, ("r17", "r203", "r\x1b[31m99"))
    found = Guarded(50, 12, share(0.081), (spot,) * 5, ("legal", "fraud"), 0.0197)
    guard.guarded(found, console())
    printed = told(capsys)
    assert "blind    12 of 50 regions have no label: 8.1% of the pool (7.1% to 9.1%)\n" in printed
    assert printed.count("2.1% of the pool (1.1% to 3.1%), 9 labels expected,") == 3
    assert "... and 2 more" in printed and "\x1b" not in printed
    assert "no label yet of: legal, fraud\n" in printed
    assert "a class that the audit sample has no row of: less than 2.0% of the pool\n" in printed


def test_one_region_has_no_label(capsys: pytest.CaptureFixture[str]) -> None:
    guard.guarded(Guarded(50, 1, share(0.01)), console())
    assert "1 of 50 regions has no label" in told(capsys)


def test_groups_that_fall_behind_are_never_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    fine = [Group("language", f"l{at}", 40, 0.04, 20, share(0.9)) for at in range(19)]
    groups = (
        *fine,
        Group("language", "de", 30, 0.03, 2, share(0.6), behind=True, passed_by=True),
        Group("language", "", 20, 0.02, 7, others=7),
    )
    guard.guarded(Guarded(50, 0, share(0.01), groups=groups), console())
    printed = told(capsys)
    assert "language de" in printed and "60% (59% to 61%)  worse, few labels" in printed
    assert "... and 9 more groups" in printed
    assert "blind" not in printed
