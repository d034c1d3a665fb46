"""Runs items one after the other, those that are there already not again."""

import hashlib
import shutil
import sys
import time

from .items import ITEMS
from .result import Result


class Context:
    """What an item has: the twin, a folder of its own, and how much to do."""

    def __init__(self, twin, folder, quick):
        self.twin, self.folder, self.quick = twin, folder, quick
        self.began = time.monotonic()

    def progress(self, done, of, what=""):
        if sys.stderr.isatty():
            print(f"\r  {done} of {of} {what:40.40}", end="", file=sys.stderr, flush=True)


def key_of(twin, quick):
    """Results by another program, profile or number of points are no longer true."""
    digest = hashlib.sha256()
    for path in (twin.shoal, twin.profile):
        digest.update(path.read_bytes())
    return f"{digest.hexdigest()} {'quick' if quick else 'full'}\n"


def run_items(names, twin, options):
    key = key_of(twin, options.quick)
    return [run_item(name, twin, options, key) for name in names]


def run_item(name, twin, options, key):
    folder = options.output / name
    kept, kept_key = folder / "result.json", folder / "key"
    if not options.again and kept.is_file() and kept_key.is_file() and kept_key.read_text() == key:
        print(f"{name}: is there already")
        return Result.from_json(kept.read_text())
    print(f"{name} …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    context = Context(twin, folder, options.quick)
    with open(folder / "log", "w", encoding="utf-8") as log:
        twin.log = log
        result = ITEMS[name](context)
        twin.log = None
    if sys.stderr.isatty():
        print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
    kept.write_text(result.to_json())
    kept_key.write_text(key)
    print(f"{name}: {result.headline} ({time.monotonic() - context.began:.0f} s)", flush=True)
    return result
