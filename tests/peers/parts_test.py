#!/usr/bin/python3
"""What of experiments/peers can be tested without the peers: the models that they are given, ncnn's
text of them, and the table."""

import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "experiments"))

from shoal_peers import check, networks, report  # noqa: E402
from shoal_peers.failure import Failure  # noqa: E402


class Models(unittest.TestCase):
    def test_padding_has_the_odd_element_at_the_end(self):
        self.assertEqual(networks.same(220, 11, 4), (3, 4))
        self.assertEqual(networks.same(128, 3, 1), (1, 1))

    def test_networks_take_as_many_operations_as_is_known(self):
        known = {"alexnet": 0.67, "vgg16": 30.9, "resnet50": 7.7, "xception": 16.7, "c3d": 77.1}
        for name, expected in known.items():
            self.assertAlmostEqual(networks.flops(networks.model(name)) / 1e9, expected, delta=0.1)

    def test_single_layers_have_shoals_names(self):
        self.assertEqual(networks.model("fc:7680:1024").steps[0].weights, (1024, 7680))
        self.assertEqual(networks.model("conv:8x9x3:4:5").steps[0].shape, (4, 8, 9))
        self.assertEqual(networks.model("conv3d:2x8x9x3:4").steps[0].weights, (4, 3, 3, 3, 3))

    def test_other_layers_than_shoals_are_refused(self):
        layer = {"op": "Conv2D", "output_shape": [8, 9, 4]}
        model = networks.model("conv:8x9x3:4:5")
        check.compare(model, {"layers": [layer]})
        with self.assertRaises(Failure):
            check.compare(model, {"layers": [{**layer, "output_shape": [8, 8, 4]}]})


class Report(unittest.TestCase):
    def setUp(self):
        self.outcome = report.Outcome(networks.model("fc:1000:1000"),
                                      {"shoal": [1, 2, 9], "slow": [8, 8, 8], "quick": [4, 3, 4]})

    def test_the_fastest_peer_is_what_we_are_compared_with(self):
        self.assertEqual(self.outcome.fastest, "quick")
        self.assertEqual(self.outcome.ratio, 2)

    def test_the_headline_has_the_number_first(self):
        self.assertTrue(report.headline([self.outcome], 1).startswith("2.00 times"))

    def test_the_slower_of_both_ceilings_counts(self):
        weights = 4 * (1000 * 1000 + 1000 + 1000 + 1000)
        self.assertEqual(report.Ceiling(2e6, 1e12).least(self.outcome.model), 1)
        self.assertEqual(report.Ceiling(1e12, weights).least(self.outcome.model), 1)

    def test_a_peer_that_is_left_out_has_no_time(self):
        row = report.table([self.outcome], ["quick", "absent"], report.Ceiling(2e6, 1e12))[-1]
        self.assertIn("| 4e+03 | – |", row)


if __name__ == "__main__":
    unittest.main()
