#!/usr/bin/python3
"""experiments/cluster on three devices with files of their own, from a fourth, where the user sits:
doctor, deploy, shards, profile, plan and run; no device holds a weight that is not its own, what is
there is not sent again, what several hold alike is passed on, a device without its ssh server is
told in one line, and the answer is that of one rank. Skipped without root, namespaces or an ssh
server."""

import argparse
import json
import pathlib
import shutil
import signal
import sys
import tempfile
import time

import h5py

import shelf
from shelf import bed

sys.path.insert(0, str(bed.ROOT / "tests" / "full"))

import alexnet_run  # noqa: E402

SPLIT = "conv=spatial:4,fc1=output:3,fc2=input:2"
FRAMES = 2
HOSTFILE = """# Two devices with a folder of their own, one of them with two ranks.
pi0 slots=1 max-slots=1
pi1 slots=2 username=root  # folder=/root/elsewhere/shoal
pi2 slots=1 max-slots=1  # folder=elsewhere
"""
FOLDERS = {"pi0": "shoal", "pi1": "elsewhere/shoal", "pi2": "elsewhere"}
RANKS = {"pi0": [0], "pi1": [1, 2], "pi2": [3]}


class User:
    def __init__(self, shoal, devices):
        self.devices = devices
        self.desk = devices.desk
        shutil.copy(shoal, self.desk.home / "program")
        (self.desk.home / "hosts.txt").write_text(HOSTFILE)

    def at_desk(self, *words):
        return bed.end(self.desk.start(*map(str, words)))

    def shoal(self, *words):
        code, output, complaint = self.at_desk("./program", *words)
        bed.expect(code == 0, f"shoal {words}: {complaint}")
        return output

    def tries(self, verb, *words):
        print(f"cluster {verb}", flush=True)
        return self.at_desk(bed.ROOT / "experiments" / "cluster", verb, "--hostfile", "hosts.txt",
                            "--shoal", "./program", "--programs", "programs", "--cache", "cache",
                            *words)

    def does(self, verb, *words):
        code, output, complaint = self.tries(verb, *words)
        print(output, end="", flush=True)
        bed.expect(code == 0, f"{verb}: exit code {code}: {output}{complaint}")
        return output

    def is_refused(self, verb, expected, *words):
        """With the expected line, and no other that complains."""
        code, output, complaint = self.tries(verb, *words)
        told = complaint.splitlines() or [
            line for line in output.splitlines()
            if line.startswith("pi") and ": " in line and ": note: " not in line]
        bed.expect(code != 0 and len(told) == 1 and expected in told[0],
                   f"{verb}: exit code {code}, not {expected!r}: {output}{complaint}")


def check_deploy(user):
    code, output, _ = user.tries("doctor")
    bed.expect(code != 0 and output.count("has no program") == 3, f"before deploy: {output}")
    sent = user.does("deploy")
    bed.expect(sent.count("nothing sent") == 0, f"deploy sent nothing: {sent}")
    bed.expect(user.does("deploy").count("nothing sent") == 3, "a second deploy sends something")
    output = user.does("doctor")
    bed.expect(output.endswith("nothing stops a run\n"), f"after deploy: {output}")
    user.is_refused("run", "pi0: lacks its shards", "--input", "clip.avi")
    for device in user.devices.hosts:
        bed.expect(set(device.files) == {FOLDERS[device.name] + "/shoal"},
                   f"{device.name} holds {sorted(device.files)}")


def check_shards(user, weights):
    words = ("--weights", weights, "--plan", "plan.json")
    sent = user.does("shards", *words)
    bed.expect(sent.count("nothing sent") == 0, f"shards sent nothing: {sent}")
    bed.expect(user.does("shards", *words).count("nothing sent") == 3, "sent a second time")
    return words


