"""Models side by side (`compare`)."""
