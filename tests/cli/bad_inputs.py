#!/usr/bin/python3
"""What a command line, a document or a file can be wrong in: each case ends with one line of shoal's
own that says why, with the exit code of its kind (2: the command line, 1: all else), and leaves every
file as it was. Most start shoal without mpirun, which takes a hundredth of the time."""

import argparse
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

AT_ONCE = 2
USAGE, OTHER = 2, 1
# Generous, for other processes may compute: what hangs or reads without end takes longer.
PATIENCE = 20
ROOT = pathlib.Path(__file__).resolve().parents[2]
PI3 = str(ROOT / "profiles/pi3-keras.json")

RUN = ("run", "--model", "fc:8:4", "--weights", "w.h5", "--input", "in.png")
ALEXNET = ("run", "--model", "alexnet", "--weights", "w.h5", "--input", "in.png")
PLAN = ("plan", "--model", "alexnet", "--profile", PI3, "--devices", "2")
SHOW = ("plan", "show", "--summary")
SIMULATE = ("simulate", "--model", "alexnet", "--split", "conv=spatial:2", "--profile", PI3,
            "--devices", "2")
PROFILE = ("profile", "--model", "alexnet", "-o", "made.json")
DRAW = ("draw", "clip", "made.mp4")
INIT = ("weights", "init", "fc:8:4")


def ranges():
    """Each numeric option with what it must not take for one that it does."""
    numbers = ("-1", "0x10", "5 ", " 5", "1e400", "nan", "inf", "", "five", "99999999999999999999")
    whole = (
        (RUN, "--top", "1 to 1000 classes"), (RUN, "--frames", "0 to 1000000000"),
        (RUN, "--in-flight", "0 to 10000 frames"), (RUN, "--threads", "0 to 1024"),
        (RUN, "--clip-stride", "1 to 10000"), (RUN, "--clip-hop", "1 to 1000000"),
        (SIMULATE, "--frames", "1 to 100000000"), (SIMULATE, "--in-flight", "0 to 10000 frames"),
        (PROFILE, "--threads", "0 to 1024"), (DRAW, "--frames", "1 to 100000"),
        (DRAW, "--seed", "0 to 4294967295"), (INIT, "--seed", "0 to 18446744073709551615"),
        (SHOW, "--ranks", "1 to 4096"), (PLAN, "--input-rank", "0 to 4095"),
        (PLAN, "--output-rank", "0 to 4095"),
    )
    decimal = (
        (RUN, "--patience", "0 to 1000000 seconds"), (RUN, "--replan-after", "0 to 86400 seconds"),
        (RUN, "--camera-rate", "0.1 to 1000 frames per second"),
        (PLAN, "--max-latency", "0.000001 to 1000000 seconds"), (PLAN, "--wire-error", "0 to 1"),
        (PROFILE, "--budget", "0 to 3600 seconds"),
    )
    for number, (words, option, expected) in enumerate((*whole, *decimal)):
        for i in range(2):
            value = numbers[(2 * number + i) % len(numbers)]
            wrong = f"is {expected}" if value else "has an empty"
            yield (*words, option, value), f"{option} {wrong}", USAGE


