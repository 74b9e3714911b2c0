"""What ids, keys, addresses, dates and sizes look like: regular expressions that records hold, and others ask beforehand."""

__all__ = ["ADDRESS", "DATE", "ID", "KEY", "REPOSITORY", "SIZE"]

ID = r"^[a-z0-9]+([.-][a-z0-9]+)*$"
"""Kebab-case: lower case, digits, hyphens and dots."""

KEY = r"^[a-z0-9][a-z0-9._-]*$"
"""A source's key within its family."""

REPOSITORY = r"^[\w.-]+/[\w.-]+$"
"""The id of a Hugging Face repository: owner/name."""

ADDRESS = r"^https?://[^\s\x00-\x20\x7f]+$"
"""An address that a browser opens."""

DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"
"""A date as far as it is known: 2024, 2024-05 or 2024-05-20."""

SIZE = r"^[0-9]+(\.[0-9]+)?[KMBTkmbt]?$"
"""A number of parameters, with or without a unit: 1.7B."""
