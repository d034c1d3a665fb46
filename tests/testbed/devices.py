#!/usr/bin/python3
"""The devices of experiments/testbed: no transfer is faster than the lines permit, one that is cut
carries nothing, and whatever ends an `up`, nothing is left. With --limits: no process gets more
than its device's CPU and memory, and what is swapped comes back no faster than from an SD card. All
by bounds that a slow computer keeps too. Skipped without root, namespaces or control groups."""

import argparse
import random
import signal
import time

import bed

RATE = 94.1e6
BURST = 4096
BYTES = 4 << 20
SEED = 1
# Seconds that a processor may run ahead of a device's share.
SLICE = 0.05

SEND = """
import socket, sys, time
print(time.monotonic(), flush=True)
for _ in range(200):
    try:
        line = socket.create_connection((sys.argv[1], int(sys.argv[2])))
        break
    except ConnectionRefusedError:
        time.sleep(0.05)
line.sendall(bytes(int(sys.argv[3])))
"""
RECEIVE = """
import socket, sys, time
line = socket.create_server(("", int(sys.argv[1]))).accept()[0]
got = 0
while part := line.recv(1 << 16):
    got += len(part)
print(got, time.monotonic())
"""
CONNECT = """
import socket, sys
socket.create_connection((sys.argv[1], 7000), 2)
"""
BURN = """
import time
began, before = time.monotonic(), time.process_time()
while time.monotonic() < began + 1:
    pass
print(time.process_time() - before, time.monotonic() - began)
"""
GROUPS = """
import os, pathlib
groups = pathlib.Path("/proc/self/cgroup").read_text().split()
print(os.uname().nodename, *(line for line in groups if "shoal-testbed" in line))
"""
TOUCH = """
import mmap, time
memory = mmap.mmap(-1, 100 << 20)
began = time.monotonic()
for _ in range(2):
    for page in range(0, len(memory), 4096):
        memory[page] = memory[page] + 1
print(time.monotonic() - began)
"""


def on(host, program, *words):
    return bed.start("exec", host, "--", bed.PYTHON, "-c", program, *words)


def printed(process):
    code, output, complaint = bed.end(process)
    bed.expect(code == 0, f"exit code {code}: {complaint}")
    return [float(word) for word in output.split()]


def transfer_seconds(*pairs):
    """From the first byte of any pair (from, to, their port) to the last."""
    receivers = [on(to, RECEIVE, port) for _, to, port in pairs]
    senders = [on(sender, SEND, to, port, BYTES) for sender, to, port in pairs]
    began = min(printed(sender)[0] for sender in senders)
    ended = 0
    for receiver in receivers:
        got, at = printed(receiver)
        bed.expect(got == BYTES, f"{got} bytes of {BYTES} came")
        ended = max(ended, at)
    return ended - began


def check_line(what, crossed, rate, *pairs):
    """A line that all of the pairs share lets `crossed` bytes pass."""
    least = (crossed - BURST) * 8 / rate
    took = transfer_seconds(*pairs)
    print(f"{what}: {took:.3f} s, the line permits {least:.3f} s", flush=True)
    bed.expect(took >= least, f"{what}: {took} s, faster than the line")


def check_lines():
    one = ("pi1", "pi2", 7000)
    check_line("one to one", BYTES, RATE, one)
    check_line("one to two", 2 * BYTES, RATE, one, ("pi1", "pi0", 7001))
    check_line("two to one", 2 * BYTES, RATE, one, ("pi0", "pi2", 7001))
    bed.call("slow", "pi2", "--line", "3")
    check_line("to a slow line", BYTES, RATE / 3, one)
    bed.call("cut", "pi2")
    bed.expect(" cut " in bed.call("status"), "status does not say what is cut")
    code, _, complaint = bed.end(on("pi1", CONNECT, "pi2"))
    bed.expect(code != 0 and ("timed out" in complaint or "No route" in complaint),
               f"a line that is cut: {complaint}")
    bed.call("heal", "pi2")
    check_line("to a healed line", BYTES, RATE, one)


