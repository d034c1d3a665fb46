"""Starts the ranks: mpirun, on the first device."""

import collections
import json
import pathlib
import shlex
import signal
import subprocess

from . import hosts as hostfile
from . import remote, shards
from .failure import Failure
from .shards import ORIGIN, PLAN, SHARDS

# mpirun ends when the connection does: what it must not outlive holds its standard input open. Open
# MPI 5 does not know plm_rsh_no_tree_spawn and Open MPI 4 not its new name: it has a variable.
START = """
cd {folder} || exit 1
printf %s {lines} > hostfile
exec 3<&0
export PRTE_MCA_plm_ssh_no_tree_spawn=1
{command} </dev/null 3<&- &
job=$!
{{ cat; kill $job; }} <&3 >/dev/null 2>&1 &
watch=$!
exec 3<&-
wait $job
code=$?
kill $watch 2>/dev/null
exit $code
"""
LOG_IN = f"-o BatchMode=yes -o ConnectTimeout={remote.CONNECT_SECONDS}"
# How long ranks get to end after Ctrl-C.
PATIENCE_SECONDS = 30

LOOK = """
cd {folder} || exit 1
pwd
cat {shards}/{origin} 2>/dev/null || echo none
for rank in {ranks}; do [ -f {shards}/rank$rank.h5 ] || echo lacks $rank; done
"""


def _look(placed):
    """The folder of each host, absolute, and of what the shards are; all must have theirs, of the
    same weights and plan."""
    ranks_of = {host.name: ranks for host, ranks in placed}

    def look(host):
        ranks = ranks_of[host.name]
        script = LOOK.format(folder=host.path(), shards=SHARDS, origin=ORIGIN,
                             ranks=" ".join(map(str, ranks)))
        folder, origin, *lacks = remote.run(host, script).splitlines()
        if ranks and (origin == "none" or lacks):
            raise Failure(f"{host.name}: lacks its shards of the weights: "
                          "make -f Makefile.cluster shards")
        return folder, origin

    found = remote.on_each([host for host, _ in placed], look)
    origins = [origin for _, (_, origin) in found]
    usual = collections.Counter(origins).most_common(1)[0][0]
    lines = [f"{host.name}: has shards of other weights or of another plan than most: "
             "make -f Makefile.cluster shards" for host, (_, origin) in found if origin != usual]
    if lines:
        raise Failure(*lines)
    return {host.name: folder for host, (folder, _) in found}, usual


def _folders(hosts):
    return {host.name: folder.strip() for host, folder in
            remote.on_each(hosts, lambda host: remote.run(host, f"cd {host.path()} && pwd"))}


def _mpirun(placed, folders, network, words):
    """`words(folder)` are the program's; an application of mpirun's for each host, for the
    folders differ. Not bound: Open MPI would leave one or two ranks a core each. ob1 is its way
    over Ethernet: to look for faster networks takes time at each start."""
    common = ["mpirun", "--hostfile", "hostfile", "--map-by", "slot", "--bind-to", "none",
              "--mca", "pml", "ob1", "--mca", "plm_rsh_args", LOG_IN, "--mca",
              "plm_rsh_no_tree_spawn", "1"]
    if network:
        common += ["--mca", "btl_tcp_if_include", network, "--mca", "oob_tcp_if_include", network]
    applications = []
    for host, ranks in placed:
        if ranks:
            folder = folders[host.name]
            applications.append(["-n", str(len(ranks)), "--host", f"{host.name}:{len(ranks)}",
                                 f"{folder}/shoal", *words(folder)])
    command = common
    for application in applications:
        command += [*application, ":"]
    return command[:-1]


def _start(hosts, folders, command):
    """Its exit code. Ctrl-C ends the ranks, and they leave whole files."""
    first = hosts[0]
    lines = "".join(host.line + "\n" for host in hosts)
    script = START.format(folder=shlex.quote(folders[first.name]), lines=shlex.quote(lines),
                          command=shlex.join(command))
    words = [*remote.SSH, "-A", first.login, f"sh -c {shlex.quote(script)}"]
    ssh = subprocess.Popen(words, stdin=subprocess.PIPE, process_group=0)

    def end(*_):
        ssh.stdin.close()
        signal.alarm(PATIENCE_SECONDS)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    signal.signal(signal.SIGALRM, lambda *_: ssh.kill())
    return ssh.wait()


def _bring(host, folder, path):
    """The input's path on the host: that of a file of this computer, brought there, or one that is
    meant to be there already, a camera's say."""
    local = pathlib.Path(path)
    if not local.is_file() and not local.is_dir():
        return path
    remote.copy(host, "--recursive", "--delete", str(local), remote.target(host, "input") + "/")
    return f"{folder}/input/{local.name}"


def _ranks_there(first):
    text = remote.run(first, f"cat {first.path(SHARDS, PLAN)} 2>/dev/null || echo '{{}}'")
    try:
        document = json.loads(text)
        return int(document["ranks"]), int(document.get("input_rank", 0))
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{first.name}: lacks its shards of the weights: "
                      "make -f Makefile.cluster shards") from None


def run(hosts, input_path, weights, plan, network, more):
    """shoal run by the plan that the shards are for; `plan` and `weights`, if there are such files
    here, must be those."""
    count, input_rank = _ranks_there(hosts[0])
    placed = hostfile.ranks(hosts, count)
    folders, origin = _look(placed)
    shards.expect_origin(origin, weights, plan)
    reader = next(host for host, ranks in placed if input_rank in ranks)
    path = _bring(reader, folders[reader.name], input_path)

    def words(folder):
        return ["run", "--plan", f"{folder}/{SHARDS}/{PLAN}", "--weights", f"{folder}/{SHARDS}",
                "--input", path, *more]

    return _start(hosts, folders, _mpirun(placed, folders, network, words))


def profile(hosts, models, output, network, more):
    """shoal profile over all devices; the profile comes to this computer."""
    folders = _folders(hosts)
    placed = hostfile.ranks(hosts, sum(host.slots for host in hosts))

    def words(folder):
        asked = [word for model in models for word in ("--model", model)]
        return ["profile", *asked, "-o", f"{folder}/profile.json", *more]

    code = _start(hosts, folders, _mpirun(placed, folders, network, words))
    if code == 0:
        pathlib.Path(output).parent.mkdir(parents=True, exist_ok=True)
        remote.copy(hosts[0], remote.target(hosts[0], "profile.json"), output)
    return code
