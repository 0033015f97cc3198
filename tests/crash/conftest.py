"""The worlds that crash tests start from, made once."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories import make_worlds


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_worlds(tmp_path_factory.mktemp("worlds").resolve())
