#!/usr/bin/python3
"""Pictures of a folder, of which some are damaged, on one and three ranks, with replicas and while
--verify looks on: every picture has its line, in order, the good ones their answers, and the exit
code says that some are missing. --strict ends at the first. A video cut short keeps its answers."""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PICTURES = 12
UNREAD = 3
PLAN = {
    "format": "shoal-plan", "version": 1, "model": "alexnet", "ranks": 3, "input_rank": 0,
    "output_rank": 2, "in_flight": 4,
    "stages": [
        {"name": "convolutions", "replicas": [{"ranks": [0]}, {"ranks": [1]}]},
        {"name": "dense", "from": "flatten", "ranks": [2]},
    ],
}


def expect(condition, what):
    if not condition:
        sys.exit(what)


def json_lines(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line for line in lines if "frame" in line]


class Trial:
    def __init__(self, options, folder):
        self.shoal, self.mpirun, self.folder = options.shoal, options.mpirun.split(), folder
        self.weights = folder / "alexnet.h5"
        self.draw("weights", "init", "alexnet", "-o", self.weights)
        (folder / "plan.json").write_text(json.dumps(PLAN))

    def draw(self, *words):
        subprocess.run([self.shoal, *words], check=True, stdout=subprocess.DEVNULL)

    def run(self, media, ranks, *words):
        output = self.folder / "answers.jsonl"
        output.unlink(missing_ok=True)
        launcher = [*self.mpirun, "-n", str(ranks)] if ranks > 1 else []
        plan = ["--plan", self.folder / "plan.json"] if ranks > 1 else []
        done = subprocess.run(
            [*launcher, self.shoal, "run", "--model", "alexnet", "--weights", self.weights,
             "--input", media, "--output", output, *plan, *words],
            capture_output=True, text=True, timeout=400)
        return done, output

    def pictures(self):
        """A folder of which some are damaged; which, by number."""
        media = self.folder / "pictures"
        media.mkdir()
        random.seed(8)
        bad = sorted(random.sample(range(1, PICTURES - 1), 3)) + [PICTURES - 1]
        for number in range(PICTURES):
            # Without zeros: the order is that of the numbers.
            file = media / f"img{number}.{random.choice(['png', 'jpg'])}"
            self.draw("draw", "picture", file, "--size", "64x64", "--seed", str(number))
            if number in bad:
                data = file.read_bytes()
                file.write_bytes(data[:random.randrange(1, len(data) * 9 // 10)])
        return media, bad

    def check(self, done, output, bad):
        expect(done.returncode == UNREAD, f"exit code {done.returncode}:\n{done.stderr}")
        told = f"{len(bad)} of {PICTURES} frames could not be read: "
        expect(told in done.stderr, f"nothing says '{told}':\n{done.stderr}")
        lines = json_lines(output)
        expect([line["frame"] for line in lines] == list(range(PICTURES)), f"numbers of {lines}")
        for number, line in enumerate(lines):
            stem = pathlib.Path(line["input"]).stem
            expect(stem == f"img{number}", f"line {number} is of {line['input']}")
            expect(("error" in line) == (number in bad), f"line {number}: {line}")
            expect(("top" in line) == (number not in bad), f"line {number}: {line}")
        return [line.get("top") for line in lines]

    def folder_of_pictures(self):
        media, bad = self.pictures()
        alone = self.check(*self.run(media, 1), bad)
        split = self.check(*self.run(media, 3, "--verify"), bad)
        for number, (one, three) in enumerate(zip(alone, split)):
            same = [(a["class"], round(a["probability"], 3)) for a in one or []] == \
                   [(b["class"], round(b["probability"], 3)) for b in three or []]
            expect(same, f"frame {number}: {one} on one rank, {three} on three")
        for ranks in (1, 3):
            done, _ = self.run(media, ranks, "--strict")
            expect(done.returncode == 1, f"--strict: exit code {done.returncode}")
            expect(f"img{bad[0]}." in done.stderr, f"--strict does not name it:\n{done.stderr}")

    def short_video(self):
        video = self.folder / "clip.mkv"
        self.draw("draw", "clip", video, "--frames", "50", "--size", "64x64")
        data = video.read_bytes()
        video.write_bytes(data[:len(data) // 3])
        done, output = self.run(video, 1)
        expect(done.returncode == UNREAD, f"cut video: exit code {done.returncode}:\n{done.stderr}")
        lines = json_lines(output)
        expect(len(lines) > 5 and all("top" in line for line in lines[:-1]), f"kept: {lines}")
        expect("ends early" in lines[-1]["error"], f"the last line is {lines[-1]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    parser.add_argument("--mpirun", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trial = Trial(options, pathlib.Path(name))
        trial.folder_of_pictures()
        trial.short_video()


main()
