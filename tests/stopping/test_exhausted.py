"""Nothing left to ask."""

from __future__ import annotations

from dataclasses import replace

from histories import EMPTY

from alcli.contracts import Verdict
from alcli.stopping.exhausted import Exhausted


def test_fires_with_the_last_candidate() -> None:
    assert Exhausted().judge(replace(EMPTY, n_candidates=1)) == Verdict(False, "1 row left to ask")
    assert Exhausted().judge(replace(EMPTY, n_candidates=0)) == Verdict(True, "0 rows left to ask")
    assert Exhausted().judge(replace(EMPTY, n_candidates=1200)).because == "1,200 rows left to ask"
