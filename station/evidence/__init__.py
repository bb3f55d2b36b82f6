"""What a person looks at to believe a finding: stills, a clip of the sound, and the lesson at a glance."""

from station.evidence._gather import gather
from station.evidence._overview import overview

__all__ = ["gather", "overview"]
