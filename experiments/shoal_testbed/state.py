"""What is up, in a file of /run, and the lock under which that changes."""

import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
import pwd
import shutil

from .failure import Failure

FOLDER = pathlib.Path("/run/shoal-testbed")
LOCK = pathlib.Path("/run/shoal-testbed.lock")
JOB_LOCK = pathlib.Path("/run/shoal-testbed-job.lock")
DOCUMENT = FOLDER / "state.json"
HOSTS = FOLDER / "hosts"


@dataclasses.dataclass
class Device:
    name: str
    address: str
    bits_per_second: int
    cpus: float | None = None
    memory_bytes: int | None = None
    swap_bytes_per_second: int | None = None
    cpu_divisor: float = 1
    line_divisor: float = 1
    is_cut: bool = False

    @property
    def namespace(self):
        return f"shoal-{self.name}"


@dataclasses.dataclass(frozen=True)
class Owner:
    """Who made a testbed, and from where."""
    user: int
    checkout: str

    @classmethod
    def this(cls):
        """Behind sudo it is the user who called it."""
        return cls(int(os.environ.get("SUDO_UID", os.getuid())),
                   str(pathlib.Path(__file__).resolve().parents[2]))

    def __str__(self):
        try:
            name = pwd.getpwuid(self.user).pw_name
        except KeyError:
            name = f"user {self.user}"
        return f"{name} from {self.checkout}"


@dataclasses.dataclass
class State:
    devices: list[Device]
    swap_device: str | None = None
    is_whole: bool = False
    owner: Owner | None = None

    def device(self, name):
        for device in self.devices:
            if device.name == name:
                return device
        names = ", ".join(device.name for device in self.devices)
        raise Failure(f"{name}: no such device; there are {names}")


def save(state):
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    part = DOCUMENT.with_suffix(".part")
    part.write_text(json.dumps(dataclasses.asdict(state), indent=1) + "\n")
    part.rename(DOCUMENT)


def save_hosts(devices):
    lines = ["127.0.0.1 localhost"] + [f"{device.address} {device.name}" for device in devices]
    HOSTS.write_text("\n".join(lines) + "\n")


def load():
    """The State; None where nothing is up, or only what is left of an `up` that was killed."""
    try:
        fields = json.loads(DOCUMENT.read_text())
    except FileNotFoundError:
        return None
    fields["devices"] = [Device(**device) for device in fields["devices"]]
    state = State(**fields)
    if state.owner:
        state.owner = Owner(**state.owner)
    return state if state.is_whole else None


def require():
    state = load()
    if not state:
        raise Failure("no testbed is up: experiments/testbed up 4")
    return state


def require_own(state):
    """Refuses what somebody else made, or another checkout."""
    if state and state.owner and state.owner != Owner.this():
        raise Failure(f"the testbed is not yours: {state.owner} made it; down --force removes it all "
                      "the same")


def forget():
    JOB_LOCK.unlink(missing_ok=True)
    shutil.rmtree(FOLDER, ignore_errors=True)


def _locked(path):
    """A descriptor that holds the lock of the file that has this name, or None."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        # Whoever held the lock before may have removed the file meanwhile.
        with contextlib.suppress(FileNotFoundError):
            if os.fstat(descriptor).st_ino == os.stat(path).st_ino:
                return descriptor
        os.close(descriptor)


@contextlib.contextmanager
def lock(what="another command is changing the testbed", path=LOCK):
    """Held while the testbed changes. The file goes with it, so that nothing is left."""
    descriptor = _locked(path)
    if descriptor is None:
        raise Failure(what)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        os.close(descriptor)
