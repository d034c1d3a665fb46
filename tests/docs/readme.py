#!/usr/bin/python3
"""The README's commands, as they stand there: shoal's are run, on small files in place of the ones
that they name, and what they promise to write must be there; make's must name targets. Files that
the documents link to must exist."""

import argparse
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
CLASSES = 1000
# Whatever a command names behind these, it gets a small one.
STAND_INS = {"--weights": "alexnet.h5", "--labels": "labels.json"}


def commands(document):
    """Every line of the fenced blocks without a language; of those with a prompt only these."""
    for block in re.findall(r"^```\n(.*?)^```", document, re.MULTILINE | re.DOTALL):
        lines = block.replace("\\\n", " ").splitlines()
        prompted = [line[2:] for line in lines if line.startswith("$ ")]
        yield from prompted or lines


class Readme:
    def __init__(self, shoal, folder):
        self.shoal, self.folder, self.ran = shoal, folder, 0

    def call(self, *words):
        done = subprocess.run([str(word) for word in words], cwd=ROOT, capture_output=True,
                              text=True)
        if done.returncode != 0:
            sys.exit(f"{shlex.join(map(str, words))}\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self):
        self.call(self.shoal, "draw", "picture", self.folder / "cat.jpg")
        pictures = self.folder / "pictures"
        pictures.mkdir()
        for name in ("a.jpg", "b.jpg"):
            shutil.copy(self.folder / "cat.jpg", pictures / name)
        self.call(self.shoal, "weights", "init", "alexnet", "-o", self.folder / "alexnet.h5")
        names = {str(i): [f"n{i:08}", f"class_{i}"] for i in range(CLASSES)}
        (self.folder / "labels.json").write_text(json.dumps(names))

    def stand_in(self, option, value):
        if option == "--model" and "run" in self.words:
            return "alexnet"
        if option == "--input":
            return str(self.folder / ("pictures" if value.endswith("/") else "cat.jpg"))
        if option == "--output":
            return str(self.folder / value)
        return str(self.folder / STAND_INS[option]) if option in STAND_INS else value

    def run(self, line):
        self.words = shlex.split(line, comments=True)
        program = next(i for i, word in enumerate(self.words) if word.endswith("shoal"))
        changed = [self.stand_in(*pair) for pair in zip(["", *self.words], self.words)]
        changed[program] = self.shoal
        out = self.call(*changed)
        if "--output" in changed:
            file = pathlib.Path(changed[changed.index("--output") + 1])
            out = file.read_text()
        if "--labels" in changed and "class_" not in out:
            sys.exit(f"{line}: no class has its name\n{out}")
        self.ran += 1
        print(f"ran   {line}", flush=True)

    def make(self, line):
        self.call("make", "-n", *shlex.split(line, comments=True)[1:])
        print(f"made  {line}", flush=True)

    def check(self, document):
        for line in commands(document):
            if re.match(r"(mpirun .*)?build/src/shoal ", line):
                self.run(line)
            elif line.startswith("make "):
                self.make(line)
        if self.ran < 4:
            sys.exit(f"README.md has only {self.ran} commands of shoal's: are they found?")


def check_links(path):
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        if not (path.parent / link).exists():
            sys.exit(f"{path.relative_to(ROOT)}: there is no {link}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shoal", required=True)
    shoal = os.path.abspath(parser.parse_args().shoal)
    for document in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "weights/README.md"]:
        check_links(document)
    with tempfile.TemporaryDirectory() as name:
        readme = Readme(shoal, pathlib.Path(name))
        readme.prepare()
        readme.check((ROOT / "README.md").read_text())


if __name__ == "__main__":
    main()
