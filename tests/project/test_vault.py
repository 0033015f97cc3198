"""The vault: what is committed stays, in order, whole; everything else is refused or swept."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from campaign import environment

from alcli.errors import ProjectError, ProjectMoved
from alcli.project import durable
from alcli.project.records import FORMAT, AnswersIngested, Step
from alcli.project.vault import Committed, Vault


def anything(came_in: Sequence[Committed]) -> None:
    """A check that lets every step pass."""


def step(based_on: int = 0) -> Step:
    return Step(did=AnswersIngested(1), based_on=based_on, time="2026-01-01T00:00:00+00:00", version="0")


def put(vault: Vault, based_on: int = 0, **files: str) -> Committed:
    with vault.stage() as staging:
        for name, text in (files or {"answers": "yes"}).items():
            (staging / name).write_text(text)
        return vault.commit(staging, step(based_on), anything)


def left_over(vault: Vault) -> list[str]:
    return [name for name in os.listdir(vault.steps) if not name.isdecimal()]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "p")


def test_nothing_there_is_an_empty_row_of_steps(vault: Vault) -> None:
    assert vault.read() == [] and list(vault.faults()) == []
    assert not vault.project.exists(), "reading makes nothing"


def test_steps_come_back_in_order_with_their_payload(vault: Vault) -> None:
    made = [put(vault, n, answers=f"answer {n}") for n in range(12)]
    read = vault.read()
    assert read == made
    assert [c.number for c in read] == list(range(1, 13))
    assert [(c.folder / "answers").read_text() for c in read] == [f"answer {n}" for n in range(12)]
    assert [c.number for c in vault.read(after=9)] == [10, 11, 12]
    assert [c.number for c in vault.read(after=12)] == []


def test_each_step_holds_the_hash_of_the_one_before(vault: Vault) -> None:
    made = [put(vault, n) for n in range(3)]
    assert [c.step.previous for c in made] == ["", made[0].sha, made[1].sha]
    assert left_over(vault) == []


def test_a_payload_in_folders_is_committed_by_its_path(vault: Vault) -> None:
    with vault.stage() as staging:
        (staging / "pool" / "deep").mkdir(parents=True)
        (staging / "pool" / "part-0000").write_text("rows")
        (staging / "pool" / "deep" / "part-0001").write_text("more rows")
        vault.commit(staging, step(), anything)
    (committed,) = vault.read()
    assert sorted(committed.step.payload) == ["pool/deep/part-0001", "pool/part-0000"]
    assert committed.step.payload["pool/part-0000"].size == 4
    assert list(vault.faults()) == []


def test_what_is_staged_and_not_committed_goes(vault: Vault) -> None:
    with vault.stage() as staging:
        (staging / "answers").write_text("never mind")
    with pytest.raises(KeyboardInterrupt), vault.stage() as staging:
        (staging / "answers").write_text("interrupted")
        raise KeyboardInterrupt
    assert vault.read() == [] and left_over(vault) == []


def test_a_gap_is_refused_by_its_number(vault: Vault) -> None:
    for n in range(4):
        put(vault, n)
    (vault.steps / "0002").rename(vault.project / "elsewhere")
    with pytest.raises(ProjectError, match="step 2 is missing") as refusal:
        vault.read()
    assert refusal.value.hint


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"format": 1}', b"\xff\xfe", b"\x00" * 40, None])
def test_a_damaged_step_is_refused_by_its_number(vault: Vault, damage: bytes | None) -> None:
    put(vault)
    record = put(vault, 1).folder / "step.json"
    if damage is None:
        record.unlink()
    else:
        record.write_bytes(damage)
    for look in (vault.read, lambda: list(vault.faults()), lambda: put(vault, 2)):
        with pytest.raises(ProjectError, match="step 2 is damaged"):
            look()


def test_a_step_changed_under_a_later_one_is_refused(vault: Vault) -> None:
    first = put(vault)
    put(vault, 1)
    text = (first.folder / "step.json").read_text()
    (first.folder / "step.json").write_text(text.replace('"accepted": 1', '"accepted": 9'))
    with pytest.raises(ProjectError, match="step 1 was changed"):
        vault.read()


@pytest.mark.parametrize("unknown", [{}, {"did": {"verb": "dreamt"}, "time": 5}])
def test_a_newer_disk_format_is_not_called_damage(vault: Vault, unknown: dict[str, object]) -> None:
    record = put(vault).folder / "step.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), **unknown, "format": FORMAT + 1}))
    with pytest.raises(ProjectError, match=f"disk format {FORMAT + 1}") as refusal:
        vault.read()
    assert "pip install -U alcli" in refusal.value.hint


def test_stale_staging_is_swept(vault: Vault) -> None:
    put(vault)
    stale = vault.steps / ".staging-0badcafe"
    (stale / "pool").mkdir(parents=True)
    (stale / "pool" / "part").write_text("half")
    put(vault, 1)
    assert left_over(vault) == [] and len(vault.read()) == 2


def test_staging_that_another_process_holds_is_left_alone(vault: Vault, tmp_path: Path) -> None:
    hold = """
        import sys
        from pathlib import Path
        from alcli.project.vault import Vault
        with Vault(Path(sys.argv[1])).stage() as staging:
            (staging / "answers").write_text("slow")
            print(staging, flush=True)
            sys.stdin.read()
        """
    words = [sys.executable, "-c", textwrap.dedent(hold), str(vault.project)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=environment()) as other:
        assert other.stdin and other.stdout
        theirs = Path(other.stdout.readline().strip())
        put(vault)
        assert (theirs / "answers").read_text() == "slow"
        other.kill()
        other.wait()
        assert theirs.exists(), "a killed process cleans nothing up"
        put(vault, 1)
        assert not theirs.exists()


def test_a_committed_step_is_not_swept_though_its_writer_still_holds_it(vault: Vault) -> None:
    with vault.stage() as staging:
        held = vault.commit(staging, step(), anything)
        put(vault, 1)
    put(vault, 2)
    descriptor = os.open(held.folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody holds it any more
    os.close(descriptor)
    assert len(vault.read()) == 3 and list(vault.faults()) == []


def test_the_check_sees_exactly_what_came_in(vault: Vault) -> None:
    put(vault)
    put(vault, 1)
    seen: list[list[int]] = []
    with vault.stage() as staging:
        put(vault, 2)
        put(vault, 3)
        vault.commit(staging, step(based_on=2), lambda came_in: seen.append([c.number for c in came_in]))
    assert seen == [[3, 4]] and len(vault.read()) == 5
    with vault.stage() as staging:
        vault.commit(staging, step(based_on=5), lambda came_in: seen.append([]))
    assert seen == [[3, 4]], "nothing came in: nothing to check"


def test_the_loser_of_a_number_checks_again_and_takes_the_next(vault: Vault) -> None:
    put(vault)
    seen: list[list[int]] = []

    def check(came_in: Sequence[Committed]) -> None:
        seen.append([c.number for c in came_in])
        if len(seen) < 3:
            put(vault, came_in[-1].number)  # another writer is quicker, after we looked

    with vault.stage() as staging:
        (staging / "answers").write_text("mine")
        put(vault, 1)
        mine = vault.commit(staging, step(based_on=1), check)
    assert seen == [[2], [2, 3], [2, 3, 4]]
    assert mine.number == 5 and vault.read()[4] == mine and list(vault.faults()) == []


def test_a_refused_step_changes_nothing(vault: Vault) -> None:
    def refuse(came_in: Sequence[Committed]) -> None:
        raise ProjectMoved("too late")

    put(vault)
    with pytest.raises(ProjectMoved), vault.stage() as staging:
        put(vault, 1)
        vault.commit(staging, step(based_on=1), refuse)
    assert [c.number for c in vault.read()] == [1, 2] and left_over(vault) == []


def test_a_step_that_the_disk_does_not_confirm_is_not_called_undone(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(vault)
    with monkeypatch.context() as patch:
        sync = durable.sync

        def broken(path: Path) -> None:
            if path == vault.steps:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            sync(path)

        patch.setattr(durable, "sync", broken)
        with pytest.raises(ProjectError, match="step 2 was made, but the disk did not confirm it"):
            put(vault, 1)
    assert len(vault.read()) == 2 and list(vault.faults()) == []


def test_a_step_cannot_stand_on_one_that_has_gone(vault: Vault) -> None:
    put(vault)
    with vault.stage() as staging, pytest.raises(ProjectError, match="step 7 has gone"):
        vault.commit(staging, step(based_on=7), anything)
    assert len(vault.read()) == 1


def test_many_threads_each_land_once(vault: Vault) -> None:
    def write(writer: int) -> None:
        for n in range(8):
            put(vault, 0, answers=f"{writer} {n}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    _each_landed_once(vault, {f"{writer} {n}" for writer in range(6) for n in range(8)})


def test_many_processes_each_land_once(vault: Vault) -> None:
    write = """
        import sys
        from pathlib import Path
        from alcli.project.records import AnswersIngested, Step
        from alcli.project.vault import Vault
        vault = Vault(Path(sys.argv[1]))
        for n in range(12):
            with vault.stage() as staging:
                (staging / "answers").write_text(f"{sys.argv[2]} {n}")
                step = Step(did=AnswersIngested(1), based_on=0, time="", version="0")
                vault.commit(staging, step, lambda came_in: None)
        """
    code = textwrap.dedent(write)
    words = [[sys.executable, "-c", code, str(vault.project), str(writer)] for writer in range(4)]
    writers = [subprocess.Popen(line, env=environment()) for line in words]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    _each_landed_once(vault, {f"{writer} {n}" for writer in range(4) for n in range(12)})


def _each_landed_once(vault: Vault, wanted: set[str]) -> None:
    read = vault.read()  # consecutive numbers and an unbroken chain, or this refuses
    found = [(committed.folder / "answers").read_text() for committed in read]
    assert sorted(found) == sorted(wanted)
    assert list(vault.faults()) == [] and left_over(vault) == []


def test_faults_names_a_flipped_byte_a_missing_and_an_additional_file(vault: Vault) -> None:
    for n in range(3):
        put(vault, n, answers="abc", shown="def")
    (vault.steps / "0001" / "answers").write_text("abd")
    (vault.steps / "0002" / "shown").unlink()
    (vault.steps / "0003" / "more").mkdir()
    (vault.steps / "0003" / "more" / "stray").write_text("?")
    assert list(vault.faults()) == [
        "step 1: answers was changed after it was committed",
        "step 2: shown is missing",
        "step 3: more/stray was not committed with it",
    ]
