"""The devices' network: a namespace for each, and one for the switch, a bridge to which a pair of
virtual interfaces leads from each. Both ends of a pair are shaped: what a device sends at the one,
what it receives at the other. All of it is found by name, so that what an `up` left that was killed
can be removed too."""

import contextlib
import time

from . import tools
from .failure import Failure

PREFIX = "shoal-"
SWITCH = PREFIX + "switch"
# Of the size of two frames: the line never runs ahead of its rate by more.
BURST = "32kbit"
# As much as a switch holds back for one port before it drops frames.
QUEUE = "512kb"
# After how many retries, in some 100 s, a connection over a line that is cut is given up. With the
# kernel's own 15, mpirun waits for a quarter of an hour for a device that is gone.
TCP_RETRIES = 8


def create_switch():
    tools.run("ip", "netns", "add", SWITCH)
    tools.run("ip", "-n", SWITCH, "link", "add", "bridge", "type", "bridge", "forward_delay", "0",
              "stp_state", "0", "mcast_snooping", "0")
    tools.run("ip", "-n", SWITCH, "link", "set", "bridge", "addrgenmode", "none", "up")


def create_device(device):
    space = device.namespace
    tools.run("ip", "netns", "add", space)
    tools.run("ip", "link", "add", "eth0", "netns", space, "type", "veth",
              "peer", "name", device.name, "netns", SWITCH)
    tools.run("ip", "-n", space, "link", "set", "lo", "up")
    tools.run("ip", "-n", space, "link", "set", "eth0", "addrgenmode", "none", "up")
    tools.run("ip", "-n", space, "address", "add", f"{device.address}/24", "dev", "eth0")
    tools.run("ip", "-n", SWITCH, "link", "set", device.name, "addrgenmode", "none",
              "master", "bridge")
    tools.run("ip", "netns", "exec", space, "sh", "-c",
              f"echo {TCP_RETRIES} > /proc/sys/net/ipv4/tcp_retries2")
    shape(device)


def shape(device):
    rate = round(device.bits_per_second / device.line_divisor)
    for space, interface in _ends(device):
        tools.run("tc", "-n", space, "qdisc", "replace", "dev", interface, "root", "tbf",
                  "rate", f"{rate}bit", "burst", BURST, "limit", QUEUE)


def connect(device):
    """Plugs the device's line in, or pulls it out, and waits until both ends have noticed: the
    kernel tells them no more than once a second."""
    tools.run("ip", "-n", SWITCH, "link", "set", device.name, "down" if device.is_cut else "up")
    for _ in range(100):
        states = {_link_state(space, interface) for space, interface in _ends(device)}
        if ("UP" not in states) if device.is_cut else (states == {"UP"}):
            return
        time.sleep(0.05)
    raise Failure(f"{device.name}: its line does not change: {' and '.join(sorted(states))}")


def forget_neighbours(devices):
    """Whoever asked for an address while a line was cut would still wait for the answer, and then
    give up, although the line is back."""
    for device in devices:
        tools.run("ip", "-n", device.namespace, "neighbour", "flush", "dev", "eth0")


def _link_state(namespace, interface):
    return tools.run("ip", "-brief", "-n", namespace, "link", "show", "dev", interface).split()[1]


def _ends(device):
    return (device.namespace, "eth0"), (SWITCH, device.name)


def namespaces():
    names = [line.split()[0] for line in tools.run("ip", "netns", "list").splitlines() if line]
    return [name for name in names if name.startswith(PREFIX)]


def processes(namespace):
    return [int(line) for line in tools.run("ip", "netns", "pids", namespace).split()]


def remove():
    for name in namespaces():
        with contextlib.suppress(Failure):
            tools.run("ip", "netns", "delete", name)