COMMAND_LINES = (
    (("swim",), "unknown verb 'swim'"),
    (("plam",), "did you mean plan?"),
    (("help", "swim"), "unknown verb 'swim'"),
    ((*RUN, "--colour", "red"), "unknown option '--colour'"),
    ((*RUN, "--weigths", "x"), "did you mean --weights?"),
    ((*RUN, "--verify=yes"), "--verify"),
    ((*RUN, "--verify", "--verify"), "--verify is given twice"),
    ((*RUN, "--top", "3", "--top", "4"), "--top is given twice"),
    ((*RUN, "--model", "vgg16"), "--model is given twice"),
    ((*RUN, "stray"), "unexpected word 'stray'"),
    ((*RUN, "--top"), "--top"),
    ((*RUN, "--output", ""), "--output has an empty value; it takes FILE"),
    ((*RUN, "--split", ""), "--split has an empty value"),
    ((*RUN, "--split", "x" * 70000), "--split has a value of 70000 bytes; 65536 is the most"),
    (("run", "--weights", "w.h5", "--input", "in.png"), "--model is missing; shoal model lists them"),
    (("run", "--model", "alexnet", "--input", "in.png"), "--weights is missing"),
    (("run", "--model", "alexnet", "--weights", "w.h5"), "--input is missing"),
    ((*RUN, "--aspect", "squash"), "--aspect is stretch, crop or pad, not 'squash'"),
    ((*RUN, "--preprocess", "TF"), "--preprocess is caffe, tf or torch, not 'TF'"),
    ((*RUN, "--wire", "half"), "--wire is float32, float16 or int8, not 'half'"),
    ((*RUN, "--weights-dtype", "float61"), "did you mean float"),
    ((*RUN, "--wire", "\x1b[2J\n"), "not '\\x1b[2J\\n'"),
    ((*RUN, "--replan", "yes"), "--replan is off or auto, not 'yes'"),
    ((*RUN, "--replan", "auto"), "give --profile"),
    ((*RUN, "--replan-after", "3"), "--replan-after does nothing without --replan auto"),
    ((*RUN, "--plan", "plan.json", "--split", "all=rank:0"), "give --split or --plan, not both"),
    ((*RUN, "--camera-size", "640x480"), "--camera-size does nothing here: in.png is no camera"),
    ((*RUN, "--camera-rate", "25"), "--camera-rate does nothing here"),
    ((*RUN, "--clip-hop", "4"), "--clip-hop does nothing here: in.png is not cut into clips"),
    ((*RUN[:-1], "in.h5", "--aspect", "crop"), "--aspect does nothing here: in.h5 holds frames"),
    ((*RUN[:-1], "in.h5", "--preprocess", "tf"), "--preprocess does nothing here"),
    ((*RUN, "--output", "made.h5", "--top", "3"), "--top does nothing here"),
    ((*RUN, "--output", "made.hdf5", "--labels", "in.png"), "--labels does nothing here"),
    ((*RUN, "--slow", "0.5"), "--slow is [RANK:]FACTOR[@FRAME]"),
    ((*RUN, "--slow", "nan"), "--slow is [RANK:]FACTOR[@FRAME]"),
    ((*RUN, "--slow", "-1:2"), "--slow is [RANK:]FACTOR[@FRAME]"),
    ((*RUN, "--slow", "1:3@"), "--slow is [RANK:]FACTOR[@FRAME]"),
    ((*RUN, "--slow", "99999999999:2"), "--slow is [RANK:]FACTOR[@FRAME]"),
    ((*RUN, "--split", "fc"), "is not LAYER=SCHEME:RANKS"),
    ((*RUN, "--split", "fc=output:-2"), "a number of ranks is 1 to 4096"),
    ((*RUN, "--split", "fc=output:99999999999"), "is not a number of ranks"),
    ((*RUN, "--split", "fc=output:2"), "needs 2 ranks, there are 1"),
    ((*RUN, "--split", "fc=output:" + "1/" * 30000 + "1"), "needs 30001 ranks"),
    ((*RUN, "--split", "fc=output:nan/1"), "a share is 0 to 1e9"),
    ((*RUN, "--split", "fc=diagonal:1"), "unknown scheme 'diagonal'"),
    ((*ALEXNET, "--split", "conv1=spatial:4096x4096"), "needs 16777216 ranks"),
    ((*ALEXNET, "--split", "conv1=spatial:1@0"), "a number of chunks is 1 to 1024"),
    (("plan",), "--model is missing"),
    (("plan", "tell"), "ACTION is make, show, explain or write, not 'tell'"),
    (("plan", "--model", "alexnet"), "--profile is missing"),
    (("plan", "--preset", "none"), "--preset is "),
    (("plan", "--preset", "paper-alexnet-4", "--objective", "latency"),
     "--objective does nothing with --preset"),
    ((*PLAN, "--wire", "int8"), "give --wire-error"),
    ((*PLAN, "--devices", "0"), "--devices is given twice"),
    ((*PLAN[:-1], "0"), "--devices is 1 to 4096 or a hostfile, not 0"),
    ((*PLAN[:-1], "-1"), "--devices is 1 to 4096 or a hostfile, not -1"),
    ((*PLAN, "--memory", "-1"), "--memory is a number of bytes"),
    ((*PLAN, "--memory", "nan"), "--memory is a number of bytes"),
    ((*PLAN, "--memory", "1e400MB"), "--memory is a number of bytes"),
    ((*PLAN, "--memory", "5 parsecs"), "--memory is a number of bytes"),
    ((*PLAN, "--input-rank", "2"), "--input-rank is 0 to 1, not 2"),
    ((*PLAN, "--objective", "both"), "--objective is throughput or latency"),
    ((*PLAN, "--summary"), "--summary does nothing with make; it goes with show"),
    ((*SHOW, "--model", "alexnet", "--explain"), "--explain does nothing with show; it goes with make"),
    ((*SHOW, "--model", "alexnet", "-o", "made.json"), "--output does nothing with show"),
    ((*SHOW, "plan.json", "-n", "2"), "give --ranks or --plan, not both"),
    ((*SIMULATE, "--preset", "paper-alexnet-4"), "give --preset or --split, not both"),
    ((*SIMULATE, "--format", "xml"), "--format is text or json, not 'xml'"),
    ((*SIMULATE, "--save-platform", "made.xml", "--trace", "made.json"),
     "give --save-platform or --trace, not both"),
    (("simulate", "--plan", "plan.json"), "--profile is missing"),
    (("profile", "-o", "made.json"), "--model is missing"),
    (("profile", "--model", "alexnet"), "--output is missing"),
    ((*PROFILE, "--model", "alexnet"), "--model alexnet is given twice"),
    ((*PROFILE, "--slow", "2@7"), "no frames are measured"),
    ((*PROFILE, "--slow", "1:2"), "--slow 1:2 does nothing: there is 1 rank"),
    (("model", "--format", "json"), "--format does nothing without NAME"),
    (("model", "alexnet", "--format", "yaml"), "--format is table or json"),
    (("draw",), "WHAT is missing; say picture or clip"),
    (("draw", "picture"), "FILE is missing"),
    (("draw", "poem", "made.png"), "WHAT is picture or clip, not 'poem'"),
    (("draw", "picture", "made.png", "--frames", "3"), "--frames does nothing with picture"),
    ((*DRAW, "--size", "0x0"), "--size is WIDTHxHEIGHT"),
    ((*DRAW, "--size", "99999999999x10"), "--size is WIDTHxHEIGHT"),
    (("weights",), "say init, inspect or shard"),
    (("weights", "swim"), "say init, inspect or shard, not 'swim'"),
    (("weights", "init"), "MODEL is missing"),
    (("weights", "shard", "w.h5", "--model", "alexnet"), "--output is missing"),
    (("weights", "inspect"), "FILE is missing"),
)

