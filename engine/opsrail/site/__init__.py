"""The staff site: plain Markdown for each clearance, built by mkdocs with Material."""
