#!/usr/bin/env python3
"""That include_direction.py finds each kind of wrong include, and only those."""

import tempfile
import unittest
from pathlib import Path

import include_direction

CMAKE = """\
shoal_module(base)
target_link_libraries(shoal_base PUBLIC fmt::fmt)
shoal_module(tensor USES base)
shoal_module(files USES base PRIVATE PkgConfig::HDF5)
shoal_module(net WORLDS USES tensor
             DEVICES MPI::MPI_C TWIN SimGrid::SMPI)
"""


class IncludeDirection(unittest.TestCase):
    def offences(self, path, *headers):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {
                "src/CMakeLists.txt": CMAKE,
                path: "".join(f"#include {header}\n" for header in headers),
            }.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return include_direction.check(root)

    def assert_refused(self, path, header, reason):
        self.assertEqual(
            self.offences(path, "<vector>", header),
            [f"{path}:2: includes {header[1:-1]}: {reason}"],
        )

    def test_what_is_below_may_be_included(self):
        self.assertEqual(self.offences("include/shoal/net/a.hpp", '"shoal/net/b.hpp"'), [])
        self.assertEqual(self.offences("include/shoal/net/a.hpp", '"shoal/base/error.hpp"'), [])
        self.assertEqual(
            self.offences("src/net/a.cpp", '"net/b.hpp"', "<fmt/core.h>", "<mpi.h>", "<hdf5>"), []
        )
        self.assertEqual(self.offences("src/net/twin/a.cpp", "<simgrid/s4u.hpp>", "<mpi.h>"), [])

    def test_what_is_above_or_beside_is_refused(self):
        self.assert_refused(
            "include/shoal/base/a.hpp", '"shoal/tensor/t.hpp"', "base does not use tensor"
        )
        self.assert_refused("src/net/a.cpp", '"shoal/files/f.hpp"', "net does not use files")
        self.assert_refused("src/net/a.cpp", '"shoal/nets/f.hpp"', "there is no module nets")

    def test_private_headers_stay_at_home(self):
        self.assert_refused("src/net/a.cpp", '"tensor/t.hpp"', "a private header of tensor")
        self.assert_refused(
            "include/shoal/net/a.hpp", '"net/b.hpp"', "a public header must not need a private one"
        )

    def test_foreign_headers_stay_with_their_owner(self):
        self.assert_refused("src/tensor/a.cpp", "<mpi.h>", "tensor does not link MPI::MPI_C")
        self.assert_refused(
            "src/tensor/a.cpp", "<simgrid/s4u.hpp>", "tensor does not link SimGrid::SMPI"
        )
        self.assert_refused("src/net/deep/a.cpp", "<H5Fpublic.h>", "net does not link PkgConfig::HDF5")
        self.assert_refused(
            "include/shoal/net/a.hpp", "<mpi.h>", "a public header must not need MPI::MPI_C"
        )

    def test_a_folder_without_a_module_is_refused(self):
        self.assertEqual(
            self.offences("src/stray/a.cpp", "<vector>"),
            ["src/stray/a.cpp: folder stray is no module of src/CMakeLists.txt"],
        )

    def test_a_module_uses_only_those_above_it(self):
        with self.assertRaises(SystemExit):
            include_direction.read_modules("shoal_module(a USES b)\nshoal_module(b USES a)\n")


if __name__ == "__main__":
    unittest.main()
