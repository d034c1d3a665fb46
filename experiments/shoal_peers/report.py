"""Tables, a plot and the headline."""

import csv
import math
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field

from . import networks
from .failure import Failure


@dataclass
class Outcome:
    """Of one model: peer -> medians of the rounds in seconds, and peer -> why it is left out."""

    model: networks.Model
    rounds: dict = field(default_factory=dict)
    left_out: dict = field(default_factory=dict)

    def median(self, name):
        return statistics.median(self.rounds[name])

    def spread(self, name):
        """The middle half of the rounds, relative to the median: how far noise goes."""
        if len(self.rounds[name]) < 2:
            return 0
        low, _, high = statistics.quantiles(self.rounds[name], n=4, method="inclusive")
        return (high - low) / self.median(name)

    @property
    def fastest(self):
        return min((name for name in self.rounds if name != "shoal"), key=self.median)

    @property
    def ratio(self):
        """Above 1: we are faster."""
        return self.median(self.fastest) / self.median("shoal")


@dataclass
class Ceiling:
    flops: float
    bandwidth: float

    def least(self, model):
        return max(networks.flops(model) / self.flops, networks.least_bytes(model) / self.bandwidth)


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def headline(outcomes, threads):
    what = [outcome for outcome in outcomes if outcome.model.name in networks.NETWORKS] or outcomes
    kind = "networks" if what[0].model.name in networks.NETWORKS else "layers"
    mean = geometric_mean([outcome.ratio for outcome in what])
    return (f"{mean:.2f} times as fast as the fastest peer, geometric mean over {len(what)} {kind}, "
            f"threads: {threads}")


def write_rounds(path, outcomes):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["model", "peer", "round", "seconds"])
        for outcome in outcomes:
            for name, rounds in outcome.rounds.items():
                writer.writerows([outcome.model.name, name, i, f"{seconds:.9f}"]
                                 for i, seconds in enumerate(rounds))


def table(outcomes, peers, ceiling):
    lines = [f"| model | shoal, ms | {' | '.join(peers)} | fastest peer / ours | noise | GFLOP/s "
             "| of the ceiling |", "|---|" + "---|" * (len(peers) + 5)]
    for outcome in outcomes:
        cells = [f"{1e3 * outcome.median(peer):.3g}" if peer in outcome.rounds else "–"
                 for peer in ("shoal", *peers)]
        ours = outcome.median("shoal")
        noise = max(map(outcome.spread, outcome.rounds))
        lines.append(f"| `{outcome.model.name}` | {' | '.join(cells)} | {outcome.ratio:.2f} "
                     f"| {100 * noise:.0f} % | {networks.flops(outcome.model) / ours / 1e9:.0f} "
                     f"| {100 * ceiling.least(outcome.model) / ours:.0f} % |")
    return lines


def write_markdown(path, about, outcomes, peers, ceiling):
    reasons = {f"{outcome.model.name}: {peer} is left out, {why}"
               for outcome in outcomes for peer, why in outcome.left_out.items()}
    path.write_text("\n".join([*about, "", *table(outcomes, peers, ceiling), "",
                               *sorted(f"- {reason}" for reason in reasons), ""]), encoding="utf-8")


def draw(path, outcomes, threads):
    """Bars: how many times as fast as the fastest peer."""
    if shutil.which("gnuplot") is None:
        raise Failure("gnuplot is not there; apt-get install gnuplot-nox")
    rows = "".join(f'"{outcome.model.name}" {outcome.ratio:.4f}\n' for outcome in outcomes)
    script = f"""set terminal svg size 900,480 font 'sans,12' background 'white'
set output "{path}"
set ylabel "fastest peer's time / Shoal's"
set title "Threads: {threads}; above 1 Shoal is faster"
set style fill solid 0.8
set boxwidth 0.7
set yrange [0:*]
set grid y lc rgb '#dddddd'
set border 3
set tics nomirror
set xtics rotate by -40
$d << EOD
{rows}EOD
plot $d using 2:xtic(1) with boxes lc rgb '#0072b2' notitle, 1 lc rgb '#d55e00' lw 2 notitle
"""
    done = subprocess.run(["gnuplot"], input=script, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failure(f"gnuplot: {done.stderr.strip().splitlines()[-1]}")
