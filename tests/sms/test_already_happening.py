"""Pills taken, danger begun: 911 first, without an "if"; and normal life gets the old answers."""

import re

import pytest

from content.model.pack import Keyword
from sms.decide import decide
from sms.understanding.normalise import tokenize
from tests.shipped import pack
from tests.sms.test_real_pack import script

HAPPENING = {
    "pills": [
        "ya me las tomé todas, perdón",
        "already took them all dont tell anyone",
        "i swallowed the whole box of aleve",
        "drank something under the sink and now my throat burns",
        "tome quimicos y me arde la garganta",
        "ate 2 edibles and my heart is racing so bad",
        "fume algo y siento que me muero",
        "i took 20 tylenol an hour ago i feel fine",
        "I took a whole bottle of Advil",
        "just swallowed a handful of my moms pills",
        "took like 15 ibuprofen idk why",
        "i took pills to kill myself",
        "i took all of my antidepressants",
        "i drank bleach",
        "i overdosed",
        "me tomé 20 pastillas",
        "me tome un frasco de tylenol",
        "me tome cloro",
    ],
    "pills.friend": [
        "she took 30 advil and wants to sleep",
        "my friend just texted me she took all her pills",
        "my little sister swallowed a bunch of benadryl",
        "mi amiga se tomó como 20 pastillas",
    ],
    "unknown": [
        "i took a pill at a party and i dont know what it was",
        "took a blue pill and i feel weird",
        "me dieron una pastilla y no se que era",
        "i feel weird i took something",
        "me siento rara tome algo",
    ],
    "mistake": ["i accidentally took my meds twice", "tome mi medicina dos veces por error"],
    "mistake.friend": ["my little brother ate some of my moms pills"],
    "unresponsive": [
        "she woke up but shes slurring her words",
        "ya desperto pero habla muy lento",
        "i gave her the narcan and nothing",
        "le puse el espray de la nariz y nada",
        "his lips are purple",
        "mi primo esta combulsionando",
        "she fell in the pool and shes not moving",
        "la sacamos de la alberca y no se mueve",
        "she took 30 advil and now she wont wake up",
        "shes breathing really weird",
        "she's asleep now",
        "she fell asleep after the pills",
        "se quedo dormida despues de las pastillas",
        "mi mama no despierta",
        "my mom is on the floor and wont answer me",
        "mi mama esta tirada en el piso y no me contesta",
        "ok hes breathing now",
        "ya respira",
    ],
    "breath": [
        "cant breathe my inhaler is empty",
        "my throat is getting big i ate peanuts",
        "no puedo respirar me duele el pecho",
        "comi cacahuates y se me esta cerrando la garganta",
    ],
    "breath.friend": [
        "shes allergic to bees and her lips are swelling",
        "a mi hermana se le esta hinchando la lengua",
        "my grandpa is having a heart attack",
        "mi amiga no puede respirar comio cacahuates",
    ],
    "labor": [
        "im having my baby i think and nobody knows",
        "my water broke and im alone",
        "se me rompio la fuente y nadie sabe",
        "estoy embarazada y estoy sangrando mucho",
    ],
    "wound": ["i got stabbed in my leg", "me apuñalaron en la pierna"],
    "wound.friend": ["they shot my brother", "le dispararon a mi hermano"],
    "drunk": [
        "i drank a whole bottle of vodka and i cant feel my hands",
        "me tome una botella de tequila y no siento las manos",
    ],
    "drunk.friend": [
        "dude finished a whole bottle of fireball",
        "my friend drank so much vodka and she cant stand",
        "mi amiga tomo mucho tequila y no para de vomitar",
    ],
    "poison": [
        "the baby swallowd a button battery",
        "el bebe se trago una pilita",
        "my brother drank the stuff under the sink",
        "my baby brother drank bleach",
        "mi primito se trago unas pilas",
        "mi hermanito se tomo el cloro",
    ],
    "bleeding": [
        "me corte y salen chorros de sangre",
        "i cut and it wont stop bleeding",
        "me corte y no para de sangrar",
    ],
    "bleeding.friend": ["my sister cut herself and it wont stop bleeding"],
    "means": [
        "im holding something sharp",
        "i have a razor in my hand",
        "i tied a noose",
        "tengo una navaja en la mano",
        "got the rope. bye",
        "i have a gun and im going to kill myself",
        "tengo la soga adios",
        "🪢😰",
    ],
    "place": [
        "on the ledge",
        "en la azotea",
        "on the top floor of the parking garage looking down",
        "estoy en el puente de la autopista. ya no puedo",
        "im at the bridge",
        "im on the roof now",
        "im on the roof of the parking structure",
        "im at the train tracks and i dont wanna be here anymore",
        "on the roof of my building goodbye everyone",
        "estoy en las vias y ya no quiero estar aqui",
        "estoy en la azotea del edificio",
        "ya llegué al puente",
        "ya estoy en la azotea",
    ],
    "means.friend": [
        "my bf is on ft with a belt he is in fresno",
        "mi novia esta en videollamada con una soga",
    ],
    "picture": ["🔫😰 rn", "rn 🔪", "🔪🔪 tengo miedo"],
}
SILENT = [
    "está encerrado en el baño y no contesta",
    "mi hermana se encerro en el cuarto y no responde",
    "hes locked in the bathroom and not answering",
    "my sister locked herself in the bathroom and wont answer",
    "puso un adios y apago su telefono",
    "he said goodbye on the phone and turned off his location",
    "dice que se va a despedir y no contesta",
    "me mando una despedida y apago su ubicacion",
    "my sister isnt answering anymore",
    "she stopped answering",
    "she said goodbye and now she isn't answering",
    "mi hermana ya no contesta",
    "my gf stopped replying she said the bottle was empty",
    "mi novia ya no contesta dijo que el frasco estaba vacio",
    "my sister just snapped me a pic of pills and said goodbye",
    "mi hermana me mando una foto de pastillas y dijo adios",
    "my bf said he wants to die and now hes not answering",
    "mi best friend me mandó un adiós y ya no contesta, creo q se va a matar",
]
TONIGHT = {
    "now": [
        "i wanna kill myself tonight",
        "kms fr this time i wrote the note already",
        "goodbye everyone",
        "ya no quiero vivir hoy lo voy a hacer",
        "escribi la carta y me voy a matar esta noche",
        "adios a todos",
    ],
    "now.friend": [
        "she posted a goodbye on snap and turned off her location",
        "my bf said hes gonna kill himself and hung up",
        "my best friend says shes gonna kill herself tonight",
        "mi novio dijo que se va a matar y colgo",
        "mi amiga dice que se va a matar hoy",
    ],
}
SECOND = {
    "t:danger:{}:sleepy": [
        "me siento raro y es despues de las pastillas",
        "i feel dizzy after the pills",
        "i feel sleepy",
        "im getting dizzy",
        "i threw up some of them",
        "me esta dando mucho sueño",
        "vomite algunas",
    ],
    "t:danger:{}:near": [
        "he came back and hes drunk",
        "ya regreso y viene gritando",
        "no puedo hablar me estan escuchando",
        "he is back",
        "i cant talk he can hear me",
        "ya regreso el",
        "no puedo hablar me oye",
    ],
    "t:assault:{}:clothes": [
        "can i shower before i go",
        "i showered already is that bad",
        "me puedo bañar antes de ir",
        "ya me bañe es malo?",
    ],
    "t:assault:{}:bleeding": [
        "it just happened he just left im bleeding down there",
        "acaba de pasar y estoy sangrando me violo",
    ],
    "t:danger:{}:voices": [
        "i hear voices telling me to hurt my mom",
        "oigo voces que me dicen que mate a mi mama",
    ],
    "t:danger:{}:fire": [
        "the kitchen is all smoke",
        "la cocina es puro humo",
        "my house is on fire",
        "se esta quemando la casa de al lado y estoy solo con mis hermanitos",
    ],
    "t:danger:{}:gas": [
        "i smell gas and my mom is sleeping and my head hurts",
        "smells like gas and my uncle wants to light the heater again",
        "huele a gas y mi abuela va a prender la estufa",
    ],
    "t:health:{}:insulin": ["cant afford my insulin", "se me acabo la insulina"],
    "t:danger:{}:first+online": [
        "a man from roblox showed up at my door",
        "un vato de discord esta en mi puerta",
    ],
    "t:danger:{}:first": ["he is posting that im next with a photo of the school doors"],
    "t:danger:{}:first+pictures": [
        "publico que sigo yo con una foto de la escuela",
    ],
    "t:report:{}:told": [
        "i told my nurse and she said she has to call cps",
        "le conte a la consejera y lo tiene que reportar",
    ],
    "t:health:{}:hospital": [
        "im in the er and they want an adult here",
        "estoy en urgencias y me piden un adulto",
    ],
    "t:adults:{}:what": [
        "im his mom, what is this number",
        "soy la mama de un alumno. que es este numero",
        "this is her boyfriend, who is this",
        "im his wife. who are you and why are you texting him",
        "mi patrón agarró mi teléfono, soy su hija, quién es usted",
        "soy su novio quien eres",
    ],
    "line:general:{}": ["en español pls", "hablan español"],
}
LEAST_SHARE = 5  # of the English entries, at least one to so many
# The classes that say the same, English to Spanish. "": a form that Spanish has not.
TWINS = {
    "eating": {
        "nofood": "sincomer",
        "eats": "comi",
        "purges": "devuelvo",
    },
    "basics": {
        "benefit": "beneficio",
        "notcitizens": "sinestatus",
        "collegeform": "paracolegio",
        "bywhen": "fechalimite",
        "family": "todos",
        "tonight": "hoynoche",
        "gear": "equipo",
        "broke": "rompi",
        "nopay": "nopago",
        "grades": "notas",
        "parentsthink": "novaver",
        "cantlearn": "noaprende",
        "orstupid": "soytonto",
        "access": "acceso",
        "blocked": "tapada",
        "tooth": "muela",
        "aches": "duele",
        "uninsured": "sinseguro",
        "itranslate": "traduzco",
        "court": "corte",
        "newhere": "nuevo",
        "noclass": "noentiendo",
        "dropout": "dejar",
        "towork": "trabajar",
        "sleepin": "dormimos",
        "thecar": "elcarro",
        "changeschool": "cambiar",
        "onrecord": "expediente",
        "answers": "loqueescribo",
    },
    "pictures": {
        "whohas": "quientiene",
        "named": "nombradas",
        "trouble": "problemas",
        "isent": "mande",
        "young": "chica",
        "child": "anos",
        "grade": "",
        "meetup": "verlo",
        "remove": "borra sola",
        "spread": "difunde",
    },
    "dating": {
        "partner": "pareja",
        "controls": "controla",
        "minor": "menor",
        "iam": "yotengo",
        "heis": "eltiene",
        "mine": "mionovio",
        "grown": "grande",
    },
    "gangs": {"homies": "cholos", "holdit": "guardar"},
    "bullying": {
        "who": "quien",
        "beat": "pego",
        "when": "cuando",
    },
    "online": {"mychild": "mihijo", "fromadult": "deadulto"},
    "grief": {"lost": "perdi", "byownhand": "sequito"},
    "foster": {"sib": "hermanos", "elsewhere": "enotra", "splitup": "separaron"},
    "legal": {
        "police": "policia",
        "parent": "familiar",
        "injail": "preso",
        "courtletter": "citatorio",
        "nolawyer": "sinabogado",
        "missed": "falte",
    },
    "danger": {
        "takesus": "noslleven",
        "abroad": "lejos",
        "noyes": "sinpermiso",
        "theirneck": "micuello",
        "squeezed": "apretome",
        "throttled": "estrangulo",
        "bywhom": "quienfue",
        "goin": "entrar",
        "behinddoor": "traspuerta",
        "hidaway": "guardela",
        "firearm": "fusil",
        "whosegun": "suya",
        "mybag": "mochila",
        "chokegame": "asfixia",
        "somebody": "pariente",
        "goesto": "seva",
        "webstranger": "alguien",
        "met": "conocio",
        "onlinelove": "",
        "nobodyalive": "nadievivo",
        "armedkin": "",
        "wentby": "fui",
        "theirhome": "sucasa",
        "nosign": "nadieabre",
        "storyposts": "publico",
        "farewellpost": "despedida",
        "darkpost": "oscuro",
        "wrote": "escribio",
        "onwhat": "enque",
        "helper": "auxilio",
        "asks": "pregunta",
        "fallsat": "dondecae",
        "soaked": "empapo",
        "pads": "compresas",
        "blows": "golpes",
        "redpee": "orinasangre",
        "kin": "",
        "cantspeak": "sinhablar",
        "hearus": "meoyen",
        "comer": "",
        "hearkin": "",
        "upstairs": "subiendo",
        "crash": "estrella",
        "meansit": "dicen",
        "drivesus": "maneja",
        "alldie": "muertes",
        "carweapon": "conarma",
        "heaven": "mandar alcielo",
        "sib": "",
        "hides": "seesconde",
        "hideout": "escondite",
        "inplace": "",
        "lurks": "acecha",
        "deafme": "sordo",
        "urgent": "urge",
        "noaddress": "sindireccion",
        "leaves": "deja",
        "cutdeep": "cortehondo",
        "soaks": "empapa",
        "overdue": "retraso",
        "inside": "pordentro",
        "givesway": "sedobla",
        "wakes": "desperto",
        "strangely": "raro",
        "stillthere": "siguealli",
        "armedwith": "armado",
        "settles": "ajuste",
        "speaker": "alguiendice",
        "announces": "anuncia",
        "attack": "atacar",
        "shh": "shh",
        "hesnear": "estaahi",
        "nearby": "cerca",
        "shooting": "tiroteo",
        "atschool": "enescuela",
        "shots": "tiroteo",
        "she": "quien persona",
        "little": "",
        "person": "persona",
        "took": "tomo setomo",
        "number": "numero",
        "many": "muchas",
        "bottle": "frasco",
        "of": "de",
        "whose": "",
        "sort": "",
        "kind": "",
        "pills": "pastillas",
        "dose": "dosis pastillas",
        "rx": "",
        "toxic": "veneno",
        "swallowed": "setrago",
        "stuff": "algo",
        "todie": "morir",
        "apill": "unapastilla",
        "unsure": "nose",
        "unknown": "",
        "feelbad": "malestar",
        "ache": "dolor",
        "asleep": "dormida",
        "wontwake": "nodespierta",
        "badbreath": "malrespira",
        "bleed": "sangra",
        "blood": "sangra",
        "holding": "tengo",
        "blade": "filo",
        "sharp": "filo",
        "hand": "mano",
        "body": "mano",
        "rn": "rn",
        "now": "ahora",
        "ok": "ok",
        "im": "llegue",
        "at": "en",
        "place": "lugar",
        "dying": "aventar",
        "her": "persona",
        "close": "cercana",
        "whom": "cercana",
        "dear": "cercana",
        "quiet": "yano",
        "mute": "nocontesta",
        "worry": "",
        "weapon": "arma",
        "has": "tiene",
        "noose": "nudo",
        "medicine": "medicina",
        "fear": "miedo",
        "past": "antes",
        "pretend": "mentira",
        "drink": "bebida",
        "food": "",
        "harmless": "cocina",
        "meet": "cita",
        "banter": "relajo",
        "cantbreathe": "respirar",
        "wheeze": "asma",
        "swelling": "hincha",
        "building": "casa",
        "liquor": "licor",
        "drank": "tomo botella",
        "drunksick": "borracha",
        "kid": "nino",
        "harsh": "fuerte",
        "meansthere": "medioslistos",
        "bye": "adios",
        "partner": "amado",
        "beloved": "amado",
        "lastsign": "ultima",
        "sent": "mando",
        "picpills": "fotopastillas",
        "noreaction": "nohabla",
        "tohurt": "lastimar",
        "hearsme": "meoye",
        "burns": "arde",
        "high": "drogado",
        "heartbad": "corazonmal",
        "video": "videollamada",
        "offline": "apagado",
        "groggy": "atontada",
        "narcan": "narcan",
        "spray": "espray",
        "nothing": "nada",
        "stranger": "extrano",
        "app": "red",
        "athouse": "afuera",
        "posts": "publica",
        "mouth": "boca",
        "swells": "sele",
        "hesback": "volvio",
        "angry": "enojado",
        "over": "paso",
        "allergen": "alergeno",
        "reacts": "reacciona",
        "headhit": "golpe",
        "headsign": "senal",
        "lostaddress": "nosedireccion",
        "elder": "cercano",
        "grips": "ahorca",
        "choked": "ahorco",
        "choksign": "ahorcosena",
        "starved": "ayuno",
        "faint": "desmayo",
        "infant": "bebe",
        "infantbad": "bebemal",
        "weeks": "recien",
        "illbaby": "bebeenfermo",
        "burned": "quema",
        "onbody": "cuerpo",
        "called": "llame",
        "onway": "encamino",
        "whatdo": "quehago",
        "wontlet": "nomedeja",
        "goout": "salir",
        "closed": "encierro",
        "motel": "enmotel",
        "heldsign": "presa",
        "claims": "dicenser",
        "atdoor": "enpuerta",
        "noadult": "sinadulto",
        "callers": "llegaron",
        "used": "uso",
        "badoff": "mal",
        "nocops": "sinpolicia",
        "metup": "quedamos",
        "notreal": "noera",
        "strangers": "desconocidos",
        "comewith": "ven",
        "station": "central",
        "bait": "anzuelo",
        "picof": "fotode",
        "mydoor": "mipuerta",
        "bothdie": "losdos",
        "condition": "condicion",
        "godtells": "dioshabla",
        "infantnear": "bebecerca",
        "noparent": "sinmama",
        "fordays": "variosdias",
        "toldus": "medijo",
        "dontcome": "novengas",
        "which": "quedia",
        "odd": "sospecha",
        "burner": "brasero",
        "indoors": "adentro",
        "eggs": "huevo",
        "sickair": "malaire",
        "waters": "aguas",
        "bellypain": "panza",
        "tookher": "sellevo",
        "shaken": "temblando",
        "askedme": "pidieron",
        "hungup": "colgue",
        "actlike": "hazcomo",
        "coverup": "fachada",
        "saw": "viomis",
        "mixable": "quimico",
        "blended": "mezcle",
        "lungs": "pulmon",
        "gassmell": "oloragas",
        "ignite": "prender",
        "goback": "regresar",
        "alarm": "siniestro",
        "lostat": "perdida",
        "exposed": "frio",
        "shutout": "corridos",
        "inwater": "enagua",
        "thewater": "elagua",
        "organ": "organo",
        "organhurt": "organoduele",
        "bellyhurt": "panzaduele",
        "cantwait": "noespera",
        "idid": "yolo",
        "badlyhurt": "muymal",
        "nopump": "sinbomba",
        "short": "ahogo",
        "morethan": "masde",
        "herlimbs": "suspies",
        "over_edge": "delborde",
        "brink": "delborde",
        "sendto": "mandaalguien",
        "herquiet": "callada",
        "taking": "noslleva",
        "momunaware": "mamanosabe",
    },
    "suicide": {
        "deadly": "mortal",
        "wry": "deburla",
        "bythen": "paraesa",
        "pet": "mascota",
        "readlater": "leanlo",
        "mine": "mios",
        "theirs": "lo",
        "selfharm": "lastimarse",
        "would": "creoque",
        "themself": "lapersona",
        "letter": "lacarta",
        "lasttime": "ultimavez",
        "giver": "quienda",
        "givesaway": "regala",
        "dear": "querido",
        "signsoff": "secierra",
        "kill": "matar",
        "soon": "pronto",
        "note": "carta sucarta",
        "nolife": "novivir",
        "doit": "hacerlo",
        "them": "matarse",
        "gone": "sefue",
        "high": "alto",
        "here": "aqui",
        "farewell": "despedida",
        "jokes": "bromas",
        "howmany": "cuantas",
        "remedies": "remedios",
        "lethal": "letal",
        "untilday": "hastadia",
        "thankbye": "graciasbye",
        "wrongone": "laotra",
        "notme": "yono",
        "didthen": "hiceantes",
        "aschild": "chiquito",
        "bedead": "estarmuerto",
    },
    "feelings": {
        "everything": "todolodemas",
        "grey": "gris",
        "nojoy": "singusto",
        "notthere": "noestan",
        "get": "iraver",
        "therapy": "terapia",
        "isback": "yavolvio",
        "wasonly": "soloestaba",
        "theycame": "vinieron",
        "upagain": "despierta",
        "easing": "bajando",
        "iamok": "yabien",
        "oldmarks": "cicatriz",
        "askscars": "quedigo",
        "staysclean": "yasincortar",
        "made": "hecho",
        "better": "mejor",
        "thebaby": "elbebe",
        "nearlyshook": "casisacudo",
        "putdown": "deje",
        "wentaway": "mesali",
        "crying": "llora",
        "goodnews": "plan",
        "allgood": "agradece",
        "iamgood": "notanto",
        "justbored": "",
    },
    "abuse": {
        "elder": "mayorde",
        "sweetheart": "noviazgo",
        "aware": "sesabe",
        "hush": "callar",
        "leanson": "depende",
        "tosib": "alhermano",
        "isitme": "culpa",
        "donetome": "mehizo",
        "child": "nene",
        "urge": "impulso",
        "fear": "temor",
        "parent": "padre",
        "does": "hace",
        "itsthem": "esella",
        "canttell": "nodecir",
    },
    "substance": {
        "drunksleep": "borrachadormida",
        "likealways": "comosiempre",
        "ifound": "encontre",
        "stash": "cosas",
        "mykids": "dehijo",
        "driver": "chofer",
        "drinks": "bebe",
        "drives": "maneja",
        "naloxone": "naloxona",
        "allowed": "permitido",
        "getit": "conseguir",
    },
    "friend": {"who": "quienes", "swear": "jurar", "iftell": "sidigo", "willhurt": "sehace"},
    "assault": {
        "theycould": "ledije",
        "rape": "violo",
        "recent": "reciente",
        "clothes": "ropa",
        "washed": "",
        "left": "acabadeirse",
        "bleeds": "sangro",
    },
    "health": {
        "condom": "condon",
        "broke": "rompio",
        "get": "",
        "pill": "pastilla",
        "clinic": "clinica",
        "waits": "espera",
        "wetbed": "mojocama",
    },
    "report": {
        "whatif": "quepasa",
        "ireport": "siaviso",
        "want": "quiero",
        "lawyer": "abogado",
        "them": "",
        "find_out": "sabran",
        "kin": "pariente",
        "someone": "",
        "told": "contado",
        "cps": "avisar",
        "adult": "maestra",
        "nobelief": "nocree",
    },
    "immigration": {
        "took": "llevo",
        "wastaken": "",
        "mykin": "migente",
        "ice": "migra",
        "door": "puerta",
        "nopolice": "sinpolicia",
        "nopapers": "sinpapeles",
    },
    "trafficking": {
        "wedplans": "planes",
        "older": "mayor",
        "charge": "cargo",
        "sold": "vendio",
        "offer": "oferta",
        "nophone": "sincelular",
        "stranger": "desconocido",
        "offered": "ofrece",
        "quick": "facil",
        "catch": "gancho",
        "lured": "atrae",
        "leave": "irse",
        "secret": "secreto",
        "makesme": "obligan",
        "wed": "casar",
        "chose": "prometida",
        "away": "",
        "refuse": "conquien",
    },
    "adults": {
        "ourchild": "nuestrohijo",
        "selfsigns": "indicios",
        "howtalk": "comohablar",
        "adult": "adulto",
        "number": "numero",
        "mother": "madre",
        "thisnumber": "estenumero",
    },
}
CALL_NOW = re.compile(
    r"(This is NOT 911 and no one reads this\. )?Call 911 now|(Esto NO es el 911 y nadie lo lee\. )?Llama ya al 911"
)
CONDITIONAL = frozenset({"mistake", "mistake.friend"})
ROWS = [(part, text) for part, texts in HAPPENING.items() for text in texts]


