"""Commands that write records: `init`, `add`, `edit`; options, questions, and the one way a change is saved."""
