"""Run by the Python of LibreOffice: opens files as a person does, types labels into them, saves them elsewhere.

`python type_labels.py PIPE JOBS`: PIPE is where LibreOffice listens, JOBS a JSON file, a list of objects with
`source`, `open` (filter and its options), `labels` (by alcli_id), `target` and `save` (filter and its options).
"""

import json
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException


def main(pipe, jobs):
    desktop = connected(pipe)
    for job in json.loads(Path(jobs).read_text(encoding="utf-8")):
        book = desktop.loadComponentFromURL(address(job["source"]), "_blank", 0, said(job["open"], Hidden=True))
        type_in(book.Sheets.getByIndex(0), job["labels"])
        book.storeToURL(address(job["target"]), said(job["save"]))
        book.close(True)
    desktop.terminate()


def connected(pipe):
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(240):
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        except NoConnectException:
            time.sleep(0.5)
    raise SystemExit("LibreOffice does not answer")


def type_in(sheet, labels):
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    names = [sheet.getCellByPosition(at, 0).String for at in range(cursor.RangeAddress.EndColumn + 1)]
    key, label = names.index("alcli_id"), names.index("label")
    for row in range(1, cursor.RangeAddress.EndRow + 1):
        chosen = labels.get(sheet.getCellByPosition(key, row).String)
        if chosen:
            sheet.getCellByPosition(label, row).FormulaLocal = chosen


def address(path):
    return uno.systemPathToFileUrl(path)


def said(filter, **more):
    name, options = filter
    told = {"FilterName": name, "FilterOptions": options, **more}
    return tuple(PropertyValue(Name=key, Value=value) for key, value in told.items())


main(*sys.argv[1:])
