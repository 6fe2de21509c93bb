"""Sentences that ask about the line itself, put together from who, sees and what: "can my mom see
these texts".

Owns the shapes of whole messages, in both languages, beside the closed lists of about.py. Refuses
part of a message: "my mom saw my texts and hit me" is a need. Short forms are spelt out before
(textspeak.py).
"""

import re
from typing import Literal

from content.model.word_groups import GROUPS

Asked = Literal["who", "sees", ""]
MOST_WORDS = 16  # of a message that may be one of these: a shape has no more


def _any(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


def _group(*names: str) -> str:
    return _any(
        *sorted(
            {word for name in names for word in GROUPS[name]}, key=lambda word: (-len(word), word)
        )
    )


_PERSON = _any(
    rf"(?:(?:my|the|our|your) )?{_group('family', 'love', 'friend', 'elder')}s?",
    r"(?:(?:my|the|our) )?(?:school|police|cops?|teachers?|staff|foster (?:mother|father|parents)|social worker)",
    r"(?:(?:my|the) )?(?:phone company|carrier|government|ice|fbi)",
    *(
        "he",
        "she",
        "they",
        "anyone",
        "anybody",
        "someone",
        "somebody",
        "everyone",
        "people",
        "other people",
    ),
)
_TEXTS = _any(
    r"(?:(?:my|the|these|this|those|our|any of my) )?(?:texts?|txts?|text messages?|messages?|msgs?|chats?|convos?)",
    r"(?:(?:my|the|this|our) )?(?:conversation|number|search history|history)",
    r"(?:what|that|if|when) i (?:text|texted|write|wrote|type|typed|say|said|send|sent|ask|asked)",
)
_THIS = _any(_TEXTS, "this", "it", "that", "these", "them")
_TO_YOU = r"(?: (?:here|you|to you|this number|with you))?"
_PHONE = r"(?: (?:on|in) (?:(?:my|the|our|their|his|her) )?(?:phone|bill|phone bill|computer|laptop|ipad|account))?"
_PERSONA = _any(
    rf"(?:(?:mi|mis|la|el|los|las|tu) )?{_group('familia', 'novio', 'amigo')}s?",
    r"(?:(?:mi|mis|la|el|los|las) )?(?:escuela|policia|migra|maestr[oa]s?|profes?|director|directora|compania)",
    *("alguien", "alguien mas", "ellos", "ella", "otras personas", "otros", "cualquiera"),
)
_MENSAJES = _any(
    r"(?:(?:mi|mis|los|estos|el|la|este|esta) )?(?:mensajes?|textos?|msjs?|chats?|conversacion|numero)",
    r"(?:lo que|que|si|cuando) (?:te |les )?(?:escribo|escribi|mando|mande|texteo|digo|pongo|puse)(?: mensajes?)?",
)
_ESTO = _any(_MENSAJES, "esto", "eso")
_AQUI = r"(?: (?:aqui|por aqui|a este numero))?"
_PUEDE = _any("puede", "pueden", "podria", "podrian", "podra", "podran", "va a", "van a")
_SABER = r"(?:va a|van a|puede|pueden) (?:enterar|enterarse|saber|dar cuenta)"
_DE_ESTO = rf"(?: (?:de )?{_ESTO})"

_SEES = (
    rf"(?:can|could|will|would|does|do|is|are) {_PERSON} (?:be able to |going to |gets? to |ever |still )?"
    rf"(?:see|read|look at|find|track|find out about|know about|hear about) {_THIS}{_TO_YOU}{_PHONE}",
    rf"(?:will|would|could|can|is|are) {_PERSON} (?:be able to |going to |ever )?(?:find out|know)(?: {_THIS})?"
    rf"{_TO_YOU}",
    rf"(?:are|will|do|would|did) you (?:going to |have to |ever )?(?:tell|snitch to|report me to) {_PERSON}"
    rf"(?: (?:about )?(?:{_THIS}|me))?{_TO_YOU}",
    rf"(?:will|does|do|can|is|are) {_THIS} (?:going to )?(?:show|appear|come|pop|be)(?: up)? (?:on|in)"
    r" (?:(?:my|the|our|his|her|their) )?(?:(?:mom|mother|dad|father|parent)s? )?(?:phone )?"
    r"(?:bill|plan|account|statement)",
    r"(?:can|do|does|will|are) (?:you|this|they|the line)"
    r" (?:sav|keep|stor|see|have|remember|record|shar|sell|know|track)(?:e|ing)?"
    r" (?:my (?:number|phone number|name|texts|messages|location|address|info|information|chat|phone)|where i am)",
    rf"(?:how (?:do|can|should) i|how to|can i|where do i) (?:delete|erase|hide|clear|remove) {_TEXTS}",
    rf"(?:{_PERSONA} )?{_PUEDE} (?:{_PERSONA} )?(?:ver|leer|revisar|checar|encontrar|rastrear|saber) {_ESTO}{_AQUI}",
    rf"(?:se )?{_SABER} {_PERSONA}{_DE_ESTO}?{_AQUI}",
    rf"{_PERSONA} (?:se )?{_SABER}{_DE_ESTO}?{_AQUI}",
    rf"(?:se )?(?:entera|enteran|da cuenta|dan cuenta|sabe|saben) {_PERSONA}{_DE_ESTO}{_AQUI}",
    rf"(?:les?|se lo) (?:van? a decir|vas a decir|dicen|dices|diran|diras|avisan|avisas) (?:esto )?a {_PERSONA}",
    rf"(?:{_ESTO} )?(?:aparecen?|salen?|se ven?|va a salir|va a aparecer|van a salir) (?:{_ESTO} )?en (?:la|el|mi|su)"
    r" (?:cuenta|recibo|factura|bill|biles?|plan)(?: (?:del|de mi) (?:telefono|cel|celular))?",
    rf"(?:como|puedo|se puede|como puedo|como se)"
    rf" (?:borr[oa]r?|elimin[oa]r?|quit[oa]r?|escond[eo]r?) {_MENSAJES}",
    r"(?:guardan?|guardas|tienen|tienes|saben|sabes|ven)"
    r" (?:mi (?:numero|nombre|telefono|ubicacion|direccion)|donde estoy)",
)
_WHAT = r"(?:real |live |actual |human )?(?:person|human|bot|chatbot|robot|machine|computer|ai|cop|counselor|therapist)"
_TALKING = r"(?:talkin|textin|chattin|speakin)g?(?: to| with)?"
_QUE = r"(?:persona|humano|robot|bot|maquina|computadora|ia|policia|consejero|consejera|psicologo|psicologa)"
_WHO = (
    rf"(?:are you|is this|is it|is that|is there|am i {_TALKING}) (?:an? )?{_WHAT}"
    r"(?: (?:here|there|or (?:an? )?(?:bot|robot|machine|computer|ai|person|human)))?",
    rf"(?:(?:what is|wats|wuts) your name|what are you|do you have a name|who am i {_TALKING})",
    rf"(?:eres|es|sos|hablo con|estoy hablando con|es esto) (?:una? )?{_QUE}(?: real| de verdad)?"
    rf"(?: o (?:una? )?{_QUE})?",
    r"(?:como te llamas|cual es tu nombre|que eres|con quien (?:estoy hablando|hablo|platico))",
)
_SHAPES: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    ("who", re.compile(_any(*_WHO))),
    ("sees", re.compile(_any(*_SEES))),
)


def shape(spoken: tuple[str, ...]) -> Asked:
    """Which of the two a whole message asks by its shape, "who" or "sees"; "" if neither."""
    if not 2 <= len(spoken) <= MOST_WORDS:
        return ""
    text = " ".join(spoken)
    return next((name for name, known in _SHAPES if known.fullmatch(text)), "")
