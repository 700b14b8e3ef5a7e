"""`python -m app` is `nobet`."""

from app.cli import main

main()
