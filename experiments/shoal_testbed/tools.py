"""Runs the programs that the testbed is made with."""

import os
import shutil
import subprocess

from .failure import Failure, Unavailable

# A shell that `su` opened may lack the folders of the administrator's programs.
PATH = os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin"
PACKAGES = {"ip": "iproute2", "tc": "iproute2", "nsenter": "util-linux",
            "unshare": "util-linux", "mount": "mount", "losetup": "mount",
            "mkswap": "util-linux", "swapon": "mount", "swapoff": "mount", "mpirun": "openmpi-bin",
            "hostname": "hostname"}


def require(*names):
    for name in names:
        if not shutil.which(name, path=PATH):
            raise Unavailable(f"{name} is not installed: apt install {PACKAGES[name]}")


def run(*words):
    """The output of a command; its first line of complaint is the Failure's."""
    words = [str(word) for word in words]
    done = subprocess.run([shutil.which(words[0], path=PATH) or words[0], *words[1:]],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode:
        complaint = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[0]
        raise Failure(f"{' '.join(words)}: {complaint}")
    return done.stdout
