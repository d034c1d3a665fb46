"""The program on every device: each architecture its own build."""

import hashlib
import pathlib
import shlex

from . import remote
from .failure import Failure

# Debian's names of architectures: what a 64 bit kernel under a 32 bit system says would mislead.
ARCHITECTURE = "dpkg --print-architecture"
# Those that Makefile.cluster has a target for.
CROSS_BUILT = ("arm64", "armhf")


class Programs:
    """`own` is for this computer's architecture, FOLDER/ARCHITECTURE/shoal for another."""

    def __init__(self, own, folder, own_architecture):
        self.own = pathlib.Path(own)
        self.folder = pathlib.Path(folder)
        self.own_architecture = own_architecture

    def path(self, architecture):
        """None where there is no such build."""
        built = self.folder / architecture / "shoal"
        if built.is_file():
            return built
        if architecture == self.own_architecture and self.own.is_file():
            return self.own
        return None

    def missing(self, architecture):
        here = f"make -f Makefile.cluster {architecture}, or " if architecture in CROSS_BUILT else ""
        return (f"there is no program for {architecture}: {here}build it on one such device, copy it "
                f"to {self.folder}/{architecture}/shoal")

    def require(self, host, architecture):
        path = self.path(architecture)
        if path is None:
            raise Failure(f"{host.name}: {self.missing(architecture)}")
        return path


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def deploy(hosts, programs):
    """[(host, bytes sent)]."""
    def send(host):
        folder = shlex.quote(host.folder)
        architecture = remote.run(host, f"mkdir -p {folder} && {ARCHITECTURE}").strip()
        path = programs.require(host, architecture)
        return remote.copy(host, "--perms", "--chmod=755", path, remote.target(host, "shoal"))

    return remote.on_each(hosts, send)
