"""Papers that the station writes: data in, bytes of a file out. Who may have them is decided in `station.desk.exporting`."""
