"""doccano on this machine, with two people in it, for as long as a test wants it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from served import Api, free_port, running, wait_until_it_answers

# It asks for no upper bounds, and does not start with the newest of these three.
PACKAGES = ("doccano==1.8.4", "marshmallow<4", "numpy<2", "setuptools<81")
# What is uploaded would be kept beside its own code.
SETTINGS = """
from config.settings.production import *
DJANGO_DRF_FILEPOND_UPLOAD_TMP = {!r}
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
"""
PEOPLE, PASSWORD = ("anna", "ben"), "not-a-secret-1"


@dataclass(frozen=True)
class DoccanoServer:
    """A running server and the requests of each person; `admin` owns the projects."""

    people: Mapping[str, Api]
    members: Mapping[str, int]

    def project(self, name: str, classes: Sequence[str], tasks: Path, shared: bool) -> DoccanoProject:
        """A project with these classes and the tasks of a file; `shared`: everyone sees the others' labels."""
        admin = self.people["admin"]
        made = admin.post(
            "/v1/projects",
            {
                "name": name,
                "description": name,
                "project_type": "DocumentClassification",
                "resourcetype": "TextClassificationProject",
                "collaborative_annotation": shared,
                "single_class_classification": not shared,
            },
        )
        project = DoccanoProject(self, made["id"])
        roles = {role["name"]: role["id"] for role in json.loads(admin.get("/v1/roles"))}
        for person in PEOPLE:
            member = {"user": self.members[person], "role": roles["annotator"]}
            admin.post(f"{project.path}/members", member)
        for name in classes:
            made = admin.post(f"{project.path}/category-types", {"text": name})
            project.classes[name] = made["id"]
        upload = admin.upload("/v1/fp/process/", "filepond", tasks).decode()
        how = {"uploadIds": [upload], "format": "JSONL", "task": "DocumentClassification"}
        how |= {"column_data": "text", "column_label": "label", "encoding": "utf_8"}
        told = project.done(admin.post(f"{project.path}/upload", how)["task_id"])
        assert told["result"] == {"error": []}, told
        return project


@dataclass(frozen=True)
class DoccanoProject:
    """A project on the server; `classes` are the numbers of its labels by name."""

    server: DoccanoServer
    number: int
    classes: dict[str, int] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where its requests go."""
        return f"/v1/projects/{self.number}"

    def tasks(self) -> list[dict[str, Any]]:
        """Every task, as the server keeps it."""
        page = self.server.people["admin"].get(f"{self.path}/examples?limit=1000")
        return list(json.loads(page)["results"])

    def annotate(self, person: str, task: int, label: str, comment: str = "") -> None:
        """What a person chooses and remarks, as the browser sends it."""
        api = self.server.people[person]
        if label:
            api.post(f"{self.path}/examples/{task}/categories", {"label": self.classes[label]})
        if comment:
            api.post(f"{self.path}/comments?example={task}", {"text": comment})
        api.post(f"{self.path}/examples/{task}/states", {})

    def export(self, kind: str, approved: bool = False) -> bytes:
        """The zip that is downloaded: of JSONL, JSON or CSV."""
        admin = self.server.people["admin"]
        task = admin.post(f"{self.path}/download", {"format": kind, "exportApproved": approved})["task_id"]
        self.done(task)
        return admin.get(f"{self.path}/download?taskId={task}")

    def done(self, task: str) -> dict[str, Any]:
        """What the server says of a task in its background, once that is done."""
        for _ in range(600):
            told = json.loads(self.server.people["admin"].get(f"/v1/tasks/status/{task}"))
            if told["ready"]:
                return dict(told)
            time.sleep(0.2)
        raise AssertionError("a task in the background of doccano is not done after two minutes")


@contextmanager
def doccano_server(commands: Path, folder: Path) -> Iterator[DoccanoServer]:
    """Start it with SQLite in this folder, and its background worker; stop both in the end."""
    port, log = free_port(), folder / "server.log"
    backend = next(commands.parent.glob("lib/python*/site-packages/backend"))
    environment = {
        "HOME": str(folder),
        "DOCCANO_HOME": str(folder),
        "STANDALONE": "True",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "MEDIA_ROOT": str(folder / "media"),
        "DJANGO_SETTINGS_MODULE": "here",
        "PYTHONPATH": os.pathsep.join((str(folder), str(backend))),
    }
    (folder / "media").mkdir()
    (folder / "here.py").write_text(SETTINGS.format(str(folder / "uploads")), encoding="utf-8")
    with log.open("ab") as out:
        for words in (["init"], ["createuser", "--username", "admin", "--password", PASSWORD]):
            subprocess.run(
                [commands / "doccano", *words], env={**os.environ, **environment}, stdout=out, stderr=out, check=True
            )
    # `doccano webserver` listens on every device; this is what it starts.
    web = [commands / "gunicorn", "--chdir", backend, "--bind", f"127.0.0.1:{port}", "--workers", "1", "config.wsgi"]
    worker = [commands / "celery", "--app=config", f"--workdir={backend}", "worker", "--pool=solo"]
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        process = stack.enter_context(running(web, environment, log))
        wait_until_it_answers(process, f"{url}/v1/me", log)
        stack.enter_context(running(worker, environment, folder / "worker.log"))
        admin = _log_in(url, "admin")
        for person in PEOPLE:
            new = {"username": person, "email": f"{person}@example.org", "password1": PASSWORD, "password2": PASSWORD}
            admin.post("/v1/users/create", new)
        people = {"admin": admin, **{person: _log_in(url, person) for person in PEOPLE}}
        members = {who: json.loads(api.get("/v1/me"))["id"] for who, api in people.items()}
        yield DoccanoServer(people, members)


def _log_in(url: str, person: str) -> Api:
    return Api(url, Api(url).post("/v1/auth/login/", {"username": person, "password": PASSWORD})["key"])
