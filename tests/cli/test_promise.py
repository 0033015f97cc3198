"""The command line is a promise: names, options, exit codes, JSON, light imports, clean streams."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import typer
from campaign import alcli, annotate, command, environment, make_project, play_round, succeed

COMMANDS = [
    "init",
    "add",
    "select",
    "label",
    "ingest",
    "retrain",
    "review",
    "status",
    "advance",
    "predict",
    "export",
    "simulate",
    "log",
    "undo",
    "pull",
    "plugins",
]
CHANGING = ["init", "add", "select", "ingest", "retrain", "review", "advance", "simulate", "undo", "pull"]


def run(*words: str | Path, **more: object) -> subprocess.CompletedProcess[str]:
    env = {**environment(), **{k: str(v) for k, v in more.items()}}
    return subprocess.run(command(*words), capture_output=True, text=True, env=env, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_json_and_quiet(name: str) -> None:
    shown = succeed(name, "--help").stdout
    assert "--json" in shown
    assert "--quiet" in shown
    assert ("--dry-run" in shown) == (name in CHANGING)


def test_the_commands_are_these() -> None:
    from alcli.cli import app

    assert [registered.name for registered in app.registered_commands] == COMMANDS
    assert [group.name for group in app.registered_groups] == ["labels"]


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"plugins", "init", "simulate", "label"}])
def test_no_project_here_is_exit_4_and_says_what_to_type(name: str, tmp_path: Path) -> None:
    words = {"add": ["x.csv"], "ingest": ["x.csv"], "pull": ["copy"]}.get(name, [])
    result = alcli("-C", tmp_path, name, *words)
    assert result.exit_code == 4
    assert "no alcli project" in result.stderr
    assert "init --pool FILE" in result.stderr
    assert result.stdout == ""


def test_an_error_is_one_json_object_too(tmp_path: Path) -> None:
    result = alcli("-C", tmp_path, "select", "--json")
    told = json.loads(result.stdout)
    assert told["schema"] == 1
    assert told["command"] == "select"
    assert told["error"]["exit_code"] == 4


@pytest.mark.parametrize(
    ("words", "command", "said"),
    [
        (("select", "-n", "0"), "select", "0 is not in the range"),
        (("labels", "rename"), "labels", "Missing argument"),
        (("nosuch",), "", "No such command 'nosuch'"),
    ],
)
def test_words_that_no_command_takes_are_one_json_object_too(words: tuple[str, ...], command: str, said: str) -> None:
    result = alcli(*words, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == told["error"]["exit_code"] == 2
    assert told["command"] == command and said in told["error"]["message"]
    assert told["next"] == told["error"]["hint"] and "--help" in told["next"]
    assert said in alcli(*words).stderr


def test_every_commands_json_is_one_object_with_schema_command_and_next(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    for words in (
        ["init", project],
        ["-C", project, "retrain"],
        ["-C", project, "select", "-n", "3"],
        ["-C", project, "status"],
        ["-C", project, "ingest", annotate(project / "round-001.csv", tmp_path / "b.csv")],
        ["-C", project, "predict", "-o", tmp_path / "p.csv"],
        ["-C", project, "export", "-o", tmp_path / "e.csv"],
        ["-C", project, "undo", "--dry-run"],
        ["plugins"],
    ):
        told = json.loads(succeed(*words, "--json").stdout)
        assert told["schema"] == 1
        assert told["command"] in COMMANDS
        assert isinstance(told["next"], str)


def test_the_project_can_be_named_in_the_environment(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    assert run("status", "--json", ALCLI_PROJECT=project).returncode == 0


HEAVY = {"sklearn", "pandas", "scipy.stats", "polars"}


@pytest.mark.parametrize(
    ("words", "more"),
    [
        (["--help"], {"numpy", "scipy", "pyarrow"}),
        (["status"], {"numpy", "scipy", "pyarrow"}),
        (["log"], {"numpy", "scipy", "pyarrow"}),
        (["ingest", "b.csv"], {"numpy", "scipy", "pyarrow"}),
        (["select", "-n", "3"], set()),
    ],
)
def test_nothing_heavy_is_loaded(tmp_path: Path, words: list[str], more: set[str]) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    succeed("-C", project, "retrain")
    succeed("-C", project, "select", "-n", "3")
    annotate(project / "round-002.csv", tmp_path / "b.csv")
    code = (
        "import sys\nfrom alcli.cli import app\n"
        f"try: app({['-C', str(project), *words]!r})\nexcept SystemExit as end: assert not end.code, end.code\n"
        "print('LOADED', *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert not loaded & (HEAVY | more)


def test_stdout_is_the_result_and_stderr_the_talk(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    done = run("-C", project, "select", "-n", "2", "-q")
    assert done.stdout == f"{project / 'round-001.csv'}\n"
    assert done.stderr == ""
    assert run("-C", project, "export").stdout == ""


def test_no_colour_and_no_control_characters_when_piped(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    done = run("-C", project, "select", "-n", "2")
    assert "\x1b" not in done.stdout + done.stderr
    assert "\r" not in done.stdout


def test_utf8_whatever_the_locale(tmp_path: Path) -> None:
    pool = tmp_path / "pool.csv"
    pool.write_text("id,text\n" + "".join(f"ü{n},café – naïve 👍 {n}\n" for n in range(6)), encoding="utf-8")
    project = tmp_path / "p"
    succeed("init", project, "--pool", pool, "--text", "text")
    done = subprocess.run(
        command("-C", project, "select", "-n", "6"),
        capture_output=True,
        env={**environment(), "LC_ALL": "C", "PYTHONUTF8": "0"},
    )
    assert done.returncode == 0, done.stderr
    assert "café" in done.stdout.decode()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    project = make_project(tmp_path)
    play_round(project, 12)
    succeed("-C", project, "retrain")
    line = " ".join(command("-C", project, "predict")) + " | head -n 1"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, env=environment())
    assert done.stdout == "id,label,confidence\n"
    assert "Traceback" not in done.stderr


def test_closed_streams_are_no_error_of_ours(tmp_path: Path) -> None:
    line = " ".join(command("-C", make_project(tmp_path), "status"))
    for closing in (">&-", "2>&-", ">&- 2>&-"):
        done = subprocess.run(f"{line} {closing}", shell=True, capture_output=True, text=True, env=environment())
        assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["log", "--json"]])
def test_an_output_that_takes_nothing_is_exit_4_and_a_sentence(tmp_path: Path, words: list[str]) -> None:
    line = " ".join(command("-C", make_project(tmp_path), *words))
    done = subprocess.run(f"{line} > /dev/full", shell=True, capture_output=True, text=True, env=environment())
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert f"alcli {words[0]}: " in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_a_disk_that_takes_no_more_numbers_is_full(capsys: pytest.CaptureFixture[str]) -> None:
    from alcli.cli import door

    def act() -> None:
        with open("/dev/full", "wb") as file:
            np.zeros(10_000).tofile(file)

    with pytest.raises(typer.Exit) as left:
        door.run(act, command="add", json=False, quiet=False)
    assert left.value.exit_code == 4
    assert "alcli add: the disk is full" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["log"], ["plugins"], ["status"]])
def test_a_pipe_that_closes_early_is_exit_0(tmp_path: Path, words: list[str]) -> None:
    line = " ".join(command("-C", make_project(tmp_path), *words))
    done = subprocess.run(
        f"set -o pipefail; {line} | true", shell=True, capture_output=True, executable="/bin/bash", env=environment()
    )
    assert done.returncode == 0, done.stderr


def test_interrupted_is_130_and_nothing_half_done(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import time\nfrom dataclasses import dataclass\nfrom alcli.core.choosing import ByUtility\n\n"
        "@dataclass(frozen=True)\nclass Slow(ByUtility):\n    def utility(self, view):\n"
        f"        open({str(tmp_path / 'started')!r}, 'w').close()\n        time.sleep(60)\n"
    )
    project = make_project(tmp_path)
    with subprocess.Popen(
        command("-C", project, "select", "--strategy", f"{tmp_path}/slow.py:Slow"),
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        while not (tmp_path / "started").exists():
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "interrupted" in stderr
    assert "Traceback" not in stderr
    assert sorted(os.listdir(project / ".alcli" / "steps")) == ["0001"]


def test_interrupted_while_the_command_line_is_loaded_is_130() -> None:
    code = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': exec('raise KeyboardInterrupt')\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from alcli.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_a_panic_that_is_an_interrupt_is_130_and_any_other_is_not_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    """Polars makes a panic of a Ctrl-C that it meets between Rust and Python; it is no `Exception`."""
    from alcli.cli import door

    panic = type("PanicException", (BaseException,), {})

    def act(why: str) -> None:
        raise panic(why)

    interrupt = "called `Result::unwrap()` on an `Err` value: PyErr { type: <class 'KeyboardInterrupt'>, value: ... }"
    with pytest.raises(typer.Exit) as end:
        door.run(lambda: act(interrupt), command="init", json=False, quiet=False)
    assert end.value.exit_code == 130
    assert "interrupted" in capsys.readouterr().err
    with pytest.raises(panic, match="index out of bounds"):
        door.run(lambda: act("index out of bounds"), command="init", json=False, quiet=False)


def test_version() -> None:
    from alcli import __version__

    assert succeed("--version").stdout == f"alcli {__version__}\n"
