#!/usr/bin/python3
"""What of experiments/reproduce can be tested without devices: the steady state, and what a world asks
of the program."""

import argparse
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "experiments"))

from shoal_reproduce import runner  # noqa: E402
from shoal_reproduce.failure import Failure, NotMeasured  # noqa: E402
from shoal_reproduce.result import Result  # noqa: E402
from shoal_reproduce.worlds import Cluster, Testbed, steady  # noqa: E402
from shoal_reproduce.worlds.ranks import Ranks  # noqa: E402
from shoal_reproduce.worlds.world import INTERVAL, LATENCY, Outcome  # noqa: E402

INTERVAL_SECONDS, LATENCY_SECONDS = 0.5, 1.25


def metrics(frames, in_flight):
    """Of two ranks; the first and the last answers come at another pace."""
    lines = []
    for frame in range(frames):
        end = 3 + frame * INTERVAL_SECONDS
        if frame >= frames - in_flight:
            end -= 0.01 * (frame - (frames - in_flight))
        begin = end - LATENCY_SECONDS - (2 if frame < in_flight else 0)
        lines.append({"frame": frame, "rank": 0, "began": begin, "ended": end - 0.3})
        lines.append({"frame": frame, "rank": 1, "began": begin + 0.1, "ended": end})
    return lines


