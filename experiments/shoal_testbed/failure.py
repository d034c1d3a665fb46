"""What goes wrong, as one line for the user."""


class Failure(Exception):
    """Something did not work."""

    exit_code = 1


class Unavailable(Failure):
    """A testbed, or a part of it, cannot be had on this computer."""

    exit_code = 3
