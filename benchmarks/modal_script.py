"""The script that alcli is compared with: one round of active learning as it is written today, with modAL.

One process reads the pool, counts its words, trains on the labelled rows, asks modAL for the next batch and
writes it. Nothing is kept, so every round pays for all of it.

    python benchmarks/modal_script.py POOL.csv LABELLED.csv BATCH.csv

POOL has the columns id,text; LABELLED has id,label; BATCH is written, id,text.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

# --no-deps: what modAL declares includes skorch, and with it PyTorch, which only its deep learners use.
INSTALL = "modAL is not installed; this line installs it:\n  pip install --no-deps modAL-python"


def main() -> int:
    """Choose the next batch."""
    try:
        from modAL.models import ActiveLearner
        from modAL.uncertainty import margin_sampling
    except ModuleNotFoundError:
        print(INSTALL, file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(description="One round with modAL.")
    parser.add_argument("pool", type=Path)
    parser.add_argument("labelled", type=Path)
    parser.add_argument("batch", type=Path)
    parser.add_argument("-n", type=int, default=100, help="rows to ask")
    words = parser.parse_args()

    pool = pd.read_csv(words.pool, dtype=str)
    labels = pd.read_csv(words.labelled, dtype=str).set_index("id")["label"]
    features = TfidfVectorizer().fit_transform(pool["text"])
    known = pool["id"].isin(labels.index).to_numpy()
    learner = ActiveLearner(
        LogisticRegression(max_iter=1000),
        query_strategy=margin_sampling,
        X_training=features[known],
        y_training=labels.loc[pool["id"][known]].to_numpy(),
    )
    chosen, _ = learner.query(features[~known], n_instances=words.n)
    pool[~known].iloc[chosen].to_csv(words.batch, index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
