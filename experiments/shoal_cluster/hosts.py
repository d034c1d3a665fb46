"""The devices of a hostfile. The format is Open MPI's; what it has no word for stands in the
comment behind a host: `pi2.local slots=1 username=anna  # folder=/srv/shoal`."""

import dataclasses
import pathlib
import shlex

from .failure import Failure

FOLDER = "shoal"


@dataclasses.dataclass
class Host:
    name: str
    user: str
    slots: int
    folder: str  # relative to the user's home, or absolute

    @property
    def login(self):
        return f"{self.user}@{self.name}" if self.user else self.name

    @property
    def line(self):
        """For a hostfile of Open MPI."""
        user = f" username={self.user}" if self.user else ""
        return f"{self.name} slots={self.slots} max-slots={self.slots}{user}"

    def path(self, *parts):
        """In the folder, quoted for a shell on the host."""
        return shlex.quote("/".join([self.folder, *parts]))


def _words(text, where):
    """Those of the form NAME=VALUE."""
    found = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not equals or not value:
            raise Failure(f"{where}: {word!r} is not of the form NAME=VALUE")
        found[name.lower()] = value
    return found


def _own_words(comment, where):
    """Of a comment that is for us; others are for people."""
    if "folder=" not in comment:
        return {}
    words = _words(comment, where)
    if set(words) != {"folder"}:
        raise Failure(f"{where}: behind # there may be folder=PATH, not {comment.strip()!r}")
    return words


def _slots(words, where):
    text = words.get("slots", "")
    if not text.isdigit() or int(text) < 1:
        raise Failure(f"{where}: say how many ranks the host takes: slots=1")
    return int(text)


def _parse(line, where):
    text, _, comment = line.partition("#")
    name, _, rest = text.strip().partition(" ")
    if not name:
        return None
    words = _words(rest, where)
    folder = _own_words(comment, where).get("folder", FOLDER)
    if folder.startswith("~"):
        raise Failure(f"{where}: folder= is absolute, or relative to the home, without ~")
    user, at, name = name.rpartition("@")
    user = user or words.get("username", words.get("user", ""))
    if not name or name.startswith("-") or user.startswith("-") or (at and not user):
        raise Failure(f"{where}: {text.strip()!r} names no host")
    return Host(name, user, _slots(words, where), folder)


def read(path):
    try:
        lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Failure(f"{path}: cannot be read: {error.strerror}") from None
    parsed = [_parse(line, f"{path}: line {i + 1}") for i, line in enumerate(lines)]
    hosts = [host for host in parsed if host]
    if not hosts:
        raise Failure(f"{path}: names no host")
    names = [host.name for host in hosts]
    for name in names:
        if names.count(name) > 1:
            raise Failure(f"{path}: {name} is named twice; give it more slots")
    return hosts


def ranks(hosts, count):
    """(host, its ranks) for a job of so many ranks: given out from the top, as mpirun does."""
    most = sum(host.slots for host in hosts)
    if count > most:
        raise Failure(f"the plan is for {count} ranks, the hostfile has room for {most}")
    result = []
    first = 0
    for host in hosts:
        end = min(first + host.slots, count)
        result.append((host, range(first, end)))
        first = end
    return result
