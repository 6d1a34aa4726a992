"""The gate: changes → impact → proofs → verdict. `opsrail check` is that sentence."""
