"""What answers resolve to."""

from __future__ import annotations

import pytest

from alcli.core.labelling.answers import Resolution, Standing, resolve


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (["a"], Resolution(Standing.LABELLED, "a")),
        (["a", "b", "a"], Resolution(Standing.LABELLED, "a")),
        (["a", None, None], Resolution(Standing.LABELLED, "a")),
        ([None], Resolution(Standing.SKIPPED)),
        (["a", "b"], Resolution(Standing.CONFLICT)),
        (["a", "b", "b", "a", "c"], Resolution(Standing.CONFLICT)),
    ],
)
def test_majority_and_ties(answers: list[str | None], expected: Resolution) -> None:
    assert resolve(answers) == expected
