"""Backups of a city: the database, the residents' files, and what proves that both are whole."""
