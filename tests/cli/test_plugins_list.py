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


def test_each_kind_is_a_heading_and_each_name_a_line_with_what_it_does() -> None:
    lines = succeed("plugins").stdout.splitlines()
    told = json.loads(succeed("plugins", "--json").stdout)["plugins"]
    assert [line for line in lines if not line.startswith(" ")] == list(dict.fromkeys(p["kind"] for p in told))
    named = [line.split(maxsplit=1) for line in lines if line.startswith(" ")]
    assert [name for name, _ in named] == [p["name"] for p in told]
    assert dict(map(tuple, named))["margin"].startswith("Ask first where the two likeliest classes are nearly tied")
    assert "skactiveml (skactiveml)" in " ".join(lines)


def test_a_kind_that_there_is_not() -> None:
    result = alcli("plugins", "adapter")
    assert result.exit_code == 2
    assert "formats, adapters" in result.stderr
