"""The text of `alcli.toml`: every key with its default, and what it is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from alcli.contracts import Guidance
from alcli.project.config import Config, Part


def write(config: Config) -> str:
    """The commented text of `alcli.toml`, every default visible."""
    lines = _TEMPLATE.format(
        **{f"{section}_{f.name}": to_toml(getattr(getattr(config, section), f.name)) for section, f in _keys(config)},
        model=to_toml(config.model, as_table=True),
        show=to_toml(config.shown),
    ).split("\n")
    return "\n".join(_aligned(line) for line in lines)


def _aligned(line: str) -> str:
    """A setting and its comment, with the comment in a column of its own."""
    setting, mark, comment = line.partition(_MARK)
    return f"{setting:<47} #{comment}" if mark else line


def _keys(config: Config) -> Iterator[tuple[str, Any]]:
    for section in fields(config):
        if section.name != "model":
            yield from ((section.name, f) for f in fields(getattr(config, section.name)))


def to_toml(value: Any, as_table: bool = False) -> str:
    """A value as TOML; a part as the lines of a table, where asked."""
    if isinstance(value, Part):
        pairs = {"use": value.use, **value.params}
        if as_table:
            return "\n".join(f"{k} = {to_toml(v)}" for k, v in pairs.items())
        if not value.params:
            return to_toml(value.use)
        return "{ " + ", ".join(f"{k} = {to_toml(v)}" for k, v in pairs.items()) + " }"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(to_toml(v) for v in value) + "]"
    if isinstance(value, Mapping):
        members = (f"{k if _BARE.fullmatch(k) else to_toml(k)} = {to_toml(v)}" for k, v in value.items())
        return "{ " + ", ".join(members) + " }" if value else "{}"
    if isinstance(value, Guidance):
        return to_toml({"about": value.about, "examples": value.examples} if value.examples else value.about)
    # a JSON string, number or boolean is TOML too, but for the one character that TOML wants escaped
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


_BARE = re.compile(r"[A-Za-z0-9_-]+")
_MARK = "\x1f"  # no value holds one: TOML escapes it

_TEMPLATE = """\
# The specification of this campaign, agreed before the first label.
# Every step records the settings it used; changes here count from the next command on.

[pool]\x1f what the columns are; fixed once the pool is read
id = {pool_id}\x1f "" = ids made from the content
text = {pool_text}
columns = {pool_columns}\x1f table columns: numbers, dates and categories
images = {pool_images}\x1f paths of images
vectors = {pool_vectors}\x1f true = a matrix was given
label = {pool_label}\x1f labels the pool already carried

[labels]
classes = {labels_classes}\x1f [] = the classes that the answers bring
skip = {labels_skip}\x1f answers that mean "this one cannot be labelled"
guide = {labels_guide}\x1f what annotators are told: {{ refund = "wants money back" }}

[select]
strategy = {select_strategy}\x1f which examples are worth asking about: alcli plugins strategies
cold_start = {select_cold_start}\x1f before there is a model, for strategies that need one
batch_size = {select_batch_size}
explore = {select_explore}\x1f share of each batch drawn at random: the audit sample
rare = {select_rare}\x1f classes that matter more than their share: ["fraud"]

[answers]
annotators = {answers_annotators}\x1f a file for each: ["ana", "ben"]
per_row = {answers_per_row}\x1f how many are asked about each row
overlap = {answers_overlap}\x1f share of rows that one more is asked, to see whether they agree
resolve = {answers_resolve}\x1f how answers become labels: majority, unanimous, crowdlab

[review]\x1f labels that look wrong: alcli review
share = {review_share}\x1f up to so much of a batch goes to a second look at them
hold = {review_hold}\x1f nothing is learned from the worst until they are settled

[features]\x1f how each kind of column becomes numbers: alcli plugins featurizers
text = {features_text}
columns = {features_columns}
images = {features_images}\x1f paths count from its folder
vectors = {features_vectors}

[model]\x1f auto = chosen as labels grow; others take parameters, such as C = 10.0
{model}

[retrain]
when = {retrain_when}\x1f retrain --if-due asks this
command = {retrain_command}\x1f makes the step elsewhere: "sh there.sh"
shell = {retrain_shell}

[stop]\x1f labelling ends when any of these says so, or all of those: alcli plugins stopping
any = {stop_any}
all = {stop_all}

[guard]\x1f columns whose groups are watched: ["language"]
groups = {guard_groups}
quota = {guard_quota}\x1f of its share of the pool, for each group in each batch

[handoff]\x1f what annotators get
format = {handoff_format}
show = {show}
inbox = {handoff_inbox}\x1f alcli advance takes files from here
outbox = {handoff_outbox}\x1f ... and puts the next batch here
keep_out = {handoff_keep_out}\x1f ... when fewer rows than this are out

[hooks]\x1f commands run after a step, its JSON on standard input
on_add = {hooks_on_add}
on_select = {hooks_on_select}
on_ingest = {hooks_on_ingest}
on_retrain = {hooks_on_retrain}
on_stop = {hooks_on_stop}
shell = {hooks_shell}
"""
