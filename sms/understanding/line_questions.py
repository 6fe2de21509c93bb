"""Questions about the line itself: who answers here, and who can see these texts.

Owns two closed lists of whole messages; asking.py has the shapes that no list can hold. Refuses to
look inside a sentence: "he can see my texts" is about a person, and "who can i talk to" is a need.
"""

from sms.understanding.abbreviations import speak
from sms.understanding.asking import Asked, shape
from sms.understanding.normalise import Heard, words

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


def _read(plain: str) -> frozenset[tuple[str, ...]]:
    return frozenset(
        speak(words(part)) for line in plain.strip().splitlines() for part in line.split("|")
    )


_LISTS: tuple[tuple[Asked, frozenset[tuple[str, ...]]], ...] = (
    ("who", _read(_WHO)),
    ("sees", _read(_SEES)),
)
MAY_BEGIN = (
    "hi",
    "hello",
    "hey",
    "wait",
    "but",
    "so",
    "ok",
    "and",
    "um",
    "also",
    "hola",
    "oye",
    "pero",
    "y",
)
MAY_END = ("please", "tho", "though", "or", "right", "lol", "here", "favor", "por", "oye")


def asked(heard: Heard) -> Asked:
    """Which of the two a whole message asks; "" if neither."""
    tokens = heard.words
    while len(tokens) > 1 and tokens[0] in MAY_BEGIN:
        tokens = tokens[1:]
    spoken = speak(tokens)
    while len(spoken) > 1 and spoken[-1] in MAY_END:
        spoken = spoken[:-1]
    return next((name for name, known in _LISTS if spoken in known), "") or shape(spoken)
