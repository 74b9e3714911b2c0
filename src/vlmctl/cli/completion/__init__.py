"""Shell completion: the grammar of commands as data, what is being typed by it, and what can stand next."""
