"""The shared substrate: what each tile of the picture is doing, so that checks ask about life, not about change."""

from dataclasses import dataclass

from gpu.measurements import Measurements


@dataclass(frozen=True)
class Substrate:
    """Content class and liveness per tile."""

    measurements: Measurements


def build_substrate(measurements: Measurements) -> Substrate:
    """Classify every tile over time."""
    return Substrate(measurements)
