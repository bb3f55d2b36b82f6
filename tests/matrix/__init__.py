"""The accuracy matrix: bases × planted faults with exact truth × severities, and their clean twins (see README.md)."""
