"""Cases that the shipped pack answers separately: first days, after rape, ICE, a shooting."""

import re

import pytest

from sms.decide import decide
from tests.shipped import pack
from tests.sms.test_real_pack import script

NUMBER = re.compile(r"\d[\d-]{2,}\d")
CASES = {
    "t:substance:en:asleep": ["no shes just passed out on the couch like always"],
    "t:substance:es:asleep": ["mi papa esta dormido de borracho como siempre"],
    "t:immigration:en:deport": ["am i gonna get deported", "what if ICE takes my mom"],
    "t:immigration:es:deport": ["van a deportar a mi mama"],
    "t:grief:en:own": ["my dad killed himself", "my best friend committed suicide last month"],
    "t:grief:es:own": ["mi papa se suicido"],
    "t:feelings:en:unreal": ["i hear voices", "i see things that arent there"],
    "t:feelings:es:unreal": ["oigo voces"],
    "t:foster:en:apart": [
        "i miss my brother hes in another home",
        "they split us up me and my sister",
    ],
    "t:foster:es:apart": ["mi hermanita esta en otra casa y la extraño"],
    "t:legal:en:paper": [
        "got a Notice to Appear im 17 and have no lawyer",
        "missed my court date bc my mom couldnt get off work",
    ],
    "t:legal:es:paper": ["no fui a la corte porque nadie me llevo"],
    "t:basics:en:aid": [
        "does cal fresh count if ur parents r not citizens",
        "DREAM ACT DEADLINE?? FAFSA",
    ],
    "t:basics:es:aid": ["mi papa no es ciudadano puedo pedir calfresh"],
    "t:feelings:en:grey": ["idk everything is just grey. basketball is grey"],
    "t:feelings:es:grey": ["ya nada me da gusto"],
    "t:substance:en:found": ["i found little blue pills in my sons bag. what do i do"],
    "t:substance:es:found": ["le encontre unas pastillas azules a mi hijo en la mochila"],
    "t:immigration:en:taken": [
        "my dads been taken by ICE where is he",
        "my mom was detained by immigration at her check in",
    ],
    "t:immigration:es:taken": ["la migra se llevo a mi mama y no se donde esta"],
    "t:danger:en:fumes": [
        "my mom poured bleach and the toilet stuff together and now my eyes burn",
        "we got bug bomb fumes in the apartment and my sister is dizzy",
    ],
    "t:danger:es:fumes": ["eche cloro y acido muriatico en el baño y me arde la garganta"],
    "t:danger:en:breath": [
        "coach locked my inhaler in his office and my chest is so tight",
        "cant find my inhaler and its hard to talk",
    ],
    "t:danger:es:breath": ["mi papa escondio mi inhalador y me silba el pecho"],
    "t:danger:en:pills": [
        "i took more than i said earlier",
        "i lied about how many pills",
        "i told them i only took 5 but it was like 20",
    ],
    "t:danger:es:pills": ["menti de cuantas me tome fueron como 30"],
    "t:suicide:en:calm": ["i feel empty, im not going to hurt myself though"],
    "t:suicide:es:calm": ["estoy muy triste no me voy a hacer daño"],
    "t:suicide:en:past": [
        "when i was 7 i did something to my sister and i cant live with it i want to die"
    ],
    "t:suicide:es:past": ["cuando tenia 8 le hice algo a mi primita y merezco morir"],
    "t:danger:en:place.friend": [
        "my friend sent me a pic of his feet dangling off the bridge",
        "her legs are hanging over the railing on the overpass",
    ],
    "t:danger:es:place.friend": ["me mando foto de sus pies colgando del puente"],
    "t:danger:en:meeting": [
        "my daughter left to meet some guy she met on snapchat, what do i do",
        "my sister just got in an uber to see a man from roblox",
        "my friend is on her way to meet a guy from discord",
        "hi my 11 year old is meeting a stranger from roblox at the park right now",
        "my daughter left yesterday to meet a guy from discord and she is not answering",
    ],
    "t:danger:es:meeting": [
        "mi hija va camino a ver a un señor que conocio en internet",
        "mi hermana se subio a un uber para ver a un hombre de free fire",
        "mi hija de 13 se fue a ver a un señor que conocio por whatsapp",
        "mi hermana se fue esta mañana con un tipo que conocio en internet",
    ],
    "t:danger:en:check": [
        "can you send someone to her house shes not answering",
        "someone needs to check on him he said goodbye",
        "shes not picking up and i dont know where she lives",
    ],
    "t:danger:es:check": [
        "puedes mandar a alguien a su casa no contesta",
        "no contesta el telefono y no se donde vive",
    ],
    "t:danger:en:injured": [
        "i shoved her and she hit her head on the curb and blood is coming out of her ear",
        "i pushed my brother off the bunk and hes not getting up",
    ],
    "t:danger:es:injured": ["empuje a mi prima y le sale sangre del oido"],
    "t:danger:en:pain": [
        "my left testicle hurts so bad since this morning and i cant walk",
        "my stomach hurts so bad on the right side and im throwing up",
    ],
    "t:danger:es:pain": ["me duele un huevo bien feo desde anoche y vomite"],
    "t:danger:en:lost": [
        "we are lost on the trail its getting dark and we have no water",
        "were lost in the desert no water",
    ],
    "t:danger:es:lost": ["nos perdimos en el cerro y hace mucho frio"],
    "t:danger:en:shut": ["mom kicked us out its freezing and my sister has no shoes"],
    "t:danger:es:shut": ["nos dejo afuera y esta lloviendo"],
    "t:danger:en:water": ["my cousin went under in the river and hasnt come up"],
    "t:danger:es:water": ["se lo llevo la corriente en el canal"],
    "t:danger:en:back": [
        "fire trucks are here can i run back in for my cat",
        "we got out but my dog is inside im going back in theres smoke",
    ],
    "t:danger:es:back": ["ya estan los bomberos puedo regresar por mi perro"],
    "t:danger:en:taken": ["dad is taking us to mexico and my mom doesnt know"],
    "t:danger:es:taken": ["mi tio nos lleva a tijuana y mi mama no sabe"],
    "t:danger:en:after": ["the paramedics said a few more minutes and he would have died"],
    "t:health:en:bed": ["im 12 and i still wet the bed"],
    "t:health:es:bed": ["todavia mojo la cama y tengo 11"],
    "t:basics:en:record": ["will my answers go on my record for college"],
    "t:basics:es:record": ["lo que escribo sale en mi expediente"],
    "t:feelings:en:news": [
        "update my boss finally paid me every cent",
        "i dont need anything i just wanted to say the cast came off",
        "nah im good i was just bored",
    ],
    "t:feelings:es:news": ["gracias eres buena onda mañana le digo a la maestra"],
    "a:thanks:en": ["k", "K"],
    "t:health:en:soon": [
        "the condom broke",
        "i need plan b",
        "plan b",
        "where do i get the morning after pill without my parents",
        "we had sex without a condom yesterday",
        "i forgot my birth control and had sex",
    ],
    "t:health:es:soon": [
        "se me rompió el condón anoche",
        "necesito la pastilla del día siguiente",
        "tuvimos relaciones sin proteccion",
    ],
    "t:assault:en:soon": ["i was raped last night", "he raped me 2 days ago", "i just got raped"],
    "t:assault:es:soon": ["me violaron anoche", "ayer me violo mi vecino"],
    "t:assault:en:clothes": [
        "what do i do with the clothes i was wearing",
        "should i wash my clothes",
        "can i shower",
        "i showered after he raped me",
    ],
    "t:assault:es:clothes": ["que hago con la ropa", "me puedo bañar"],
    "t:immigration:en:door": [
        "ICE is at my door",
        "ice agents are outside my house",
        "ice is here",
    ],
    "t:immigration:es:door": [
        "la migra está en mi puerta",
        "llegó la migra",
        "hay unos hombres con chaleco afuera tocando bien recio y dicen el nombre de mi tia",
        "unos señores d chaleco andan tocando en los apartamentos abrimos o no",
    ],
    "t:danger:en:shooting": [
        "theres a shooting at my school",
        "active shooter",
        "i hear gunshots in the hallway",
    ],
    "t:danger:es:shooting": ["hay un tiroteo en mi escuela", "están disparando"],
    "t:danger:en:near": ["shh hes here", "cant talk he is right here", "hes here"],
    "t:danger:es:near": ["shh ya esta aqui", "no puedo hablar esta aqui"],
    "t:report:en:lawyer": ["i need a lawyer", "can i get a free lawyer"],
    "t:report:es:lawyer": ["necesito un abogado"],
    "t:danger:en:cover": [
        "they check my phone can you say it another way",
        "mom is reading over my shoulder pretend you are my coach",
    ],
    "t:danger:es:cover": [
        "mi papa vio el mensaje haz como que eres mi tutora",
        "si lo borre el numero xq me revisan el cel. me lo puedes decir de otra forma",
    ],
    "t:report:en:unbelieved": [
        "i told my counselor what he does and she said im exaggerating",
        "my teacher doesnt believe me",
    ],
    "t:report:es:unbelieved": [
        "le dije a la profe y no me cree",
        "ya le conte a mi consejera y dice que miento",
    ],
    "t:gangs:en:hold": [
        "his homies want me to hold a bag for them",
        "some dudes keep asking me to carry something",
    ],
    "t:gangs:es:hold": ["unos vatos quieren que les guarde una mochila"],
    "t:pictures:en:young": ["can i go to jail for pics i sent when i was 11"],
    "t:pictures:es:young": ["me puedo meter en problemas por una foto que mande cuando tenia 12"],
    "t:online:en:child": [
        "i found messages from a grown man on my daughters phone, its on her ipad too"
    ],
    "t:online:es:child": ["encontre mensajes de un hombre en el celular, en su tableta de mi hija"],
    "t:basics:en:school": [
        "i lost the school laptop and we cant afford it",
        "i think i have dyslexia or im just lazy",
        "the elevator at school is broken and i use a wheelchair",
        "we are living in a motel do i have to switch schools",
    ],
    "t:basics:es:school": [
        "se me rompio la tableta de la escuela y no podemos pagar",
        "quiero dejar la escuela para trabajar",
        "acabo de llegar de guatemala y no entiendo las clases",
    ],
    "t:basics:en:dentist": ["my tooth hurts so bad and we dont have insurance"],
    "t:basics:es:dentist": ["me duele una muela y no tenemos dinero"],
    "t:basics:en:court": ["i have to translate for my mom in court on friday"],
    "t:basics:es:court": ["me toca traducir para mis papas en la corte"],
    "a:arrested:en": ["ARRET"],
    "t:trafficking:en:charged": ["can i get arrested for selling my body"],
    "t:trafficking:es:charged": ["me pueden arrestar por vender sexo"],
    "t:adults:en:numbers": [
        "teacher: what is the trafficking hotline number",
        "whats the number for food for my student",
    ],
    "t:adults:es:numbers": ["soy maestra cual es el numero para trata"],
}
OTHERWISE = {
    "t:danger:": [
        "mom used bleach on my shirt lol",
        "usamos cloro para limpiar el baño hoy",
        "my inhaler is at home but im fine",
        "i lied about how many cookies i took",
        "i took more than i said i would at the buffet",
        "my feet are over the edge of the bed",
        "can you check on her homework",
        "mi amiga no contesta los mensajes del grupo",
        "i pushed my brother and he got mad",
        "empuje a mi hermano y se enojo",
        "i got hit in the nuts at soccer lol",
        "me comi dos huevos y me duele la panza",
        "we got lost at the mall",
        "hace frio hoy",
        "im drowning in homework",
        "locked out of my account",
        "pretend you are my math tutor and help me with fractions",
        "can i go back in for seconds",
        "vamos a mexico en navidad",
    ],
    "t:suicide:en:past": [
        "i touched my cousin yesterday and i want to die",
        "when i was 7 my uncle did things and i want to die",
        "when i was little i stole candy",
    ],
    "t:feelings:en:news": [
        "he paid me to keep quiet thanks",
        "update my boss still hasnt paid us",
        "thank you for everything goodbye",
    ],
    "t:health:": ["he forced me and didnt use a condom", "we need a plan b for the project"],
    "t:assault:en:soon": ["i was raped when i was 6", "a student told me she was raped last night"],
    "t:assault:en:clothes": ["i need to wash my clothes where is a laundromat", "i need clothes"],
    "t:danger:en:shooting": [
        "im scared of a school shooting",
        "he said hes gonna do a shooting at school",
        "we have a shooting drill at school",
    ],
    "t:immigration:en:door": [
        "ice took my mom",
        "i want ice cream at my house",
        "masked men are in my house",
        "men with masks came in my house and they have a gun",
        "the groomsmen came in wearing the vests",
    ],
    "t:immigration:es:door": [
        "unos encapuchados estan afuera de mi casa con armas",
        "mi tio anda de chaleco en mi casa para la boda de mi prima",
        "el uniforme es con chaleco y en mi casa no tenemos dinero",
        "siempre me agarran de chaleco en mi casa",
    ],
    "t:suicide:en:calm": [
        "im not going to hurt myself, i promised my sister",
        "im not suicidal but i took some pills",
    ],
    "t:danger:en:meeting": [
        "my sister is meeting someone from the internet to sell her bike",
        "my friend is going to see someone from online therapy",
        "my friend is going to see him, she met on a trip",
        "my friend went to meet a guy from insta last week and he was weird",
        "my daughter is going to meet some friends from online school",
        "my sister is meeting her best friend from online with her mom",
    ],
    "t:danger:es:meeting": [
        "mi amiga fue a ver a un chavo de instagram ayer",
        "mi hija va a ver su clase en linea",
        "mi nieta va a ver al doctor en internet",
        "mi hijo va a ver videos en tiktok",
    ],
    "t:danger:en:near": ["my mom is here with me and wants to talk"],
    "t:report:en:lawyer": ["i want to be a lawyer", "i need an immigration lawyer"],
    "t:adults:en:numbers": ["my teacher told me to call this number"],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in CASES.items() for text in texts]
)
def test_each_message_gets_the_reply_of_its_case(code: str, text: str) -> None:
    assert decide(script(), text).code == code


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in OTHERWISE.items() for text in texts]
)
def test_a_message_that_only_sounds_like_a_case_gets_another_reply(code: str, text: str) -> None:
    assert not decide(script(), text).code.startswith(code)


