"""Expands texting abbreviations and contractions in messages and packs.

No entry may swallow an ordinary word of the other language.
"""

from sms.understanding.normalise import plain

_PLAIN = """
u=you ur=your urs=yours youre=you are ure=you are yall=you r=are 2=to 4=for b4=before n=and w=with wit=with
bf=boyfriend gf=girlfriend bff=best friend bc=because cuz=because cos=because coz=because cus=because bcuz=because
becuz=because becuase=because thru=through tho=though plz=please pls=please plss=please plzz=please thx=thanks
ty=thanks ppl=people sum1=someone some1=someone smn=someone any1=anyone every1=everyone no1=no one abt=about
wat=what wut=what wen=when y=why rn=right now 2day=today 2nite=tonight tonite=tonight nite=night 2morrow=tomorrow
tmrw=tomorrow tmr=tomorrow 2moro=tomorrow l8r=later h8=hate luv=love
wanna=want to gonna=going to gunna=going to finna=going to gotta=got to hafta=have to tryna=trying to
imma=i am going to ima=i am going to lemme=let me gimme=give me outta=out of kinda=kind of dunno=do not know
idk=i do not know idc=i do not care idw=i do not want idwt=i do not want to kms=kill myself kys=kill yourself
im=i am ive=i have hes=he is shes=she is theyre=they are theyve=they have weve=we have thats=that is theres=there is
whats=what is whos=who is heres=here is its=it is dont=do not dnt=do not doesnt=does not didnt=did not isnt=is not
arent=are not wasnt=was not werent=were not cant=can not cannot=can not cnt=can not couldnt=could not wont=will not
wouldnt=would not shouldnt=should not havent=have not hasnt=has not hadnt=had not aint=is not
mom=mother mum=mother mommy=mother dad=father daddy=father stepdad=stepfather stepmom=stepmother
bro=brother sis=sister
kiero=quiero kero=quiero qiero=quiero kieren=quieren kiere=quiere xq=porque pq=porque xk=porque porq=porque
porke=porque q=que ke=que k=que qe=que x=por xfa=por favor pofa=por favor porfa=por favor porfis=por favor
toi=estoy stoy=estoy tngo=tengo nesesito=necesito nesecito=necesito necesitp=necesito ayudenme=ayudame
aki=aqui alguein=alguien algien=alguien kasa=casa aser=hacer aora=ahora ahorita=ahora tmb=tambien
tb=tambien bn=bien muxo=mucho nmms=no sd=se dnd=donde cdo=cuando mui=muy ablar=hablar abla=habla
"""


def _table(plain: str) -> dict[str, tuple[str, ...]]:
    """White space also separates an entry's words: a new entry begins at "="."""
    table: dict[str, tuple[str, ...]] = {}
    short = ""
    for part in plain.split():
        left, sign, right = part.partition("=")
        if sign:
            short = left
            table[short] = (right,)
        else:
            table[short] = (*table[short], part)
    return table


SPOKEN = _table(_PLAIN)


def read(words: tuple[str, ...]) -> list[str]:
    """The same, with held-down letters once and digits among letters as letters."""
    return [plain(word) for word in speak(words)]


def speak(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words with every short form spelt out."""
    spoken: list[str] = []
    for word in words:
        spoken.extend(SPOKEN.get(word, (word,)))
    return tuple(spoken)
