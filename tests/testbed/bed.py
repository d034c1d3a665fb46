"""What the tests of experiments/testbed share."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "experiments" / "testbed"
PYTHON = "/usr/bin/python3"
SKIPPED = 77
UNAVAILABLE = 3
WITHIN = 240
# Inherited by whatever a test starts.
MARK = f"SHOAL_TEST={os.getpid()}"
os.environ.update([MARK.split("=")])


def expect(condition, what):
    if not condition:
        sys.exit(f"wrong: {what}")


def start(*words, **options):
    return subprocess.Popen([PROGRAM, *map(str, words)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, **options)


def end(process):
    """Its exit code and what it said."""
    output, complaint = process.communicate(timeout=WITHIN)
    return process.returncode, output, complaint


def call(*words):
    """The output of a command that must work."""
    code, output, complaint = end(start(*words))
    expect(code == 0, f"{words}: exit code {code}: {complaint}")
    return output


def expect_none():
    expect(end(start("status"))[0] != 0, "a testbed is up already: experiments/testbed down")


def up_or_skip(*words):
    code, output, complaint = end(start("up", *words))
    if code == UNAVAILABLE:
        expect(len(complaint.splitlines()) == 1, f"a refusal of more than a line: {complaint}")
        print(f"skipped: {complaint}")
        sys.exit(SKIPPED)
    expect(code == 0, f"up {words}: exit code {code}: {complaint}")
    return output


def processes():
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                if MARK.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(f"{folder.name} {(folder / 'cmdline').read_text()}")
            except OSError:
                pass
    return found


def traces():
    """What there is of a testbed on this computer, by name."""
    places = {"/run": "shoal-testbed*", "/run/netns": "shoal-*",
              "/var/tmp": "shoal-testbed*", "/sys/fs/cgroup": "shoal-testbed"}
    found = [str(path) for place, pattern in places.items()
             for path in pathlib.Path(place).glob(pattern)]
    found += [str(path) for path in pathlib.Path("/sys/fs/cgroup").glob("*/shoal-testbed")]
    links = subprocess.run(["/sbin/ip", "-brief", "link"], capture_output=True, text=True)
    found += [line for line in links.stdout.splitlines() if re.match(r"pi\d|bridge", line)]
    loops = subprocess.run(["/sbin/losetup", "--list"], capture_output=True, text=True)
    found += [line for line in loops.stdout.splitlines() if "shoal-testbed" in line]
    swaps = pathlib.Path("/proc/swaps").read_text() if pathlib.Path("/proc/swaps").exists() else ""
    found += [line for line in swaps.splitlines() if line.startswith("/dev/loop")]
    rules = pathlib.Path("/sys/fs/cgroup/blkio/blkio.throttle.write_bps_device")
    if rules.exists():
        found += [line for line in rules.read_text().splitlines() if line.startswith("7:")]
    return found + processes()


def expect_nothing_left(when):
    left = traces()
    expect(not left, f"{when}: left {left}")
