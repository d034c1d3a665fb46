"""The command line."""

import argparse
import pathlib
import signal
import sys

from . import job, processes, state, table, testbed, units
from .failure import Failure

PROGRAM = pathlib.Path(__file__).resolve().parent.parent / "testbed"
DEFAULT_SWAP = "20MB"


def _parser():
    parser = argparse.ArgumentParser(
        prog="experiments/testbed", description="Devices on one computer, for MPI over real TCP: "
        "each with a line, processors and memory as small as wanted. Needs root.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _up_parser(verbs)
    for name, usage, say in (
            ("exec", "%(prog)s HOST -- CMD", "run CMD on a device"),
            ("run", "%(prog)s [options of mpirun] -- CMD", "mpirun over the devices, from pi0")):
        verbs.add_parser(name, usage=usage, help=say, description=say)
    slow = verbs.add_parser("slow", help="give a device less CPU or a slower line")
    slow.add_argument("host")
    slow.add_argument("--cpu", metavar="FACTOR", type=units.number, help="CPU / FACTOR")
    slow.add_argument("--line", metavar="FACTOR", type=units.number, help="rate / FACTOR")
    for name, say in (("cut", "pull a device's line out"),
                      ("heal", "the line back in, CPU and rate as at first")):
        verbs.add_parser(name, help=say).add_argument("host")
    verbs.add_parser("kill", help="kill a rank of the job").add_argument("rank", type=int)
    verbs.add_parser("down", help="remove everything").add_argument(
        "--force", action="store_true", help="also what somebody else, or another checkout, made")
    verbs.add_parser("status", help="what is up, and how often memory was too small")
    return parser


def _up_parser(verbs):
    up = verbs.add_parser("up", help="make N devices, pi0 and so on",
                          description="Options take one value, or one for each device: --cpu 1,0.5")
    up.add_argument("devices", type=int, metavar="N")
    up.add_argument("--rate", default="94.1mbit", help="of each line, both ways (94.1mbit)")
    up.add_argument("--cpu", help="CPUs that a device may use (all)")
    up.add_argument("--memory", help="that a device may use, as 900MB (all)")
    up.add_argument("--swap-rate", nargs="?", const=DEFAULT_SWAP, metavar="BYTES",
                    help="swap what exceeds --memory, at that rate each second (20MB)")
    up.add_argument("--swap-size", default="1GiB", help="for all devices together (1GiB)")


def _wanted(arguments):
    count = arguments.devices
    if not 1 <= count <= testbed.MOST_DEVICES:
        raise Failure(f"{count} devices: from 1 to {testbed.MOST_DEVICES} can be made")
    if arguments.swap_rate and not arguments.memory:
        raise Failure("--swap-rate needs --memory: nothing is swapped where all memory may be used")
    rates = units.per_device("--rate", arguments.rate, units.bits_per_second, count)
    cpus = units.per_device("--cpu", arguments.cpu, units.number, count)
    memory = units.per_device("--memory", arguments.memory, units.size_in_bytes, count)
    swap_rates = units.per_device("--swap-rate", arguments.swap_rate, units.size_in_bytes, count)
    return testbed.Wanted(
        [state.Device(f"pi{i}", f"198.18.0.{i + 1}", *limits)
         for i, limits in enumerate(zip(rates, cpus, memory, swap_rates))],
        units.size_in_bytes(arguments.swap_size))


def _up(arguments):
    wanted = _wanted(arguments)
    testbed.require_root()
    testbed.require_namespaces()
    testbed.let_signals_interrupt()
    with state.lock():
        now = state.load()
        if now and now.devices != wanted.devices:
            made = f" (by {now.owner})" if now.owner else ""
            raise Failure(f"another testbed is up{made}: experiments/testbed down")
        if not now:
            now = testbed.up(wanted)
    print("\n".join(table.status_lines(now)))


def _down(arguments):
    testbed.require_root()
    with state.lock():
        if not arguments.force:
            state.require_own(state.load())
        testbed.remove()


def _status(_):
    print("\n".join(table.status_lines(state.require())))


def _exec(arguments):
    testbed.require_root()
    if len(arguments.words) < 3 or arguments.words[1] != "--":
        raise Failure("usage: exec HOST -- CMD")
    job.enter(state.require().device(arguments.words[0]), arguments.words[2:])


def _agent(arguments):
    job.enter_as_agent(state.require().device(arguments.words[0]), arguments.words[1:])


def _run(arguments):
    testbed.require_root()
    if "--" not in arguments.words or arguments.words[-1] == "--":
        raise Failure("usage: run [options of mpirun] -- CMD")
    at = arguments.words.index("--")
    now = state.require()
    before = table.paging(now)
    code = job.run(PROGRAM, arguments.words[:at], arguments.words[at + 1:])
    for line in table.paging_lines(table.difference(table.paging(now), before)):
        print(line, file=sys.stderr)
    return code


def _change(host, **fields):
    testbed.require_root()
    with state.lock():
        testbed.change(host, **fields)


def _slow(arguments):
    if not (arguments.cpu or arguments.line):
        raise Failure("slow: --cpu FACTOR, --line FACTOR or both")
    if arguments.cpu and not state.require().device(arguments.host).cpus:
        raise Failure("slow --cpu: the testbed was made without --cpu")
    _change(arguments.host, cpu_divisor=arguments.cpu or 1, line_divisor=arguments.line or 1)


def _cut(arguments):
    _change(arguments.host, is_cut=True)


def _heal(arguments):
    _change(arguments.host, is_cut=False, cpu_divisor=1, line_divisor=1)


def _kill(arguments):
    testbed.require_root()
    found = processes.of_rank(arguments.rank)
    if not found:
        raise Failure(f"no rank {arguments.rank} is running")
    processes.kill(found)


VERBS = {"up": _up, "down": _down, "status": _status, "exec": _exec, "agent": _agent, "run": _run,
         "slow": _slow, "cut": _cut, "heal": _heal, "kill": _kill}


def _arguments(words):
    """Those of other programs, and their '--', are not for argparse to understand."""
    if words and words[0] in ("exec", "run", "agent") and words[1:2] not in (["-h"], ["--help"]):
        return argparse.Namespace(verb=words[0], words=words[1:])
    return _parser().parse_args(words)


def main():
    for number in (signal.SIGPIPE, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    try:
        arguments = _arguments(sys.argv[1:])
        return VERBS[arguments.verb](arguments) or 0
    except Failure as failure:
        print(f"testbed: {failure}", file=sys.stderr)
        return failure.exit_code
