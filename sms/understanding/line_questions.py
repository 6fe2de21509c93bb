"""Whole messages that ask about the text line: who answers, who can see them.

Never inside a sentence: "my mom saw my texts and hit me" is a need.
"""

import re
from typing import Literal

from content.model.word_groups import GROUPS
from sms.understanding.abbreviations import speak
from sms.understanding.normalise import Tokens, words

LineQuestion = Literal["who", "sees", ""]
MOST_WORDS = 16  # of a message that may be one of these: a shape has no more
_WHO = """
who | who are you | who r u | who is this | whos this | who dis | who is here | who am i talking to | who am i texting
who is answering | who answers | who is reading this | whos there | who is there | are you a person | are you human
are you a human | are you a real person | is this a real person | is this a person | are you real | are you a bot
r u a bot | is this a bot | is this a robot | are you a robot | are you ai | is this ai | is this a machine
is anyone there | is anybody there | is there a person | who runs this | who runs this line | who runs this number
who made this | who is behind this | what is this | what is this number | what number is this | does anyone read this
does anybody read this | does someone read this | who reads this | do you read this | is someone reading this
whose number is this | who do you work for | are you the police | are you a counselor | is this a counselor
who is porchlight | what is porchlight | quien | quien eres | kien eres | quien es | quien habla | quien contesta
quien es este | quien me contesta | quien esta ahi | eres una persona | eres persona | eres humano | eres real
eres un robot | eres un bot | es un robot | es un bot | hay alguien ahi | hay alguien | alguien lee esto
quien lee esto | quien maneja esto | quien hizo esto | de quien es este numero | que es esto | que numero es este
eres policia | eres la policia | con quien hablo
"""
_SEES = """
who can see this | who can see | who can see it | who sees this | who can see my texts | who can see my messages
who can see these texts | who can see these messages | who can read this | who can read my texts | who can read these
can my parents see this | can my mom see this | can my dad see this | can my parents read this
will my parents see this | will my parents know | will my mom see this | will my mom know | will my dad see this
can my boyfriend see this | can he see this | can she see this | can they see this | can anyone see this
can anybody see this | can someone see this | can my school see this | can my teacher see this | will my school know
can the school see this | can police see this | is this private | is it private | is this confidential
is it confidential | is this secret | is this anonymous | is it anonymous | am i anonymous | is this safe to text
is it safe to text | is this line private | private | privacy | confidential | anonymous | do you tell anyone
will you tell anyone | will you tell my parents | do you tell my parents | will you tell the police | do you save this
do you save my texts | do you keep my messages | do you know who i am | do you know my number
does this show on the bill | will this show on the phone bill | does it show on the bill | phone bill | delete this
how do i delete this | how do i delete this chat | can i delete this | how do i hide this | hide this | phone safety
phone safe | my phone is checked | he checks my phone can i text | quien puede ver esto | quien ve esto
quien puede leer esto | quien lo puede ver | pueden ver esto mis papas | mis papas pueden ver esto
mi mama puede ver esto | mi papa puede ver esto | van a saber mis papas | le van a decir a mis papas
se lo van a decir a mis papas | puede verlo mi novio | mi novio puede ver esto | la escuela puede ver esto
es privado | esto es privado | es confidencial | esto es confidencial | es anonimo | esto es anonimo | es secreto
privado | confidencial | anonimo | privacidad | guardan mis mensajes | le dicen a la policia | saben quien soy
aparece en el recibo | sale en la cuenta | como borro esto | como borro este chat | borrar esto | puedo borrar esto
"""
_MAY_BEGIN = "hi hello hey wait but so ok and um also hola oye pero y"
_MAY_END = "please tho though or right lol here favor por oye"


def _read(plain: str) -> frozenset[tuple[str, ...]]:
    return frozenset(
        speak(words(part)) for line in plain.strip().splitlines() for part in line.split("|")
    )


_LISTS: tuple[tuple[LineQuestion, frozenset[tuple[str, ...]]], ...] = (
    ("who", _read(_WHO)),
    ("sees", _read(_SEES)),
)


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
    "he|she|they|anyone|anybody|someone|somebody|everyone|people|other people",
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
    "alguien|alguien mas|ellos|ella|otras personas|otros|cualquiera",
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

_SEES_SHAPES = (
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
_WHO_SHAPES = (
    rf"(?:are you|is this|is it|is that|is there|am i {_TALKING}) (?:an? )?{_WHAT}"
    r"(?: (?:here|there|or (?:an? )?(?:bot|robot|machine|computer|ai|person|human)))?",
    rf"(?:(?:what is|wats|wuts) your name|what are you|do you have a name|who am i {_TALKING})",
    rf"(?:eres|es|sos|hablo con|estoy hablando con|es esto) (?:una? )?{_QUE}(?: real| de verdad)?"
    rf"(?: o (?:una? )?{_QUE})?",
    r"(?:como te llamas|cual es tu nombre|que eres|con quien (?:estoy hablando|hablo|platico))",
)
_SHAPES: tuple[tuple[LineQuestion, re.Pattern[str]], ...] = (
    ("who", re.compile(_any(*_WHO_SHAPES))),
    ("sees", re.compile(_any(*_SEES_SHAPES))),
)


def asked(tokens: Tokens) -> LineQuestion:
    """Which of the two the whole message asks; "" if neither."""
    words = tokens.words
    while len(words) > 1 and words[0] in _MAY_BEGIN.split():
        words = words[1:]
    spoken = speak(words)
    while len(spoken) > 1 and spoken[-1] in _MAY_END.split():
        spoken = spoken[:-1]
    return next((name for name, known in _LISTS if spoken in known), "") or _by_shape(spoken)


def _by_shape(spoken: tuple[str, ...]) -> LineQuestion:
    if not 2 <= len(spoken) <= MOST_WORDS:
        return ""
    text = " ".join(spoken)
    return next((name for name, known in _SHAPES if known.fullmatch(text)), "")
