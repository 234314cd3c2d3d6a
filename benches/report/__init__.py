"""Pages and charts from the recorded figures."""
