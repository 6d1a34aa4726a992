"""Who must agree to a change, decided on what changed and not only on which file.

Everything here is a function of values: the policy and the directory as base has them, the typed
changes, the reviews, and the instant. Nothing reads a clock, a file or a network.
"""
