"""A testbed's life: made, changed, removed."""

import dataclasses
import os
import signal

from . import cgroup, network, processes, state, swap, tools
from .failure import Failure, Unavailable

MOST_DEVICES = 250
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(Failure):
    exit_code = 130


@dataclasses.dataclass
class Wanted:
    devices: list[state.Device]
    swap_size: int


def require_root():
    if os.geteuid() != 0:
        raise Unavailable("network namespaces need root: run this with sudo")


def require_namespaces():
    tools.require("ip", "tc", "nsenter", "unshare", "mount", "hostname")
    try:
        tools.run("unshare", "--net", "--mount", "--uts", "true")
    except Failure as error:
        raise Unavailable(f"no network namespaces here, as in a container without privileges: "
                          f"{error}") from None


def controllers(device):
    wanted = {"cpu": device.cpus, "memory": device.memory_bytes,
              "io": device.swap_bytes_per_second}
    return [name for name, limit in wanted.items() if limit is not None]


def let_signals_interrupt():
    """From now on they raise an exception."""
    def interrupt(number, _):
        raise Interrupted(f"interrupted by {signal.Signals(number).name}: what was begun is undone")

    for number in ENDING:
        signal.signal(number, interrupt)


def ignore_signals():
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def up(wanted):
    """Makes the testbed or leaves nothing. From then on signals are ignored: neither the removal
    nor the news that all is up is to be interrupted."""
    needed = {name for device in wanted.devices for name in controllers(device)}
    groups = cgroup.require(sorted(needed)) if needed else None
    try:
        remove()
        made = _make(wanted, groups)
        ignore_signals()
    except BaseException:
        ignore_signals()
        remove()
        raise
    return made


def _make(wanted, groups):
    made = state.State(wanted.devices, owner=state.Owner.this())
    state.save(made)
    network.create_switch()
    for device in made.devices:
        network.create_device(device)
    for device in made.devices:
        network.connect(device)
    state.save_hosts(made.devices)
    if any(device.swap_bytes_per_second for device in made.devices):
        tools.require("losetup", "mkswap", "swapon", "swapoff")
        made.swap_device = swap.create(wanted.swap_size)
        groups.limit_all_writes(made.swap_device,
                                sum(device.swap_bytes_per_second for device in made.devices))
    for device in made.devices:
        _limit(groups, device, made.swap_device)
    made.is_whole = True
    state.save(made)
    return made


def _limit(groups, device, swap_device):
    if not controllers(device):
        return
    groups.create(device, controllers(device))
    if device.cpus:
        groups.limit_cpu(device, device.cpus)
    if device.memory_bytes:
        groups.limit_memory(device, device.memory_bytes, may_swap=bool(swap_device))
    if swap_device:
        groups.limit_swap(device, swap_device, device.swap_bytes_per_second)


def remove():
    """Also what an `up` left that was killed."""
    processes.end(processes.everything)
    network.remove()
    groups = cgroup.find()
    if groups:
        for number in swap.numbers():
            groups.limit_all_writes(number, 0)
        groups.remove()
    swap.remove()
    state.forget()


def change(name, **fields):
    """Gives a device what `fields` say of its state."""
    now = state.require()
    device = now.device(name)
    was_cut = device.is_cut
    for field, value in fields.items():
        setattr(device, field, value)
    if device.cpus:
        cgroup.find().limit_cpu(device, device.cpus / device.cpu_divisor)
    network.shape(device)
    network.connect(device)
    if was_cut and not device.is_cut:
        network.forget_neighbours(now.devices)
    state.save(now)
