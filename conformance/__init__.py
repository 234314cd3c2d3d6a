"""The evidence: other people's tests on weakly, memory checkers, free-threaded interpreters."""