def said(key: str) -> tuple[str, str]:
    english, spanish = (pack().texts[language][key] for language in ("en", "es"))
    return english, spanish


def test_where_the_first_days_count_nobody_is_told_to_wait() -> None:
    for key in ("sms:health:soon", "sms:health:first", "topic:health:p.2", "topic:health:p.5"):
        assert not [text for text in said(key) if re.search(r"have to decide|que decidir", text)], (
            key
        )
    assert ["3 days" in said("sms:health:soon")[0], "3 días" in said("sms:health:soon")[1]] == [
        True,
        True,
    ]


def test_after_rape_the_exam_is_never_said_to_end_after_three_days() -> None:
    for key in ("sms:assault:soon", "sms:assault:clothes"):
        for text, days in zip(said(key), ("best within 5 days", "mejor en 5"), strict=True):
            assert days in text
            assert "72" not in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_shooting_gets_911_and_no_other_number(language: str) -> None:
    text = script().reply(f"t:danger:{language}:shooting").text
    assert set(re.findall(r"\d{3,}[\d-]*", text)) == {"911"}


def test_nobody_promises_that_agents_stay_out() -> None:
    for key in ("sms:immigration:door", "topic:immigration:p.3"):
        for text, forced in zip(said(key), ("come in anyway", "entran de todos"), strict=True):
            assert forced in text
            assert not re.search(r"can(?:not|'t|’t) (?:enter|come in)|no pueden entrar", text)


@pytest.mark.parametrize("key", ["sms:answer:arrested", "sms:report:lawyer"])
def test_only_someone_who_asks_is_told_about_selling_sex(key: str) -> None:
    assert not [text for text in said(key) if re.search(r"sex|prostit", text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("teacher: what is the trafficking hotline number", "1-888-373-7888"),
        ("whats the number for food for my student", "211"),
        (
            "my daughter is being messaged by an older man on instagram what number do i call",
            "1-800-843-5678",
        ),
        ("soy maestra cual es el numero para trata", "1-888-373-7888"),
    ],
)
def test_staff_and_parents_who_ask_for_a_number_get_it(text: str, number: str) -> None:
    assert number in decide(script(), text).reply.text


@pytest.mark.parametrize("role", ["staff", "parent"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_told_to_staff_and_parents_leaves_room_for_the_number_of_the_need(
    role: str, language: str
) -> None:
    plain = script().reply(f"line:{role}:{language}")
    for keyword in pack().keywords:
        if f"sms:{keyword.topic}:second" in pack().texts["en"]:
            both = script().reply(f"line:{role}:{language}+{keyword.topic}")
            assert both.text != plain.text, keyword.topic
            assert both.segments <= 2
