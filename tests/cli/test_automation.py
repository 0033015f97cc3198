"""The recipes of docs/automation.md do what the page says, as they stand there."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from campaign import HOUSE, annotate, environment, make_project, specify, succeed, write_pool

PAGE = (HOUSE / "docs" / "automation.md").read_text(encoding="utf-8")
INSTALLED, PROJECT = "/usr/local/bin/alcli", "/srv/tickets"  # as the page has them


def blocks(kind: str) -> list[str]:
    """The blocks of this kind."""
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """A folder with the commands that the recipes type."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, line in (("alcli", f'exec "{sys.executable}" -m alcli "$@"'), ("pip", "exit 0")):
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return folder


def shell(line: str, folder: Path, scripts: Path) -> subprocess.CompletedProcess[str]:
    """Run a line in a shell that finds `alcli`."""
    env = {**environment(), "PATH": f"{scripts}:{os.environ['PATH']}"}
    return subprocess.run(["sh", "-e", "-c", line], cwd=folder, env=env, capture_output=True, text=True, timeout=120)


def made(folder: Path, name: str = "tickets") -> Path:
    """A project of this name with small batches."""
    project = make_project(folder).rename(folder / name)
    specify(project, "select.batch_size", "6")
    return project


def test_the_crontab(tmp_path: Path, scripts: Path) -> None:
    project = made(tmp_path)
    (crontab,) = blocks("crontab")
    settings, line = crontab.strip().split("\n")
    assert re.fullmatch(r"\w+=\S+", settings)
    *times, command = line.split(maxsplit=5)
    assert times == ["*"] * 5
    assert "%" not in command, "cron would take it for a line end"
    command = command.replace(INSTALLED, str(scripts / "alcli")).replace(PROJECT, str(project))
    first, second = shell(command, Path("/"), scripts), shell(command, Path("/"), scripts)
    assert (first.returncode, first.stdout, first.stderr) == (0, f"{project}/outbox/round-001.csv\n", "")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_the_makefile(tmp_path: Path, scripts: Path) -> None:
    (makefile,) = blocks("make")
    (tmp_path / "Makefile").write_text(makefile)
    head, *rows = write_pool(tmp_path / "tickets.csv").read_text().splitlines()
    assert head == "id,text"
    lines = ["id,subject,body", *(f"{row},Hello" for row in rows)]
    (tmp_path / "tickets.csv").write_text("\n".join(lines) + "\n")
    first = shell("make tickets/outbox/round-001.csv", tmp_path, scripts)
    assert first.returncode == 0, first.stderr
    early = shell("make tickets/outbox/round-002.csv", tmp_path, scripts)
    assert early.returncode != 0
    assert "round 002 is not out yet" in early.stdout
    annotate(tmp_path / "tickets" / "outbox" / "round-001.csv", tmp_path / "tickets" / "inbox" / "back.csv")
    labels = shell("make labels.csv", tmp_path, scripts)
    assert labels.returncode == 0, labels.stderr
    assert len((tmp_path / "labels.csv").read_text().splitlines()) == 41


def test_the_systemd_units(tmp_path: Path, scripts: Path) -> None:
    project = made(tmp_path)
    names = []
    for block in blocks("ini"):
        head, _, unit = block.partition("\n")
        names.append(Path(head.removeprefix("# ")).name)
        unit = unit.replace(INSTALLED, str(scripts / "alcli")).replace(PROJECT, str(project))
        (tmp_path / names[-1]).write_text(unit)
    assert names == ["tickets.service", "tickets.timer"]
    for command in ("systemctl enable --now tickets.timer", "journalctl -u tickets"):
        assert f"`{command}`" in PAGE
    service = configparser.ConfigParser(interpolation=None)
    service.optionxform = str
    service.read(tmp_path / "tickets.service")
    turn = shell(service["Service"]["ExecStart"], Path("/"), scripts)
    assert turn.returncode == 0, turn.stderr
    assert (project / "outbox" / "round-001.csv").exists()
    assert service["Service"]["SuccessExitStatus"] == "3"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path, scripts: Path) -> None:
    for block in blocks("ini"):
        head, _, unit = block.partition("\n")
        (tmp_path / Path(head).name).write_text(unit.replace(INSTALLED, str(scripts / "alcli")))
    files = [str(tmp_path / name) for name in ("tickets.service", "tickets.timer")]
    said = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, timeout=60)
    told = [line for line in said.stderr.splitlines() if "tickets" in line]
    assert told == []


def runs(workflow: str) -> list[str]:
    """The commands of the steps of a workflow."""
    found = []
    for one, many in re.findall(r"^ +- run: (?:\|\n((?:(?: {10}.*)?\n)+)|(.*)\n)", workflow, re.MULTILINE):
        found.append(many or re.sub(r"^ {10}", "", one, flags=re.MULTILINE))
    return found


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_the_job_in_git(tmp_path: Path, scripts: Path) -> None:
    origin, people, server = tmp_path / "origin.git", tmp_path / "people", tmp_path / "server"
    people.mkdir()
    project = made(people)
    specify(project, "labels.classes", '["billing", "access", "delivery"]')
    (project / ".gitignore").write_text(".alcli/cache/\n")
    names = "-c user.name=a -c user.email=a@example.org"
    start = f"git init -q -b main && git add -A && git {names} commit -qm start && git clone -q --bare . {origin}"
    assert shell(f"{start} && git remote add origin {origin}", people, scripts).returncode == 0
    (workflow,) = blocks("yaml")
    steps = runs(workflow)
    assert len(steps) == 3

    def job() -> None:
        shutil.rmtree(server, ignore_errors=True)
        assert shell(f"git clone -q {origin} {server}", tmp_path, scripts).returncode == 0
        for step in steps:
            done = shell(step, server, scripts)
            assert done.returncode == 0, f"{step}\n{done.stderr}"
        assert shell("git pull -q origin main", people, scripts).returncode == 0

    job()
    assert (project / "outbox" / "round-001.csv").exists()
    (project / "inbox").mkdir(exist_ok=True)
    annotate(project / "outbox" / "round-001.csv", project / "inbox" / "good.csv")
    annotate(project / "outbox" / "round-001.csv", project / "inbox" / "wrong.csv", lambda name: "no class")
    send = f"git add -A && git {names} commit -qm answers && git push -q origin main"
    assert shell(send, people, scripts).returncode == 0
    job()
    assert (project / "outbox" / "round-002.csv").exists()
    assert (project / "inbox" / "refused" / "wrong.csv.why.txt").exists()
    assert "6 labels" in succeed("-C", project, "status").stdout
    succeed("-C", project, "log", "--verify")


def test_the_hook_that_sends_a_batch(tmp_path: Path, scripts: Path) -> None:
    project = made(tmp_path)
    (send,) = blocks("sh")
    (project / "send.sh").write_text(send)
    hooks = next(block for block in blocks("toml") if "[hooks]" in block)
    line = re.search(r"^on_select = (.*)$", hooks, re.MULTILINE)
    assert line
    specify(project, "hooks.on_select", line[1])
    (scripts / "mail").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/mailed\n')
    (scripts / "mail").chmod(0o755)
    done = shell("alcli -C tickets advance -q", tmp_path, scripts)
    assert (done.returncode, done.stderr) == (0, "")
    sent = ["-s", "Please label", "-A", str(project / "outbox" / "round-001.csv"), "team@example.org"]
    assert (tmp_path / "mailed").read_text().splitlines() == sent
