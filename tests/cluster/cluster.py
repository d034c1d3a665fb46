#!/usr/bin/python3
"""experiments/cluster on three devices with files of their own, from a fourth, where the user sits:
doctor, deploy, shards and run; no device holds a weight that is not its own, what is there is not
sent again, a device without its ssh server is told in one line, and the answer is that of one rank.
Skipped without root, namespaces or an ssh server."""

import argparse
import pathlib
import shutil
import sys
import tempfile

import shelf
from shelf import bed

sys.path.insert(0, str(bed.ROOT / "tests" / "full"))

import alexnet_run  # noqa: E402

SPLIT = "conv=spatial:3,fc1=output:3,fc2=input:2"
FRAMES = 2
HOSTFILE = """# Two devices with a folder of their own.
pi0 slots=1 max-slots=1
pi1 slots=1 username=root  # folder=/root/elsewhere/shoal
pi2 slots=1 max-slots=1  # folder=elsewhere
"""
FOLDERS = {"pi0": "shoal", "pi1": "elsewhere/shoal", "pi2": "elsewhere"}


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
            line for line in output.splitlines() if line.startswith("pi") and ": " in line]
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
    for device in user.devices.hosts:
        bed.expect(set(device.files) == {FOLDERS[device.name] + "/shoal"},
                   f"{device.name} holds {sorted(device.files)}")


def check_shards(user, weights):
    user.is_refused("run", "pi0: lacks its shards", "--input", "clip.avi")
    words = ("--weights", weights, "--plan", "plan.json")
    sent = user.does("shards", *words)
    bed.expect(sent.count("nothing sent") == 0, f"shards sent nothing: {sent}")
    bed.expect(user.does("shards", *words).count("nothing sent") == 3, "sent a second time")
    return words


def check_only_own(user, weights):
    """Element by element, against what each rank computes with by the plan's table."""
    import h5py
    whole = h5py.File(user.desk.home / weights)
    held = 0
    shown = user.shoal("plan", "show", "--plan", "plan.json", "--summary").splitlines()
    for rank, device in enumerate(user.devices.hosts):
        folder = FOLDERS[device.name] + "/"
        mine = {"shoal", f"shards/rank{rank}.h5", "shards/plan.json", "shards/origin"}
        found = set(device.files)
        bed.expect(found == {folder + name for name in mine}, f"{device.name} holds {found}")
        numbers = sum(slice_of(whole, name, data)
                      for name, data in datasets(h5py.File(device.files[f"{folder}shards/rank{rank}.h5"])))
        stated = shown[rank + 1]
        print(f"{device.name}: {numbers * 4 / 1e6:.1f} MB of weights; the plan: {stated}", flush=True)
        bed.expect(f" {numbers * 4 / 1e6:.1f} MB " in stated, f"{numbers} weights; the plan: {stated}")
        held += numbers
    return held


def datasets(file):
    found = []
    file.visititems(lambda name, data: found.append((name, data)) if hasattr(data, "shape") else None)
    return found


def slice_of(whole, name, data):
    """How many numbers it holds: those of the whole at the place that it states."""
    begin = [int(number) for number in data.attrs["shard_begin"]]
    bed.expect(list(data.attrs["shard_whole"]) == list(whole[name].shape), f"{name}: of another")
    if data.size:
        place = tuple(slice(b, b + n) for b, n in zip(begin, data.shape))
        bed.expect((whole[name][place] == data[()]).all(), f"{name}: other numbers")
    return data.size


def answers(path):
    """The input is in another folder on each device."""
    return [{**line, "input": line["input"].rpartition("/")[2]}
            for line in alexnet_run.json_lines(path)]


def check_run(user, weights, clip):
    found = user.devices.hosts[0].home / "answers.jsonl"
    user.does("run", "--input", clip, "--args",
              f"--frames {FRAMES} --quiet --output /root/answers.jsonl")
    user.shoal("run", "--model", "alexnet", "--weights", weights, "--input", clip, "--frames", FRAMES,
               "--quiet", "--output", "one.jsonl")
    several, one = answers(found), answers(user.desk.home / "one.jsonl")
    bed.expect(len(several) == len(one) == FRAMES, f"{len(several)} answers")
    alexnet_run.compare(several, one)
    print(f"{FRAMES} answers as those of one rank", flush=True)


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
            clip, weights = alexnet_run.prepare(arguments.shoal, user.desk.home, 3)
            clip, weights = clip.name, weights.name
            user.shoal("plan", "write", "--model", "alexnet", "--split", SPLIT, "-n", 3, "-o",
                       "plan.json")
            check_deploy(user)
            words = check_shards(user, weights)
            check_only_own(user, weights)
            check_run(user, weights, clip)
            check_refusals(user, words)
            bed.call("down")
        bed.expect_nothing_left("down")
    finally:
        bed.end(bed.start("down"))


if __name__ == "__main__":
    main()
