"""A tool from the package index in an environment of its own, and a server of it on this machine alone."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CACHE = "ALCLI_CLIENTS"  # names a folder where the installed tools are kept from one run to the next
_HERE = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of a proxy
PATIENCE = 300.0  # seconds until a server answers; the first start makes its database


def installed(folder: Path, *requirements: str) -> Path:
    """The folder of the commands of these packages, pinned; skips the test where they cannot be installed."""
    name = hashlib.sha256("\n".join((sys.version, *requirements)).encode()).hexdigest()[:12]
    home = Path(os.environ.get(CACHE) or folder) / f"{requirements[0].partition('==')[0]}-{name}"
    ready, commands = home / "ready", home / "bin"
    if not ready.exists():
        pip = [commands / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1"]
        for command in ([sys.executable, "-m", "venv", "--clear", home], [*pip, *requirements]):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                said = (done.stderr.strip() or done.stdout.strip() or "no reason given").splitlines()[-1]
                pytest.skip(f"{requirements[0]} cannot be installed here: {said}")
        ready.touch()
    return commands


def free_port() -> int:
    """A port of the loopback device that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str | Path], environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process while it is wanted; it and all that it started are stopped in the end. What it says goes to `log`."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            list(map(str, command)), env={**os.environ, **environment}, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield process
    finally:
        for blow in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, blow)
                process.wait(20)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue


def wait_until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    """Until the server answers anything at all; fails with the end of its log where it does not."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            _HERE.open(url, timeout=10)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"{url} does not answer:\n{log.read_text(errors='replace')[-3000:]}")


class Api:
    """Requests to one server in the name of one person."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url, self.token = url, token

    def get(self, path: str) -> bytes:
        """The body of the answer."""
        return self._ask("GET", path, None, "")

    def post(self, path: str, value: Any) -> Any:
        """The answer to a JSON value."""
        return json.loads(self._ask("POST", path, json.dumps(value).encode(), "application/json") or b"null")

    def upload(self, path: str, field: str, file: Path) -> bytes:
        """The answer to a file sent as a form in a browser sends it."""
        edge = uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{file.name}"\r\n'
        body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + file.read_bytes()
        return self._ask("POST", path, body + f"\r\n--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}")

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> bytes:
        headers = {"Content-Type": kind} if kind else {}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        try:
            with _HERE.open(request, timeout=120) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:2000]
            raise AssertionError(f"{method} {path}: {error.code}\n{said}") from None
