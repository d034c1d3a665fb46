"""Devices on one computer: a network namespace each, joined by a switch, with lines, processors and
memory as small as wanted. docs/testbed.md says how it is used."""
