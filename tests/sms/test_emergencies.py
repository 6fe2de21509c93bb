"""Emergencies in words that no table named before: readers found menus, wrong cards, talk first."""

import re

import pytest

from sms.decide import decide
from sms.understanding.classifier import Prediction
from sms.understanding.normalise import tokenize
from sms.understanding.reading import judge
from tests.shipped import pack
from tests.sms.test_real_pack import script

_DANGER = (
    "sick", "coming", "held", "door", "trouble", "breath", "fire", "gas", "person", "threat", "alone",
    "warning", "after", "again", "cover", "labor", "means",
)  # fmt: skip
NEW = {("danger", case) for case in _DANGER} | {
    ("suicide", "edge"), ("suicide", "hint"), ("suicide", "wrong"), ("feelings", "better"),
    ("substance", "ride"), ("substance", "drive"), ("friend", "secret"), ("trafficking", "offer"),
}  # fmt: skip
EMERGENCIES = {
    "t:danger:{}:breath.friend": [
        "ok so this is prob dumb but my friend ate a cookie and it had nuts and now her face is"
        " huge and shes wheezing she left her epi at home",
        "a bee stung my brother and his lips are swollen",
        "he has a peanut allergy and his throat feels tight",
        "grandpa is grabbing his chest and hes all sweaty",
        "my cousin is choking and theres something stuck in his throat",
        "le pico una abeja y se le hincho la cara",
        "mi primo comio camarones y tiene la boca hinchada",
        "mi abuelo se agarra el pecho",
    ],
    "t:danger:{}:sleepy": [
        "i threw up a bunch so im prob fine now right?",
        "i dont need an ambulance",
    ],
    "t:immigration:{}:door": [
        "dos hombres de chaleco estan tocando y preguntan por mi papa",
        "two men with vests are knocking and asking for my dad",
    ],
    "t:substance:{}:drive": [
        "how long do i wait to drive after some beers",
        "cuanto tengo que esperar para manejar si tome",
    ],
    "t:danger:{}:place.friend": ["mi amiga puso adios y una foto del puente"],
    "t:danger:{}:breath": ["i ate shrimp and my lips are swelling", "comi nuez y no puedo tragar"],
    "t:danger:{}:sick": [
        "me pego en la cabeza con la plancha veo doble y vomite dice q si voy al doctor me va peor",
        "i fell and hit my head and now im seeing double",
        "hit my head at practice threw up twice",
        "rear ended this morning and i dont remember driving here",
        "this guy wants to take me upstairs to lie down my legs are jello",
        "me chocaron y vomite dos veces",
        "my sugar is over 500 it just says HI and i keep throwing up my aunt says its drama",
        "he choked me n i blacked out for a sec now my throat feels tight",
        "his hands were around her throat and now her voice is scratchy",
        "i havent eaten in four days and i fainted on the stairs",
        "hace cinco dias que no como y hoy me desmaye",
        "me ahorco y no puedo tragar",
        "mi bebe tiene 3 semanas y no quiere comer esta bien caliente y como aguadito no tengo"
        " carro",
        "my newborn is burning up and so sleepy",
        "my baby is limp",
        "boiling water spilled all over my legs",
        "se le cayo el aceite hirviendo encima",
        "my dad got electrocuted",
        "le dio la corriente a mi hermano",
        "estoy en el desierto creo nos dejo el coyote no traemos agua mi prima ya no camina",
        "a snake bit my cousin",
        "throwing up blood",
        "my teacher collapsed in class",
        "havent eaten for days and i keep blacking out",
        "my arm is bent the wrong way",
        "the baby rolled off the couch and is just staring",
        "i got bit by a dog and its really deep",
        "mi mama se cayo en el baño y no se levanta",
        "mi mama vomita sangre",
        "my little brother fell off the roof and cant move his legs",
    ],
    "t:danger:{}:unresponsive": [
        "she woke up but shes talking weird and wants to go back to sleep. we still need to call?",
        "ya desperto pero dice cosas raras",
        "hes asleep on his back throwing up a lil",
        "mi amigo se metio algo en la fiesta y esta temblando feo y echando espuma",
        "baby is hot n shaking and her eyes went up. mom at work",
        "we pulled him out of the pool",
        "lo sacamos de la alberca",
    ],
    "t:danger:{}:fire": [
        "kitchen on fire i threw water it got bigger",
        "grease fire on the stove",
        "smells like rotten eggs in here",
        "hay lumbre en la cocina",
        "se prendio el sarten",
    ],
    "t:danger:{}:poison": [
        "wat do u do if someone swallowd a battery the little circle one",
        "my lil brother drank the blue stuff from under the sink hes 2 hes like drooling",
        "k hago si alguien se trago cloro",
    ],
    "t:danger:{}:pills": [
        "me tome un chorro de pastillas de mi abuela ya me anda dando mucho sueño",
        "took a fistful of advil",
        "how long does tylenol take to kick in if u had like a lot",
    ],
    "t:danger:{}:shooting": [
        "theres somebody shooting by the gym we locked in rm",
        "andan tirando balazos afuera estamos en el piso mi abuelita le duele el pecho",
    ],
    "t:danger:{}:coming": [
        "ya le hable a la ambulancia dicen q 15 min q hago mientras sigue sin moverse",
        "i called 911 what do i do till they get here",
        "ambulance is on the way",
        "the ambulance still isnt here",
        "ya llame al 911 que hago",
        "la ambulancia no llega",
        "el 911 no contesta",
    ],
    "t:danger:{}:hidden": [
        "k i hid. now what",
        "im hiding in the bathroom",
        "ya me escondi que hago",
    ],
    "t:danger:{}:held": [
        "mi novio trae navaja dice q si salgo del cuarto se mata o me mata",
        "im at a motel idk which one by the freeway. he says i owe him and theres another guy"
        " coming at 9. he went to get food so i got like 10 min",
        "we are in a hotel and he took my shoes",
        "estoy en un motel y me quito el celular",
        "he wont let me out of the car",
        "el señor de la troca no me deja bajar vamos en el freeway dice q ya casi llegamos",
        "im locked in the garage. she took the handle off. no bathroom. its day 2 i got 6 percent",
        "nos encerraron con llave",
        "car been following me since the bus stop same guy 3 times he told me get in",
        "me viene siguiendo una camioneta",
        "someone is in my house",
        "he made me get in now we are on the 5 going south",
        "uber driver locked the doors and is going the wrong way",
        "me subieron a un carro y vamos en la carretera",
        "hes outside my window again. my ex. he has my old key",
    ],
    "t:danger:{}:door": [
        "estan tocando la puerta bien recio unos señores dicen q son policia pero no traen placa"
        " mi mama no esta tengo 11",
        "a man is knocking and im home alone",
        "they say they are police but no badge should i open",
        "dicen que son policias y estoy sola",
    ],
    "t:danger:{}:trouble": [
        "we was at a kickback n my homie took a perc off some dude and his lips r kinda purple he"
        " snoring weird if we call cops we all get in trouble",
        "she took some pills and wont wake up but we will get in trouble",
        "se tomo algo y no despierta pero nos metemos en problemas",
    ],
    "t:suicide:{}:now.friend": [
        "my best friend took off running toward the freeway crying",
        "corrio hacia el freeway",
    ],
    "t:danger:{}:means": [
        "im still holding the bottle of pills but i waited",
        "sigo con el frasco en la mano",
        "the pills are in a pile in front of me",
        "i have it loaded. i just want somebody to talk to me until",
        "the gun is next to me",
        "la tengo cargada",
    ],
    "t:danger:{}:silent": [
        "my friend just posted goodbye on her close friends story and turned her phone off. i know"
        " where she lives but im 20 min away what do i do",
        "she said goodbye and now it goes straight to voicemail",
        "se despidio y ya no le entran las llamadas",
    ],
    "t:suicide:{}:edge": [
        "estoy en las vias. ya viene",
        "im on the roof of the parking thing. its pretty up here. thank u guys for trying",
        "sitting on the overpass nobody will miss me",
        "im on the balcony tell my mom i love her",
        "me subi al puente peatonal gracias por todo",
        "estoy en el balcon nadie me va a extrañar",
    ],
    "t:suicide:{}:now": ["ya no aguanto. hoy si lo hago. cuando se duerman todos"],
    "t:danger:{}:gas": [
        "my sister and me are both dizzy and we have the grill going inside to stay warm",
        "power is out so dad put the generator in the garage and i feel sick",
        "egg smell in the kitchen and my grandma threw up",
        "the apartment smells like rotten egg and my head hurts",
        "we left the oven on with the door open for heat and everybody has a headache",
        "the bbq is in the living room bc heater broke n my brother wont wake up",
        "mi papa metio el anafre a la sala para calentarnos y mi hermano no despierta",
        "prendieron el carbon adentro y estoy mareada",
        "la casa huele a huevo y mi hermanita vomito",
        "huele como a huevo podrido y me duele la cabeza",
        "co detector is beeping and my mom says ignore it",
    ],
    "t:danger:{}:person": [
        "met up with a girl from roblox and its a grown man he is outside the bathroom",
        "i came to meet him at the park and he is like 35 not 15",
        "some guy in a van told me to get in",
        "this lady keeps asking me to come with her",
        "a man said my mom sent him but she didnt",
        "im at the greyhound and this guy says he has a place for me and took my phone",
        "he sent me a picture of my house",
        "some dude online just sent me a pic of my front door im home alone",
        "vine a ver a uno de internet y es un señor grande",
        "unos vatos en el parque quieren que me suba a su carro",
        "un señor me dice que me vaya con el",
        "me acaba de mandar una foto de mi casa y estoy sola",
        "quede de verme con un muchacho y no tiene 16 es un viejo",
        "im at the train station some lady has a house for girls and a job she has my id",
    ],
    "t:danger:{}:threat": [
        "he says we both die if i leave him and hes driving so fast",
        "if i break up with him he will crash the car",
        "they said they will hurt my grandma if we dont pay by tonight",
        "she said if my dad doesnt send money today they kill my brother",
        "my mom is hearing voices telling her to hurt the baby",
        "god told her to give back the baby and shes running the tub",
        "dice que si lo dejo chocar el carro con los dos adentro",
        "si no pagamos hoy le hacen daño a mi hermano",
        "mi mama oye voces que le dicen que lastime al bebe",
        "nos mata a todos si me bajo del carro",
        "va bien recio y dice que nos morimos los dos",
    ],
    "t:danger:{}:alone": [
        "my mom hasnt been home in 3 days and my baby brother is hungry",
        "its been two nights and my parents havent come back",
        "dad never came home its day 2 and im watching my sisters",
        "we have been alone since friday",
        "mi mama no ha regresado desde el viernes y el bebe llora",
        "llevamos solos tres dias",
        "van dos dias que mi papa no ha vuelto",
    ],
    "t:danger:{}:warning": [
        "a guy in my class said not to come to school friday because something big"
        " is going to happen",
        "he texted me dont come tomorrow you were always nice to me",
        "this boy told us stay home monday trust me",
        "me dijo que no vaya el viernes a la escuela porque va a pasar algo malo",
        "un compañero dijo no vengas mañana yo te aviso porque me trata bien",
    ],
    "t:danger:{}:labor": [
        "a lot of water came out and my belly hurts every few minutes",
        "there was a gush of water and now i have cramps nobody knows",
        "me salio mucha agua y tengo dolores cada rato",
    ],
}
KINDER = {
    "t:substance:{}:ride": [
        "my mom drinks n then drives us to school. shes a good mom tho",
        "mi papa toma y nos lleva a la escuela",
    ],
    "t:friend:{}:secret": [
        "she made me swear not to say anything. if i tell shes gonna hate me",
        "mi amiga no quiere q le diga a nadie dice q si digo se hace algo",
    ],
    "t:trafficking:{}:offer": [
        "a lady at the mall said i could model in vegas she just needs my id and for me not to"
        " tell my parents til its a surprise",
        "en tiktok me ofrecieron jale en la frontera 2 mil a la semana manejando nomas. esta chido"
        " o es trampa",
        "they pay 800 a day to drive people from the border is it legit",
    ],
    "t:schoolstaff:{}:first": ["can a teacher text u at night"],
    "a:hours:{}": ["im only 11 can i even call that", "soy muy chica para llamar"],
    "a:private:{}": ["do i gotta give my name", "tengo que dar mi nombre"],
    "a:parents:{}": ["if i tell them do they tell my mom"],
    "a:language:{}": ["my mom doesnt speak english can she call it or do i gotta translate"],
    "a:no_answer:{}": ["ya llame y me contestaron en ingles y colgue"],
    "a:thanks:{}": ["i did the chat thing it was actually ok"],
    "t:danger:{}:after": [
        "ambulance took my mom and i cant stop crying",
        "paramedics came and took him i dont know what to do now",
        "they took her to the hospital is it my fault",
        "ya llego la ambulancia y se la llevaron y no dejo de temblar",
        "se lo llevo la ambulancia y no paro de llorar",
    ],
    "t:danger:{}:again": [
        "i called 988 and they asked for my address so i hung up",
        "she wanted to know where i am and i got scared",
        "i hung up when they asked my name",
        "me preguntaron donde vivo y colgue",
        "les colgue porque querian mi direccion",
    ],
    "t:danger:{}:cover": [
        "he reads my texts so if you answer pretend its a survey",
        "my stepdad saw this, act like its homework",
        "shes going through my phone just say its a wrong number",
        "vio los mensajes, haz como que es una tarea",
        "me revisa el cel, di que es un proyecto",
    ],
    "t:suicide:{}:hint": [
        "how many benadryl would kill someone",
        "how many sleeping pills for a person who weighs 120 pounds",
        "cuantas pastillas son demasiadas",
        "cuantas d las d dormir son demasiadas",
        "cuantas de las de dormir aguanta una persona de 60 kilos",
        "i cant be alive if my mom finds out",
        "they gave me an appointment for thursday idk if i can make it to thursday",
        "not sure i can hold on until monday",
        "la cita es el lunes y no se si aguanto hasta el lunes",
        "goodbye and thanks for everything you were nice",
        "adios y gracias por escucharme",
    ],
    "t:suicide:{}:wrong": [
        "you sent the suicide hotline but i dont want to die i need somewhere to sleep",
        "why did you give me the suicide number thats not what i asked im not suicidal",
        "me mandaron el de suicidio pero no me quiero matar necesito donde dormir",
    ],
    "t:suicide:{}:first": [
        "ok i put it in my brothers room the thing. i still feel it tho",
        "le di mis pastillas a mi mama para no tomarmelas",
        "i put my meds in my moms room so i dont take them all",
    ],
    "t:abuse:{}:first": [
        "si ahorita no me pega es emergencia",
        "my grandma says that stays in the family",
        "mi abuelo dice que las cosas de familia no se cuentan afuera",
    ],
    "t:feelings:{}:better": [
        "i reported it and they took it down",
        "we made a safety plan and i gave my sister the razor. a little better",
        "test came back negative and they didnt call my mom",
        "hicimos un plan y ya estoy mas tranquila",
        "la prueba salio negativa gracias a dios",
    ],
    "t:report:{}:told": [
        "i called and they are sending someone on monday to talk to us did i do bad",
        "van a mandar a alguien mañana a hablar con nosotros",
    ],
    "t:danger:{}:door": [
        "nobody is home with me and someone keeps pounding",
        "estoy sola con mis hermanos y estan tocando bien fuerte la puerta",
    ],
}
ORDINARY = [
    "my brother made me get in trouble",
    "he said hes gonna jump me after school",
    "smells like burning toast",
    "mi mama no se levanta de la cama desde hace dias",
    "im not getting up early tomorrow",
    "huele a quemado la cena",
    "my friend is outside my house in my backyard playing in the pool",
    "the kitchen is so hot rn",
    "my mixtape is fire",
    "this song is on fire lol",
    "hiding in the bathroom so i dont have to run lol",
    "we hid the presents",
    "hide and seek in the closet",
    "hiding my grades from my mom",
    "a dog followed me home",
    "he keeps following me on instagram",
    "my mom wont let me go to the party",
    "mi mama no me deja salir a la fiesta",
    "my ex followed me back on tiktok",
    "he choked at the free throw line",
    "i hit my head on the cabinet lol it hurts",
    "i hit my head last year and threw up",
    "in the movie he hit his head and passed out",
    "essay about a man who was hit by a car",
    "i woke up so confused",
    "my baby cousin is so cute",
    "my sister is 3 weeks old and so tiny",
    "the pizza guy is knocking and im home alone",
    "some guy is at the door with a package and im home alone",
    "amazon is at the door and nobody is home",
    "loaded fries and a gun show",
    "i have it loaded the page i mean",
    "im on the roof with my dad putting up christmas lights",
    "im at the beach with my family bye",
    "on the bridge stuck in traffic",
    "on the track team",
    "im at the lake so done with swim practice",
    "estoy en el techo con mi papa arreglando la antena",
    "estoy en el puente en el trafico ya viene mi mama",
    "the ambulance went by my school",
    "my mom is a nurse on an ambulance",
    "ya llego la pizza que hago",
    "called my friend and now what",
    "my dad drives us to school every day",
    "he drinks coffee and drives us",
    "mi papa toma cafe y nos lleva a la escuela",
    "she made me promise not to tell about the surprise party",
    "i want to be a model when i grow up",
    "my cousin got a job in vegas",
    "false alarm she hit her head and passed out but she is fine now",
    "my sister ate nuts and her face swelled up last year",
    "es broma estoy en el puente adios",
    "la casa en llamas es una cancion",
    "for health class what do you do if someone has a stroke",
    "my phone fell in the pool",
    "bro is so drunk on power in the game",
    "my house smells like eggs because my mom is making breakfast",
    "we are grilling inside the tent at the cookout im so hungry",
    "the bbq was inside because of rain lol",
    "prendimos el asador en el patio",
    "met up with my cousin at the mall",
    "a guy asked me to go with him to prom",
    "this guy wants me to come with him to the movies",
    "she sent me a pic of her new house",
    "amazon sent me a picture of my door with the package",
    "mando foto de la pizza",
    "my mom will kill us both if we dont clean today",
    "in gta he says we both die if i leave",
    "nos matamos de risa hoy",
    "my mom didnt come home for 3 days bc of a work trip grandma is here",
    "my dog never came home for 2 days",
    "dad didnt come home till late",
    "coach told me dont come tomorrow practice is canceled im sick",
    "my mom said dont go to school tomorrow you look weird and sick",
    "the ambulance came to our school last year and i was crying",
    "in the movie the paramedics came and she was crying",
    "a telemarketer asked my name and i hung up lol",
    "act like its a game",
    "he saw my texts lol act like its homework haha",
    "how many tylenol can i take for cramps",
    "how many advil come in a bottle",
    "cuantas pastillas tomo para el dolor",
    "goodbye and thanks for everything have a nice day",
    "idk if i can hold on to the bar that long in gym",
    "i cant wait until friday",
    "no aguanto hasta el viernes para la fiesta",
    "water came out of the fountain",
    "my covid test came back negative so i can go to practice thank god",
    "we made a plan to end it thanks to him",
    "they are sending an ambulance to talk to us",
    "nobody is home and the drums next door are loud",
    "still holding the bottle for the baby",
]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (code, text)
        for table in (EMERGENCIES, KINDER)
        for code, own in table.items()
        for text in own
    ],
)
def test_each_message_gets_the_reply_that_its_reader_wanted(code: str, text: str) -> None:
    assert decide(script(), text).code in {code.format("en"), code.format("es")}


