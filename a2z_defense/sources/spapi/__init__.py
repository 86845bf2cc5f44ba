"""Amazon's Selling Partner API: one file per area."""
