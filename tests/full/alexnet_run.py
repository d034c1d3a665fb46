"""What the scripts that run AlexNet over a clip share."""

import json
import subprocess
import sys

TOLERANCE = 1e-4


def prepare(shoal, folder, frames):
    """Draws a clip and makes weights; the two files."""
    clip, weights = folder / "clip.avi", folder / "alexnet.h5"
    subprocess.run([shoal, "draw", "clip", clip, "--frames", str(frames), "--size", "64x64"],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([shoal, "weights", "init", "alexnet", "-o", weights], check=True,
                   stdout=subprocess.DEVNULL)
    return clip, weights


def json_lines(path):
    """Without the last line of results, which says whether they are complete."""
    values = [json.loads(line) for line in path.read_text().splitlines()]
    return [value for value in values if "end" not in value]


def compare(found, expected):
    """Ends the test unless `found` are the first answers of `expected`, in order, each once."""
    for i, (ours, theirs) in enumerate(zip(found, expected)):
        if ours["frame"] != i or ours["input"] != theirs["input"]:
            sys.exit(f"answer {i} is that of {ours['frame']}, {ours['input']}")
        for a, b in zip(ours["top"], theirs["top"], strict=True):
            if abs(a["probability"] - b["probability"]) > TOLERANCE:
                sys.exit(f"answer {i}: {ours['top']}, one rank says {theirs['top']}")
