"""Looks for what would stop a run, and says in a line each how to mend it."""

import collections
import dataclasses
import ipaddress
import shlex
import time

from . import line, remote
from .failure import Failure
from .program import ARCHITECTURE, digest

# What the program needs besides weights and activations.
LEAST_MEMORY = 200 << 20
MOST_CLOCK_DIFFERENCE = 1
# For these names OpenBLAS has found no kernels of the processor's own.
PLAIN_KERNELS = ("Prescott", "Generic", "generic", "ARMV8", "armv8", "unknown")

EXAMINE = """
export LC_ALL=C
cd {folder} 2>/dev/null && inside=1
say() {{ printf '%s\\t%s\\n' "$1" "$2"; }}
say clock "$(date +%s.%N)"
say architecture "$({architecture})"
say memory "$(awk '/^MemAvailable/ {{ print $2 * 1024 }}' /proc/meminfo)"
say mpi "$(mpirun --version 2>/dev/null | head -1)"
say rsync "$(command -v rsync)"
say addresses "$(ip -o -4 address show scope global | awk '{{ print $2, $4 }}' | xargs)"
if [ -n "$inside" ] && [ -x shoal ]; then
  say digest "$(sha256sum < shoal | cut -d ' ' -f 1)"
  say lacks "$(ldd ./shoal | awk '/not found/ {{ print $1 }}' | sort -u | xargs)"
  say version "$(./shoal --version 2>&1 | head -1)"
fi
"""


@dataclasses.dataclass
class Finding:
    host: str
    text: str
    stops: bool = True

    def __str__(self):
        return f"{self.host}: {'' if self.stops else 'note: '}{self.text}"


@dataclasses.dataclass
class Examined:
    host: object
    facts: dict
    clock_difference: float  # seconds ahead of this computer, 0 where it cannot be told
    rate: float = 0  # bits a second, of what the first host reads from it

    @property
    def kernels(self):
        return self.facts.get("version", "").partition("BLAS for ")[2]

    @property
    def networks(self):
        """[(interface, address with its network)]"""
        words = self.facts["addresses"].split()
        return [(name, ipaddress.ip_interface(address))
                for name, address in zip(words[::2], words[1::2])]


def _examine(host):
    script = EXAMINE.format(folder=shlex.quote(host.folder), architecture=ARCHITECTURE)
    before = time.time()
    said = remote.run(host, script)
    after = time.time()
    facts = dict(row.split("\t", 1) for row in said.splitlines() if "\t" in row)
    if "addresses" not in facts:
        raise Failure(f"{host.name}: prints something else when logged in to: {said[:60]!r}")
    there = float(facts["clock"])
    return Examined(host, facts, min(there - before, 0) + max(there - after, 0))


def _of_program(examined, programs):
    name, facts = examined.host.name, examined.facts
    wanted = programs.path(facts["architecture"])
    if wanted is None:
        yield Finding(name, programs.missing(facts["architecture"]))
    elif "digest" not in facts:
        yield Finding(name, "has no program: make -f Makefile.cluster deploy")
    elif facts["lacks"]:
        yield Finding(name, f"lacks libraries, {facts['lacks'].split()[0]} the first: "
                      "make -f Makefile.cluster deps, on it")
    elif facts["digest"] != digest(wanted):
        yield Finding(name, "has another build of the program: make -f Makefile.cluster deploy")
    elif not examined.kernels:
        yield Finding(name, f"the program does not start: {facts['version']}")
    elif examined.kernels in PLAIN_KERNELS:
        yield Finding(name, f"OpenBLAS does not know this processor and takes its plain kernels "
                      f"({examined.kernels}): choose others by OPENBLAS_CORETYPE", stops=False)


def _of_host(examined):
    name, facts = examined.host.name, examined.facts
    if not facts["mpi"]:
        yield Finding(name, "has no mpirun: sudo apt install openmpi-bin, on it")
    if not facts["rsync"]:
        yield Finding(name, "has no rsync: sudo apt install rsync, on it")
    memory = int(float(facts["memory"]))
    if memory < LEAST_MEMORY * examined.host.slots:
        yield Finding(name, f"{memory / 1e6:.0f} MB of memory are free: end other programs there",
                      stops=False)
    off = examined.clock_difference
    if abs(off) > MOST_CLOCK_DIFFERENCE:
        yield Finding(name, f"its clock is {abs(off):.0f} s {'ahead' if off > 0 else 'behind'}: "
                      "sudo timedatectl set-ntp true, on it", stops=False)


def _of_network(examined, network):
    name, networks = examined.host.name, examined.networks
    if network:
        wanted = ipaddress.ip_network(network)
        networks = [(device, address) for device, address in networks if address.ip in wanted]
        if not networks:
            yield Finding(name, f"has no address in {network}: choose another NETWORK=")
    elif len(networks) > 1:
        known = ", ".join(f"{device} {address.network}" for device, address in networks)
        yield Finding(name, f"has several networks ({known}): say which leads to the other devices "
                      "by NETWORK=, or Open MPI may wait for ever in another")
    if len(networks) == 1 and networks[0][0].startswith("wl"):
        yield Finding(name, "is reached by radio: a cable is faster and steadier", stops=False)


def _of_versions(all_examined):
    """Whoever has another Open MPI than most."""
    versions = [one.facts["mpi"] for one in all_examined if one.facts["mpi"]]
    if not versions:
        return
    usual = collections.Counter(versions).most_common(1)[0][0]
    for one in all_examined:
        if one.facts["mpi"] not in ("", usual):
            yield Finding(one.host.name, f"has {one.facts['mpi']}, most have {usual}: install the "
                          "same release of Debian on all")


def _reach(hosts):
    """What was found out of each host, and a Finding for each that cannot be reached."""
    def examine(host):
        try:
            return _examine(host)
        except Failure as failure:
            return failure

    results = [result for _, result in remote.on_each(hosts, examine)]
    return ([one for one in results if isinstance(one, Examined)],
            [Finding(*str(one).split(": ", 1)) for one in results if isinstance(one, Failure)])


def _lines(first, others):
    """The first device logs in to the others and reads, one after the other."""
    for one in others:
        try:
            one.rate = line.measure(first, one.host)
            if one.rate < line.SLOW:
                yield Finding(one.host.name, f"{one.rate / 1e6:.0f} Mbit/s to {first.name}: look "
                              "at cable, port and switch", stops=False)
        except Failure as failure:
            yield Finding(*str(failure).split(": ", 1))


def examine(hosts, programs, network):
    """([Examined], [Finding])"""
    examined, findings = _reach(hosts)
    for one in examined:
        findings += [*_of_host(one), *_of_program(one, programs), *_of_network(one, network)]
    findings += _of_versions(examined)
    first = hosts[0]
    if any(one.host is first for one in examined):
        findings += _lines(first, [one for one in examined if one.host is not first])
    return examined, findings


def table(examined):
    rows = [("host", "address", "architecture", "memory free", "kernels", "line to the first")]
    for one in examined:
        facts = one.facts
        addresses = " ".join(str(address.ip) for _, address in one.networks)
        rows.append((one.host.name, addresses, facts["architecture"],
                     f"{float(facts['memory']) / 1e6:.0f} MB", one.kernels or "?",
                     f"{one.rate / 1e6:.0f} Mbit/s" if one.rate else ""))
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in rows]
