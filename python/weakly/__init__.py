"""Weak references, as the standard library's `weakref`, written in Rust."""
