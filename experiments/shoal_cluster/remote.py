"""Commands on the devices, and files to and from them."""

import concurrent.futures
import shlex
import subprocess

from .failure import Failure

CONNECT_SECONDS = 5
# A device that stops answering is given up after three times this.
ALIVE_SECONDS = 5
SSH = ["ssh", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={CONNECT_SECONDS}",
       "-o", f"ServerAliveInterval={ALIVE_SECONDS}", "-o", "ServerAliveCountMax=3"]
AT_ONCE = 16
BY_CONTENT = ["--checksum", "--out-format=%i %b"]
# For what is large.
LONG_SECONDS = 3600

# What ssh says, and what to do then.
REMEDIES = (
    ("Connection refused", "no ssh server answers: sudo systemctl enable --now ssh, on it"),
    ("Permission denied", "ssh asks for a password: ssh-copy-id {login}"),
    ("Host key verification failed", "its key is not known or not the one it was: log in once by "
     "hand, ssh {login}"),
    ("Could not resolve", "no such host name is known: write its address into the hostfile"),
    ("timed out", "nothing answers: is it on, and in this network?"),
    ("No route to host", "nothing answers: is it on, and in this network?"),
    ("Connection closed", "its ssh server ends the connection: see journalctl -u ssh, on it"),
)


def _explain(host, words, code, complaint):
    lines = [line for line in complaint.strip().splitlines() if line] or [f"exit code {code}"]
    if code == 255 or words[0] == "rsync":
        for said, remedy in REMEDIES:
            if said in complaint:
                return Failure(f"{host.name}: {remedy.format(login=host.login)}")
    return Failure(f"{host.name}: {lines[0] if words[0] == 'rsync' else lines[-1]}")


def _run(host, words, seconds):
    try:
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=seconds, errors="replace")
    except subprocess.TimeoutExpired:
        raise Failure(f"{host.name}: no end of {words[0]} after {seconds} s") from None
    except FileNotFoundError:
        raise Failure(f"{words[0]} is not installed here: make -f Makefile.cluster deps") from None
    if done.returncode:
        raise _explain(host, words, done.returncode, done.stderr)
    return done.stdout


def run(host, script, seconds=60, forward=False):
    """What a script of sh prints on the device; `forward` lets it log in from there to others."""
    words = [*SSH, *(["-A"] if forward else []), host.login, f"sh -c {shlex.quote(script)}"]
    return _run(host, words, seconds)


def sent(changes):
    """The bytes that rsync had to send, by what it says."""
    return sum(int(line.split()[-1]) for line in changes.splitlines() if line[:2] in ("<f", ">f"))


def copy(host, *words):
    """rsync by content; the bytes that it had to send."""
    return sent(_run(host, ["rsync", *BY_CONTENT, "-e", " ".join(SSH), *map(str, words)],
                     LONG_SECONDS))


def target(host, *parts):
    """A path in the host's folder, for rsync."""
    return f"{host.login}:{'/'.join([host.folder, *parts])}"


def on_each(hosts, work):
    """[(host, what work(host) gave)], at the same time; a Failure with a line for each host that
    failed, when all have ended."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [(host, pool.submit(work, host)) for host in hosts]
        results, lines = [], []
        for host, future in waiting:
            try:
                results.append((host, future.result()))
            except Failure as failure:
                lines += failure.lines
    if lines:
        raise Failure(*lines)
    return results
