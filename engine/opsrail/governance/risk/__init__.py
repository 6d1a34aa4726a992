"""How much a change may hurt: factors, each with its evidence, and what they demand."""
