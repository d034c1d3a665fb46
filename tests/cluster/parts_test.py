#!/usr/bin/python3
"""What of experiments/cluster can be tested without devices: hostfiles, what mpirun is asked for,
what is made of the facts of a device and of what ssh says."""

import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "experiments"))

from shoal_cluster import doctor, hosts, job, program, relay, remote, shards  # noqa: E402
from shoal_cluster.failure import Failure  # noqa: E402

HOSTFILES = pathlib.Path(__file__).resolve().parents[2] / "hostfiles"


class Folder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path


class Hostfiles(Folder):
    def test_the_examples_are_read(self):
        for path in HOSTFILES.glob("*.txt"):
            self.assertTrue(hosts.read(path), path)
        mixed = hosts.read(HOSTFILES / "mixed.txt")
        self.assertEqual([host.login for host in mixed],
                         ["pi1.local", "pi@pi2.local", "anna@192.168.1.23", "anna@desk.local"])
        self.assertEqual([host.folder for host in mixed],
                         ["shoal", "shoal", "/srv/shoal", "work/shoal"])
        self.assertEqual(mixed[3].line, "desk.local slots=2 max-slots=2 username=anna")

    def test_a_comment_is_for_people(self):
        path = self.write("h.txt", "# all\npi1 slots=1 # the one on top\n\n")
        self.assertEqual([host.name for host in hosts.read(path)], ["pi1"])

    def test_what_is_wrong_is_told_with_its_line(self):
        for text, said in (("pi1\n", "line 1: say how many ranks"),
                           ("pi1 slots=0\n", "line 1: say how many"),
                           ("pi1 slots=1\npi2 slots\n", "line 2: 'slots' is not"),
                           ("pi1 slots=1\npi1 slots=1\n", "pi1 is named twice"),
                           ("pi1 slots=1 # folder=~/x\n", "without ~"),
                           ("pi1 slots=1 # folder=x port=22\n", "there may be folder=PATH"),
                           ("-oProxyCommand=x slots=1\n", "names no host"),
                           ("# nobody\n", "names no host")):
            with self.assertRaisesRegex(Failure, said, msg=text):
                hosts.read(self.write("h.txt", text))
        with self.assertRaisesRegex(Failure, "No such file"):
            hosts.read(self.folder / "none.txt")

    def test_ranks_go_out_from_the_top(self):
        mixed = hosts.read(HOSTFILES / "mixed.txt")
        self.assertEqual([list(ranks) for _, ranks in hosts.ranks(mixed, 5)],
                         [[0], [1], [2], [3, 4]])
        self.assertEqual([list(ranks) for _, ranks in hosts.ranks(mixed, 2)], [[0], [1], [], []])
        with self.assertRaisesRegex(Failure, "for 6 ranks, the hostfile has room for 5"):
            hosts.ranks(mixed, 6)

    def test_mpirun_gets_the_paths_of_each_host(self):
        mixed = hosts.read(HOSTFILES / "mixed.txt")
        folders = {host.name: f"/of/{i}" for i, host in enumerate(mixed)}
        command = job._mpirun(hosts.ranks(mixed, 4), folders, "10.0.0.0/8", lambda f: ["run", f])
        text = " ".join(command)
        self.assertIn("--host pi2.local:1 /of/1/shoal run /of/1 :", text)
        self.assertTrue(text.endswith("-n 1 --host desk.local:1 /of/3/shoal run /of/3"), text)
        self.assertIn("--mca btl_tcp_if_include 10.0.0.0/8", text)


FACTS = {"clock": "0", "architecture": "arm64", "memory": "9e8", "rsync": "/usr/bin/rsync",
         "mpi": "mpirun (Open MPI) 4.1.4", "addresses": "eth0 10.0.0.5/24", "lacks": "",
         "version": "shoal 0.1.0, BLAS for CORTEXA53"}


