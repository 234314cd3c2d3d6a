"""Side-by-side benchmarks: weakly, the standard library's weakref, and dict/set.

``python -m benches`` has the commands; ``make bench`` runs them all.
"""
