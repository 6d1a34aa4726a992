"""Running suites: each case's answers, their scores, and what earlier runs remember of them."""
