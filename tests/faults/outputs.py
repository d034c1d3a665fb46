#!/usr/bin/python3
"""What the outputs of a run can meet: a full disk at each of them, inputs that are damaged, other runs
that write the same file, names of inputs, links, pipes, the standard output and a folder without rights.
A refusal is one line and leaves every file as it was; answers that came are kept, in order, and
`--resume` completes them to the undisturbed run's file. Full disks and rights are root's to try."""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True

import jobs  # noqa: E402
import results  # noqa: E402

FRAMES = 1500
MODEL = "conv:16x16x3:2:3"
CLASSES = 14 * 14 * 2
UNREAD = 3
PLAN = {"format": "shoal-plan", "version": 1, "model": MODEL, "ranks": 1, "stages": [{"ranks": [0]}]}
ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "TMPDIR=/tmp")


def expect(condition, what):
    if not condition:
        raise jobs.Failure(what)


class Trial:
    def __init__(self, arguments, folder):
        self.shoal, self.folder = arguments.shoal, folder
        self.two_ranks = [*arguments.mpirun.split(), "-n", "2"]
        self.clip, self.weights = folder / "clip.avi", folder / "weights.h5"
        self.quiet("draw", "clip", self.clip, "--frames", FRAMES, "--size", "16x16")
        self.quiet("weights", "init", MODEL, "-o", self.weights)
        self.out = folder / "out"
        self.expected = {}

    def quiet(self, *words):
        subprocess.run([self.shoal, *map(str, words)], check=True, stdout=subprocess.DEVNULL)

    def run(self, *words, launcher=(), clip=None, text=True):
        return subprocess.run([*launcher, self.shoal, *self.words(clip or self.clip), *map(str, words)],
                              capture_output=True, text=text, timeout=jobs.WITHIN)

    def words(self, clip):
        return ["run", "--model", MODEL, "--weights", self.weights, "--input", clip, "--threads", "1",
                "--quiet"]

    def undisturbed(self, ending):
        if ending not in self.expected:
            output = self.folder / f"undisturbed.{ending}"
            expect(self.run("--output", output).returncode == 0, "the undisturbed run fails")
            self.expected[ending] = (results.contents(output), results.read(output))
        return self.expected[ending]

    def refused(self, words, code, said, **options):
        done = self.run(*words, **options)
        told = [line for line in done.stderr.splitlines() if line.startswith("shoal: ")]
        expect(done.returncode == code and len(told) == 1 and said in told[0],
               f"exit code {done.returncode}, said {done.stderr}")

    def kept(self, output, done):
        """The first answers are, and the last line says how many and where."""
        part = output.with_name(output.name + ".part")
        expect(not output.exists() and part.exists(), f"there are {os.listdir(output.parent)}")
        found, last = results.read(part), done.stderr.splitlines()
        expect(found == self.undisturbed(output.suffix[1:])[1][:len(found)], "not the first answers")
        last = [line for line in last if line.startswith("shoal: ")][-1]
        kept = f"{len(found)} answer{' is' if len(found) == 1 else 's are'} kept in {part};"
        expect(last.startswith(f"shoal: {kept}"),
               f"{len(found)} are kept, the last line is {last}")
        return len(found)

    def resumed(self, output, *words):
        done = self.run("--output", output, "--resume", *words)
        expect(done.returncode == 0, f"--resume: {done.stderr}")
        expect(results.contents(output) == self.undisturbed(output.suffix[1:])[0], "--resume differs")


@contextlib.contextmanager
def small_disk(folder):
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def run_on_full_disk(trial, output, said, *words):
    """A run that ends for want of room, and says so of the file whose name is in `said`."""
    done = trial.run("--output", output, *words, launcher=trial.two_ranks)
    expect(done.returncode not in (0, UNREAD), f"exit code {done.returncode}")
    expect(said in done.stderr, done.stderr)
    return done


def full_disk_at_output(trial, ending):
    with small_disk(trial.folder / "disk") as disk:
        if ending == "h5":
            subprocess.run(["mount", "-o", "remount,size=1m", disk], check=True)
        output = disk / f"answers.{ending}"
        kept = trial.kept(output, run_on_full_disk(trial, output, str(output)))
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        trial.resumed(output)
        return f"{kept} answers kept"


