"""The checks, one file each. A new check is a new file here and a folder of cases."""
