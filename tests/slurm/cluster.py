"""A Slurm of two nodes on this computer, by Debian's packages, in a folder of its own: munged,
slurmctld and a slurmd for each node. Nothing of it touches a Slurm that may be installed here."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

NODES = ("shoal1", "shoal2")
PACKAGES = "slurmctld slurmd slurm-client munge"
WITHIN = 30

CONFIGURATION = """
ClusterName=shoal
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmUser={user}
SlurmdUser={user}
# A job that is requeued waits until the old one's credential has expired.
AuthInfo=socket={folder}/munge.socket,cred_expire=10
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmdSpoolDir={folder}/%n
# PMIx keeps a folder in it for each step of a node.
TmpFS={folder}/%n
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
# Two nodes may claim more cores than this computer has.
SlurmdParameters=config_overrides
ReturnToService=2
NodeName={first} NodeHostname={host} NodeAddr=127.0.0.1 Port={first_port} CPUs=2
NodeName={second} NodeHostname={host} NodeAddr=127.0.0.1 Port={second_port} CPUs=2
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class Unavailable(Exception):
    """This computer cannot have it; the text says why."""


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def program(name):
    found = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    if found is None:
        raise Unavailable(f"{name} is not installed; apt-get install --no-install-recommends "
                          f"{PACKAGES}")
    return found


class Cluster:
    """As a context: up inside, every daemon ended outside."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.daemons = []

    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.down()
            raise
        return self

    def __exit__(self, *_):
        self.down()

    def up(self):
        names = {name: program(name) for name in ("munged", "slurmctld", "slurmd", "sbatch")}
        self.configure()
        self.start(names["munged"], "--foreground", "--force", f"--key-file={self.folder}/munge.key",
                   f"--socket={self.folder}/munge.socket", f"--pid-file={self.folder}/munged.pid",
                   f"--log-file={self.folder}/munged.log", f"--seed-file={self.folder}/munge.seed")
        self.wait(lambda: (self.folder / "munge.socket").exists(), "munged does not start")
        self.start(names["slurmctld"], "-D", "-i")
        for node in NODES:
            self.start(names["slurmd"], "-D", "-N", node)
        self.wait(self.is_ready, "the nodes do not become idle")

    def configure(self):
        # Others must be able to reach munged's socket.
        self.folder.chmod(0o711)
        for name in ("state", *NODES):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        ports = free_ports(3)
        user = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True)
        configuration = self.folder / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(
            folder=self.folder, host=socket.gethostname().partition(".")[0],
            user=user.stdout.strip(), control_port=ports[0], first=NODES[0], first_port=ports[1],
            second=NODES[1], second_port=ports[2]))
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        os.environ["SLURM_CONF"] = str(configuration)

    def start(self, *command):
        """A daemon that ends with this process too, should that be killed."""
        with open(self.folder / f"{len(self.daemons)}.log", "wb") as log:
            self.daemons.append(subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command],
                                                 stdout=log, stderr=log))

    def wait(self, done, complaint):
        for _ in range(WITHIN * 5):
            if any(daemon.poll() is not None for daemon in self.daemons):
                break
            if done():
                return
            time.sleep(0.2)
        logs = [(self.folder / f"{i}.log").read_text(errors="replace").splitlines()[-3:]
                for i in range(len(self.daemons))]
        raise Unavailable(f"{complaint}: {'; '.join(line for log in logs for line in log)}")

    @staticmethod
    def is_ready():
        told = subprocess.run(["sinfo", "--noheader", "--Node", "--format=%T"], capture_output=True,
                              text=True, check=False)
        return told.stdout.split() == ["idle"] * len(NODES)

    def down(self):
        """Jobs first, for their steps are processes of their own."""
        if len(self.daemons) > 2:
            subprocess.run(["scancel", "--user", str(os.getuid())], check=False, timeout=WITHIN,
                           capture_output=True)
            self.settle()
        for daemon in reversed(self.daemons):
            daemon.send_signal(signal.SIGTERM)
        for daemon in reversed(self.daemons):
            try:
                daemon.wait(WITHIN)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    @staticmethod
    def settle():
        for _ in range(WITHIN * 5):
            told = subprocess.run(["squeue", "--noheader"], capture_output=True, text=True,
                                  check=False)
            if not told.stdout.strip():
                return
            time.sleep(0.2)
