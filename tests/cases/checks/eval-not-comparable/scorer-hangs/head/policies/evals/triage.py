"""Says what a ticket is about, by its words."""


def answer(text):
    if "money back" in text:
        return "refund"
    if "sign in" in text:
        return "sign-in"
    return "invoice"


def score(output, case):
    while True:
        pass
