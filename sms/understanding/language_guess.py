"""Tells English from Spanish by their commonest words."""

from collections.abc import Collection, Iterable
from itertools import pairwise

from content.model.pack import Keyword
from content.model.word_groups import name_in
from sms.understanding import places
from sms.understanding.normalise import Tokens, words

_ENGLISH = """
    i im am the my you your u is are he she hes shes they them their and to of it its this that what
    how do dont not with for have has was were want need can cant will at on in from by but so if
    when who his him her we us our help please pls at just about there where why get got someone
    somebody friend home school mom dad feel think know
"""
_SPANISH = """
    que q ke de la el los las un una unos unas mi mis tu tus su sus es esta estoy estas estan soy
    eres somos con por para pero porque xq como cuando donde quien quienes cual quiero kiero
    necesito tengo tiene tienen hay se lo le les en muy mas ya si del al ayuda ayudame ayuden hola
    gracias nadie alguien casa escuela miedo favor quiere puedo puede hace hacer nada todo eso ese
    esto papa mama novio novia amigo amiga siento aqui ahora sin sobre te nos voy va fue ser estar
    comida dinero hambre busco informacion numero telefono auxilio socorro alto parar paren detener
    mensajes
"""
_EITHER = frozenset({"yo", "k"})  # "yo" and "okay" are English, too: alone they say nothing
_MARKS = {"¿": 2, "¡": 2, "ñ": 2, "á": 1, "í": 1, "ó": 1, "ú": 1, "é": 1}


class LanguageGuess:
    """Tells English from Spanish, as far as the pack speaks them."""

    def __init__(
        self, keywords: Iterable[Keyword] = (), *, known: Collection[str] = ("en", "es")
    ) -> None:
        """Words of ``keywords`` count, too; without Spanish in ``known`` all is English."""
        both = {"en": set(_ENGLISH.split()), "es": set(_SPANISH.split())}
        taken = {"en": frozenset(both["es"]), "es": frozenset(both["en"])}
        for keyword in keywords:
            for language in both.keys() & keyword.words.keys():
                lists = keyword.words[language]
                for pattern in (*lists.aliases, *lists.phrases, *lists.frames, *lists.alone):
                    plain = " ".join(part for part in pattern.split() if not name_in(part))
                    both[language].update(set(words(plain)) - taken[language])
        self._english = frozenset(both["en"] - both["es"] - _EITHER)
        self._spanish = frozenset(both["es"] - both["en"] - _EITHER)
        self._bilingual = "es" in known
        self._in_names = frozenset(p for p in places.beginnings() if p[0] in self._spanish)

    def of(self, tokens: Tokens, text: str, *, found: Collection[str] = ()) -> str:
        """The language to answer in. A single one ``found`` wins unless other words contradict."""
        if not self._bilingual:
            return "en"
        leaning = self._lean(tokens, text)
        if len(found) == 1 and abs(leaning) < 2:
            return next(iter(found))
        return "es" if leaning > 0 else "en"

    def _lean(self, tokens: Tokens, text: str) -> int:
        """Positive for Spanish, negative for English, 0 for undecided."""
        marks = 0 if text.isascii() else sum(_MARKS.get(char, 0) for char in set(text.lower()))
        said = tokens.words
        spanish = sum(word in self._spanish for word in said)
        if spanish:  # the "los" of "los angeles" is none
            spanish -= sum(pair in self._in_names for pair in pairwise(said))
        return spanish + marks - sum(word in self._english for word in said)
