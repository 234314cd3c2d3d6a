"""Whole programs in which weak containers matter.

Each module has a function ``run`` that does the program's work and returns a value that must not
depend on whose weak containers it used.
"""

PROGRAMS = {
    "mesa_wolf_sheep": "Mesa 3.3: its wolf-sheep example model",
    "mesa_boltzmann": "Mesa 3.3: its Boltzmann wealth example model",
    "sqlalchemy_orm": "SQLAlchemy: objects loaded, changed and expired; connections from a pool",
    "blinker_signals": "blinker: bound methods connected to signals, signals sent",
    "django_signals": "Django: signals to bound methods, with its cache of receivers",
}
