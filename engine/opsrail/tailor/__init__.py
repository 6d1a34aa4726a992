"""Role pages: selection and forms, the lock, the merge of human edits, clearance."""