def check_only_own(user, weights):
    """No device holds more than its own rank's shards, and they are the whole's at their places."""
    shown = user.shoal("plan", "show", "--plan", "plan.json", "--summary").splitlines()
    with h5py.File(user.desk.home / weights) as whole:
        for device in user.devices.hosts:
            folder = FOLDERS[device.name] + "/"
            mine = {rank: f"{folder}shards/rank{rank}.h5" for rank in RANKS[device.name]}
            found = set(device.files)
            bed.expect(found == {folder + "shoal", folder + "shards/plan.json",
                                 folder + "shards/origin", *mine.values()},
                       f"{device.name} holds {found}")
            for rank, name in mine.items():
                with h5py.File(device.files[name]) as shard:
                    held = f"{4e-6 * count(whole, shard):.1f} MB"
                print(f"{device.name}: {held} of weights; the plan: {shown[rank + 1]}", flush=True)
                bed.expect(f" {held} " in shown[rank + 1], f"rank {rank}: {held} of weights")


def count(whole, shard):
    """How many numbers are in it."""
    numbers = []

    def add(name, data):
        if not isinstance(data, h5py.Dataset):
            return
        numbers.append(data.size)
        bed.expect(tuple(data.attrs["shard_whole"]) == whole[name].shape, f"{name}: of another")
        place = tuple(slice(begin, begin + extent)
                      for begin, extent in zip(data.attrs["shard_begin"], data.shape))
        bed.expect((whole[name][place] == data[()]).all(), f"{name}: other numbers")

    shard.visititems(add)
    return sum(numbers)


def answers(path):
    """The input is in another folder on each device."""
    return [{**line, "input": line["input"].rpartition("/")[2]}
            for line in alexnet_run.json_lines(path)]


def check_replicas(user, weights):
    """What all devices hold alike goes from here to one, and to those that no other can log in to:
    pi1 has no key for pi2."""
    plan = {"format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 4, "input_rank": 0,
            "output_rank": 0, "stages": [{"name": "all", "replicas": [
                {"ranks": [rank]} for rank in range(4)]}]}
    (user.desk.home / "replicas.json").write_text(json.dumps(plan))
    words = ("--weights", weights, "--plan", "replicas.json")
    sent = user.does("shards", *words)
    bed.expect(sent.count(", 325.7 MB of it by pi0\n") == 1 and sent.count("MB of it") == 1,
               f"not passed on: {sent}")
    bed.expect(user.does("shards", *words).count("nothing sent\n") == 3, "passed on again")
    files = [device.files[f"{FOLDERS[device.name]}/shards/rank{rank}.h5"].read_bytes()
             for device in user.devices.hosts for rank in RANKS[device.name]]
    bed.expect(files.count(files[0]) == 4 and len(files[0]) > 160e6, "other files")


def by_make(user, target, *words):
    """As users do it; its own folder is the repository's."""
    code, output, complaint = user.at_desk(
        "make", "--no-print-directory", "-C", bed.ROOT, "-f", "Makefile.cluster", target,
        "HOSTFILE=/root/hosts.txt", "SHOAL=/root/program", *words)
    bed.expect(code == 0, f"make {target}: exit code {code}: {output}{complaint}")
    return output


def check_run(user, weights, clip):
    found = user.devices.hosts[0].home / "answers.jsonl"
    by_make(user, "run", f"INPUT=/root/{clip}",
            f"ARGS=--frames {FRAMES} --quiet --output /root/answers.jsonl")
    user.shoal("run", "--model", "alexnet", "--weights", weights, "--input", clip, "--frames",
               FRAMES, "--quiet", "--output", "one.jsonl")
    several, one = answers(found), answers(user.desk.home / "one.jsonl")
    bed.expect(len(several) == len(one) == FRAMES, f"{len(several)} answers")
    alexnet_run.compare(several, one)
    print(f"{FRAMES} answers as those of one rank", flush=True)


