"""Language models: requests, recordings, budgets, and the only client that calls an endpoint."""
