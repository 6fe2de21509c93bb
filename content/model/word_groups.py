"""Groups of words that stand for one another in phrases ("<family> <hits> me"); folded forms."""

from collections.abc import Mapping

_PLAIN = """
family: mother father mama papa stepmother stepfather parents parent uncle aunt auntie grandma grandpa grandmother
  grandfather granny nana brother sister stepbrother stepsister cousin family guardian tio tia sibling siblings
love: boyfriend girlfriend ex exboyfriend exgirlfriend husband wife fiance bae partner
someone: he she they someone somebody people guy guys man men dude boy boys person woman lady stranger strangers kid
  kids girl girls
friend: friend friends bestie homie friendo classmate homegirl
elder: teacher coach counselor boss manager neighbor babysitter pastor priest tutor landlord driver trainer principal
staff: teacher teachers coach principal counselor substitute janitor aide professor tutor trainer
hits: hit hits hitting beat beats beating hurt hurts hurting slap slaps slapped slapping punch punches punched punching
  kick kicks kicked kicking smack smacks smacked smacking shove shoves shoved shoving whoop whoops whooped whooping
  whip whips whipped whipping spank spanks spanked push pushes pushed pushing
makes: make makes made making force forces forced forcing
touches: touch touches touched touching grope gropes groped groping fondle fondled molest molests molested molesting
takes: take takes took taking keep keeps kept keeping steal steals stole stealing hold holds holding hide hides hid
wants: want wants wanted wanting
says: say says said saying tell tells told telling
us: me us her him them
my: my our her his their your
drinks: drink drinks drank drinking drunk smoke smokes smoked smoking vape vapes vaping
sex: sex sexual nude nudes naked
pics: pic pics picture pictures photo photos video videos vid vids nude nudes image images selfie selfies
weapon: gun guns knife knives pistol rifle machete weapon weapons glock blade shotgun axe strap
pills: pills pill meds medicine tylenol advil xanax xans xanny percs perc oxy adderall ibuprofen benadryl fentanyl
drugs: drugs drug weed meth heroin cocaine coke crack pills percs xanax xans fentanyl fent lean molly acid shrooms oxy
  adderall vape vaping vapes edibles dab dabs cart carts nicotine alcohol pot marijuana perc fetty crystal juul
died: died dead died passed killed
app: snap snapchat discord insta instagram ig roblox tiktok facebook fb whatsapp telegram xbox fortnite kik omegle
  messenger twitter minecraft wizz yubo online internet playstation psn ps4 ps5 game games
familia: mama papa padrastro madrastra tio tia abuela abuelo hermano hermana primo prima padres papas mami papi jefa
  jefito hermanastro padrino madrina familia abuelita abuelito cunado
novio: novio novia ex pareja marido esposo esposa exnovio exnovia
alguien: alguien el ella ellos hombre senor tipo muchacho chavo senora vato wey guey nino ninos morro morros
amigo: amigo amiga amigos amigas companero companera amiguita amiguito compa
maestro: maestro maestra profe profesor profesora entrenador entrenadora coach director directora consejero conserje
pega: pega pego pegan pegaron pegaba pegar pegando golpea golpeo golpean golpearon golpear golpeando lastima lastimo
  lastiman lastimando cachetea cacheteo patea pateo patean empuja empujo empujan maltrata maltratan maltrato avienta
  avento jalonea jaloneo chinga madrea nalguea cintarea
obliga: obliga obligan obligo obligaron obligando hace hacen hizo hicieron fuerza pone ponen puso
toca: toca toco tocan tocaron tocaba tocar tocando manosea manoseo manosean manosearon abuso abusa abusaron abusaba
arma: pistola arma armas cuchillo navaja machete rifle cuete fusca escopeta
pastillas: pastillas pastilla pildoras medicinas medicina pastas
"""
GROUPS: Mapping[str, frozenset[str]] = {
    name.strip(): frozenset(group.split())
    for name, _, group in (
        entry.partition(":") for entry in _PLAIN.strip().replace("\n  ", " ").splitlines()
    )
}


def name_in(word: str) -> str:
    """The name between the brackets of "<family>"; "" for a word that is no group."""
    return word[1:-1] if word.startswith("<") and word.endswith(">") else ""


def of_words() -> dict[str, tuple[str, ...]]:
    """Every word with the groups it belongs to, written as in a phrase."""
    found: dict[str, list[str]] = {}
    for name, group in GROUPS.items():
        for word in sorted(group):
            found.setdefault(word, []).append(f"<{name}>")
    return {word: tuple(names) for word, names in found.items()}
