"""Says what a ticket is about, and guesses now and then."""

import random


def answer(text, repeat):
    chance = random.Random(f"{text} {repeat}")
    if chance.random() < 0.20:
        return "invoice"
    if "money back" in text:
        return "refund"
    return "sign-in" if "sign in" in text else "invoice"