OTHERS = (
    (("model", "vgg17"), "unknown model 'vgg17'"),
    (("model", "fc:0:4"), "fc:0:4"),
    (("model", "fc:99999999999999999999:4"), "fc:99999999999999999999:4"),
    ((*SHOW, "none.json"), "none.json: cannot be read: No such file"),
    ((*SHOW, "/dev/zero"), "/dev/zero: cannot be read: it is a pipe or a device"),
    ((*SHOW, "pipe"), "pipe: cannot be read: it is a pipe or a device"),
    ((*SHOW, "folder"), "folder: cannot be read: it is a folder"),
    ((*SHOW, "holes.json"), "holes.json: is larger than 32.0 MB"),
    ((*SHOW, "in.png"), "in.png: not JSON"),
    ((*SHOW, "empty.json"), "empty.json: not JSON"),
    ((*SHOW, "bad\nname\x1b[31m.json"), "bad\\nname\\x1b[31m.json: cannot be read"),
    ((*PLAN[:-1], "/dev/zero"), "/dev/zero: cannot be read"),
    ((*PLAN[:-1], "pipe"), "pipe: cannot be read"),
    ((*PLAN[:-1], "many-hosts.txt"), "many-hosts.txt: has more than 4096 slots"),
    ((*PLAN[:-1], "bad-hosts.txt"), "bad-hosts.txt: line 1: slots must be 1 to 4096"),
    ((*PLAN[:-1], "empty.json"), "empty.json: names no host"),
    (("plan", "--model", "alexnet", "--profile", "/dev/zero", "--devices", "2"), "/dev/zero: cannot"),
    (("plan", "--model", "alexnet", "--profile", "plan.json", "--devices", "2"), "not a profile"),
    (("plan", "--model", "alexnet", "--profile", "huge-number.json"), "has a number that is too large"),
    (("plan", "--model", "alexnet", "--profile", "negative.json"), "/devices/0/memory: must be more"),
    (("plan", "--model", "alexnet", "--profile", "infinite.json"), "must be at most 1e30"),
    ((*SIMULATE, "--platform", "pipe"), "pipe: cannot be read"),
    ((*RUN, "--plan", "pipe"), "pipe: cannot be read"),
    ((*RUN, "--plan", "four.json"), "is for 4 ranks"),
    ((*RUN, "--replan", "auto", "--profile", "/dev/zero"), ""),
    (("weights", "inspect", "in.png"), "in.png"),
    (("weights", "inspect", "none.h5"), "none.h5"),
    (("weights", "shard", "none.h5", "--model", "alexnet", "-o", "made"), "none.h5"),
    ((*INIT, "-o", "none/w.h5"), "none/w.h5"),
    (("draw", "picture", "none/made.png"), "none/made.png"),
    (("draw", "picture", "made.gif"), ".png or .jpg"),
)

