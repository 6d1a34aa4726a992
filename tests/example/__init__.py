"""The recorded history of the example company, invented from a seed."""
