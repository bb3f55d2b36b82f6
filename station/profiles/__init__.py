"""Profiles: one TOML file a notice."""
