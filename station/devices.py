"""The device's label (`cpu: no CUDA driver`) as a person reads it. Records keep the label itself."""

import re

from station.text import Phrase, catalogue


def device_phrase(label: str) -> Phrase | str:
    """The label in words where its reason is one that the catalogue knows; a GPU's own name stays as it is."""
    name, _, reason = label.partition(": ")
    message = f"device.reason.{re.sub(r'[^a-z0-9]+', '-', reason.lower())}"
    if message in catalogue("zh"):
        return Phrase("device.label", {"name": name, "reason": Phrase(message)})
    return label