class Doctor(Folder):
    def findings(self, network="", difference=0.0, **facts):
        path = self.write("programs/arm64/shoal", "program")
        programs = program.Programs("nothing", self.folder / "programs", "amd64")
        facts = {**FACTS, "digest": program.digest(path), **facts}
        facts = {name: value for name, value in facts.items() if value is not None}
        one = doctor.Examined(hosts.Host("pi1", "", 1, "shoal"), facts, difference)
        return [str(finding) for finding in
                (*doctor._of_host(one), *doctor._of_program(one, programs),
                 *doctor._of_network(one, network))]

    def test_nothing_is_found_where_all_is_well(self):
        self.assertEqual(self.findings(), [])
        self.assertEqual(self.findings(network="10.0.0.0/24"), [])

    def test_each_finding_is_a_line(self):
        for change, said in (
                ({"mpi": ""}, "pi1: has no mpirun"),
                ({"rsync": ""}, "pi1: has no rsync"),
                ({"memory": "5e7"}, "pi1: note: 50 MB of memory are free"),
                ({"difference": -35.2}, "pi1: note: its clock is 35 s behind"),
                ({"digest": None}, "pi1: has no program"),
                ({"digest": "0"}, "pi1: has another build"),
                ({"lacks": "libopenblas.so.0 libmpi.so.40"}, "pi1: lacks libraries, libopenblas"),
                ({"version": "shoal: Illegal instruction"}, "pi1: the program does not start"),
                ({"version": "shoal 0.1.0, BLAS for armv8"}, "pi1: note: OpenBLAS does not know"),
                ({"architecture": "armhf"},
                 "pi1: there is no program for armhf: make -f Makefile.cluster armhf, or"),
                ({"addresses": "eth0 10.0.0.5/24 docker0 172.17.0.1/16"}, "pi1: has several"),
                ({"addresses": "wlan0 10.0.0.5/24"}, "pi1: note: is reached by radio"),
                ({"network": "10.1.0.0/16"}, "pi1: has no address in 10.1.0.0/16")):
            found = self.findings(**change)
            self.assertEqual(len(found), 1, (change, found))
            self.assertTrue(found[0].startswith(said), (change, found))
            self.assertNotIn("\n", found[0])

    def test_another_open_mpi_than_most(self):
        all_examined = [doctor.Examined(hosts.Host(f"pi{i}", "", 1, "shoal"), {"mpi": version}, 0)
                        for i, version in enumerate(["4.1.4", "4.1.4", "4.1.6", ""])]
        found = [str(finding) for finding in doctor._of_versions(all_examined)]
        self.assertEqual(len(found), 1)
        self.assertTrue(found[0].startswith("pi2: has 4.1.6, most have 4.1.4"))


class Ssh(unittest.TestCase):
    def test_what_it_says_is_explained(self):
        host = hosts.Host("pi1", "anna", 1, "shoal")
        for said, told in (("connect to host pi1 port 22: Connection refused", "no ssh server"),
                           ("anna@pi1: Permission denied (publickey).", "ssh-copy-id anna@pi1"),
                           ("Host key verification failed.", "its key is not known"),
                           ("connect to host pi1 port 22: Connection timed out", "nothing answers"),
                           ("something new", "something new")):
            text = str(remote._explain(host, ["ssh"], 255, said + "\n"))
            self.assertTrue(text.startswith("pi1: ") and told in text, text)


class Relay(unittest.TestCase):
    def test_every_holder_passes_on_and_a_failure_is_made_good(self):
        given, passed = [], []

        def give(place):
            given.append(place)
            return 7

        def pass_on(holder, place):
            if (holder, place) == (1, 4):
                raise Failure("cannot log in")
            passed.append((holder, place))
            return 5

        done = relay.spread([0, 1, 2, 3, 4], give, pass_on)
        self.assertEqual(done, {0: (None, 7), 1: (0, 5), 2: (0, 5), 3: (1, 5), 4: (0, 5)})
        self.assertEqual((given, sorted(passed)), ([0], [(0, 1), (0, 2), (0, 4), (1, 3)]))
        done = relay.spread([0, 1, 4, 9, 8], give, lambda *_: pass_on(1, 4))
        self.assertEqual(set(done.values()), {(None, 7)})


class Shards(Folder):
    def test_other_files_than_those_of_the_shards_are_told(self):
        plan = self.write("plan.json", '{"ranks": 3}')
        origin = f"{'0' * shards.NAME}-{program.digest(plan)[:shards.NAME]}"
        shards.expect_origin(origin, "", str(plan))
        shards.expect_origin(origin, "", str(self.folder / "none.json"))
        with self.assertRaisesRegex(Failure, "shards of another"):
            shards.expect_origin(origin, "", str(self.write("other.json", "{}")))
        self.assertEqual(shards.read_plan(plan)[1], 3)
        with self.assertRaisesRegex(Failure, "is no plan"):
            shards.read_plan(self.write("no.json", "[]"))


if __name__ == "__main__":
    unittest.main()
