"""LibreOffice without a window, in the language and with the settings of somebody who opens a handoff file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from served import running

Filter = tuple[str, str]  # its name and its options

TEXT = "Text - txt - csv (StarCalc)"
XLSX: Filter = ("Calc MS Excel 2007 XML", "")
ODS: Filter = ("calc8", "")

SETTING = '<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="{}"><value>{}</value></prop></item>'
PROFILE = '<oor:items xmlns:oor="http://openoffice.org/2001/registry">{}</oor:items>'
LOCALES = ("ooLocale", "ooSetupSystemLocale")  # of the words on the screen; of numbers and dates


def opened(quoted_as_text: bool = False, special_numbers: bool = False, delimiters: str = ",;\t") -> Filter:
    """A CSV in the window that asks how to read it: what it ticks by itself, unless told otherwise."""
    marks = "/".join(str(ord(mark)) for mark in delimiters)
    return TEXT, f"{marks},34,76,1,,0,{str(quoted_as_text).lower()},{str(special_numbers).lower()}"


def saved(delimiter: str = ",", quote_all: bool = False) -> Filter:
    """A CSV in UTF-8, the cells as shown."""
    return TEXT, f"{ord(delimiter)},34,76,1,,0,{str(quote_all).lower()},true"


@dataclass(frozen=True)
class Job:
    """Open `source`, type the labels into it, by the rows' keys, save it as `target`."""

    source: str
    open: Filter
    labels: Mapping[str, str]
    target: str
    save: Filter


@dataclass(frozen=True)
class Office:
    """LibreOffice, and a Python that can drive it."""

    program: str
    python: str

    @classmethod
    def here(cls) -> Office:
        """The one on this machine; skips the test where there is none, or none that can be driven."""
        program = shutil.which("soffice")
        if program is None:
            pytest.skip("LibreOffice is not installed")
        pythons = (sys.executable, "/usr/bin/python3", str(Path(program).resolve().parent / "python"))
        python = next(filter(_drives, pythons), None)
        if python is None:
            pytest.skip("no Python here drives LibreOffice (python3-uno)")
        return cls(program, python)

    def type_and_save(self, language: str, jobs: Sequence[Job], folder: Path) -> None:
        """Do all of these, as somebody who has this language."""
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        spoken = "".join(SETTING.format(name, language) for name in LOCALES)
        settings.write_text(PROFILE.format(spoken), encoding="utf-8")
        told = folder / "jobs.json"
        told.write_text(json.dumps([asdict(job) for job in jobs]), encoding="utf-8")
        pipe = uuid.uuid4().hex
        profile = f"-env:UserInstallation={settings.parents[1].as_uri()}"
        quiet = ("--headless", "--norestore", "--nolockcheck", "--nodefault")
        command = [self.program, profile, *quiet, f"--accept=pipe,name={pipe};urp;"]
        script = str(Path(__file__).with_name("type_labels.py"))
        with running(command, {}, folder / "office.log"):
            done = subprocess.run([self.python, script, pipe, told], capture_output=True, text=True, timeout=500)
        assert done.returncode == 0, done.stderr


def _drives(python: str) -> bool:
    return Path(python).exists() and not subprocess.run([python, "-c", "import uno"], capture_output=True).returncode
