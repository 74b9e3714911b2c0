"""All about one thing: a family or model (`show`), a figure (`why`)."""