class Steady(unittest.TestCase):
    def test_filling_and_draining_are_left_out(self):
        found = steady.passages(metrics(12, 3))
        self.assertAlmostEqual(steady.interval(found, 3), INTERVAL_SECONDS)

    def test_whole_rounds_are_counted(self):
        # Two replicas that answer at once, once a second; of 7 answers 4 are 2 seconds' work.
        found = [(0, frame // 2) for frame in range(9)]
        self.assertAlmostEqual(steady.interval(found, 2), 0.5)

    def test_too_few_frames_show_none(self):
        with self.assertRaisesRegex(ValueError, "9 would"):
            steady.interval(steady.passages(metrics(8, 3)), 3)

    def test_a_frame_lasts_from_its_first_rank_to_its_last(self):
        found = steady.passages(metrics(7, 1))
        self.assertAlmostEqual(steady.latency(found), LATENCY_SECONDS)

    def test_the_first_frame_warms_up(self):
        self.assertEqual(steady.latency([(0, 9), (9, 10), (10, 11)]), 1)

    def test_so_many_are_in_flight(self):
        self.assertEqual(steady.most_in_flight({"in_flight": 5, "stages": [{}]}), 5)
        self.assertEqual(steady.most_in_flight({"stages": [{"ranks": [0]}, {"replicas": [{}, {}]}]}), 6)


class Fake(Ranks):
    """Devices that answer at once; keeps what they were asked for."""

    name = "fake"
    most_devices = 4

    def __init__(self, options):
        super().__init__(options)
        self.asked = []

    def call(self, *words):
        self.asked.append(words)
        if words[:2] == ("plan", "write"):
            words[-1].write_text(json.dumps({"model": words[3], "ranks": words[7], "in_flight": 3,
                                             "stages": [{}]}))
        return "input_1  Input  220x220x3\n"

    def set_up(self, memory):
        self.asked.append(("memory", memory))

    def mpirun(self, ranks, *words):
        options = dict(zip(words[1:], words[2:]))
        options["--metrics"].write_text("\n".join(
            json.dumps(line) for line in metrics(self.answers, options["--in-flight"])))
        self.asked.append((ranks, *words))
        return "pi0: 7 page-ins, 1.5 MB read from swap\npi1: 0 page-ins, 0.0 MB read from swap\n"

    def on_every_host(self, *words):
        self.asked.append(words)

    def compute_words(self):
        return self.slow

    def prepare(self, model, frames):
        self.answers = frames


class InAFolder(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        (self.folder / "shoal").write_text("a program")

    def options(self, **more):
        return argparse.Namespace(**{"shoal": self.folder / "shoal", "quick": False, "slow": None,
                                     "exact": False, "output": self.folder, "hostfile": self.folder / "hosts",
                                     "devices": 3, "device_memory": "490MB", "swap_rate": "20MB",
                                     "again": False, **more})

    def fake(self, **more):
        world = Fake(self.options(**more))
        world.folder = self.folder
        return world


class Worlds(InAFolder):
    def test_only_what_is_wanted_is_run(self):
        world = self.fake()
        outcome = world.split("m", "fc=output:2", 2, (LATENCY,))
        self.assertAlmostEqual(outcome.latency, LATENCY_SECONDS)
        self.assertIsNone(outcome.interval)
        self.assertEqual(sum("--in-flight" in words for words in world.asked), 1)
        self.assertAlmostEqual(world.split("m", "fc=output:2", 2, (INTERVAL,)).interval,
                               INTERVAL_SECONDS)

    def test_page_ins_of_the_plans_devices_are_kept(self):
        outcome = self.fake().alone("m", memory="64MB")
        self.assertEqual(outcome.page_ins, ["pi0: 7 page-ins, 1.5 MB read from swap"])

    def test_too_many_devices_are_not_measured(self):
        world = self.fake()
        self.assertEqual(world.possible((1, 2, 4, 8)), (1, 2, 4))
        with self.assertRaisesRegex(NotMeasured, "needs 5 devices, there are 4"):
            world.split("m", "fc=output:5", 5)

    def test_plans_have_names_of_their_own(self):
        world = self.fake()
        names = {world.plan_path(model, split).name for model in ("fc:1:2", "fc:12")
                 for split in ("fc=output:2", "fc=output:2@8")}
        self.assertEqual(len(names), 4)
        self.assertNotIn("/", "".join(names))

    def test_the_testbed_is_slowed_unless_told_otherwise(self):
        self.assertEqual(Testbed(self.options()).compute_words(), ["--threads", 1, "--slow", 12])
        self.assertEqual(Testbed(self.options(slow=3)).compute_words(), ["--threads", 1, "--slow", 3])

    def test_other_devices_are_another_identity(self):
        identities = {Testbed(self.options(**more)).identity() for more in (
            {}, {"devices": 4}, {"device_memory": "1GB"}, {"swap_rate": "9MB"}, {"slow": 9},
            {"exact": True})}
        self.assertEqual(len(identities), 6)

    def test_exact_devices_have_no_profile(self):
        world = self.fake(exact=True)
        world.alone("m")
        self.assertIn("--exact", world.asked[-1])
        with self.assertRaisesRegex(NotMeasured, "not of --exact"):
            world.profile("m")

    def test_a_cluster_has_a_device_for_each_slot(self):
        (self.folder / "hosts").write_text("pi0 slots=1\npi1 slots=2 # desk\n")
        cluster = Cluster(self.options())
        self.assertEqual(cluster.most_devices, 3)
        with mock.patch.object(cluster, "command", autospec=True) as command:
            cluster.mpirun(3, "shoal", "run")
            cluster.on_every_host("mkdir")
        first, second = (list(map(str, call.args)) for call in command.call_args_list)
        self.assertEqual(first[first.index("-n") + 1], "3")
        self.assertEqual(second[second.index("-n") + 1], "2")

    def test_a_cluster_needs_a_hostfile(self):
        with self.assertRaisesRegex(Failure, "--hostfile"):
            Cluster(self.options(hostfile=None))
        with self.assertRaisesRegex(Failure, "hosts: cannot be read"):
            Cluster(self.options())


class Runner(InAFolder):
    def run_item(self, item, world):
        with (mock.patch.dict(runner.ITEMS, {"it": item}),
              contextlib.redirect_stdout(io.StringIO())):
            return runner.run_items(["it"], world, self.options())[0]

    def test_what_cannot_be_measured_says_so_and_is_kept(self):
        def item(context):
            context.world.require(9)

        for _ in range(2):
            result = self.run_item(item, self.fake())
            self.assertFalse(result.is_measured)
            self.assertEqual(result.headline, "not measured: needs 9 devices, there are 4")

    def test_what_is_there_is_not_run_again_on_the_same_devices(self):
        runs = []

        def item(context):
            runs.append(context.world.alone("m"))
            return Result("it", "It", headline="1 time")

        self.run_item(item, self.fake())
        self.run_item(item, self.fake())
        self.assertEqual(len(runs), 1)
        self.run_item(item, self.fake(slow=2))
        self.assertEqual(len(runs), 2)
        self.assertIsInstance(runs[0], Outcome)


if __name__ == "__main__":
    unittest.main()
