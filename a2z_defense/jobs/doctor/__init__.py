"""`a2z doctor`: is everything there that a claim will need? Each line with its remedy, all of it safe to paste."""
