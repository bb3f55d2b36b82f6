"""`python -m station`: the command line, also where the script is not on the path."""

from station.cli import main

if __name__ == "__main__":
    main()
