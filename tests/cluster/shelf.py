"""A shelf of devices for the tests of experiments/cluster: those of experiments/testbed, each with
a home and temporary files of its own and an ssh server. No file system is shared but that of the
programs, /usr and so on, which nobody writes to."""

import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "testbed"))

import bed  # noqa: E402

SERVER = "/usr/sbin/sshd"
CONFIGURATION = """
HostKey /root/.ssh/host_key
PidFile /tmp/sshd.pid
AuthorizedKeysFile /root/.ssh/authorized_keys
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
SetEnv OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
"""
# In a mount namespace of its own: what is mounted here nobody else sees, and it goes with the last
# process. /run is the server's only because it wants a folder there. The project stays where it is,
# be that under what is hidden.
ENTER = """
mount --make-rprivate /
mount --bind "$2" /mnt
mount --bind "$1/home" /root
mount -t tmpfs none /run
mkdir /run/sshd
mount --bind "$1/tmp" /tmp
mkdir -p "$2"
mount --move /mnt "$2"
export HOME=/root TMPDIR=/tmp
cd /root
shift 2
exec "$@"
"""


def skip(why):
    print(f"skipped: {why}")
    sys.exit(bed.SKIPPED)


def require():
    for program, package in ((SERVER, "openssh-server"), ("rsync", "rsync"), ("ssh", "ssh")):
        if not shutil.which(program):
            skip(f"{program} is not installed: apt install {package}")


def _run(*words):
    subprocess.run([str(word) for word in words], check=True, stdout=subprocess.DEVNULL)


class Device:
    """One of the testbed's, with files of its own under `folder`."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = folder / name
        self.home = self.folder / "home"
        self.server = None
        (self.home / ".ssh").mkdir(parents=True, mode=0o700)
        (self.folder / "tmp").mkdir(mode=0o777)
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.home / ".ssh/host_key")
        (self.home / ".ssh/sshd_config").write_text(CONFIGURATION)

    def start(self, *words, **options):
        """A command on the device, among its files."""
        return bed.start("exec", self.name, "--", "unshare", "--mount", "sh", "-ec", ENTER, "sh",
                         self.folder, bed.ROOT, *words, **options)

    def serve(self):
        self.server = self.start(SERVER, "-D", "-e", "-f", "/root/.ssh/sshd_config")

    def stop(self):
        """Its ssh server, which no device then reaches."""
        self.server.terminate()
        bed.end(self.server)

    @property
    def files(self):
        return {str(path.relative_to(self.home)): path for path in self.home.rglob("*")
                if path.is_file() and ".ssh" not in path.parts}


class Shelf:
    """Devices pi0 to piN-1; the last is where the user sits, and has no server."""

    def __init__(self, folder, count):
        self.devices = [Device(f"pi{i}", folder) for i in range(count)]
        self.desk = self.devices[-1]
        self.hosts = self.devices[:-1]
        self._share_keys()
        for host in self.hosts:
            host.serve()
        self._wait()

    def _share_keys(self):
        """The desk may log in everywhere, and so may the first host."""
        known = "".join(f"{host.name} {(host.home / '.ssh/host_key.pub').read_text()}"
                        for host in self.hosts)
        users = (self.desk, self.hosts[0])
        for user in users:
            _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", user.home / ".ssh/id_ed25519")
        allowed = "".join((user.home / ".ssh/id_ed25519.pub").read_text() for user in users)
        for device in self.devices:
            (device.home / ".ssh/known_hosts").write_text(known)
            (device.home / ".ssh/authorized_keys").write_text(allowed)

    def _wait(self):
        for host in self.hosts:
            for _ in range(100):
                asked = self.desk.start("ssh", "-o", "BatchMode=yes", host.name, "true")
                if bed.end(asked)[0] == 0:
                    break
                time.sleep(0.1)
            else:
                sys.exit(f"no ssh server on {host.name}: {host.server.poll()}")
