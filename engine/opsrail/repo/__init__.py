"""The only place that touches Git or the disk: revisions, files with positions, schemas, the cache."""
