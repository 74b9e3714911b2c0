"""What can stand where something is being typed, from the store. Asked by `cli.completion`."""
