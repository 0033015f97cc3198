"""Labelling in the terminal: one row at a time, one key a label. Only `alcli label` loads Textual."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from time import monotonic
from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Input, OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from alcli.campaign.handoff.desk import Desk
from alcli.core.handoff.inert import visible
from alcli.core.handoff.worksheet import Answer
from alcli.errors import AlcliError

IDLE = 60.0  # seconds without a key that still count as work
FEW = 10  # classes that have a number key each
ASKS = {
    "label": "type a label, Enter takes it; Esc for the other keys",
    "comment": "the comment, then Enter; Esc leaves it as it was",
    "reason": "why it cannot be labelled, then Enter; Esc does not skip",
}


def sit(desk: Desk) -> None:
    """Show the desk until the annotator leaves; raises what ended it too early."""
    app = Labelling(desk)
    app.run()
    if app.fault:
        raise app.fault


class Example(VerticalScroll, inherit_bindings=False):
    """The text; of the arrow keys only those up and down scroll it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", show=False),
        Binding("down", "scroll_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("home", "scroll_home", show=False),
        Binding("end", "scroll_end", show=False),
    ]


class Labelling(App[None]):
    """The desk on the screen. The line at the bottom takes a label, a comment or a reason."""

    TITLE = "alcli label"
    AUTO_FOCUS = None
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    #head { height: 1; padding: 0 1; text-style: bold; }
    #bar { height: 1; padding: 0 1; } #bar Bar { width: 1fr; }
    #example { width: 2fr; padding: 1 2; }
    #labels { width: 1fr; max-width: 44; height: 100%; border: none; border-left: solid $panel; }
    #said { height: 1; padding: 0 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u,ctrl+z", "undo", "undo"),
        Binding("s", "ask('reason')", "skip"),
        Binding("c", "ask('comment')", "comment"),
        Binding("n", "to_next", "next open"),
        Binding("left", "move(-1)", "before"),
        Binding("right", "move(1)", "after"),
        Binding("slash", "ask('label')", "find", key_display="/"),
        Binding("escape", "home", show=False, priority=True),
        Binding("q", "quit", "leave"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.sheet = desk, desk.sheet
        self.few = 0 < len(desk.classes) <= FEW
        self.row = self.sheet.next(-1)
        self.asked = "label"
        self.comment = ""
        self.spent, self.last = 0.0, monotonic()
        self.fault: AlcliError | None = None

    def compose(self) -> ComposeResult:
        """The parts of the screen."""
        yield Static(id="head")
        yield ProgressBar(len(self.sheet.answers), show_eta=False, show_percentage=False, id="bar")
        with Horizontal():
            yield Example(Static(id="text"), id="example")
            yield OptionList(id="labels", compact=True, markup=False)
        yield Static(id="said")
        yield Input(id="line", compact=True)
        yield Footer()

    def on_mount(self) -> None:
        """Show the first row without a label."""
        self.go_to(self.row)

    # --- showing -----------------------------------------------------------------------------------------------------

    def go_to(self, row: int | None) -> None:
        """Put this row on the desk; None says that all are done."""
        self.row = row
        answer = self.sheet.answers[row] if row is not None else Answer()
        self.comment, self.spent, self.last = answer.comment, answer.seconds, monotonic()
        done, n = self.sheet.n_labelled, len(self.sheet.answers)
        self.query_one("#head", Static).update(Text(f"{self._place()}   {done:,} of {n:,} done{self._pace()}"))
        self.query_one(ProgressBar).update(progress=done)
        self.query_one("#text", Static).update(self._example())
        self.query_one("#example").scroll_home(animate=False)
        self.action_home()

    def _place(self) -> str:
        return "Done" if self.row is None else f"Row {self.row + 1:,} · {visible(self.sheet.names[self.row], 40)}"

    def _pace(self) -> str:
        took = [answer.seconds for answer in self.sheet.answers if answer.label and answer.seconds]
        left = len(self.sheet.answers) - self.sheet.n_labelled
        if len(took) < 3 or not left:
            return ""
        mean = max(sum(took) / len(took), 0.1)
        return f" · {3600 / mean:,.0f} an hour · about {-(-left * mean // 60):.0f} min to go"

    def _example(self) -> Text:
        if self.row is None:
            return Text("Every row has a label. q leaves and says what comes next.")
        shown, answer, text = self.sheet.shown[self.row], self.sheet.answers[self.row], Text()
        for column, cell in shown.items():
            if len(shown) > 1:
                text.append(f"{visible(column, 60)}\n", "dim")
            text.append(f"{readable(cell)}\n\n")
        if answer.label:
            text.append(f"label: {visible(answer.label, 60)}\n", "bold")
        if self.comment:
            text.append(f"comment: {readable(self.comment)}", "italic")
        return text

    def _list_labels(self, typed: str = "") -> None:
        used = dict.fromkeys(answer.label for answer in self.sheet.answers if answer.label not in ("", self.desk.skip))
        words = fold(typed).split()
        found = [name for name in self.desk.classes or used if all(word in fold(name) for word in words)]
        found.sort(key=lambda name: (fold(name) != fold(typed), not fold(name).startswith(fold(typed))))
        if typed and not self.desk.classes and fold(typed) not in map(fold, used):
            found.insert(0, typed)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([self._option(at, name) for at, name in enumerate(found)])
        options.highlighted = 0 if typed and found else None
        self.found = found

    def _option(self, at: int, name: str) -> Option:
        text = Text(f" {(at + 1) % 10}  {visible(name, 60)}" if self.few else f" {visible(name, 60)}")
        told = self.desk.guide.get(name)
        if told and told.about:
            text.append(f"\n    {visible(told.about, 200)}", "dim")
        return Option(text)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A few labels are not looked for: their keys are shown."""
        return not (self.few and (action, parameters) == ("ask", ("label",)))

    # --- doing -------------------------------------------------------------------------------------------------------

    def give(self, label: str, next: int | None = None) -> None:
        """Take this label for the row on the desk, and go on: to this row, else the next without a label."""
        if self.row is None or not label:
            return
        row = self.row
        if self._kept(lambda: self.desk.answer(row, label, self.comment, self._seconds())):
            self.say(f"{'Skipped' if label == self.desk.skip else f'Labelled {label}'}, row {row + 1}.")
            self.go_to(self.sheet.next(row) if next is None else next)

    def _kept(self, act: Callable[[], Any]) -> bool:
        """Whether the disk took it; else the sitting ends."""
        try:
            act()
        except (AlcliError, OSError) as fault:
            self.fault = fault if isinstance(fault, AlcliError) else AlcliError(f"{self.desk.path}: {fault.strerror}")
            self.exit()
        return self.fault is None

    def say(self, sentence: str) -> None:
        """Tell what happened."""
        self.query_one("#said", Static).update(Text(visible(sentence, 200)))

    def action_undo(self) -> None:
        """Take the last answer of this sitting back."""
        undone: list[int | None] = []
        if self._kept(lambda: undone.append(self.desk.undo())):
            (row,) = undone
            self.say("There is nothing to undo." if row is None else f"Undone, row {row + 1}.")
            if row is not None:
                self.go_to(row)

    def action_move(self, by: int) -> None:
        """The row before or after."""
        n = len(self.sheet.answers)
        self.go_to(max(0, min(n - 1, (n if self.row is None else self.row) + by)))

    def action_to_next(self) -> None:
        """The next row without a label."""
        self.go_to(self.sheet.next(-1 if self.row is None else self.row))

    def action_ask(self, what: str) -> None:
        """Have something typed into the line."""
        if self.row is None or (what == "label" and self.few) or (what == "reason" and not self.desk.skip):
            return
        line = self.query_one(Input)
        self.asked, line.placeholder, line.disabled = what, ASKS[what], False
        line.value = self.comment if what == "comment" else ""
        self.set_focus(line)
        if what != "label":
            self.say(f"Type {ASKS[what]}.")

    def action_home(self) -> None:
        """Where the next answer is given; Escape in the empty line leaves it, so that keys are commands."""
        line = self.query_one(Input)
        leaving = line.has_focus and self.asked == "label" and not line.value
        self._list_labels()
        if self.few or leaving or self.row is None:
            line.value, line.placeholder = "", ""
            self.set_focus(self.query_one(Example))
            line.disabled = True
        else:
            self.action_ask("label")

    def on_key(self, event: events.Key) -> None:
        """Number keys take labels; every key is a sign of life."""
        self._tick()
        if self.few and event.key.isdecimal() and not self.query_one(Input).has_focus:
            at = (int(event.key) + 9) % 10
            if at < len(self.desk.classes):
                self.give(self.desk.classes[at])
        elif event.key in ("up", "down") and self.query_one(Input).has_focus and self.asked == "label":
            options = self.query_one(OptionList)
            options.action_cursor_down() if event.key == "down" else options.action_cursor_up()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Find labels while one is typed."""
        if self.asked == "label" and not event.input.disabled:
            self._list_labels(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what was typed as what it was asked for."""
        typed = event.value.strip()
        if self.asked == "comment":
            self.comment = typed
            label = self.sheet.answers[self.row].label if self.row is not None else ""
            if label:
                self.give(label, self.row)
            self.query_one("#text", Static).update(self._example())
            self.action_home()
        elif self.asked == "reason":
            self.comment = "; ".join(filter(None, (typed, self.comment)))
            self.give(self.desk.skip)
        elif (at := self.query_one(OptionList).highlighted) is not None:
            self.give(self.found[at])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A label that was clicked."""
        self.give(self.found[event.option_index])

    # --- time --------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        now = monotonic()
        self.spent, self.last = self.spent + min(now - self.last, IDLE), now

    def _seconds(self) -> float:
        self._tick()
        return round(self.spent, 1)


def readable(text: str) -> str:
    """The lines of a text; what does not print is escaped."""
    return "\n".join(visible(line, len(line) + 1) for line in text.replace("\r\n", "\n").expandtabs(4).split("\n"))


def fold(text: str) -> str:
    """For comparing what was typed: without case and accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", text).casefold() if not unicodedata.combining(char))
