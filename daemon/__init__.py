"""The batch side: watch a share, take drops in, run jobs on the engine. `daemon.service` runs it."""
