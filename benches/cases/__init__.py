"""The operations to measure, the objects that they work on, and the goals."""
