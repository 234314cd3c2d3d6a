"""A differential fuzzer: the same random steps in two worlds, one of the standard library's weak
references and one of weakly's, compared after every step."""
