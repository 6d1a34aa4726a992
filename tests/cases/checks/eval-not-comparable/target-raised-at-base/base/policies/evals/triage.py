"""Says what a ticket is about, by the words in it."""


def answer(text):
    raise LookupError("no such ticket")
