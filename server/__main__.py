"""`python -m server` is the `parlour` command."""

from server.cli import main

if __name__ == "__main__":
    main()