def check_planning(user):
    """Measured over all devices, planned for them."""
    by_make(user, "profile", "MODEL=alexnet", "ARGS=--budget 0")
    told = by_make(user, "plan", "MODEL=alexnet")
    print(told.splitlines()[0], flush=True)
    plan = json.loads((user.desk.home / "hosts.plan.json").read_text())
    bed.expect(plan["model"] == "alexnet" and "4 devices" in told, f"planned: {told}")


def check_interrupted(user):
    """Nothing of a job outlives what started it."""
    running = user.desk.start(str(bed.ROOT / "experiments" / "cluster"), "run", "--hostfile",
                              "hosts.txt", "--input", "clip.avi", "--args",
                              "--metrics /root/metrics.jsonl")
    metrics = user.devices.hosts[0].home
    for _ in range(bed.WITHIN * 10):
        if list(metrics.glob("metrics.jsonl*")) or running.poll() is not None:
            break
        time.sleep(0.1)
    bed.expect(list(ranks()), "no rank runs")
    running.send_signal(signal.SIGINT)
    code, output, complaint = bed.end(running)
    print(f"interrupted: exit code {code}", flush=True)
    left = list(ranks())
    bed.expect(not left, f"left: {left}; said {output}{complaint}")
    # A run that ends early keeps what it wrote, but not under the name of a whole file.
    bed.expect((metrics / "metrics.jsonl.part").is_file(), f"no file: {output}{complaint}")


def ranks():
    """Those that run on any of the devices."""
    for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_text().split("\0")
        except OSError:
            continue
        if any(word.endswith("shards/plan.json") for word in words):
            yield " ".join(words)


def check_refusals(user, words):
    """What is missing or of another kind, and a device that cannot be reached."""
    pi1, pi2 = user.devices.hosts[1:]
    lost = pi1.files["elsewhere/shoal/shards/rank1.h5"]
    kept = lost.read_bytes()
    lost.unlink()
    user.is_refused("run", "pi1: lacks its shards", "--input", "clip.avi")
    lost.write_bytes(kept[:-1] + bytes([kept[-1] ^ 1]))
    sent = user.does("shards", *words)
    bed.expect(sent.count("nothing sent") == 2 and " MB sent" in sent.splitlines()[1],
               f"only what was changed is sent: {sent}")
    (user.desk.home / "other.json").write_text("{}")
    user.is_refused("run", "other.json: the devices have the shards of another", "--input",
                    "clip.avi", "--plan", "other.json")
    pi2.files["elsewhere/shards/origin"].write_text("another\n")
    user.is_refused("run", "pi2: has shards of other weights", "--input", "clip.avi")
    user.does("shards", *words)
    program = pi2.files["elsewhere/shoal"]
    program.write_bytes(program.read_bytes() + b"\0")
    user.is_refused("doctor", "pi2: has another build")
    user.does("deploy")
    pi2.stop()
    for verb, more in (("doctor", ()), ("deploy", ()), ("shards", words),
                       ("run", ("--input", "clip.avi"))):
        user.is_refused(verb, "pi2: no ssh server answers", *more)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    arguments = parser.parse_args()
    shelf.require()
    bed.expect_none()
    try:
        bed.up_or_skip("4", "--rate", "1gbit")
        with tempfile.TemporaryDirectory() as name:
            user = User(arguments.shoal, shelf.Shelf(pathlib.Path(name), 4))
            clip, weights = alexnet_run.prepare(arguments.shoal, user.desk.home, 2000)
            clip, weights = clip.name, weights.name
            user.shoal("plan", "write", "--model", "alexnet", "--split", SPLIT, "-n", 4, "-o",
                       "plan.json")
            check_deploy(user)
            check_replicas(user, weights)
            words = check_shards(user, weights)
            check_only_own(user, weights)
            check_run(user, weights, clip)
            check_interrupted(user)
            check_planning(user)
            check_refusals(user, words)
            bed.call("down")
        bed.expect_nothing_left("down")
    finally:
        bed.end(bed.start("down"))


if __name__ == "__main__":
    main()
