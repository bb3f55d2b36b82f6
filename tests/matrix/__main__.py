"""`python -m matrix [ROW…]` (with tests/ on the path): run rows, print the table, with --write put it into docs/ACCURACY.md."""

import argparse
import sys
import time

from matrix import report
from matrix.recipes import REPOSITORY
from matrix.run import cache_folder, discovered, run


def main() -> int:
    """0 when every target is met, 1 when not, 2 for an unknown row."""
    parser = argparse.ArgumentParser(prog="matrix", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to run; all where none is named")
    parser.add_argument("--only", default="", metavar="TEXT", help="only cases whose name holds it (never written)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--write", action="store_true", help="put the table into docs/ACCURACY.md")
    parser.add_argument("--list", action="store_true", help="list rows and leave")
    asked = parser.parse_args()
    rows = discovered()
    if unknown := set(asked.rows) - set(rows):
        sys.stderr.write(f"no such row: {', '.join(sorted(unknown))}\n")
        return 2
    chosen = {id_: row for id_, row in rows.items() if not asked.rows or id_ in asked.rows}
    if asked.list:
        sys.stdout.writelines(f"{id_}: {sum(1 for _ in row.cases())} cases\n" for id_, row in chosen.items())
        return 0
    began = time.monotonic()
    scores = run(list(chosen.values()), jobs=asked.jobs, only=asked.only)
    lines = report.table(chosen, scores)
    sys.stdout.write("\n".join([*report.details(chosen, scores), "", *lines, ""]))
    sys.stdout.write(f"\n{time.monotonic() - began:.0f} s; clips and measurements in {cache_folder()}\n")
    if asked.write and not asked.only:
        report.write(REPOSITORY / "docs/ACCURACY.md", lines, order=list(rows))
    return 0 if all(report.met(chosen[id_].target, score) is not False for id_, score in scores.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