PLANS = (
    ("deep", "[" * 1_000_000, "is nested too deeply"),
    ("wide", "[" + "0," * 1_000_001 + "0]", "has more than 1000000 values"),
    ("twice", '{"format": "shoal-plan", "format": "shoal-plan"}', "/format: is given twice"),
    ("long name", '{"' + "x" * 20_000 + '": 1}', "has a string of more than 10000 bytes"),
    ("million ranks", {"ranks": 1_000_000}, "/ranks: must be at most 4096"),
    ("no ranks", {"ranks": 0}, "/ranks"),
    ("negative rank", {"ranks": -4}, "/ranks: must be 0 to 1000000"),
    ("half a rank", {"ranks": 1.5}, "/ranks: must be a whole number"),
    ("1e400 ranks", '{"format": "shoal-plan", "version": 1, "ranks": 1e400}', "too large"),
    ("NaN", '{"format": "shoal-plan", "version": 1, "ranks": NaN}', "not JSON"),
    ("in flight", {"in_flight": 1_000_000}, "/in_flight: must be at most 10000"),
    ("input rank", {"input_rank": 7}, "/input_rank"),
    ("same rank twice", {"stages": [{"ranks": [0] * 100_000}]}, "/stages/0/ranks"),
    ("many replicas", {"ranks": 4096, "stages": [{"replicas": [{"ranks": [i]} for i in range(300)]}]},
     "/stages/0/replicas: has more than 256 replicas"),
    ("unknown key", {"rank": 3}, "/rank: unknown key"),
    ("unknown network", {"model": "vgg17"}, "/model: unknown model 'vgg17'"),
    ("future", {"version": 99}, "/version: is version 99"),
    ("endless shares", {"stages": [{"ranks": [0], "layers": {
        "conv1": {"scheme": "spatial", "shares": [1] * 500_000}}}]}, "500000 shares for 1 ranks"),
)

WITH_TWO_RANKS = (
    ((*RUN, "--top", "-1"), "--top is 1 to 1000 classes, not '-1'", USAGE),
    ((*RUN, "--slow", "9:2"), "--slow 9:2 does nothing: there are 2 ranks", USAGE),
    ((*RUN, "--plan", "four.json"), "is for 4 ranks", OTHER),
    ((*PROFILE, "--slow", "2:2"), "--slow 2:2 does nothing: there are 2 ranks", USAGE),
)


