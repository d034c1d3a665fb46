"""To each device the weights that its ranks hold by a plan, and no others."""

import json
import pathlib
import shlex
import shutil
import subprocess

from . import hosts as hostfile
from . import remote
from .failure import Failure
from .program import digest

SHARDS = "shards"
PLAN = "plan.json"
# Of which weights and plan the shards were made: those of all devices must be of the same.
ORIGIN = "origin"
# So many digits of a digest are in a name.
NAME = 16


def read_plan(path):
    try:
        plan = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
        return plan, int(plan["ranks"])
    except OSError as error:
        raise Failure(f"{path}: cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{path}: is no plan: shoal plan makes one") from None


def _cut(shoal, weights, plan, folder):
    """All ranks' shards in a folder that is there only when it is whole."""
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    words = [str(shoal), "weights", "shard", str(weights), "--plan", str(plan), "-o",
             str(unfinished)]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Failure(done.stderr.strip() or f"{shoal}: exit code {done.returncode}")
    shutil.copyfile(plan, unfinished / PLAN)
    (unfinished / ORIGIN).write_text(folder.name + "\n")
    unfinished.rename(folder)


def make(shoal, weights, plan, cache):
    """The folder of all shards; made before for the same weights and plan, it is taken as it is.
    Those of others are removed."""
    for path in (shoal, weights, plan):
        if not pathlib.Path(path).is_file():
            raise Failure(f"{path}: there is no such file")
    cache = pathlib.Path(cache)
    folder = cache / f"{digest(weights)[:NAME]}-{digest(plan)[:NAME]}"
    if folder.is_dir():
        return folder
    for other in cache.glob("-".join(["[0-9a-f]" * NAME] * 2) + "*"):
        shutil.rmtree(other)
    _cut(shoal, weights, plan, folder)
    return folder


def expect_origin(origin, weights, plan):
    """The devices' shards are of these files, as far as there are such."""
    for path, name in zip((weights, plan), origin.split("-")):
        if path and pathlib.Path(path).is_file() and digest(path)[:NAME] != name:
            raise Failure(f"{path}: the devices have the shards of another: "
                          "make -f Makefile.cluster shards")


def deploy(hosts, shoal, weights, plan, cache):
    """[(host, (its ranks, bytes sent))]. What a device held for another plan goes."""
    _, count = read_plan(plan)
    placed = {host.name: ranks for host, ranks in hostfile.ranks(hosts, count)}
    folder = make(shoal, weights, plan, cache)

    def send(host):
        mine = [f"rank{rank}.h5" for rank in placed[host.name]]
        remote.run(host, f"mkdir -p {shlex.quote(host.folder)}")
        chosen = [f"--include=/{name}" for name in (*mine, PLAN, ORIGIN)]
        sent = remote.copy(host, "--recursive", "--delete-excluded", *chosen, "--exclude=*",
                           f"{folder}/", remote.target(host, SHARDS) + "/")
        return len(mine), sent

    return remote.on_each(hosts, send)
