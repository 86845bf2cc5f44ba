"""Amazon's Selling Partner API: access, quota, calls, and the answers as raw evidence."""
