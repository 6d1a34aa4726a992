"""Two versions of a suite beside each other: which cases compare, and what became weaker."""
