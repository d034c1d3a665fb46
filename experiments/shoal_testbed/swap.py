"""A swap device as slow as an SD card: a file behind a loop device, whose rate the control groups
limit. The kernel swaps for the whole computer: this device is only asked first."""

import contextlib
import os
import pathlib

from . import tools
from .failure import Failure, Unavailable

FILE = pathlib.Path("/var/tmp/shoal-testbed.swap")
FIRST_PRIORITY = 32767


def create(size):
    """Makes the device and swaps on it; its major:minor number."""
    if not pathlib.Path("/proc/swaps").exists():
        raise Unavailable("--swap-rate: this kernel cannot swap (CONFIG_SWAP)")
    _allocate(size)
    try:
        # Past the page cache: what is swapped out would stay in memory there.
        loop = tools.run("losetup", "--find", "--show", "--direct-io=on", FILE).strip()
        tools.run("mkswap", loop)
        tools.run("swapon", "--priority", FIRST_PRIORITY, loop)
    except Failure as error:
        raise Unavailable(f"--swap-rate: {error}") from None
    return numbers()[0]


def _allocate(size):
    descriptor = os.open(FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size)
    except OSError as error:
        raise Failure(f"{FILE} of {size / 1e6:.0f} MB: {error.strerror}") from None
    finally:
        os.close(descriptor)


def numbers():
    """major:minor of the devices that there are, also of an `up` that was killed."""
    return [f"{os.major(number)}:{os.minor(number)}"
            for number in (os.stat(loop).st_rdev for loop in _loops())]


def _loops():
    if not FILE.exists():
        return []
    return [line.split(":")[0]
            for line in tools.run("losetup", "--associated", FILE).splitlines()]


def remove():
    for loop in _loops():
        with contextlib.suppress(Failure):
            tools.run("swapoff", loop)
        tools.run("losetup", "--detach", loop)
    FILE.unlink(missing_ok=True)
