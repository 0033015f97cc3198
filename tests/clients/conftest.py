"""Tests against the tools themselves want to be asked for: they install much and take minutes."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = "clients" in config.getoption("markexpr")
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.clients)
            if not wanted:
                item.add_marker(pytest.mark.skip(reason="asked for with `make test-clients`"))
