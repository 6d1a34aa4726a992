"""Which documents are copies from other repositories: not ours to rewrite, nor to own."""

from __future__ import annotations

from opsrail.tailor.catalog import Catalog

UPSTREAM_PATH = "content/upstream.yaml"

CODES = {
    "upstream-conflict": """
        The other repository changed a document where we had changed our copy too.

        Our text stands and the pin stays where it was. Bring the copy in line by hand and pull
        again, or keep ours with `opsrail upstream pull --keep-ours`.
    """,
    "upstream-gone": """
        The other repository does not have a document any more at its newest commit.

        Name its new path in content/upstream.yaml, or take it out there and make the copy your
        own.
    """,
}
"""What `opsrail upstream pull` may find, explained."""


def upstream_paths(catalog: Catalog) -> frozenset[str]:
    """Paths of such documents; none where content/upstream.yaml cannot be read."""
    yaml = catalog.yaml(UPSTREAM_PATH)
    listed = yaml.value.get("upstream") if yaml and isinstance(yaml.value, dict) else None
    sources = listed if isinstance(listed, list) else []
    documents = (
        document
        for source in sources
        if isinstance(source, dict) and isinstance(several := source.get("documents"), list)
        for document in several
        if isinstance(document, dict)
    )
    return frozenset(to for document in documents if isinstance(to := document.get("to"), str))
