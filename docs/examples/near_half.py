"""A query strategy of one's own: ask where one class is nearly as likely as not."""

from dataclasses import dataclass

from alcli.contracts import PoolView
from alcli.core.choosing import ByUtility


@dataclass(frozen=True)
class NearHalf(ByUtility):
    """Ask first where the wanted class has a probability near one half."""

    wanted: str = "security"
    needs = frozenset({"proba"})

    def utility(self, view: PoolView):
        """Minus the distance from one half; candidates are all alike while the class has never been seen."""
        if self.wanted not in view.classes:
            return view.lottery
        return -abs(view.proba[:, view.classes.index(self.wanted)] - 0.5)

    def reasons(self, view: PoolView) -> list[str]:
        """How likely the wanted class is."""
        if self.wanted not in view.classes:
            return [f"{self.wanted} has never been seen"] * len(view)
        return [f"{self.wanted}: {p:.0%}" for p in view.proba[:, view.classes.index(self.wanted)]]
