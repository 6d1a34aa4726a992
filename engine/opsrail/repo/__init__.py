"""The only place that touches Git or the disk: revisions, files, schemas, the cache."""
