"""Readers look at a few selected pictures and at the sound, after the measuring pass: text, codes, faces, voices, speech.

Each reader is a module of its own with a model that ships inside a package; one that is not installed, is switched off or
breaks down gives an `Unread` that says so, never an exception. What they give is kept as `station.readings.Readings`.
"""
