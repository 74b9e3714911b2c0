"""The command line: the only package that imports Typer.

A command body opens the catalog, asks it, and emits the answer; it holds no formatting, no SQL and no `try`. stdout is
written by `output`, stderr by `narration`, and errors become exit codes in `run`.
"""
