"""To each device the weights that its ranks hold by a plan, and no others."""

import dataclasses
import json
import pathlib
import shlex
import shutil
import subprocess

from . import hosts as hostfile
from . import relay, remote
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


# The origin is there only while all files are of it: a run must not find some of another.
BEGIN = """
mkdir -p {folder}/{shards} && cd {folder}/{shards} || exit 1
[ "$(cat {origin} 2>/dev/null)" = {name} ] || rm -f {origin}
"""
END = "printf '%s\\n' {name} > {folder}/{shards}/{origin}"


def _on_host(script, host, folder):
    remote.run(host, script.format(folder=shlex.quote(host.folder), shards=SHARDS, origin=ORIGIN,
                                   name=folder.name))


def _send_own(host, files, folder, passed_on):
    """All of a host's files but those that others pass on; what is none of its files goes."""
    chosen = [f"--include=/{name}" for name in (*files, PLAN) if (host.name, name) not in passed_on]
    kept = [f"--filter=protect /{name}" for name in (*files, ORIGIN)]
    return remote.copy(host, "--recursive", "--delete-excluded", *kept, *chosen, "--exclude=*",
                       f"{folder}/", remote.target(host, SHARDS) + "/")


def _groups(files_of, folder):
    """[(host name, file), …] for each content that several hosts want."""
    wanted = {}
    for host, files in files_of.items():
        for name in files:
            wanted.setdefault(digest(folder / name), []).append((host, name))
    return [places for places in wanted.values() if len({host for host, _ in places}) > 1]


def _pass_on(places, hosts, folder):
    """A file that its first place has; from here, nothing more is sent to that."""
    def give(place):
        host, name = hosts[place[0]], place[1]
        return remote.copy(host, folder / name, remote.target(host, SHARDS, name))

    def pass_on(holder, place):
        there = hosts[holder[0]]
        return relay.pass_on(there, f"{there.folder}/{SHARDS}/{holder[1]}",
                             remote.target(hosts[place[0]], SHARDS, place[1]))

    return relay.spread(places, give, pass_on)


@dataclasses.dataclass
class Sent:
    ranks: int
    from_here: int = 0
    passed_on: dict = dataclasses.field(default_factory=dict)  # bytes by the host they came from


def deploy(hosts, shoal, weights, plan, cache):
    """[(host, Sent)]. What a device held for another plan goes."""
    _, count = read_plan(plan)
    files_of = {host.name: [f"rank{rank}.h5" for rank in ranks]
                for host, ranks in hostfile.ranks(hosts, count)}
    folder = make(shoal, weights, plan, cache)
    remote.on_each(hosts, lambda host: _on_host(BEGIN, host, folder))
    groups = _groups(files_of, folder)
    later = {place for places in groups for place in places[1:]}
    result = {host.name: Sent(len(files_of[host.name]), sent) for host, sent in remote.on_each(
        hosts, lambda host: _send_own(host, files_of[host.name], folder, later))}
    by_name = {host.name: host for host in hosts}
    for places in groups:
        for (name, _), (holder, sent) in _pass_on(places, by_name, folder).items():
            if holder is None:
                result[name].from_here += sent
            elif sent:
                result[name].passed_on[holder[0]] = result[name].passed_on.get(holder[0], 0) + sent
    remote.on_each(hosts, lambda host: _on_host(END, host, folder))
    return [(host, result[host.name]) for host in hosts]
