"""How French ties « de » to a name: « d’Ambazac », « du Vigen », « des Ancizes », « de La Rochelle »."""

import re
import unicodedata

# Names whose h is aspirated by their first letters (Le Petit Robert, « h aspiré »; usage for places): the others elide.
ASPIRATED = ("haie", "hal", "ham", "hand", "har", "haut", "hav", "hay", "hol", "hong", "hors", "hub", "huit")
NEVER_ELIDED = ("onz", "oui", "ouistiti", "uhlan", "yacht")


def of(name: str) -> str:
    """`name` after « de »: contracted with its article, elided before a vowel or a mute h."""
    article, _space, rest = name.partition(" ")
    if rest and article in ("Le", "Les"):
        return f"{'du' if article == 'Le' else 'des'} {rest}"
    return f"d’{name}" if _elides(name) else f"de {name}"


def _elides(name: str) -> bool:
    word = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "Oe"))
    word = "".join(letter for letter in word if not unicodedata.combining(letter)).lower()
    if word.startswith(NEVER_ELIDED):
        return False
    if word.startswith("h"):
        return not word.startswith(ASPIRATED)
    return bool(re.match(r"[aeiou]|y(?![aeiouy])", word))
