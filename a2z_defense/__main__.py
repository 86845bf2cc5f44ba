"""`python -m a2z_defense` is `a2z`."""

from a2z_defense.cli.start import main

if __name__ == "__main__":
    main()
