"""Plots by gnuplot, each as SVG and PNG."""

import csv
import shutil
import subprocess

from .failure import Failure
from .result import Figure

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]


def write_csv(path, columns, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)


def draw(context, name, caption, x_label, y_label, curves, log_x=None, marks=()):
    """@param curves (title, [(x, y)…]); @param marks (title, y): horizontal lines, the paper's
    figures"""
    if shutil.which("gnuplot") is None:
        raise Failure("gnuplot is not there; apt-get install gnuplot-nox")
    script = [f'set xlabel "{x_label}"', f'set ylabel "{y_label}"', "set grid lc rgb '#dddddd'",
              "set key outside right top", "set yrange [0:*]", "set border 3", "set tics nomirror"]
    if log_x:
        script.append(f"set logscale x {log_x}")
    data, parts = [], []
    for i, (title, points) in enumerate(curves):
        data.append(f"$d{i} << EOD\n" + "".join(f"{x} {y}\n" for x, y in points) + "EOD")
        parts.append(f'$d{i} with linespoints lw 2 pt 7 ps 0.6 lc rgb "{COLOURS[i % 7]}" '
                     f'title "{title}"')
    for i, (title, y) in enumerate(marks):
        colour = COLOURS[(len(curves) + i) % 7]
        parts.append(f'{y} with lines dt 2 lw 2 lc rgb "{colour}" title "{title}"')
    for ending, terminal in (("svg", "svg size 760,420 font 'sans,13' background 'white'"),
                             ("png", "pngcairo size 1140,630 font 'sans,15'")):
        path = context.folder / f"{name}.{ending}"
        text = "\n".join([f"set terminal {terminal}", f'set output "{path}"', *script, *data,
                          "plot " + ", ".join(parts)])
        done = subprocess.run(["gnuplot"], input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Failure(f"gnuplot: {done.stderr.strip().splitlines()[-1]}")
    return Figure(name, caption)