def full_disk_at_metrics(trial):
    with small_disk(trial.folder / "disk") as disk:
        output = trial.out / "answers.jsonl"
        said = "m.jsonl: cannot be written: No space left on device"
        done = run_on_full_disk(trial, output, said, "--metrics", disk / "m.jsonl")
        kept = trial.kept(output, done)
        trial.resumed(output)
        return f"{kept} answers kept"


def full_disk_at_trace(trial):
    """It is written when all else is complete."""
    with small_disk(trial.folder / "disk") as disk:
        output = trial.out / "answers.jsonl"
        said = "t.json: cannot be written: No space left on device"
        run_on_full_disk(trial, output, said, "--trace", disk / "t.json")
        expect(results.contents(output) == trial.undisturbed("jsonl")[0], "answers are lost")
        expect(not (disk / "t.json").exists(), "a trace that is cut short has its name")


def cut_video(trial):
    cut, output = trial.folder / "cut.avi", trial.out / "answers.jsonl"
    data = trial.clip.read_bytes()
    cut.write_bytes(data[:len(data) // 3])
    done = trial.run("--output", output, clip=cut)
    expect(done.returncode == UNREAD, f"exit code {done.returncode}: {done.stderr}")
    *found, last = results.read(output)
    expect("ends early" in last["error"] and len(found) > 5, f"the last answer is {last}")
    for one, other in zip(found, trial.undisturbed("jsonl")[1]):
        other["input"] = one["input"]
        expect(one == other, f"{one} is not {other}")
    output.unlink()
    done = trial.run("--output", output, "--strict", clip=cut, launcher=trial.two_ranks)
    kept = f"shoal: {len(found)} answers are kept in {output}.part;"
    expect(done.returncode == 1 and kept in done.stderr, f"--strict: {done.stderr}")
    return f"{len(found)} answers kept"


def bad_picture(trial):
    pictures, output = trial.folder / "pictures", trial.out / "answers.jsonl"
    pictures.mkdir()
    for i in range(6):
        trial.quiet("draw", "picture", pictures / f"{i}.png", "--size", "64x64", "--seed", i)
    bad = pictures / "3.png"
    bad.write_bytes(bad.read_bytes()[:200])
    done = trial.run("--output", output, clip=pictures, launcher=trial.two_ranks)
    expect(done.returncode not in (0, 1, 2), f"exit code {done.returncode}: {done.stderr}")
    expect(["error" in one for one in results.read(output)] == [i == 3 for i in range(6)], "answers")
    output.unlink()
    done = trial.run("--output", output, "--strict", clip=pictures, launcher=trial.two_ranks)
    kept = f"shoal: 3 answers are kept in {output}.part;"
    expect(done.returncode == 1 and "3.png" in done.stderr and kept in done.stderr, done.stderr)


def runs_at_once(trial, count, ending):
    output = trial.out / f"answers.{ending}"
    processes = [subprocess.Popen([trial.shoal, *trial.words(trial.clip), "--output", output],
                                  stderr=subprocess.PIPE, text=True) for _ in range(count)]
    ends = [(process.communicate()[1], process.returncode) for process in processes]
    refused = [said for said, code in ends if code == 1 and "another process is writing it" in said]
    whole = [said for said, code in ends if code == 0]
    expect(whole and len(refused) + len(whole) == count, f"ended so: {ends}")
    expect(os.listdir(trial.out) == [output.name], f"left {os.listdir(trial.out)}")
    expect(results.contents(output) == trial.undisturbed(ending)[0], "another file")
    return f"{len(refused)} of {count} refused"


def input_as_output(trial):
    files = {name: trial.folder / f"input.{ending}" for name, ending in (
        ("--weights", "h5"), ("--input", "png"), ("--plan", "json"), ("--profile", "p.json"),
        ("--labels", "txt"))}
    shutil.copy(trial.weights, files["--weights"])
    trial.quiet("draw", "picture", files["--input"], "--size", "64x64")
    files["--plan"].write_text(json.dumps(PLAN))
    shutil.copy(ROOT / "profiles/pi3-keras.json", files["--profile"])
    files["--labels"].write_text("".join(f"class {i}\n" for i in range(CLASSES)))
    before = {path: path.read_bytes() for path in files.values()}
    inputs = [word for pair in files.items() for word in pair]
    for written in ("--output", "--metrics", "--trace"):
        for name, path in files.items():
            done = subprocess.run([trial.shoal, "run", "--model", MODEL, *inputs, "--replan", "auto",
                                   written, path], capture_output=True, text=True)
            expect(done.returncode == 2 and done.stderr.count("\n") == 1 and
                   "are the same file" in done.stderr, f"{written}, {name}: {done.stderr}")
            expect({one: one.read_bytes() for one in before} == before, f"{written} changed {name}")


def links(trial):
    real, link = trial.out / "real.jsonl", trial.out / "link.jsonl"
    real.write_text("what was there\n")
    link.symlink_to(real.name)
    expect(trial.run("--output", link).returncode == 0 and link.is_symlink(), "the link is gone")
    expect(results.contents(real) == trial.undisturbed("jsonl")[0], "not where the link leads")
    real.unlink()
    trial.refused(["--output", link], 1, "which does not exist")
    link.unlink()
    link.symlink_to(link.name)
    trial.refused(["--output", link], 1, "too many links")


def standard_output(trial):
    for name, launcher in (("/dev/stdout", []), ("/proc/self/fd/1", []), ("/dev/stdout", trial.two_ranks)):
        done = trial.run("--output", name, launcher=launcher)
        expect(done.returncode == 0, done.stderr)
        expect(f"complete: {FRAMES} answers" in done.stdout, f"{name}: {done.stdout[-200:]}")
    trial.refused(["--output", "/dev/full"], 1, "No space left on device")


def pipes(trial):
    pipe, read = trial.out / "pipe.jsonl", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    done = trial.run("--output", pipe)
    reader.join()
    expect(done.returncode == 0 and read[0].count("\n") == FRAMES + 1, f"{read[0][-200:]}")
    trial.refused(["--output", pipe], 1, "nothing reads this pipe")
    early = subprocess.Popen(["head", "-n", "1", pipe], stdout=subprocess.DEVNULL)
    done = trial.run("--output", pipe)
    early.wait()
    expect(done.returncode == 1 and "Broken pipe" in done.stderr, f"{done.returncode} {done.stderr}")


def without_rights(trial):
    """As another user, for whom there is a program that can be read."""
    shoal, trial.shoal = trial.shoal, trial.folder / "shoal"
    shutil.copy(shoal, trial.shoal)
    try:
        output = trial.out / "answers.jsonl"
        trial.refused(["--output", output], 1, "cannot be written: Permission denied", launcher=NOBODY)
        trial.refused(["--output", "/dev/null", "--metrics", output], 1, "Permission denied",
                      launcher=NOBODY)
        trial.refused(["--output", trial.out], 1, "is a folder", launcher=NOBODY)
        expect(not os.listdir(trial.out), f"left {os.listdir(trial.out)}")
    finally:
        trial.shoal = shoal


def cases():
    if os.geteuid() == 0:
        yield from ((f"full disk at --output, {ending}", full_disk_at_output, ending)
                    for ending in results.FORMATS)
        yield "full disk at --metrics", full_disk_at_metrics
        yield "full disk at --trace", full_disk_at_trace
        yield "a folder without rights", without_rights
    yield "a video cut short", cut_video
    yield "a bad picture", bad_picture
    yield from ((f"{count} runs at once, {ending}", runs_at_once, count, ending)
                for count in (2, 3) for ending in results.FORMATS)
    yield "inputs as outputs", input_as_output
    yield "links", links
    yield "the standard output", standard_output
    yield "pipes", pipes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--only", default="", help="cases whose name has this in it")
    arguments = parser.parse_args()
    tally = jobs.Tally()
    for name, case, *rest in (one for one in cases() if arguments.only in one[0]):
        for _ in range(arguments.times):
            with tempfile.TemporaryDirectory() as folder:
                os.chmod(folder, 0o755)
                trial = Trial(arguments, pathlib.Path(folder))
                jobs.clean(trial.out)
                try:
                    print(f"ok: {name}: {case(trial, *rest) or ''}", flush=True)
                except jobs.Failure as failure:
                    tally.wrong(f"{name}: {failure}")
    tally.end()


if __name__ == "__main__":
    main()
