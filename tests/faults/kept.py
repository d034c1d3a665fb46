#!/usr/bin/python3
"""Whatever ends a run, the frames that were answered are kept: in order, each once, equal to an
undisturbed run's, and `--resume` completes them to that run's output. Faults come at random moments;
what is looked at is the files that the user is left with. With --testbed on devices of
experiments/testbed, a rank's host and links among the faults; needs root."""

import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import devices  # noqa: E402
import jobs  # noqa: E402
import results  # noqa: E402


class Setting:
    """The program, how it is started, and what an undisturbed run answers."""

    def __init__(self, shoal, launcher, folder, frames):
        self.shoal, self.launcher, self.folder, self.frames = shoal, launcher, folder, frames
        self.random = random.Random(7)
        self.clip = folder / "clip.avi"
        self.weights = folder / "alexnet.h5"
        self.quiet("draw", "clip", self.clip, "--frames", frames, "--size", "64x64")
        self.quiet("weights", "init", "alexnet", "-o", self.weights)
        self.expected = {}

    def quiet(self, *words):
        subprocess.run([self.shoal, *map(str, words)], check=True, stdout=subprocess.DEVNULL)

    def options(self, **changes):
        options = {"--model": "alexnet", "--weights": self.weights, "--input": self.clip,
                   "--split": f"conv=spatial:{jobs.RANKS},fc1=output:{jobs.RANKS}",
                   "--patience": jobs.PATIENCE, "--frames": self.frames}
        options.update({f"--{name}": value for name, value in changes.items()})
        return [word for name, value in options.items()
                for word in ([name] if value is None else [name, value])]

    def start(self, ending, *, name="answers", **changes):
        output = self.folder / "out" / f"{name}.{ending}"
        output.parent.mkdir(exist_ok=True)
        return jobs.Job(self.launcher, self.shoal, self.options(**changes), output)

    def undisturbed(self, ending, **changes):
        """What the run answers when nothing happens to it."""
        key = (ending, *sorted(changes.items()))
        if key not in self.expected:
            job = self.start(ending, name="undisturbed", **changes)
            code, said = job.end()
            if code != 0:
                raise jobs.Failure(f"the undisturbed run: exit code {code}: {said}")
            self.expected[key] = results.read(job.output)
        return self.expected[key]


def look(setting, job, before, ending):
    """The files after a fault: the first answers, at least those there `before` it."""
    expected = setting.undisturbed(ending)
    if job.output.exists():
        # The last frame was in flight when it happened.
        if results.read(job.output) != expected or job.part.exists():
            raise jobs.Failure("a partial result has the name of a whole one")
        return len(expected)
    if not job.part.exists():
        raise jobs.Failure("nothing is left")
    found = results.read(job.part)
    if found != expected[:len(found)]:
        raise jobs.Failure(f"the {len(found)} answers kept are not the first ones")
    if len(found) < before:
        raise jobs.Failure(f"{len(found)} answers are kept of {before} that were there")
    return len(found)


def complete(setting, job, ending):
    """`--resume` after the fault gives the undisturbed run's answers."""
    again = jobs.Job(setting.launcher, setting.shoal, setting.options(resume=None), job.output)
    code, said = again.end()
    if code != 0:
        raise jobs.Failure(f"--resume: exit code {code}: {said}")
    if results.read(job.output) != setting.undisturbed(ending):
        raise jobs.Failure("--resume gives other answers than an undisturbed run")
    if job.part.exists():
        raise jobs.Failure("--resume leaves a partial file")


def answered(job):
    try:
        return len(results.read(job.part))
    except (OSError, ValueError, KeyError, IndexError):
        return 0


def disturbed(setting, ending, fault):
    """One run that `fault` happens to, then what is left, then --resume."""
    jobs.clean(setting.folder / "out")
    setting.undisturbed(ending)
    job = setting.start(ending)
    try:
        job.wait_for_bytes(1)
        while answered(job) == 0 and job.process.poll() is None:
            devices.pause(0.005)
        devices.pause(setting.random.uniform(0, 0.6))
        before = answered(job)
        fault(job)
        code, said = job.end()
        if code == 0:
            raise jobs.Failure(f"exit code 0 for a partial result: {said}")
        kept = look(setting, job, before, ending)
        devices.heal()
        complete(setting, job, ending)
        return kept, said
    finally:
        job.kill()
        devices.heal()


def told(said):
    """The last thing that shoal itself said."""
    lines = [line for line in said.splitlines() if line.startswith("shoal: ")]
    return lines[-1] if lines else "nothing was said"


def signal_rank(setting, number):
    def fault(job):
        ranks = job.ranks()
        os.kill(ranks[setting.random.choice(sorted(ranks))], number)
    return fault


def interrupt(times):
    def fault(job):
        for i in range(times):
            if i > 0:
                devices.pause(0.3)
            job.process.send_signal(signal.SIGINT)
    return fault


def faults(setting):
    return {
        "kill -9 of everything": jobs.Job.kill,
        "a rank hangs": signal_rank(setting, signal.SIGSTOP),
        "a rank is killed": signal_rank(setting, signal.SIGKILL),
        "SIGTERM to a rank": signal_rank(setting, signal.SIGTERM),
        "Ctrl-C": interrupt(1),
        "Ctrl-C twice": interrupt(2),
        **devices.faults(setting),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    parser.add_argument("--times", type=int, default=2, help="of each fault")
    parser.add_argument("--frames", type=int, default=400)
    parser.add_argument("--only", help="faults whose name has this in it")
    parser.add_argument("--testbed", action="store_true")
    arguments = parser.parse_args()
    tally = jobs.Tally()
    with tempfile.TemporaryDirectory() as name, devices.shelf(arguments) as launcher:
        setting = Setting(arguments.shoal, launcher, pathlib.Path(name), arguments.frames)
        wanted = {what: fault for what, fault in faults(setting).items()
                  if not arguments.only or arguments.only in what}
        for number, (what, fault) in enumerate(wanted.items()):
            for i in range(arguments.times):
                ending = results.FORMATS[(number + i) % len(results.FORMATS)]
                try:
                    kept, said = disturbed(setting, ending, fault)
                    print(f"{what}, {ending}: {kept} answers kept; {told(said)}", flush=True)
                except jobs.Failure as failure:
                    tally.wrong(f"{what}, {ending}: {failure}")
    tally.end()


if __name__ == "__main__":
    main()
