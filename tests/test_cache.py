"""Features in the cache: made once, whole or not there, the same for all who make them at once."""

from __future__ import annotations

import mmap
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix, issparse, vstack

from alcli.errors import ConfigError, DataError
from alcli.featurizers.columns import Columns
from alcli.featurizers.tfidf import Tfidf
from alcli.featurizers.vectors import Vectors
from alcli.project import arrays
from alcli.project.block import Block
from alcli.project.cache import Features
from alcli.project.pool import Shard

ROWS = pl.DataFrame(
    {
        "text": ["card lost", "lost my card", "top up failed", None, "top my card", "where is it"],
        "plan": ["free", "pro", "free", None, "pro", "free"],
        "age": ["20", "30", "40", "50", "60", "70"],
    }
)
NUMBERS = np.random.default_rng(0).random((6, 4), dtype=np.float32)
TEXT = Block("text", ("text",), "tfidf{}", Tfidf())
TABLE = Block("columns", ("plan", "age"), "columns{}", Columns())
GIVEN = Block("vectors", (), "vectors{}", Vectors())


@pytest.fixture
def shards(tmp_path: Path) -> list[Shard]:
    return pool(tmp_path / "pool")


def pool(folder: Path) -> list[Shard]:
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, first in enumerate(range(0, 6, 2)):
        path = folder / f"part-{number:04d}.parquet"
        ROWS[first : first + 2].write_parquet(path)
        np.save(folder / f"part-{number:04d}.vectors.npy", NUMBERS[first : first + 2])
        found.append(Shard(path, first, 2, f"{number:064x}"))
    return found


def dense(features: Features, shards: Iterable[Shard]) -> np.ndarray:
    parts = [features.matrix(shard) for shard in shards]
    return np.vstack([part.toarray() if issparse(part) else part for part in parts])


def direct(block: Block, fit_rows: pl.DataFrame = ROWS) -> np.ndarray:
    made = block.featurizer
    state = made.fit([made.digest(fit_rows.select(block.columns))])
    found: Any = made.transform(made.digest(ROWS.select(block.columns)), state)
    return found.toarray() if issparse(found) else found


def mapped(array: Any) -> bool:
    while isinstance(array, np.ndarray):
        array = array.base
    return isinstance(array, mmap.mmap)


def folders(features: Features) -> list[str]:
    return sorted(path.name for path in (features.folder / f"features-{features.key}").iterdir())


@dataclass
class Counted:
    """A featurizer that counts what is asked of it."""

    inner: Any = field(default_factory=Tfidf)
    calls: list[str] = field(default_factory=list)

    def digest(self, table: pl.DataFrame) -> Any:
        self.calls.append("digest")
        return self.inner.digest(table)

    def fit(self, digests: Iterable[Any]) -> Any:
        self.calls.append("fit")
        return self.inner.fit(digests)

    def transform(self, digest: Any, state: Any) -> Any:
        self.calls.append("transform")
        return self.inner.transform(digest, state)


def test_one_sparse_block(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT], shards)
    features.fit()
    found = features.matrix(shards[0])
    assert isinstance(found, csr_matrix)
    assert found.dtype == np.float32
    assert not found.data.flags.writeable
    assert found.has_sorted_indices
    assert mapped(found.data)
    assert mapped(found.indices)
    np.testing.assert_array_equal(dense(features, shards), direct(TEXT))
    assert features.n_features == found.shape[1]
    assert folders(features) == [*(shard.sha for shard in shards), "state"]


@pytest.mark.parametrize("block", [TABLE, GIVEN], ids=["columns", "vectors"])
def test_one_dense_block_stays_dense(tmp_path: Path, shards: list[Shard], block: Block) -> None:
    features = Features(tmp_path / "cache", [block], shards)
    features.fit()
    assert mapped(features.matrix(shards[0]))
    np.testing.assert_array_equal(dense(features, shards), NUMBERS if block is GIVEN else direct(TABLE))


def test_several_blocks_stand_side_by_side(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT, TABLE, GIVEN], shards)
    wanted = np.hstack([direct(TEXT), direct(TABLE), NUMBERS])
    np.testing.assert_array_equal(dense(features, shards), wanted)
    assert isinstance(features.matrix(shards[1]), csr_matrix)
    assert features.n_features == wanted.shape[1]
    np.testing.assert_array_equal(features.transform(ROWS, NUMBERS).toarray(), wanted)


