"""The pages of the site: one module for each kind, each from an edition to Markdown."""
