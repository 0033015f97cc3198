"""`python -m alcli` is the command `alcli`."""

from alcli.cli import main

if __name__ == "__main__":
    main()
