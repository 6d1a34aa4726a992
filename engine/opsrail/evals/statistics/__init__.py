"""Statistics of paired scores: intervals, tests, power. Pure; numpy is imported where needed."""