@pytest.mark.parametrize(("part", "text"), ROWS)
def test_what_has_begun_gets_911_first_without_an_if(part: str, text: str) -> None:
    decision = decide(script(), text)
    assert decision.topic == "danger"
    assert decision.code.split(":")[3] == part
    if part not in CONDITIONAL:
        assert CALL_NOW.match(decision.reply.text)


@pytest.mark.parametrize("text", SILENT)
def test_someone_who_no_longer_answers_is_no_missing_person(text: str) -> None:
    decision = decide(script(), text)
    assert decision.code.split(":")[3] == "silent"
    assert decision.reply.text.index("911") < decision.reply.text.index("988")


@pytest.mark.parametrize("part", [*HAPPENING, "silent"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_text_to_911_has_its_english_words_and_what_to_do_without_an_answer(
    part: str, language: str
) -> None:
    text = script().reply(f"t:danger:{language}:{part}").text
    if part in CONDITIONAL:
        assert "1-800-222-1222" in text
        return
    words = re.search(r'"((?:Ambulance|Help\.|A friend|I need police)[^"]*)"', text)
    assert words
    assert ("No answer? Call" if language == "en" else "contestan? Llama") in text
    if part in {"pills", "pills.friend", "unknown", "unknown.friend"}:
        assert words[1].startswith("Ambulance.")
        assert text.index("911") < text.index("1-800-222-1222")


@pytest.mark.parametrize(
    "text",
    [
        "took 2 advil for my headache",
        "i took 4 ibuprofen for cramps",
        "i took all my meds today like my therapist said",
        "tome dos pastillas para el dolor de cabeza",
        "i drank 6 beers",
        "i drank the whole bottle of wine",
        "i vaped too much",
        "my cuts are healing",
        "i took 20 pills last year but im ok now",
        "swallowed 20 pills in the song",
        "i took 20 pictures of my dog",
        "im at the bridge where are you",
        "holding a knife cutting onions lol",
        "my boyfriend isnt answering my texts",
        "my crush stopped answering lol",
        "they dont answer",
        "no contestan",
        "making dinner rn 🔪🍅",
        "i overdosed on tacos",
        "my phone wont wake up",
        "someone put something in my drink last year",
        "ya llegue",
        "mi novio no contesta",
        "lol i cant breathe that was so funny",
        "i cant breathe im having a panic attack",
        "me muero de risa no puedo respirar",
        "this mixtape is fire",
        "we have a fire drill today",
        "hay fuego en la fogata",
        "my mom is having a baby next month",
        "child labor essay",
        "mi mama va a tener un bebe en dos meses",
        "i got shot down by my crush",
        "in among us i got stabbed at the reactor",
        "she stabbed me in the back",
        "me apuñalo por la espalda esa amiga",
        "i drank a beer and threw up",
        "my brother drank my soda",
        "my dog ate a battery",
        "got the rope for gym bye",
        "im at the train tracks taking pictures",
        "estoy en el estacionamiento",
        "my gf stopped texting back",
        "she sent me a pic of pills she sells bye",
        "i feel sleepy in class",
        "tengo mucho sueño",
        "i threw up after lunch",
        "he is back with his ex",
        "ya llego la pizza",
        "my dad is home",
        "the voices in the song tell me to dance",
        "kms if we have homework tonight",
        "im gonna kill myself if i fail the test today",
        "hoy me mato en el gym",
        "adios amigos",
        "can i shower before practice",
        "my brother woke up and wants to go back to sleep",
        "they gave her nasal spray for allergies",
        "my friend from discord is funny",
        "my throat is swollen i think its strep",
        "we are on facetime with my cousin",
        "hes back from the store",
        "ya volvio mi hermano",
        "smoke in the kitchen from cooking lol",
        "my mom said goodbye and turned on the tv",
        "my teacher said im next to present",
        "insulin essay for bio class",
    ],
)
def test_normal_doses_drinks_old_wounds_and_jokes_hit_no_case(text: str) -> None:
    assert all(not hit.case for hit in script().matcher.find(tokenize(text)))


@pytest.mark.parametrize("text", ["🆘", "🆘🆘", "💊💊💊"])
def test_an_sos_and_a_row_of_pills_get_911_and_988_and_name_no_need(text: str) -> None:
    decision = decide(script(), text)
    assert (decision.code, decision.topic) == ("line:sign:en", None)
    assert decision.reply.text.index("911") < decision.reply.text.index("988") < 130


@pytest.mark.parametrize(
    "text", ["💀", "⚰️", "😭", "🔫", "🔪", "🩸", "💊", "🪢", "😰", "💀💀💀", "😭😭"]
)
def test_no_single_picture_is_a_crisis(text: str) -> None:
    assert decide(script(), text).code == "a:short:en"


@pytest.mark.parametrize(
    ("part", "text"), [(part, text) for part, texts in TONIGHT.items() for text in texts]
)
def test_a_plan_with_a_time_or_a_note_gets_911_now(part: str, text: str) -> None:
    decision = decide(script(), text)
    assert (decision.topic, decision.code.split(":")[3]) == ("suicide", part)
    assert CALL_NOW.match(decision.reply.text)


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in SECOND.items() for text in texts]
)
def test_a_second_message_is_right_without_any_memory(code: str, text: str) -> None:
    found = decide(script(), text)
    assert found.code in {code.format("en"), code.format("es")}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("part", ["first", "friend", "more"])