def test_several_dense_blocks_stay_dense(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TABLE, GIVEN], shards)
    assert isinstance(features.matrix(shards[0]), np.ndarray)
    np.testing.assert_array_equal(dense(features, shards), np.hstack([direct(TABLE), NUMBERS]))


def test_everything_is_made_once(tmp_path: Path, shards: list[Shard]) -> None:
    counted = Counted()
    blocks = [Block("text", ("text",), "tfidf{}", counted)]
    seen: list[tuple[int, int]] = []
    Features(tmp_path / "cache", blocks, shards).fit(lambda done, total: seen.append((done, total)))
    assert counted.calls == ["digest"] * 3 + ["fit"] + ["transform"] * 3
    assert seen == [(number, 6) for number in range(1, 7)]
    again = Features(tmp_path / "cache", blocks, shards)
    again.fit(lambda done, total: seen.append((done, total)))
    dense(again, shards)
    assert len(counted.calls) == 7
    assert len(seen) == 6


@dataclass
class Slow:
    """A featurizer of text lengths that takes its time: slices of rows, and each call of `digest` is counted."""

    rows_at_once: int = 3
    calls: list[int] = field(default_factory=list)
    dies_after: int = 99

    def digest(self, table: pl.DataFrame) -> Any:
        if len(self.calls) == self.dies_after:
            raise KeyboardInterrupt
        self.calls.append(table.height)
        return {"length": table["text"].fill_null("").str.len_chars().to_numpy()}

    def fit(self, digests: Iterable[Any]) -> Any:
        return {"most": np.array([max(int(digest["length"].max()) for digest in digests)])}

    def transform(self, digest: Any, state: Any) -> Any:
        return (digest["length"] / state["most"])[:, np.newaxis].astype(np.float16)


LENGTHS = np.array([len(text or "") for text in ROWS["text"]])[:, np.newaxis]


def slow_block(slow: Slow) -> Block:
    return Block("text", ("text",), "slow{}", slow)


@pytest.fixture
def long_shards(tmp_path: Path) -> list[Shard]:
    paths = [tmp_path / "long-0.parquet", tmp_path / "long-1.parquet"]
    found = []
    for number, rows in enumerate([ROWS[:4], ROWS[4:]]):
        rows.write_parquet(paths[number])
        found.append(Shard(paths[number], 4 * number, len(rows), f"{number + 7:064x}"))
    return found


def test_slow_features_are_made_in_slices_that_progress_counts(tmp_path: Path, long_shards: list[Shard]) -> None:
    slow, seen = Slow(), []
    features = Features(tmp_path / "cache", [slow_block(slow), TABLE], long_shards)
    features.fit(lambda done, total: seen.append((done, total)))
    assert slow.calls == [3, 1, 2]
    assert seen == [(number, 3 + 2 + 2) for number in range(1, 8)]
    np.testing.assert_allclose(dense(features, long_shards), np.hstack([LENGTHS / 13, direct(TABLE)]), rtol=1e-3)
    np.testing.assert_allclose(features.transform(ROWS)[:, :1], LENGTHS / 13, rtol=1e-3)


@pytest.mark.parametrize("dies_after", [0, 1, 2])
def test_slow_work_that_was_cut_off_goes_on_where_it_stopped(
    tmp_path: Path, long_shards: list[Shard], dies_after: int
) -> None:
    first, second = Slow(dies_after=dies_after), Slow()
    with pytest.raises(KeyboardInterrupt):
        Features(tmp_path / "cache", [TABLE, slow_block(first)], long_shards).fit()
    features = Features(tmp_path / "cache", [TABLE, slow_block(second)], long_shards)
    features.fit()
    assert first.calls + second.calls == [3, 1, 2]
    np.testing.assert_allclose(dense(features, long_shards)[:, -1:], LENGTHS / 13, rtol=1e-3)


def test_slow_work_serves_other_settings_and_a_pool_that_grows(tmp_path: Path, long_shards: list[Shard]) -> None:
    Features(tmp_path / "cache", [slow_block(Slow())], long_shards[:1]).fit()
    later = Slow()
    for blocks in ([slow_block(later)], [slow_block(later), TABLE]):
        features = Features(tmp_path / "cache", blocks, long_shards)
        np.testing.assert_allclose(dense(features, long_shards)[:, :1], LENGTHS / 13, rtol=1e-3)
    assert later.calls == [2]
    other = Block("text", ("text",), 'slow{"model":"another"}', Slow())
    Features(tmp_path / "cache", [other], long_shards[:1]).fit()
    assert other.featurizer.calls == [3, 1]


