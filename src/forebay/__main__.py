"""`forebay`, and `python -m forebay`."""

import sys

from forebay.bootstrap.cli import services
from forebay.entrypoints.cli.app import run


def main() -> int:
    return run(services(), sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
