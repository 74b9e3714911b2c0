"""Questions to the compiled catalog: functions from a `Catalog` to values and results.

Nothing here imports `source`, `records` or a renderer, and nothing formats text for a screen.
"""
