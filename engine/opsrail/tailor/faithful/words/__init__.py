"""Single words of a derived text against its source: no model, only lists, stems and places."""
