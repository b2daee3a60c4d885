"""Stand-ins: what stands in the place of somebody's name, place, date or age, so that a text stays readable.

Pure functions on plain values. Which identity gets which stand-in, and that it keeps it, is decided by who calls them:

- :mod:`models.standins.names`: a name that keeps gender and origin, and how each form of the real one is said with it;
- :mod:`models.standins.places`, :mod:`models.standins.organisations`: what kind of place it is, and roughly where;
- :mod:`models.standins.dates`: spoken dates moved by whole weeks, partial ones coarsened;
- :mod:`models.standins.ages`: ages in bands;
- :mod:`models.standins.relations`: "my sister" for who is called that;
- :mod:`models.standins.pronouns`: pronouns for print, as suggestions.

Every function that draws takes its source of chance (``random.SystemRandom`` in use, a seeded ``random.Random`` in
tests). Nothing here needs a worker's packages, but :mod:`models.standins.grammar`, and the lists are loaded when first
asked for.
"""
