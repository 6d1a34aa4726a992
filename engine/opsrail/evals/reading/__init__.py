"""Reading eval suites: their files, their cases wherever they stand, what is wrong with them."""
