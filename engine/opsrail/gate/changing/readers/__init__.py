"""The readers of changes, one file each: found by walking this folder."""
