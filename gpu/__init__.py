"""The machine room: decode, measure, fingerprint, encode. Knows media, holds no opinions, knows no submissions.

Nothing heavy is imported here; import the module you need (`gpu.measure`, `gpu.stills`, `gpu.device` …).
"""
