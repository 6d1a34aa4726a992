"""The chronicle: what happened to one artifact, landing by landing, and who agreed to it."""
