"""Where results are reproduced."""

from .cluster import Cluster
from .testbed import Testbed
from .twin import Twin

WORLDS = {world.name: world for world in (Twin, Testbed, Cluster)}
