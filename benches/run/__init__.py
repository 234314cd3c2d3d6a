"""Measuring: time, instructions, memory."""