@pytest.mark.parametrize("text", ORDINARY)
def test_jokes_games_homework_and_dangers_past_hit_none_of_these_cases(text: str) -> None:
    hits = {(hit.topic, hit.case) for hit in script().matcher.find(tokenize(text))}
    assert not hits & NEW


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("code", [code for code in EMERGENCIES if ":poison" not in code])
def test_the_reply_to_an_emergency_names_911_before_any_line_to_talk(
    code: str, language: str
) -> None:
    text = script().reply(code.format(language)).text
    others = [text.find(number) for number in ("988", "1-8") if number in text]
    assert 0 <= text.index("911") < min(others, default=len(text))


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_no_rule_and_no_model_knows_still_begins_with_an_emergency(language: str) -> None:
    """An emergency in new words ends here: call, and text where talking is not possible."""
    codes = [f"line:general:{language}"]
    codes += [f"line:general:{language}+{topic}" for topic in script().priority]
    for text in (script().reply(code).text for code in codes if script().has(code)):
        assert re.match(r"Hurt, very sick or in danger: call 911|Alguien herido, muy mal", text)
        assert re.search(r"Text 911|al 911 donde estas", text)
        assert text.index("911") < text.index("988")


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_is_hidden_or_held_is_told_to_text_before_to_call(language: str) -> None:
    text = script().reply(f"t:danger:{language}:held").text
    assert re.search(r"text", text[:60], re.IGNORECASE)
    assert '"I need police."' in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_is_in_a_picture_that_goes_around_is_told_first_that_it_is_not_their_fault(
    language: str,
) -> None:
    text = script().reply(f"t:pictures:{language}:first").text
    assert re.match(r"You are not to blame|No es tu culpa", text)


