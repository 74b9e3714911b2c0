"""The filter language: text to tokens, a tree, and SQL with bound parameters. `query.filters` is the door."""