class Table:
    def __init__(self, arguments, folder):
        self.shoal, self.mpirun = arguments.shoal, arguments.mpirun.split()
        self.folder, self.failures, self.count = folder, [], 0

    def prepare(self):
        def put(name, text):
            (self.folder / name).write_text(text)

        put("in.png", "no picture")
        put("empty.json", "")
        put("plan.json", json.dumps(plan({})))
        put("four.json", json.dumps(plan({"model": "fc:8:4", "ranks": 4})))
        put("many-hosts.txt", "pi slots=4000\npo slots=4000\n")
        put("bad-hosts.txt", "pi slots=0\n")
        profile = json.loads(pathlib.Path(PI3).read_text())
        profile["devices"] = profile["devices"][:1]
        device = profile["devices"][0]
        put("huge-number.json", json.dumps(profile).replace(f'"memory": {device["memory"]}',
                                                            '"memory": 1e999'))
        device["memory"] = -5
        put("negative.json", json.dumps(profile))
        device["memory"] = 10**9
        profile["network"]["latency"] = 1e300
        put("infinite.json", json.dumps(profile))
        (self.folder / "folder").mkdir()
        os.mkfifo(self.folder / "pipe")
        (self.folder / "holes.json").touch()
        os.truncate(self.folder / "holes.json", 10**12)
        for name, document, _ in PLANS:
            text = document if isinstance(document, str) else json.dumps(plan(document))
            put(f"{name}.json", text)

    def listing(self):
        """Every file and what it is; of a pipe and of one with holes only the size."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            status = path.lstat()
            readable = path.is_file() and status.st_size < 10**9
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if readable else ""
            found[str(path)] = (status.st_mode, status.st_size, digest)
        return found

    def try_one(self, case):
        words, expected, code, ranks = case
        command = [self.shoal, *words]
        if ranks > 1:
            command = [*self.mpirun, "-n", str(ranks), *command]
        name = " ".join(words)[:100]
        # Open MPI's processes without mpirun take the folders there away from each other.
        with tempfile.TemporaryDirectory() as place:
            try:
                done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                                      errors="replace", timeout=PATIENCE, stdin=subprocess.DEVNULL,
                                      env={**os.environ, "TMPDIR": place})
            except subprocess.TimeoutExpired:
                return f"{name!r}: took more than {PATIENCE} s"
        lines = done.stderr.splitlines()
        own = [line for line in lines if line.startswith("shoal: ")]
        problems = []
        if done.returncode != code:
            problems.append(f"exit code {done.returncode}, not {code}")
        if len(own) != 1 or expected not in own[0] or (ranks == 1 and len(lines) != 1):
            problems.append(f"said {done.stderr[-600:]!r} in place of {expected!r}")
        if done.stdout:
            problems.append(f"wrote {done.stdout[:100]!r}")
        if any(ord(c) < 32 and c != "\n" for c in done.stderr):
            problems.append("sent control characters to the terminal")
        return f"{name!r}: {'; '.join(problems)}" if problems else ""

    def run(self):
        cases = [(words, expected, code, 1) for words, expected, code in ranges()]
        cases += [(words, expected, USAGE, 1) for words, expected in COMMAND_LINES]
        cases += [(words, expected, OTHER, 1) for words, expected in OTHERS]
        cases += [((*SHOW, f"{name}.json"), expected, OTHER, 1) for name, _, expected in PLANS]
        cases += [(*case, 2) for case in WITH_TWO_RANKS]
        before = self.listing()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            self.failures = [problem for problem in pool.map(self.try_one, cases) if problem]
        after = self.listing()
        for path in sorted(before.keys() | after.keys()):
            if before.get(path) != after.get(path):
                self.failures.append(f"{path} was {'left' if path not in before else 'changed'}")
        print(f"{len(cases)} bad inputs, {len(self.failures)} not refused as they should be")


def plan(changes):
    return {"format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 1,
            "stages": [{"ranks": [0]}], **changes}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    arguments = parser.parse_args()
    arguments.shoal = shutil.which(arguments.shoal) or arguments.shoal
    arguments.shoal = str(pathlib.Path(arguments.shoal).resolve())
    with tempfile.TemporaryDirectory() as name:
        table = Table(arguments, pathlib.Path(name))
        table.prepare()
        table.run()
        if table.failures:
            sys.exit("\n".join(table.failures))


if __name__ == "__main__":
    main()
