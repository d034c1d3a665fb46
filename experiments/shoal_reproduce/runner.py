"""Runs items one after the other, those that are there already not again."""

import hashlib
import shutil
import sys
import time

from .failure import NotMeasured
from .items import ITEMS
from .result import Result


class Context:
    """What an item has: a world, a folder of its own, and how much to do."""

    def __init__(self, world, folder, quick):
        self.world, self.folder, self.quick = world, folder, quick
        self.began = time.monotonic()

    def progress(self, done, of, what=""):
        if sys.stderr.isatty():
            print(f"\r  {done} of {of} {what:40.40}", end="", file=sys.stderr, flush=True)


def key_of(world, quick):
    """Results by another program, other devices or another number of points are no longer true."""
    return f"{hashlib.sha256(world.identity()).hexdigest()} {'quick' if quick else 'full'}\n"


def run_items(names, world, options):
    key = key_of(world, options.quick)
    return [run_item(name, world, options, key) for name in names]


def run_item(name, world, options, key):
    folder = options.output / name
    kept, kept_key = folder / "result.json", folder / "key"
    if not options.again and kept.is_file() and kept_key.is_file() and kept_key.read_text() == key:
        print(f"{name}: is there already")
        return Result.from_json(kept.read_text())
    print(f"{name} …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    context = Context(world, folder, options.quick)
    with open(folder / "log", "w", encoding="utf-8") as log:
        world.log, world.folder = log, folder.resolve()
        try:
            result = ITEMS[name](context)
        except NotMeasured as why:
            result = Result.not_measured(name, str(why))
        world.log = None
    if sys.stderr.isatty():
        print("\r" + " " * 70 + "\r", end="", file=sys.stderr)
    kept.write_text(result.to_json())
    kept_key.write_text(key)
    print(f"{name}: {result.headline} ({time.monotonic() - context.began:.0f} s)", flush=True)
    return result
