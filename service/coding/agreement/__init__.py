"""How well two coders agree, where they do not, and what was decided about that."""
