"""`plugins` as a user meets it."""

from __future__ import annotations

import json
import tomllib

from campaign import alcli, succeed

from alcli import plugins
from alcli.project.config import parse


def test_adapters_stand_last_and_say_how_a_strategy_is_named() -> None:
    told = json.loads(succeed("plugins", "--json").stdout)["plugins"]
    assert [p["kind"] for p in told][-3:] == ["adapters"] * 3
    alone = json.loads(succeed("plugins", "adapters", "--json").stdout)["plugins"]
    assert alone == told[-3:]
    assert [p["name"] for p in alone] == plugins.names("adapters")
    assert [p["package"] for p in alone] == ["modAL", "skactiveml", "small_text"]
    for plugin in alone:
        strategy = tomllib.loads(plugin["summary"])["strategy"]
        assert strategy["adapter"] == plugin["name"]
        assert strategy["use"].startswith(f"{plugin['package']}.")
        assert parse(f"[select]\n{plugin['summary']}\n", "alcli.toml").select.strategy.use == strategy["use"]


def test_a_kind_that_there_is_not() -> None:
    result = alcli("plugins", "adapter")
    assert result.exit_code == 2
    assert "formats, adapters" in result.stderr
