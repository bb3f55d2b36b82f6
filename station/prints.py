"""Prints: enough of a lesson's head and tail to find a unified intro or outro in it again, with or without a template."""

from dataclasses import dataclass

from gpu.measurements import Array


@dataclass(frozen=True)
class Print:
    """Head and tail of one lesson, or a whole template."""

    name: str
    """What a person knows it by."""
    pictures: Array
    """uint8 (n, 18, 32): tile means at 5 a second."""
    sound: Array
    """uint32 (f,): sound fingerprint words, FINGERPRINT_HZ a second."""
