"""What strangers write to models, in fifteen languages: one file of phrases a language."""
