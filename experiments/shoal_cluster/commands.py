"""The command line."""

import argparse
import ipaddress
import shlex
import subprocess
import sys

from . import doctor, job, program, shards
from . import hosts as hostfile
from .failure import Failure


def _parser():
    parser = argparse.ArgumentParser(
        prog="experiments/cluster", description="A shelf of devices, by ssh and rsync.")
    parser.add_argument("verb", choices=VERBS, metavar="VERB", help=", ".join(VERBS))
    parser.add_argument("--hostfile", required=True)
    parser.add_argument("--shoal", default="build/src/shoal", help="for this architecture")
    parser.add_argument("--programs", default="build/programs",
                        help="folder with ARCHITECTURE/shoal for others")
    parser.add_argument("--cache", default="build/shards", help="where shards are cut")
    parser.add_argument("--network", default="", help="between the devices, as 192.168.1.0/24")
    for name in ("model", "profile", "plan", "weights", "input"):
        parser.add_argument("--" + name, default="")
    parser.add_argument("--args", default="", help="more options for shoal run, profile or plan")
    return parser


def _require(arguments, *names):
    for name in names:
        if not getattr(arguments, name):
            raise Failure(f"{arguments.verb}: say {name.upper()}=…")


def _check_network(text):
    try:
        if text:
            ipaddress.ip_network(text)
    except ValueError:
        raise Failure(f"NETWORK={text}: is not of the form 192.168.1.0/24") from None


def _programs(arguments):
    try:
        own = subprocess.run(program.ARCHITECTURE.split(), capture_output=True, text=True)
        architecture = own.stdout.strip()
    except FileNotFoundError:
        architecture = ""  # not a Debian: its program is for no device
    return program.Programs(arguments.shoal, arguments.programs, architecture)


def _doctor(arguments, hosts):
    examined, findings = doctor.examine(hosts, _programs(arguments), arguments.network)
    print("\n".join(doctor.table(examined)))
    for finding in findings:
        print(finding)
    stopping = sum(finding.stops for finding in findings)
    print(f"{stopping} to mend" if stopping else "nothing stops a run")
    return 1 if stopping else 0


def _sent(count):
    return f"{count / 1e6:.1f} MB sent" if count else "nothing sent"


def _deploy(arguments, hosts):
    for host, sent in program.deploy(hosts, _programs(arguments)):
        print(f"{host.name}: program, {_sent(sent)}")


def _shards(arguments, hosts):
    _require(arguments, "weights", "plan")
    for host, sent in shards.deploy(hosts, arguments.shoal, arguments.weights, arguments.plan,
                                    arguments.cache):
        total = sent.from_here + sum(sent.passed_on.values())
        relayed = "".join(f", {count / 1e6:.1f} MB of it by {name}"
                          for name, count in sent.passed_on.items())
        print(f"{host.name}: shards of {sent.ranks} rank{'' if sent.ranks == 1 else 's'}, "
              f"{_sent(total)}{relayed}")


def _profile(arguments, hosts):
    _require(arguments, "model", "profile")
    return job.profile(hosts, arguments.model.split(), arguments.profile, arguments.network,
                       shlex.split(arguments.args))


def _plan(arguments, hosts):
    """By number and not by name: a device calls itself pi1, the hostfile pi1.local or an address,
    but a profile has the ranks' order too."""
    _require(arguments, "model", "profile", "plan")
    devices = sum(host.slots for host in hosts)
    return subprocess.run([arguments.shoal, "plan", "--model", arguments.model, "--profile",
                           arguments.profile, "--devices", str(devices), "--explain", "-o",
                           arguments.plan, *shlex.split(arguments.args)]).returncode


def _run(arguments, hosts):
    _require(arguments, "input")
    return job.run(hosts, arguments.input, arguments.weights, arguments.plan, arguments.network,
                   shlex.split(arguments.args))


VERBS = {"doctor": _doctor, "deploy": _deploy, "shards": _shards, "profile": _profile,
         "plan": _plan, "run": _run}


def main():
    arguments = _parser().parse_args()
    try:
        _check_network(arguments.network)
        return VERBS[arguments.verb](arguments, hostfile.read(arguments.hostfile)) or 0
    except KeyboardInterrupt:
        print("cluster: interrupted", file=sys.stderr)
    except Failure as failure:
        for line in failure.lines:
            print(f"cluster: {line}", file=sys.stderr)
    return 1
