"""A browser that has no network, and the labelling page opened in it from disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium: the one on this machine, else Playwright's own."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        if not CHROMIUM and not Path(playwright.chromium.executable_path).exists():
            pytest.skip("there is no Chromium on this machine")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Any) -> Iterator[Any]:
    """One person's browser, offline; whatever goes wrong in a page fails the test."""
    context = browser.new_context(offline=True, reduced_motion="reduce")
    context.set_default_timeout(5000)
    wrong: list[str] = []
    missing = "Failed to load resource: net::ERR_FILE_NOT_FOUND"
    context.on("console", lambda said: wrong.append(said.text) if said.text != missing else None)
    context.on("weberror", lambda error: wrong.append(str(error.error)))
    context.on("request", lambda sent: wrong.append(sent.url) if not sent.url.startswith(("file:", "blob:")) else None)
    yield context
    context.close()
    assert not wrong, "no error, no breach of the policy, no request to the network"


@pytest.fixture
def page(context: Any) -> Any:
    """A tab of that browser."""
    return context.new_page()
