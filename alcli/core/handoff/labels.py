"""Cells of the label column to classes: an exact name, or a refusal that says what may be meant."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alcli.core.handoff.asked import RowRefused
from alcli.core.handoff.inert import visible
from alcli.core.handoff.sameness import numbers

LONGEST_NEW = 200  # a new class with a longer name is prose that slipped into the wrong cell

_DAMAGE = re.compile(r"Err:\d{3}|#(?:NAME|REF|VALUE|DIV/0|N/A|NUM|NULL|SPILL)[!?]?")
_LIST = re.compile(r"[\[{].*[\]}]", re.DOTALL)


def tidy(cell: str) -> str:
    """The cell without outer white space, NBSP included, in one Unicode form."""
    return unicodedata.normalize("NFC", cell.strip())


def unfit(name: str) -> str:
    """Why this cannot be the name of a new class, and what to do about it; "" where it can."""
    hidden = next((char for char in name if visible(char) != char), "")
    if len(name) > LONGEST_NEW:
        return f"'{visible(name, 60)}' is too long for the name of a class: {LONGEST_NEW} characters at the most"
    if _DAMAGE.fullmatch(name):
        why = "a spreadsheet writes it where a formula fails; write the class in its place"
    elif _LIST.fullmatch(name):
        why = "brackets or braces around it are how tools write a list; write it without them"
    elif hidden:
        why = f"it holds {_code_point(hidden)}, which does not print; leave it out"
    else:
        return ""
    return f"'{visible(name, 60)}' cannot be the name of a class: {why}"


def clash(classes: Sequence[str], skip_words: Sequence[str]) -> str:
    """Why these cannot be the classes of a project whose answers may be these skip words; "" where they can."""
    names = Counter(map(tidy, classes))
    skips = {tidy(word).casefold() for word in skip_words}
    for name, times in names.items():
        if not name:
            return "the name of a class is empty"
        if times > 1:
            return f"'{visible(name, 60)}' is named twice"
        if name.casefold() in skips:
            return f"'{visible(name, 60)}' is an answer that means 'this one cannot be labelled'"
    return ""


@dataclass(frozen=True, slots=True)
class Former:
    """What became of a class, as `said`: what its name means `now`; None where it is a skip, or is to be refused.

    Where it is still the name of a class, but of a narrower one, files up to round `until` may say it in the old sense.
    """

    said: str
    now: str | None = None
    skipped: bool = False
    until: int = 0


class Labels:
    """Reads label cells. `cells` are all of the call: of two spellings of a new class, the common one.

    `former` are names that no class has any more: what is said by them is taken for what they have become.
    """

    def __init__(
        self,
        classes: Sequence[str],
        fixed: bool,
        skip_words: Sequence[str],
        cells: Iterable[str],
        former: Mapping[str, Former] | None = None,
    ) -> None:
        self.known = {tidy(name): name for name in classes}
        self.former = {tidy(name): was for name, was in (former or {}).items()}
        self.fixed = fixed
        named = {name.casefold() for name in self.known}
        self.skip_words = {tidy(word).casefold() for word in skip_words} - named
        self.warnings: dict[str, str] = {}
        self._spelling: dict[str, str] = {}
        for name, _ in _tidied(Counter(cells)).most_common():
            self._spelling.setdefault(name.casefold(), name)
        self._spelling |= {name.casefold(): name for name in self.known}
        self._read: dict[str, str | None] = {}

    def read(self, cell: str) -> str | None:
        """The class, or None for skipped; raises `RowRefused` for what is neither."""
        if cell not in self._read:
            self._read[cell] = self._class(tidy(cell))
        return self._read[cell]

    def _class(self, label: str) -> str | None:
        if label in self.known:
            return self.known[label]
        if label.casefold() in self.skip_words:
            return None
        if label in self.former:
            was = self.former[label]
            if was.now is None and not was.skipped:
                raise RowRefused(was.said)
            return was.now
        if self.fixed:
            # a spreadsheet makes 2 of the class 02 by itself: the one class that is this number is meant
            same = [name for tidied, name in self.known.items() if numbers(tidied) & numbers(label)]
            if len(same) == 1:
                return same[0]
            raise RowRefused(f"'{visible(label, 60)}' is not a class{self._meant(label)}")
        self._refuse_unfit(label)
        near = self._one_letter_off(label)
        if near:
            self.warnings[label] = f"the new class {label!r} is nearly {near!r}; is it a slip of the pen?"
        self.known[label] = label
        return label

    def _refuse_unfit(self, label: str) -> None:
        """What cannot be meant as a new class."""
        spelling = self._spelling[label.casefold()]
        if spelling != label:
            raise RowRefused(f"{label!r} differs only by case from {spelling!r}; write one or the other")
        why = unfit(label)
        if why:
            raise RowRefused(why)

    def _one_letter_off(self, label: str) -> str | None:
        from rapidfuzz.distance import Levenshtein

        long = [name for name in self.known if min(len(name), len(label)) >= 4]
        return next((name for name in long if Levenshtein.distance(name, label, score_cutoff=1) == 1), None)

    def _meant(self, label: str) -> str:
        """The nearest names, and the code points of letters that only look like theirs."""
        case = next((name for name in self.known if name.casefold() == label.casefold()), None)
        if case:
            return f"; it differs only by case from {case!r}"
        near = self._nearest(label)
        said = f"; nearest: {', '.join(near)}" if near else f"; the classes are {self._listed()}"
        strange = [
            char for char in dict.fromkeys(label) if not char.isascii() and not any(char in name for name in self.known)
        ]
        if strange:
            said += f" (it holds {', '.join(map(_code_point, strange[:3]))})"
        return said

    def _nearest(self, label: str) -> list[str]:
        from rapidfuzz import fuzz, process

        found = process.extract(label[:200], self.known.keys(), scorer=fuzz.ratio, score_cutoff=60, limit=3)
        return [name for name, _, _ in found]

    def _listed(self) -> str:
        named = ", ".join(visible(name, 40) for name in list(self.known)[:10])
        return named + (f" and {len(self.known) - 10} more" if len(self.known) > 10 else "")


def _tidied(cells: Mapping[str, int]) -> Counter[str]:
    """How often each cell stands there, once it is tidy."""
    names: Counter[str] = Counter()
    for cell, times in cells.items():
        names[tidy(cell)] += times
    return names


def _code_point(char: str) -> str:
    return f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip()
