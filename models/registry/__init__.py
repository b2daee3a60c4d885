"""The models Lytt uses: what they are, where they lie, and how they get there.

Everything but :mod:`models.registry.fetch` works without a network and never opens a connection.
"""

from models.registry.locate import locate
from models.registry.manifest import Task

__all__ = ["Task", "locate"]
