"""How much of the processor, of memory and of the swap device each device's processes get: a group
of processes per device, by version 2 of Linux's control groups or by version 1, whichever has the
controllers here. Only what is limited is touched."""

import contextlib
import os
import pathlib

from .failure import Failure, Unavailable

NAME = "shoal-testbed"
# Short, so that a device that has used its share up does not stand still for long; its share of a
# period must be at least 1 ms.
PERIOD_MICROSECONDS = 20000


def write(path, text):
    try:
        path.write_text(str(text))
    except OSError as error:
        raise Failure(f"{path}: {text!r}: {error.strerror}") from None


def entries(path):
    """The lines 'key value' of a file."""
    lines = (line.split() for line in path.read_text().splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) == 2}


def remove_groups(top):
    if not top.is_dir():
        return
    for group in [*(path for path in top.iterdir() if path.is_dir()), top]:
        with contextlib.suppress(OSError):
            group.rmdir()


class Unified:
    """Version 2: one tree, a group has all of a device's limits."""

    def __init__(self, root):
        self.root = root
        self.top = root / NAME

    def group(self, device):
        return self.top / device.name

    def create(self, device, controllers):
        wanted = " ".join("+" + controller for controller in controllers)
        write(self.root / "cgroup.subtree_control", wanted)
        self.top.mkdir(exist_ok=True)
        write(self.top / "cgroup.subtree_control", wanted)
        self.group(device).mkdir(exist_ok=True)

    def limit_cpu(self, device, cpus):
        quota = round(cpus * PERIOD_MICROSECONDS)
        write(self.group(device) / "cpu.max", f"{quota} {PERIOD_MICROSECONDS}")

    def limit_memory(self, device, size, may_swap):
        write(self.group(device) / "memory.max", size)
        write(self.group(device) / "memory.swap.max", "max" if may_swap else 0)
        # Pages that are compressed and kept in memory would not be slow.
        if (self.group(device) / "memory.zswap.max").exists():
            write(self.group(device) / "memory.zswap.max", 0)

    def limit_swap(self, device, number, rate):
        write(self.group(device) / "io.max", f"{number} rbps={rate} wbps={rate}")

    def limit_all_writes(self, number, rate):
        """Version 2 counts what is swapped out for the group whose pages they were."""

    def page_ins(self, device):
        return entries(self.group(device) / "memory.stat")["pgmajfault"]

    def swapped_in_bytes(self, device, number):
        for line in (self.group(device) / "io.stat").read_text().splitlines():
            words = line.split()
            if words[0] == number:
                return int(dict(word.split("=") for word in words[1:])["rbytes"])
        return 0

    def enter(self, device):
        if self.group(device).is_dir():
            write(self.group(device) / "cgroup.procs", os.getpid())

    def remove(self):
        remove_groups(self.top)


class Legacy:
    """Version 1: a tree for each controller."""

    names = {"io": "blkio"}

    def __init__(self, roots):
        self.roots = roots

    def group(self, controller, device):
        return self.roots[controller] / NAME / device.name

    def create(self, device, controllers):
        for controller in controllers:
            self.group(self.names.get(controller, controller), device).mkdir(parents=True,
                                                                             exist_ok=True)

    def limit_cpu(self, device, cpus):
        group = self.group("cpu", device)
        write(group / "cpu.cfs_period_us", PERIOD_MICROSECONDS)
        write(group / "cpu.cfs_quota_us", round(cpus * PERIOD_MICROSECONDS))

    def limit_memory(self, device, size, may_swap):
        group = self.group("memory", device)
        write(group / "memory.limit_in_bytes", size)
        if not may_swap and (group / "memory.memsw.limit_in_bytes").exists():
            write(group / "memory.memsw.limit_in_bytes", size)

    def limit_swap(self, device, number, rate):
        write(self.group("blkio", device) / "blkio.throttle.read_bps_device", f"{number} {rate}")

    def limit_all_writes(self, number, rate):
        """Version 1 counts what is swapped out for the group at the root, whoever's pages they are.
        A rate of 0 is none."""
        write(self.roots["blkio"] / "blkio.throttle.write_bps_device", f"{number} {rate}")

    def page_ins(self, device):
        return entries(self.group("memory", device) / "memory.stat")["pgmajfault"]

    def swapped_in_bytes(self, device, number):
        statistics = self.group("blkio", device) / "blkio.throttle.io_service_bytes"
        for line in statistics.read_text().splitlines():
            if line.startswith(f"{number} Read "):
                return int(line.split()[2])
        return 0

    def enter(self, device):
        for controller in self.roots:
            if self.group(controller, device).is_dir():
                write(self.group(controller, device) / "cgroup.procs", os.getpid())

    def remove(self):
        for root in self.roots.values():
            remove_groups(root / NAME)


CONTROLLERS = ("cpu", "memory", "io")


def find(mounts="/proc/self/mounts"):
    """The hierarchy that has the controllers here; None without any."""
    roots = {}
    for line in pathlib.Path(mounts).read_text().splitlines():
        _, folder, kind, options = line.split()[:4]
        folder = pathlib.Path(folder)
        if kind == "cgroup2":
            with contextlib.suppress(OSError):
                if "cpu" in (folder / "cgroup.controllers").read_text().split():
                    return Unified(folder)
        elif kind == "cgroup":
            for name in ("cpu", "memory", "blkio"):
                if name in options.split(","):
                    roots[name] = folder
    return Legacy(roots) if roots else None


def require(controllers):
    """The hierarchy; refuses where a controller is missing."""
    hierarchy = find()
    for controller in controllers:
        if isinstance(hierarchy, Unified):
            there = (hierarchy.root / "cgroup.controllers").read_text().split()
            found = controller in there
        else:
            found = hierarchy and Legacy.names.get(controller, controller) in hierarchy.roots
        if not found:
            raise Unavailable(f"no control group here limits {controller}: no cgroup of "
                              "/proc/self/mounts has that controller")
    return hierarchy
