"""What an item found, as values that can be kept in a file."""

import json
from dataclasses import asdict, dataclass, field

HOLDS, FAILS, UNDECIDED = "holds", "does not hold", "cannot be told"


@dataclass
class Claim:
    """A statement of the paper or of ours, and what became of it."""

    statement: str
    expected: str  # with its source
    found: str
    verdict: str


def claim(statement, expected, found, holds):
    return Claim(statement, expected, found, HOLDS if holds else FAILS)


@dataclass
class Figure:
    """A plot's file without its ending, and what it shows."""

    name: str
    caption: str


@dataclass
class Table:
    caption: str
    columns: list
    rows: list


@dataclass
class Result:
    item: str
    title: str
    text: list = field(default_factory=list)  # paragraphs
    claims: list = field(default_factory=list)
    figures: list = field(default_factory=list)
    tables: list = field(default_factory=list)
    headline: str = ""
    is_measured: bool = True

    @staticmethod
    def not_measured(item, why):
        return Result(item, item, headline=f"not measured: {why}", is_measured=False)

    def to_json(self):
        return json.dumps(asdict(self), indent=1)

    @staticmethod
    def from_json(text):
        found = json.loads(text)
        result = Result(**found)
        result.claims = [Claim(**one) for one in found["claims"]]
        result.figures = [Figure(**one) for one in found["figures"]]
        result.tables = [Table(**one) for one in found["tables"]]
        return result
