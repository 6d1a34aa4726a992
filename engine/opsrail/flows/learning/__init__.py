"""Learning from labelled texts: what a text is about, how likely that is, which words told so."""
