"""What goes wrong, a line for each thing."""


class Failure(Exception):
    """Something did not work."""

    def __init__(self, *lines):
        super().__init__("\n".join(lines))
        self.lines = lines
