"""Run the command line: ``python -m altrotation``."""

from altrotation.cli import main

main()
