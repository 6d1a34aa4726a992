"""From results to a verdict: the rule, what it was given, and how it tells its reasons."""
