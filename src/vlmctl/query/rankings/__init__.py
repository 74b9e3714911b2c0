"""Rankings: on one benchmark or several, by size, and what nothing smaller beats (`top`, `pareto`)."""
