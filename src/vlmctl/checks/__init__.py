"""What a schema can't say: one function per check, each with an id, a severity and a docstring."""