@pytest.mark.parametrize("answer", ["parents", "removed", "thanks", "expect", "no_answer"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_an_answer_about_the_line_names_a_way_by_text(answer: str, language: str) -> None:
    text = pack().texts[language][f"sms:answer:{answer}"].lower()
    assert re.search(r"\.sms\}|(text|texto) (to )?(al )?\{|text \{", text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_where_the_air_kills_everyone_is_told_to_get_out_before_anything_else(
    language: str,
) -> None:
    text = script().reply(f"t:danger:{language}:gas").text
    assert re.match(r"Get everyone out now|Salgan ya todos", text)
    assert not re.search(r"[Ss]tay with|[Qq]u[eé]date", text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_reply_that_someone_reads_along_names_no_number_and_no_topic_at_first(
    language: str,
) -> None:
    text = script().reply(f"t:danger:{language}:cover").text
    assert not re.search(r"\d", text[:100])
    assert not re.search(
        r"danger|hurt|help|police|peligro|ayuda|policia", text[:100], re.IGNORECASE
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_who_may_be_near_the_one_from_online_gets_911_first(language: str) -> None:
    text = script().reply(f"t:online:{language}:first").text
    assert text.index("911") < min(text.index("988"), text.index("1-800"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_only_the_reply_about_the_first_days_speaks_of_them(language: str) -> None:
    assert not re.search(
        r"first days|primeros d", script().reply(f"t:health:{language}:first").text
    )


@pytest.mark.parametrize(("language", "where"), [("en", "In California"), ("es", "En California")])
def test_the_overdose_law_is_said_to_be_california_law(language: str, where: str) -> None:
    assert where in script().reply(f"t:danger:{language}:trouble").text


def test_a_need_that_is_one_of_many_is_not_named_as_the_one_that_is_meant() -> None:
    """The likeliest of many unlikely needs gave strangers the reply about a stranger online."""
    spread = {"online": 0.2, "work": 0.18, "abuse": 0.17, "pictures": 0.15, "foster": 0.1}
    found = judge((), Prediction(topic=spread, about={"me": 1.0}), tuple(spread))
    assert (found.topic, found.perhaps) == ("", "online")
    found = judge((), Prediction(topic={**spread, "danger": 0.2}), (*spread, "danger"))
    assert found.topic != "online"
    sure = {"online": 0.6, "work": 0.1, "abuse": 0.1}
    assert judge((), Prediction(topic=sure, about={"me": 1.0}), tuple(sure)).topic == "online"
    rare = judge((), Prediction(topic=spread, about={"me": 1.0}), tuple(spread), rare=True)
    assert rare.topic == "online"