def test_slow_slices_that_are_torn_or_gone_are_made_again(tmp_path: Path, long_shards: list[Shard]) -> None:
    Features(tmp_path / "cache", [slow_block(Slow())], long_shards).fit()
    [kept] = (tmp_path / "cache").glob("digests-*")
    truncate(kept / f"{long_shards[0].sha}-3" / "length.npy")
    shutil.rmtree(kept / f"{long_shards[1].sha}-0")
    again = Slow()
    for features in (tmp_path / "cache").glob("features-*"):
        shutil.rmtree(features)
    Features(tmp_path / "cache", [slow_block(again)], long_shards).fit()
    assert again.calls == [1, 2]


def test_later_shards_are_made_with_the_others_where_asked(tmp_path: Path, long_shards: list[Shard]) -> None:
    slow, seen = Slow(), []
    features = Features(tmp_path / "cache", [slow_block(slow)], long_shards[:1])
    features.fit(lambda done, total: seen.append((done, total)), later=long_shards[1:])
    assert slow.calls == [3, 1, 2]
    assert seen == [(number, 3 + 1 + 2) for number in range(1, 7)]
    np.testing.assert_allclose(dense(features, long_shards), LENGTHS / 13, rtol=1e-3)  # the longest is in the first
    features.fit(lambda done, total: seen.append((done, total)), later=long_shards[1:])
    assert len(seen) == 6


def test_half_precision_stays_where_all_is_dense_and_half(tmp_path: Path, long_shards: list[Shard]) -> None:
    kinds = [
        Features(tmp_path / "cache", [slow_block(Slow()), *others], long_shards)
        for others in ([], [slow_block(Slow())], [TABLE], [TEXT])
    ]
    assert [features.matrix(long_shards[0]).dtype.name for features in kinds] == ["float16"] * 2 + ["float32"] * 2
    assert [features.transform(ROWS).dtype.name for features in kinds] == ["float16"] * 2 + ["float32"] * 2
    assert mapped(kinds[0].matrix(long_shards[0]))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("2 photos cannot be read"), r"\[features\] text: rows 1 to 2 of the pool: 2 photos cannot be read"),
        (ImportError("pip install 'it'"), r"\[features\] text: pip install 'it'"),
    ],
)
def test_what_a_featurizer_refuses_is_told_by_its_key(
    tmp_path: Path, shards: list[Shard], error: Exception, told: str
) -> None:
    class Refuses(Tfidf):
        def digest(self, table: pl.DataFrame) -> Any:
            raise error

    with pytest.raises(ConfigError, match=told):
        Features(tmp_path / "cache", [Block("text", ("text",), "refuses", Refuses())], shards).fit()


def test_how_columns_are_read_is_told_once_they_have_been(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT, TABLE], shards)
    assert features.readings() == ()
    features.fit()
    assert [(reading.column, reading.kind) for reading in features.readings()] == [
        ("plan", "categories"),
        ("age", "numbers"),
    ]


def test_rows_that_cannot_be_read_are_told_all_at_once_and_the_others_are_kept(
    tmp_path: Path, long_shards: list[Shard]
) -> None:
    class Choosy(Slow):
        def digest(self, table: pl.DataFrame) -> Any:
            super().digest(table)
            raise ValueError("\n".join(f"{text}: torn" for text in table["text"]))

    whole = Features(tmp_path / "cache", [slow_block(Slow())], long_shards[:1])
    whole.fit()
    choosy = Choosy()
    with pytest.raises(ConfigError, match=r"\[features\] text: 2 rows cannot be read") as told:
        Features(tmp_path / "cache", [slow_block(choosy)], long_shards).fit()
    assert choosy.calls == [2]
    assert [fault.reason.startswith("rows 5 to 6 of the pool: ") for fault in told.value.faults] == [True, True]
    others = Choosy()
    with pytest.raises(ConfigError, match="6 rows cannot be read"):
        Features(tmp_path / "elsewhere", [slow_block(others)], long_shards).fit()
    assert others.calls == [3, 1, 2]


def test_later_shards_are_only_transformed(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT, TABLE], shards[:2])
    wanted = np.hstack([direct(TEXT, ROWS[:4]), direct(TABLE, ROWS[:4])])
    np.testing.assert_array_equal(dense(features, shards), wanted)


