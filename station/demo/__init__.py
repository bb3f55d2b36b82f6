"""A believable drop with known faults: painted slides, a synthetic lecturer, synthetic speech, and papers to go with them.

Everything is made here and named 示例; nothing is copied from real lectures or people.
"""
