"""How fast the line between two devices is, as far as ssh shows it."""

import shlex

from . import remote
from .failure import Failure

BYTES = 4 << 20
SLOW = 50e6

# Twice the log-in, once with bytes: what they differ by is the bytes' time.
MEASURE = """
log_in() {{ ssh -o BatchMode=yes -o ConnectTimeout={seconds} -- {login} "$1"; }}
began=$(date +%s%N)
log_in true || exit 1
logged_in=$(date +%s%N)
got=$(log_in 'head -c {bytes} /dev/zero' | wc -c)
ended=$(date +%s%N)
echo $got $((logged_in - began)) $((ended - logged_in))
"""


def measure(first, other):
    """Bits a second of what `first` reads from `other` by ssh. A processor that encrypts slowly
    makes it less."""
    script = MEASURE.format(seconds=remote.CONNECT_SECONDS, login=shlex.quote(other.login),
                            bytes=BYTES)
    try:
        words = remote.run(first, script, forward=True).split()
    except Failure as failure:
        said = str(failure).split(": ", 1)[1]
        raise Failure(f"{other.name}: cannot be logged in to from {first.name}, which starts the "
                      f"ranks: ssh-copy-id, on {first.name} ({said})") from None
    if len(words) != 3 or words[0] != str(BYTES):
        raise Failure(f"{other.name}: the line to {first.name} breaks down")
    log_in, both = int(words[1]) / 1e9, int(words[2]) / 1e9
    return BYTES * 8 / max(both - log_in, both / 10)
