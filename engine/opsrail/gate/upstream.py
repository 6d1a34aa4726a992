"""Which documents are copies from other repositories: not ours to rewrite, nor to own."""

from __future__ import annotations

from opsrail.tailor.catalog import Catalog

UPSTREAM_PATH = "content/upstream.yaml"


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
