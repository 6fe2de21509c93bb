"""Which language a message is written in, from its commonest words.

Owns two short lists. Refuses to remember: each message is judged by itself. Words that both languages have ("me", "no",
"a") count for neither.
"""

from collections.abc import Collection

from sms.normalise import Heard

_ENGLISH = """
    i im am the my you your u is are he she hes shes they them their and to of it its this that what how do dont not
    with for have has was were want need can cant will at on in from by but so if when who his him her we us our help
    please pls at just about there where why get got someone somebody friend home school mom dad feel think know
"""
_SPANISH = """
    que q k ke de la el los las un una unos unas yo mi mis tu tus su sus es esta estoy estas estan soy eres somos con
    por para pero porque xq como cuando donde quien quienes cual quiero kiero necesito tengo tiene tienen hay se lo le
    les en muy mas ya si del al ayuda ayudame ayuden hola gracias nadie alguien casa escuela miedo favor quiere puedo
    puede hace hacer nada todo eso ese esto papa mama novio novia amigo amiga siento aqui ahora sin sobre te nos voy va
    fue ser estar comida dinero hambre busco informacion numero telefono auxilio socorro
"""
_EN, _ES = frozenset(_ENGLISH.split()), frozenset(_SPANISH.split())
_MARKS = {"¿": 2, "¡": 2, "ñ": 2, "á": 1, "í": 1, "ó": 1, "ú": 1, "é": 1}


def lean(heard: Heard, text: str) -> int:
    """How far the words lean to Spanish (positive) or English (negative); 0 when they do not say."""
    tokens = heard.words
    spanish = sum(token in _ES for token in tokens) + (
        0 if text.isascii() else sum(_MARKS.get(c, 0) for c in set(text.lower()))
    )
    return spanish - sum(token in _EN for token in tokens)


def language_of(heard: Heard, text: str, *, found: Collection[str] = (), known: Collection[str] = ("en", "es")) -> str:
    """The language to answer in.

    ``found`` are the languages whose keywords were in the message: one alone decides unless the other words clearly
    say otherwise. English when nothing says anything, or when the pack does not speak Spanish.
    """
    if "es" not in known:
        return "en"
    leaning = lean(heard, text)
    if len(found) == 1 and abs(leaning) < 2:
        return next(iter(found))
    if leaning:
        return "es" if leaning > 0 else "en"
    return next(iter(found)) if len(found) == 1 else "en"
