"""Foreign formats: one module each, reading into plain scores or writing from them."""