def test_the_key_tells_pools_and_recipes_apart(tmp_path: Path, shards: list[Shard]) -> None:
    def key(blocks: list[Block], fitted: list[Shard]) -> str:
        return Features(tmp_path, blocks, fitted).key

    renamed = Block("text", ("text",), 'tfidf{"min_df":2}', Tfidf(2))
    elsewhere = Block("text", ("subject",), "tfidf{}", Tfidf())
    keys = [key([TEXT], shards), key([renamed], shards), key([elsewhere], shards), key([TEXT], shards[:2])]
    assert len(set(keys)) == 4
    assert key([TEXT], shards) == keys[0]


def test_the_state_has_a_hash_that_deleting_the_cache_does_not_change(tmp_path: Path, shards: list[Shard]) -> None:
    first = Features(tmp_path / "cache", [TEXT, TABLE], shards).state_sha
    shutil.rmtree(tmp_path / "cache")
    assert Features(tmp_path / "cache", [TEXT, TABLE], shards).state_sha == first
    assert Features(tmp_path / "cache", [TEXT, TABLE], shards[:2]).state_sha != first


def truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1)


def garble(path: Path) -> None:
    path.write_bytes(b"\0" * path.stat().st_size)


@pytest.mark.parametrize("harm", [truncate, garble, Path.unlink])
@pytest.mark.parametrize("file", ["data.npy", "indptr.npy", "meta.json", "state/meta.json", "state/0.df.npy"])
def test_a_damaged_part_is_made_again(
    tmp_path: Path, shards: list[Shard], harm: Callable[[Path], None], file: str
) -> None:
    features = Features(tmp_path / "cache", [TEXT], shards)
    wanted, sha = dense(features, shards), features.state_sha
    root = tmp_path / "cache" / f"features-{features.key}"
    harm(root / (file if "/" in file else f"{shards[1].sha}/{file}"))
    again = Features(tmp_path / "cache", [TEXT], shards)
    np.testing.assert_array_equal(dense(again, shards), wanted)
    assert again.state_sha == sha
    counted = Counted()
    np.testing.assert_array_equal(
        dense(Features(tmp_path / "cache", [Block("text", ("text",), "tfidf{}", counted)], shards), shards),
        wanted,
    )
    assert not counted.calls


def test_the_folder_may_be_deleted_under_our_feet(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT, TABLE], shards)
    wanted = dense(features, shards)
    held = features.matrix(shards[0])
    shutil.rmtree(tmp_path / "cache")
    np.testing.assert_array_equal(held.toarray(), wanted[:2])
    np.testing.assert_array_equal(dense(features, shards), wanted)
    fresh = Features(tmp_path / "other", [TEXT, TABLE], shards)
    fresh.fit(lambda done, total: shutil.rmtree(tmp_path / "other", ignore_errors=True))
    np.testing.assert_array_equal(dense(fresh, shards), wanted)


def test_new_rows_of_another_width_are_refused(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [GIVEN], shards)
    with pytest.raises(DataError, match="3 features, the pool's 4"):
        features.transform(pl.DataFrame(), np.zeros((2, 3), np.float32))


def test_a_featurizer_that_loses_rows_is_named(tmp_path: Path, shards: list[Shard]) -> None:
    class Short(Tfidf):
        def transform(self, digest: Any, state: Any) -> Any:
            return super().transform(digest, state)[1:]

    with pytest.raises(ConfigError, match="short: 1 rows"):
        Features(tmp_path / "cache", [Block("text", ("text",), "short", Short())], shards).fit()


def test_workers_get_the_recipe_not_the_arrays(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT], shards)
    features.fit()
    copy = pickle.loads(pickle.dumps(features))
    assert len(pickle.dumps(features)) < 2_000
    np.testing.assert_array_equal(dense(copy, shards), dense(features, shards))


def test_leftovers_of_dead_runs_are_removed(tmp_path: Path, shards: list[Shard]) -> None:
    features = Features(tmp_path / "cache", [TEXT], shards[:1])
    features.fit()
    root = tmp_path / "cache" / f"features-{features.key}"
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    ours = features._parts.folder / f"{_beginning()}{ended.pid}-dead"
    alive = root / f"{_beginning()}{os.getpid()}-alive"
    old, elsewhere = root / ".making-ffffffff-1-old", root / ".making-ffffffff-1-new"
    for folder in (ours, alive, old, elsewhere):
        (folder / "0").mkdir(parents=True)
    os.utime(old, (0, time.time() - 90_000))
    features.matrix(shards[1])
    assert sorted(path.name for path in root.glob(".making-*")) == sorted([alive.name, elsewhere.name])