def check_refusals():
    for words, expected in ((("up", "4"), "another testbed is up"),
                            (("cut", "pi9"), "no such device"),
                            (("kill", "7"), "no rank 7 is running"),
                            (("slow", "pi1", "--cpu", "2"), "made without --cpu"),
                            (("up", "2", "--rate", "fast"), "no amount such as")):
        code, _, complaint = bed.end(bed.start(*words))
        bed.expect(code != 0 and expected in complaint and len(complaint.splitlines()) == 1,
                   f"{words}: exit code {code}: {complaint}")


def check_interrupted(moments):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):
        for _ in range(2):
            after = moments.uniform(0.05, 0.6)
            making = bed.start("up", "12")
            time.sleep(after)
            making.send_signal(number)
            code, _, complaint = bed.end(making)
            print(f"{number!r} after {after:.2f} s: exit code {code}, {complaint.strip()}",
                  flush=True)
            if code == 0 or number == signal.SIGKILL:
                bed.call("down")
            bed.expect_nothing_left(f"up, {number!r} after {after:.2f} s")


def network():
    bed.up_or_skip("3")
    bed.expect(bed.call("up", "3") == bed.call("status"), "a second up changes something")
    bed.expect(bed.call("exec", "pi1", "--", "hostname").strip() == "pi1", "the host name")
    check_lines()
    check_refusals()
    sleeper = bed.start("exec", "pi1", "--", "sleep", "1000")
    time.sleep(0.5)
    bed.call("down")
    bed.expect(bed.end(sleeper)[0] != 0, "down ends no process")
    bed.expect_nothing_left("down")
    bed.call("down")
    check_interrupted(random.Random(SEED))


def check_groups():
    """Every rank is in the groups of its own device: mpirun starts them from within the first."""
    lines = bed.call("run", "--", bed.PYTHON, "-c", GROUPS).splitlines()
    bed.expect(sorted(line.split()[0] for line in lines) == ["pi0", "pi1"], lines)
    for host, *groups in map(str.split, lines):
        bed.expect(groups and all(group.endswith(f"/{host}") for group in groups),
                   f"{host} is in {groups}")


def check_cpu():
    burned, elapsed = printed(on("pi0", BURN))
    print(f"a quarter of a CPU: {burned:.3f} s in {elapsed:.3f} s", flush=True)
    bed.expect(burned <= 0.25 * elapsed + SLICE, "more CPU than the device has")


def status_of_swap():
    """Of pi0: page-ins, and bytes from swap."""
    page_ins, megabytes, _ = bed.call("status").splitlines()[1].split()[-3:]
    return int(page_ins), float(megabytes) * 1e6


def check_swap():
    took = printed(on("pi0", TOUCH))[0]
    page_ins, swapped = status_of_swap()
    least = swapped / 20e6
    print(f"100 MiB in 64 MiB: {took:.2f} s, {page_ins} page-ins, {swapped / 1e6} MB from swap, "
          f"which permits {least:.2f} s", flush=True)
    bed.expect(page_ins > 1000 and swapped > 30e6, "nothing was swapped")
    bed.expect(took >= 0.8 * least, "swap faster than its rate")


def limits():
    bed.up_or_skip("2", "--cpu", "0.25,1", "--memory", "64MiB", "--swap-rate", "20MB",
                   "--swap-size", "256MiB")
    check_groups()
    check_cpu()
    check_swap()
    bed.call("slow", "pi1", "--cpu", "4")
    burned, elapsed = printed(on("pi1", BURN))
    bed.expect(burned <= 0.25 * elapsed + SLICE, "more CPU than a slow device has")
    bed.call("down")
    bed.expect_nothing_left("down")
    code, _, complaint = bed.end(bed.start("up", "2", "--memory", "64MiB", "--swap-rate", "20MB",
                                           "--swap-size", "100000GiB"))
    bed.expect(code != 0 and len(complaint.splitlines()) == 1, f"exit code {code}: {complaint}")
    bed.expect_nothing_left("an up that failed")
    bed.call("up", "1", "--memory", "64MiB")
    code, _, complaint = bed.end(on("pi0", TOUCH))
    bed.expect(code == -signal.SIGKILL, f"100 MiB in 64 MiB without swap: exit code {code}")
    bed.call("down")
    bed.expect_nothing_left("down")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limits", action="store_true")
    arguments = parser.parse_args()
    bed.expect_none()
    try:
        limits() if arguments.limits else network()
    finally:
        bed.end(bed.start("down"))


if __name__ == "__main__":
    main()
