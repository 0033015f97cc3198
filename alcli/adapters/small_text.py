"""Query strategies of small-text (Schröder et al. 2023)."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from alcli.adapters._foreign import Foreign, dense, made, stacked
from alcli.contracts import PoolView

if TYPE_CHECKING:
    from alcli.contracts import Floats, Ints

__all__ = ["SmallText"]


@dataclass(frozen=True)
class SmallText(Foreign):
    """A class with query(clf, dataset, indices_unlabeled, indices_labeled, y, n); features are its embeddings."""

    package: ClassVar[str] = "small_text"
    install: ClassVar[str] = "pip install small-text"

    def __post_init__(self) -> None:
        """Refuse parameters that the constructor refuses."""
        super().__post_init__()
        self._made()

    def ask(self, view: PoolView, n: int, rng: np.random.Generator) -> Any:
        """The indices; rows that were asked and have no label are neither labelled nor unlabelled."""
        from small_text import SklearnDataset

        assert view.asked is not None
        y = np.concatenate([np.full(len(view), -1), view.asked.y])  # -1 is small-text's word for "no label" too
        dataset = SklearnDataset(stacked(view), y, target_labels=np.arange(len(view.classes)))
        labelled = np.flatnonzero(y >= 0)
        return self._made().query(Classifier(view), dataset, np.arange(len(view)), labelled, y[labelled], n=n)

    def _made(self) -> Any:
        ours = {}
        if "classifier_factory" in inspect.signature(self.part).parameters:  # tells labelled rows from unlabelled
            from sklearn.linear_model import LogisticRegression
            from small_text import SklearnClassifierFactory

            ours["classifier_factory"] = SklearnClassifierFactory(LogisticRegression(max_iter=1000), 2)
        return made(self.part, **ours | dict(self.params))


class Classifier:
    """The specification's model as small-text sees a classifier: fitted to the labels when it is first asked."""

    def __init__(self, view: PoolView) -> None:
        from alcli.adapters._standin import Standin

        assert view.fit is not None and view.asked is not None
        self.num_classes = len(view.classes)
        self._candidates = len(view)
        self._model = Standin(view.fit, self.num_classes).fit(*view.asked.labelled)

    def predict_proba(self, dataset: Any) -> Floats:
        """Probabilities (n, k) of a data set of n rows."""
        return self._model.predict_proba(dataset.x)

    def predict(self, dataset: Any, return_proba: bool = False) -> Ints | tuple[Ints, Floats]:
        """The likeliest classes (n,), as numbers; with their probabilities (n, k) where wanted."""
        proba = self.predict_proba(dataset)
        return (proba.argmax(axis=1), proba) if return_proba else proba.argmax(axis=1)

    def embed(self, dataset: Any, return_proba: bool = False, pbar: Any = None) -> Floats | tuple[Floats, Floats]:
        """The features (n, d) as an array; with the probabilities (n, k) where wanted."""
        features = dense(dataset.x, self._candidates)
        return (features, self.predict_proba(dataset)) if return_proba else features
