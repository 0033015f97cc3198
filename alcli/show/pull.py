"""What `pull` took in."""

from __future__ import annotations

from typing import Any

from alcli.show.words import count, listed


def show(outcome: Any, console: Any) -> None:
    """A line for each step."""
    o = outcome
    if not o.pulled:
        console.print(f"Nothing new in {o.source}.")
    for line in o.pulled:
        made = line.time[:19].replace("T", " ")
        what = f"step {line.there} of {o.source}, a model of {count(line.n_labels, 'label')} made {made}"
        console.print(f"Would take in {what}." if o.dry_run else f"Took in {what}: here it is step {line.step}.")
    if o.pulled and o.meanwhile:
        console.print(f"{count(o.meanwhile, 'step')} that came in here meanwhile stay as they are.")
    if o.unlike:
        console.print(f"Other versions than it was made with: {listed(o.unlike)}.")


def quiet(outcome: Any) -> list[str]:
    """The numbers of the new steps."""
    return [str(line.step) for line in outcome.pulled if line.step]
