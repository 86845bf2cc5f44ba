"""One command, one file. Composes and prints, computes nothing."""