def _beginning() -> str:
    return arrays._making()


RUN = """
import sys; sys.path[:0] = {path!r}
import time
from pathlib import Path
from test_cache import TABLE, TEXT, Features, Slow, dense, slow_block
from alcli.project.pool import Shard
shards = [Shard(Path({pool!r}) / f"part-{{n:04d}}.parquet", 2 * n, 2, f"{{n:064x}}") for n in range(3)]
features = Features(Path({cache!r}), [TEXT, TABLE], shards)
{body}
"""


def run(tmp_path: Path, body: str) -> subprocess.Popen[bytes]:
    code = RUN.format(
        path=[str(Path(__file__).parent), str(Path(__file__).parents[1])],
        pool=str(tmp_path / "pool"),
        cache=str(tmp_path / "cache"),
        body=body,
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_several_at_once_all_end_well(tmp_path: Path, shards: list[Shard]) -> None:
    start = time.time() + 3
    body = f"time.sleep(max(0, {start} - time.time())); features.fit(); print(dense(features, shards).sum())"
    running = [run(tmp_path, body) for _ in range(4)]
    ends = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * 4, ends
    assert len({out for out, _ in ends}) == 1
    assert folders(Features(tmp_path / "cache", [TEXT, TABLE], shards)) == [*(s.sha for s in shards), "state"]


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_in_the_way(tmp_path: Path, shards: list[Shard]) -> None:
    wanted = dense(Features(tmp_path / "wanted", [TEXT, TABLE], shards), shards)
    for kill_at in range(1, 7):
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        body = f"""
import os, signal
features.fit(lambda done, total: done == {kill_at} and os.kill(os.getpid(), signal.SIGKILL))
"""
        process = run(tmp_path, body)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        features = Features(tmp_path / "cache", [TEXT, TABLE], shards)
        features.fit()
        np.testing.assert_array_equal(dense(features, shards), wanted)
        assert folders(features) == [*(s.sha for s in shards), "state"]


def test_a_killed_run_keeps_the_slices_that_were_made(tmp_path: Path, shards: list[Shard]) -> None:
    body = """
import os, signal
features = Features(features.folder, [slow_block(Slow(rows_at_once=1))], shards)
features.fit(lambda done, total: done == 4 and os.kill(os.getpid(), signal.SIGKILL))
"""
    process = run(tmp_path, body)
    _, told = process.communicate()
    assert process.returncode == -signal.SIGKILL, told
    slow = Slow(rows_at_once=1)
    features = Features(tmp_path / "cache", [slow_block(slow)], shards)
    features.fit()
    assert slow.calls == [1, 1]
    np.testing.assert_allclose(dense(features, shards), LENGTHS / 13, rtol=1e-3)


def test_opening_loads_nothing_heavy(tmp_path: Path, shards: list[Shard]) -> None:
    Features(tmp_path / "cache", [TEXT, TABLE], shards).fit()
    code = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parents[1])!r})
from collections import namedtuple
from pathlib import Path
from alcli.featurizers.columns import Columns
from alcli.featurizers.tfidf import Tfidf
from alcli.project import arrays
from alcli.project.block import Block
from alcli.project.cache import Features
Shard = namedtuple("Shard", "path first rows sha")
shards = [Shard(Path("nowhere"), 2 * n, 2, f"{{n:064x}}") for n in range(3)]
blocks = [
    Block("text", ("text",), "tfidf{{}}", Tfidf()),
    Block("columns", ("plan", "age"), "columns{{}}", Columns()),
]
features = Features(Path({str(tmp_path / "cache")!r}), blocks, shards)
features.fit(); features.state_sha; features.matrix(shards[0]); features.n_features
print([name for name in ("polars", "pyarrow", "sklearn", "pandas") if name in sys.modules])
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"


def test_words_of_a_shard_without_any(tmp_path: Path) -> None:
    path = tmp_path / "part-0000.parquet"
    pl.DataFrame({"text": ["", None]}, schema={"text": pl.String}).write_parquet(path)
    shard = Shard(path, 0, 2, "0" * 64)
    assert Features(tmp_path / "cache", [TEXT], [shard]).matrix(shard).shape == (2, 0)
    assert vstack([Features(tmp_path / "cache", [TEXT], [shard]).matrix(shard)] * 2).shape == (4, 0)
