"""Equal files for several places: given to the first, and passed on from there, in each round by
all that have it, so that the line from here carries it once."""

import concurrent.futures
import shlex

from . import remote
from .failure import Failure


def spread(places, give, pass_on):
    """Brings a file to all places. `give(place)` sends it from here, `pass_on(holder, place)` from
    a place that has it, and may fail: not every device can log in to every other. Both give the
    bytes that were sent. Returns {place: (holder or None, bytes)}."""
    first, *waiting = places
    done = {first: (None, give(first))}
    with concurrent.futures.ThreadPoolExecutor(remote.AT_ONCE) as pool:
        while waiting:
            pairs = list(zip(done, waiting))
            waiting = waiting[len(pairs):]
            for place, result in pool.map(lambda pair: _pass_or_give(*pair, give, pass_on), pairs):
                done[place] = result
    return done


def _pass_or_give(holder, place, give, pass_on):
    try:
        return place, (holder, pass_on(holder, place))
    except Failure:
        return place, (None, give(place))


def pass_on(holder, path, target):
    """From a device to another, by content; the bytes sent."""
    log_in = f"ssh -o BatchMode=yes -o ConnectTimeout={remote.CONNECT_SECONDS}"
    words = ["rsync", *remote.BY_CONTENT, "-e", log_in, path, target]
    return remote.sent(remote.run(holder, shlex.join(words), remote.LONG_SECONDS, forward=True))
