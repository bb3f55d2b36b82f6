"""Commands of the command line, one module a family. `station.cli` names them; each loads only when called."""
