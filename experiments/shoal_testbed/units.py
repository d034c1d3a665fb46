"""Amounts as users write them."""

import re

from .failure import Failure

RATES = {"bit": 1, "kbit": 1e3, "mbit": 1e6, "gbit": 1e9}
SIZES = {"": 1, "B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def _amount(text, units, example):
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) *([A-Za-z]*)", text)
    if not match or match[2] not in units or float(match[1]) == 0:
        raise Failure(f"{text!r} is no amount such as {example}")
    return float(match[1]) * units[match[2]]


def bits_per_second(text):
    return round(_amount(text, RATES, "94.1mbit"))


def size_in_bytes(text):
    return round(_amount(text, SIZES, "900MB or 1GiB"))


def number(text):
    return _amount(text, {"": 1}, "0.5")


def per_device(option, text, parse, count):
    """One value for all devices or one for each, separated by commas; None for each without any."""
    if text is None:
        return [None] * count
    values = [parse(part) for part in text.split(",")]
    if len(values) == 1:
        return values * count
    if len(values) != count:
        raise Failure(f"{option}: {len(values)} values for {count} devices")
    return values
