"""Questions to the compiled catalog: functions from a `Catalog` to values and results.

Nothing here imports `source`, `records` or a renderer, and text for a screen is made here only where it is the answer (bars, signed
differences). A module beside this one is one question (`listing`, `families`, `benchmarks`, `export`, `differences`, `sql`) or what all of
them need: `names` and `vocabulary` say what was meant, `fields` which facts there are, `filters` which rows match, `scoring` how a figure
is read.
"""
