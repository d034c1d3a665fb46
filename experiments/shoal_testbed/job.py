"""Commands inside the devices: one on a device, or mpirun over all of them."""

import contextlib
import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys

from . import cgroup, processes, state, tools

# How long mpirun gets to end its ranks after a signal.
PATIENCE_SECONDS = 30
# How long what it started gets to end after it.
LINGERING_SECONDS = 3
PR_SET_PDEATHSIG = 1


# The names of the devices for whoever is inside of one.
SETTLE = 'mount --bind "$1" /etc/hosts && hostname "$0" && shift && exec "$@"'


def enter(device, command):
    """Becomes the command inside the device. Not by `ip netns exec`: it hides the control groups,
    and from there the agent leads to those of the other devices."""
    groups = cgroup.find()
    if groups:
        groups.enter(device)
    # An `up` by sudo leaves administrators' folders out of the path at times.
    os.environ["PATH"] = tools.PATH
    words = ["nsenter", f"--net=/run/netns/{device.namespace}", "unshare", "--mount", "--uts",
             "sh", "-c", SETTLE, device.name, str(state.HOSTS), *command]
    sys.stdout.flush()
    os.execvp(words[0], words)


def enter_as_agent(device, words):
    """What mpirun asks its launch agent for: as ssh does it, the words are a shell's line."""
    enter(device, ["sh", "-c", " ".join(words)])


def _write_agent(program):
    agent = state.FOLDER / "agent"
    agent.write_text(f'#!/bin/sh\nexec {shlex.quote(str(program))} agent "$@"\n')
    agent.chmod(0o755)
    return agent


def _write_hostfile(devices):
    hostfile = state.FOLDER / "hostfile"
    hostfile.write_text("".join(f"{device.name} slots=1 max-slots=1\n" for device in devices))
    return hostfile


def _mpirun(program, devices, words):
    temporary = state.FOLDER / "tmp"
    temporary.mkdir(exist_ok=True)
    parameters = {"plm_rsh_agent": _write_agent(program), "orte_tmpdir_base": temporary,
                  "btl": "tcp,self", "btl_tcp_if_include": "eth0", "oob_tcp_if_include": "eth0"}
    return ["mpirun", "--hostfile", str(_write_hostfile(devices)),
            *(word for name, value in parameters.items() for word in ("--mca", name, str(value))),
            *words]


def _end_with_parent():
    """A `run` that is killed must not leave mpirun behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait(mpirun):
    """Its exit code. Signals are passed on, once: mpirun itself ends the ranks."""
    asked = []

    def pass_on(number, _):
        if not asked:
            mpirun.send_signal(number)
            signal.alarm(PATIENCE_SECONDS)
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    signal.signal(signal.SIGALRM, lambda *_: mpirun.kill())
    code = mpirun.wait()
    signal.alarm(0)
    return code if code >= 0 else 128 - code


def run(program, options, command):
    """mpirun from the first device over all of them. Nothing that it starts outlives it."""
    tools.require("mpirun")
    now = state.require()
    first = now.devices[0]
    job = str(os.getpid())
    environment = {**os.environ, processes.JOB: job, "OMPI_ALLOW_RUN_AS_ROOT": "1",
                   "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    words = [str(program), "exec", first.name, "--",
             *_mpirun(program, now.devices, [*options, *command])]
    with state.lock("another job is running", state.JOB_LOCK):
        # A group of its own, so that Ctrl-C reaches it once; it may then not read the terminal.
        mpirun = subprocess.Popen(words, env=environment, process_group=0,
                                  preexec_fn=_end_with_parent,
                                  stdin=subprocess.DEVNULL if sys.stdin.isatty() else None)
        try:
            return _wait(mpirun)
        finally:
            processes.end(lambda: processes.of_job(job), LINGERING_SECONDS)
            with contextlib.suppress(FileNotFoundError):
                shutil.rmtree(state.FOLDER / "tmp")
