"""Label Studio on this machine, with two people in it, for as long as a test wants it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from served import Api, free_port, os, running, wait_until_it_answers

PACKAGES = ("label-studio==1.23.2",)
TOKENS = {"anna": "a" * 40, "ben": "b" * 40}
QUIET = {"LATEST_VERSION_CHECK": "0", "COLLECT_ANALYTICS": "0", "SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": ""}


@dataclass(frozen=True)
class LabelStudioServer:
    """A running server: the requests of each person, and the name that each has in its exports."""

    people: Mapping[str, Api]
    numbers: Mapping[str, str]

    def project(self, title: str, interface: str, tasks: Path) -> LabelStudioProject:
        """A project with this labelling interface, and the tasks of a file uploaded as in the browser."""
        anna = self.people["anna"]
        made = anna.post("/api/projects", {"title": title, "label_config": interface, "maximum_annotations": 2})
        project = LabelStudioProject(self, made["id"])
        anna.upload(f"/api/projects/{project.number}/import", "file", tasks)
        return project


@dataclass(frozen=True)
class LabelStudioProject:
    """A project on the server."""

    server: LabelStudioServer
    number: int

    def tasks(self) -> list[dict[str, Any]]:
        """Every task with its data, as the server keeps them."""
        page = self.server.people["anna"].get(f"/api/tasks?project={self.number}&page_size=1000&fields=all")
        return list(json.loads(page)["tasks"])

    def annotate(self, person: str, task: int, label: str, comment: str = "", skipped: bool = False) -> None:
        """What a person submits, or skips, as the browser sends it."""
        result: list[dict[str, Any]] = []
        if label:
            result.append(_said("label", "choices", {"choices": [label]}))
        if comment:
            result.append(_said("comment", "textarea", {"text": [comment]}))
        answer = {"result": result, "was_cancelled": skipped, "lead_time": 2.5}
        self.server.people[person].post(f"/api/tasks/{task}/annotations", answer)

    def export(self, kind: str, everything: bool = True) -> bytes:
        """The file that is downloaded: JSON, JSON_MIN, CSV or TSV."""
        every = str(everything).lower()
        path = f"/api/projects/{self.number}/export?exportType={kind}&download_all_tasks={every}"
        return self.server.people["anna"].get(path)


def _said(name: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"from_name": name, "to_name": "shown0", "type": kind, "value": value}


@contextmanager
def label_studio_server(commands: Path, folder: Path) -> Iterator[LabelStudioServer]:
    """Start it with SQLite in this folder, wait until it answers, stop it in the end."""
    port, log, program = free_port(), folder / "server.log", commands / "label-studio"
    environment = {**QUIET, "HOME": str(folder)}

    def words(verb: str, person: str) -> list[str | Path]:
        who = ["--username", f"{person}@example.org", "--password", "not-a-secret-1", "--user-token", TOKENS[person]]
        return [program, verb, *who, "--data-dir", folder / "data", "--enable-legacy-api-token"]

    with log.open("ab") as out:  # a command makes one person
        subprocess.run(
            [*words("init", "anna"), "-q"], env={**os.environ, **environment}, stdout=out, stderr=out, check=True
        )
    start = [*words("start", "ben"), "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    with running(start, environment, log) as process:
        wait_until_it_answers(process, f"{url}/health", log)
        people = {person: Api(url, token) for person, token in TOKENS.items()}
        numbers = {who: str(json.loads(api.get("/api/current-user/whoami"))["id"]) for who, api in people.items()}
        yield LabelStudioServer(people, numbers)
