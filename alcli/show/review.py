"""Which labels look wrong, what else is odd about them, and what was handed out for a second look."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from alcli.show import figures
from alcli.show.words import clipped, count, listed, person

SHOWN, SHOWN_OTHERS, EXAMPLES = 10, 3, 5
TEXT, NAMES = 72, 56  # characters of a line for a text; for an id and two classes beside the figures


def show(outcome: Any, console: Any) -> None:
    """The suspects, worst first, and a few lines for all else that was found."""
    _headline(outcome, console)
    shown = outcome.suspects[: outcome.wanted or SHOWN]
    _suspects(shown, console)
    more = outcome.n_suspects - len(shown)
    if more:
        console.print(f"  ... and {more:,} more: {console.typed(f'alcli review -n {outcome.n_suspects}')}")
    _contradictions(outcome.contradictions, console)
    _confusions(outcome, console)
    _annotators(outcome, console)
    _haste(outcome.haste, console)
    _strange(outcome.strange, console)
    _reviewed(outcome.reviewed, console)
    _handed(outcome, console)


def quiet(outcome: Any) -> tuple[str, ...]:
    """The files handed out, else the ids of the suspects."""
    return tuple(outcome.files) or tuple(suspect.id for suspect in outcome.suspects)


def _headline(o: Any, console: Any) -> None:
    labels = count(o.n_labels, "label")
    if o.error_rate is None:
        enough = f"It takes {o.fewest} that are of classes with three or more."
        console.print(f"{labels}: too few to say which are wrong. {enough}")
    elif not o.n_suspects:
        console.print(f"None of {labels} looks wrong.")
    else:
        verb = "looks" if o.n_suspects == 1 else "look"
        right = figures.all_the_same(o.n_suspects, o.false_alarms)
        console.print(f"{o.n_suspects:,} of {labels} {verb} wrong; {right}.")
    if o.error_rate is not None:
        console.print(f"Wrong labels in all: {figures.wrong_labels(o.error_rate, o.reviewed.settled)}.")
    if o.unjudged:
        few = listed([f"{clipped(name, 30)} ({n})" for name, n in o.unjudged.items()], SHOWN_OTHERS)
        console.print(f"Not judged, with too few labels: {few}.")


def _suspects(suspects: Any, console: Any) -> None:
    if not suspects:
        return
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("", justify="right", min_width=3)
    for name in ("id", "given", "likely"):
        table.add_column(name, no_wrap=True)
    for name in ("sure", "wrong"):
        table.add_column(name, justify="right", no_wrap=True)
    ids = [_short(one.id, 16) for one in suspects]
    room = (NAMES - max(map(len, ids))) // 2
    for one, name in zip(suspects, ids, strict=True):
        sure, wrong = f"{one.confidence:.0%}", f"{one.wrong:.0%}"
        table.add_row(str(one.rank), name, _short(one.label, room), _short(one.likely, room), sure, wrong)
    with console.capture() as captured:
        console.print(table)
    head, *lines = (line.rstrip() for line in captured.get().rstrip("\n").split("\n"))
    console.print(head)
    for one, line in zip(suspects, lines, strict=True):
        console.print(line)
        console.print(f"     {clipped(f'{_who(one)}: {one.text}', TEXT)}")


def _short(name: str, width: int) -> str:
    """A class or an id by its beginning and its end: similar ones often begin alike."""
    whole = clipped(name, 200)
    return whole if len(whole) <= width else f"{whole[: width // 2]}…{whole[len(whole) - (width - 1) // 2 :]}"


def _who(suspect: Any) -> str:
    """Who said it and when; whether it is out, to be looked at again."""
    said = [f"{person(voice.annotator, 20)} {voice.time[:19].replace('T', ' ')}" for voice in suspect.said]
    return f"{', '.join(said)}{' (out)' if suspect.out else ''}"


def _contradictions(groups: Any, console: Any) -> None:
    if not groups:
        return
    console.print(f"{count(len(groups), 'text stands', 'texts stand')} there with different labels:")
    for group in groups[:SHOWN_OTHERS]:
        console.print(f"  {clipped(group[0].text, TEXT)}")
        console.print(f"    {clipped(listed([f'{one.id} {one.label}' for one in group]), TEXT)}")
    _more(groups, console)


def _confusions(o: Any, console: Any) -> None:
    if not o.confusions:
        return
    console.print("Classes that are taken for each other, both ways:")
    for pair in o.confusions[:SHOWN_OTHERS]:
        rows = f"about {pair.one_as_other:.0f} and {pair.other_as_one:.0f} rows"
        console.print(f"  {_short(pair.one, 26)} / {_short(pair.other, 26)}: {rows}")
        for row in pair.examples[:EXAMPLES]:
            console.print(f"    {clipped(f'{row.id} {_short(row.label, 26)}: {row.text}', TEXT)}")
    _more(o.confusions, console)
    say = "Say more clearly" if o.guided else "Say"
    console.print(f"{say} what belongs in which: [labels] guide in alcli.toml goes to the annotators.")


def _annotators(o: Any, console: Any) -> None:
    if not o.annotators:
        return
    table = Table(box=None, header_style="", padding=(0, 2, 0, 0), show_edge=False)
    table.add_column("annotator", max_width=24, no_wrap=True, overflow="ellipsis")
    for name in ("answers", "shared", "with the others %", "quality"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for one in o.annotators:
        quality = "" if one.quality is None else f"{one.quality:.2f}"
        cells = (f"{one.answers:,}", f"{one.shared:,}", figures.short(one.consensus), quality)
        table.add_row(person(one.name, 40), *cells, "differs" if one.differs else "")
    console.print(table)
    if o.weak:
        console.print("The labels worth least, of those that several people gave:")
    for row in o.weak:
        said = listed([f"{person(voice.annotator, 20)} {voice.label}" for voice in row.said])
        console.print(f"  {clipped(f'{row.id} {row.label} ({row.quality:.2f}): {said}', TEXT)}")


def _haste(found: Any, console: Any) -> None:
    for one in found[:SHOWN_OTHERS]:
        who = person(one.annotator, 24)
        rows = f"{count(len(one.rows), 'answer')} of {one.timed:,}"
        console.print(f"Faster than the text can be read: {rows} by {who}")
        console.print(f"  {clipped(listed(list(one.rows)), TEXT)}")
    _more(found, console)


def _strange(found: Any, console: Any) -> None:
    if not found or not found.rows:
        return
    rows = count(len(found.rows), "row seems", "rows seem")
    console.print(f"{rows} to belong to no class ({found.expected:.1f} would of as many drawn from the pool):")
    for row in found.rows[:SHOWN_OTHERS]:
        console.print(f"  {clipped(f'{row.id} {row.label}: {row.text}', TEXT)}")
    _more(found.rows, console)


def _reviewed(found: Any, console: Any) -> None:
    if found.settled:
        console.print(f"Looked at again so far: {count(found.settled, 'label')}, of which {found.corrected:,} changed.")


def _handed(o: Any, console: Any) -> None:
    if not o.asked_for:
        return
    if not o.handed_out:
        console.print("No file was written: there is nothing to look at again.")
        return
    verb = "would be" if o.dry_run else "were" if o.handed_out > 1 else "was"
    console.print(f"{count(o.handed_out, 'row')} {verb} handed out for a second look.")
    for path in o.files:
        console.print(f"Handoff file: {path}")


def _more(found: Any, console: Any) -> None:
    if len(found) > SHOWN_OTHERS:
        console.print(f"  ... and {len(found) - SHOWN_OTHERS} more")
