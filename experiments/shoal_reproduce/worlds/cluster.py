"""The devices of a hostfile: mpirun."""

from shoal_cluster import hosts
from shoal_cluster.failure import Failure as HostfileFailure

from ..failure import Failure
from .ranks import Ranks


class Cluster(Ranks):
    """Run on the first device of the hostfile, with the program and the output folder at the same
    place on all of them."""

    name = "cluster"

    def __init__(self, options):
        super().__init__(options)
        if options.hostfile is None:
            raise Failure("--world cluster needs --hostfile")
        self.hostfile = options.hostfile.resolve()
        try:
            self.hosts = hosts.read(self.hostfile)
        except HostfileFailure as failure:
            raise Failure(str(failure)) from failure
        self.most_devices = sum(host.slots for host in self.hosts)
        self.introduction = (f"on the devices of {self.hostfile.name}: "
                             f"{', '.join(host.name for host in self.hosts)}")

    def identity(self):
        return super().identity() + self.hostfile.read_bytes()

    def set_up(self, memory):
        """They are, and their memory is what it is."""

    def mpirun(self, ranks, *words):
        done = self.command("mpirun", "--hostfile", self.hostfile, "-n", ranks, "--bind-to", "none",
                            *words)
        return done.stdout + done.stderr

    def on_every_host(self, *words):
        self.command("mpirun", "--hostfile", self.hostfile, "-n", len(self.hosts), "--map-by", "ppr:1:node",
                     "--bind-to", "none", *words)

    def compute_words(self):
        return self.slow

    def swapping(self):
        return "a device's memory"
