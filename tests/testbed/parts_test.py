#!/usr/bin/python3
"""What of experiments/testbed can be tested without root: amounts, state, and the files of both
versions of Linux's control groups, in a folder that stands for them."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "experiments"))

from shoal_testbed import cgroup, state, table, units  # noqa: E402
from shoal_testbed.failure import Failure  # noqa: E402


def device(name="pi1"):
    return state.Device(name, "198.18.0.2", 94_100_000, cpus=0.5, memory_bytes=64 << 20,
                        swap_bytes_per_second=20_000_000)


class Units(unittest.TestCase):
    def test_amounts(self):
        self.assertEqual(units.bits_per_second("94.1mbit"), 94_100_000)
        self.assertEqual(units.size_in_bytes("900MB"), 900_000_000)
        self.assertEqual(units.size_in_bytes("1GiB"), 1 << 30)

    def test_what_is_no_amount_is_refused(self):
        for text in ("", "0", "-1MB", "94.1", "1e3mbit", "10 m", "nan"):
            with self.assertRaises(Failure, msg=text):
                units.bits_per_second(text)

    def test_one_value_is_for_all_devices(self):
        self.assertEqual(units.per_device("--cpu", "0.5", units.number, 3), [0.5, 0.5, 0.5])
        self.assertEqual(units.per_device("--cpu", "1,0.5,2", units.number, 3), [1, 0.5, 2])
        self.assertEqual(units.per_device("--cpu", None, units.number, 2), [None, None])
        with self.assertRaisesRegex(Failure, "2 values for 3 devices"):
            units.per_device("--cpu", "1,2", units.number, 3)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def mounts(self, *lines):
        path = self.folder / "mounts"
        path.write_text("".join(line + "\n" for line in lines))
        return path

    def text(self, *parts):
        return self.folder.joinpath(*parts).read_text()


class Unified(InFolder):
    def setUp(self):
        super().setUp()
        (self.folder / "cgroup.controllers").write_text("cpuset cpu io memory pids\n")
        self.groups = cgroup.find(self.mounts("proc /proc proc rw 0 0",
                                              f"cgroup2 {self.folder} cgroup2 rw 0 0"))

    def test_limits(self):
        self.groups.create(device(), ["cpu", "memory", "io"])
        group = pathlib.Path("shoal-testbed", "pi1")
        (self.folder / group / "memory.zswap.max").write_text("max")
        self.groups.limit_cpu(device(), 0.5)
        self.groups.limit_memory(device(), 64 << 20, may_swap=True)
        self.groups.limit_swap(device(), "7:3", 20_000_000)
        self.assertEqual(self.text("cgroup.subtree_control"), "+cpu +memory +io")
        self.assertEqual(self.text("shoal-testbed", "cgroup.subtree_control"), "+cpu +memory +io")
        self.assertEqual(self.text(group, "cpu.max"), "10000 20000")
        self.assertEqual(self.text(group, "memory.max"), "67108864")
        self.assertEqual(self.text(group, "memory.swap.max"), "max")
        self.assertEqual(self.text(group, "memory.zswap.max"), "0")
        self.assertEqual(self.text(group, "io.max"), "7:3 rbps=20000000 wbps=20000000")

    def test_without_a_swap_rate_nothing_is_swapped(self):
        self.groups.create(device(), ["memory"])
        self.groups.limit_memory(device(), 64 << 20, may_swap=False)
        self.assertEqual(self.text("shoal-testbed", "pi1", "memory.swap.max"), "0")

    def test_counts(self):
        self.groups.create(device(), ["memory", "io"])
        group = self.folder / "shoal-testbed" / "pi1"
        (group / "memory.stat").write_text("anon 4096\npgmajfault 12\n")
        (group / "io.stat").write_text("8:0 rbytes=1 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n"
                                       "7:3 rbytes=8192 wbytes=2 rios=1 wios=1 dbytes=0 dios=0\n")
        self.assertEqual(self.groups.page_ins(device()), 12)
        self.assertEqual(self.groups.swapped_in_bytes(device(), "7:3"), 8192)
        self.assertEqual(self.groups.swapped_in_bytes(device(), "7:4"), 0)

    def test_removed_groups_are_gone(self):
        self.groups.top.joinpath("pi0").mkdir(parents=True)
        self.groups.remove()
        self.assertFalse(self.groups.top.exists())


class Legacy(InFolder):
    def setUp(self):
        super().setUp()
        lines = [f"cgroup {self.folder}/{name} cgroup rw,relatime,{name} 0 0"
                 for name in ("cpu", "memory", "blkio")]
        for name in ("cpu", "memory", "blkio"):
            (self.folder / name).mkdir()
        # As where both versions are mounted and the old one has the controllers.
        (self.folder / "unified").mkdir()
        (self.folder / "unified" / "cgroup.controllers").write_text("hugetlb\n")
        self.groups = cgroup.find(self.mounts(f"cgroup2 {self.folder}/unified cgroup2 rw 0 0",
                                              *lines))

    def test_limits(self):
        self.groups.create(device(), ["cpu", "memory", "io"])
        group = pathlib.Path("shoal-testbed", "pi1")
        self.groups.limit_cpu(device(), 1.5)
        self.groups.limit_memory(device(), 64 << 20, may_swap=True)
        self.groups.limit_swap(device(), "7:3", 20_000_000)
        self.groups.limit_all_writes("7:3", 60_000_000)
        self.assertEqual(self.text("cpu", group, "cpu.cfs_period_us"), "20000")
        self.assertEqual(self.text("cpu", group, "cpu.cfs_quota_us"), "30000")
        self.assertEqual(self.text("memory", group, "memory.limit_in_bytes"), "67108864")
        self.assertEqual(self.text("blkio", group, "blkio.throttle.read_bps_device"),
                         "7:3 20000000")
        self.assertEqual(self.text("blkio", "blkio.throttle.write_bps_device"), "7:3 60000000")

    def test_without_a_swap_rate_nothing_is_swapped(self):
        self.groups.create(device(), ["memory"])
        limit = self.folder / "memory" / "shoal-testbed" / "pi1" / "memory.memsw.limit_in_bytes"
        limit.write_text("")
        self.groups.limit_memory(device(), 64 << 20, may_swap=True)
        self.assertEqual(limit.read_text(), "")
        self.groups.limit_memory(device(), 64 << 20, may_swap=False)
        self.assertEqual(limit.read_text(), "67108864")

    def test_counts(self):
        self.groups.create(device(), ["memory", "io"])
        memory, blkio = (self.folder / name / "shoal-testbed" / "pi1"
                         for name in ("memory", "blkio"))
        (memory / "memory.stat").write_text("cache 1\npgmajfault 12\n")
        (blkio / "blkio.throttle.io_service_bytes").write_text(
            "7:3 Read 8192\n7:3 Write 1\n7:3 Total 8193\nTotal 8193\n")
        self.assertEqual(self.groups.page_ins(device()), 12)
        self.assertEqual(self.groups.swapped_in_bytes(device(), "7:3"), 8192)
        self.assertEqual(self.groups.swapped_in_bytes(device(), "7:30"), 0)


class State(InFolder):
    def setUp(self):
        super().setUp()
        before = state.FOLDER, state.DOCUMENT

        def restore():
            state.FOLDER, state.DOCUMENT = before

        self.addCleanup(restore)
        state.FOLDER = self.folder / "testbed"
        state.DOCUMENT = state.FOLDER / "state.json"

    def test_comes_back_as_it_was(self):
        kept = state.State([device("pi0"), device("pi1")], swap_device="7:3", is_whole=True)
        state.save(kept)
        self.assertEqual(state.load(), kept)
        state.forget()
        self.assertIsNone(state.load())

    def test_knows_its_owner(self):
        kept = state.State([device()], is_whole=True, owner=state.Owner.this())
        state.save(kept)
        self.assertEqual(state.load(), kept)
        state.require_own(state.load())
        state.require_own(None)

    def test_is_nobody_elses_to_remove(self):
        own = state.Owner.this()
        for other in (state.Owner(own.user + 1, own.checkout), state.Owner(own.user, "/elsewhere")):
            with self.assertRaisesRegex(Failure, f"not yours: .* from {other.checkout} made it; "
                                                 "down --force"):
                state.require_own(state.State([device()], is_whole=True, owner=other))

    def test_half_a_testbed_is_none(self):
        state.save(state.State([device()]))
        self.assertIsNone(state.load())

    def test_the_lock_is_one_holders(self):
        path = self.folder / "lock"
        with state.lock("busy", path):
            with self.assertRaisesRegex(Failure, "busy"):
                with state.lock("busy", path):
                    pass
        self.assertFalse(path.exists())
        with state.lock("busy", path):
            pass

    def test_an_unknown_device_is_refused(self):
        with self.assertRaisesRegex(Failure, "pi7: no such device; there are pi1"):
            state.State([device()]).device("pi7")


class Table(unittest.TestCase):
    def test_says_what_a_device_has_now(self):
        slow = state.Device("pi0", "198.18.0.1", 94_100_000, cpus=1, cpu_divisor=2,
                            line_divisor=10)
        cut = state.Device("pi1", "198.18.0.2", 94_100_000, is_cut=True)
        rows = [line.split() for line in table.status_lines(state.State([slow, cut]))[1:]]
        self.assertEqual(rows, [["pi0", "198.18.0.1", "9.41", "Mbit/s", "0.5", "all", "none"],
                                ["pi1", "198.18.0.2", "cut", "all", "all", "none"]])


if __name__ == "__main__":
    unittest.main()
