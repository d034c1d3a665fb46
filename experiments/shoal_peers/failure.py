class Failure(Exception):
    """What a user can mend: one line that says what, where and what to do."""
