"""The screens, one a file. Each is a `StationScreen` and finds its keys in the action registry."""
