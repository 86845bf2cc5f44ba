"""Case in, assessment out: deadline, completeness, contradictions, decision. Pure; tables are data."""
