"""Interpreters, environments and wheels, for the tests, the conformance runs and the benchmarks."""