def test_who_texts_911_chooses_police_ambulance_or_fire(part: str, language: str) -> None:
    text = script().reply(f"t:danger:{language}:{part}").text
    assert [word for word in ("Police", "Ambulance", "Fire") if word not in text] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_with_fire_or_gas_everyone_gets_out_before_911_is_called(language: str) -> None:
    text = script().reply(f"t:danger:{language}:fire").text
    assert re.match(r"Get everyone out now|Salgan ya todos", text)
    assert '"Fire or gas' in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_hears_voices_is_not_accused(language: str) -> None:
    text = script().reply(f"t:danger:{language}:voices").text
    assert not re.search(r"report|threat|police|denuncia|amenaza|polic", text, re.IGNORECASE)
    assert "Ambulance" in text


def test_no_reply_asks_for_a_place_that_reads_as_home() -> None:
    said = [
        (language, key)
        for language in ("en", "es")
        for key, text in pack().texts[language].items()
        if key.startswith("sms:") and re.search(r"your (own )?place|tu lugar", text)
    ]
    assert said == []


def test_nobody_is_told_to_hang_up_on_911() -> None:
    for key in ("sms:answer:police", "sms:answer:expect"):
        for language in ("en", "es"):
            assert not re.search(r"hang up|puedes colgar", pack().texts[language][key])


@pytest.mark.parametrize("keyword", pack().keywords, ids=lambda keyword: keyword.topic)
def test_each_case_has_rules_in_both_languages(keyword: Keyword) -> None:
    for name, case in keyword.case.items():
        for table in (case.words, case.friend):
            en, es = (len(table[tag].phrases) if tag in table else 0 for tag in ("en", "es"))
            assert bool(en) == bool(es), (keyword.topic, name)
            assert es * LEAST_SHARE >= en, (keyword.topic, name, en, es)
        assert ("en" in case.unless) == ("es" in case.unless), (keyword.topic, name)


@pytest.mark.parametrize("keyword", pack().keywords, ids=lambda keyword: keyword.topic)
def test_each_class_has_a_twin_in_the_other_language(keyword: Keyword) -> None:
    if not keyword.classes:
        return
    english, spanish = keyword.classes["en"], keyword.classes["es"]
    pairs = TWINS.get(keyword.topic, {})
    assert set(english) == set(pairs)
    assert {name for names in pairs.values() for name in names.split()} == set(spanish)
    for name, names in pairs.items():
        entries = sum(len(spanish[other]) for other in names.split())
        assert not names or entries * LEAST_SHARE >= len(english[name]), (name, names)
