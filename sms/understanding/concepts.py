"""Rough concepts of words (home, harm, money) in both languages: features for the classifier.

"*" stands for any ending.
"""

from collections.abc import Iterable

_PLAIN = """
parent: mother father mama papa stepmother stepfather parents parent guardian padrastro madrastra padres papas mami
  papi jefa foster ma pa stepparent folks tutor
kin: uncle aunt auntie grandma grandpa grandmother grandfather granny nana tio tia abuel* family familia relative* kin
  primo prima cousin* stepbrother stepsister hermanastr* padrino nino
sibling: brother sister siblings sibling twin hermano hermana herman* baby
love: boyfriend girlfriend ex husband wife fiance bae partner novio novia pareja marido crush exnovio exnovia
  relationship relacion dating noviazgo situationship
friend: friend friends bestie homie buddy friendo classmate* teammate* roommate amig* compañer* companer* compa bff
adultman: man men dude guy guys boss older old grown adult adulto mayor hombre* senor* senora tipo viejo* stranger*
  desconocid* creep creepy weirdo pervert lady landlord casero dealer
teacher: teacher* coach* principal counselor profesor* profe maestr* entrenador* director* staff pastor priest
  sacerdote cura professor tutor nurse doctor
school: school class classroom hallway hall campus grade homework lunch cafeteria bus locker* recess escuela clase
  salon pasillo prepa secundaria compañeros gym schoolbus grader
home: home house casa apartment room bedroom door hogar cuarto puerta apartamento departamento roof trailer garage
  garaje basement closet inside
street: street outside park shelter motel hotel* car van truck tent bus calle afuera parque albergue carro refugio
  troca camioneta banca bench station central couch sofa
sleep: sleep* slept stay staying crash bed dormir duermo durmiendo quedar* cama dormi night tonight noche anoche
leave: leave leaving left ran run running escape* kicked threw evict* packed escap* corri* echar* echo irme sali fui
  huir salir largar* runaway
nowhere: nowhere anywhere somewhere place lugar adonde donde
hit: hit hits hitting beat* punch* slap* kick* smack* shove* whip* whoop* belt bruise* choke* choking hurt* pega pego
  pegan pegar* pegando golpe* cachete* pate* empuj* moreton* cinto chancla lastim* avent* madrea violent* violen*
  attack* smash* threw throws throw throwing slam* grabb* grab jalon* jalo scratch* burn* quem* pull* drag* abus*
  maltrat* shoving
weapon: gun guns knife knives pistol* weapon* rifle shot shots shoot* stab* machete blade bomb arma armas cuchillo
  navaja balazo* disparo* dispar* apuñal* pistola armed bat loaded glock
police: police cops cop 911 ambulance emergency policia ambulancia patrulla emergencia sheriff
death: die dies died dying dead death kill* suicid* morir* muer* murio matar* mata mato muert* goodbye despedida
  funeral unalive* fallec* passed
selfharm: cut cuts cutting scar* razor wrist* cortar* corto corte cutter rasur* sangr* bleed* blood blades
pills: pill pills medicine* meds tylenol advil bottle overdos* swallow* pastilla* frasco medicina* sobredosis trague
drug: drug* weed vape* vaping smoke* smoking alcohol* drunk drink* drank high meth heroin* cocaine coke xan* perc*
  fent* addict* rehab* sober beer* vodka needle* droga* mota tomar toma tomo borrach* cerveza* fumar fuma fumo adict*
  cristal marihuana vapeo relaps* juul cart carts lean adderall oxy withdraw* bottles stoned
sex: sex* rape* raped touch* molest* naked nude* private* body underwear kiss* undress* condom porn* virgin* assault*
  sexo sexual* tocar* toca toco manose* viol* desnud* besar* beso cuerpo relaciones partes acost* groped pregnan*
pics: pic pics picture* photo* video* screenshot* record* film* camera selfie* foto* grab* pantalla camara image*
  imagen* facetime nudes pack videollamada
post: post* send* sent leak* share* sharing shared spread* upload* publish* viral subir* subio publi* mand* envi*
  compart* pasar* filtr* expose* exposing airdrop*
threat: threat* blackmail* extort* sextort* or else unless warn* amenaz* chantaj* extors* secuestr* kidnap* scam*
money: money cash pay* paid dollars rent bill* afford broke debt* owe* buy* bought cost gift* dinero pag* renta deb*
  deuda gan* vend* compr* sueldo cheque earn* sell* sold selling bucks quota cashapp venmo zelle tips
men: clients client customers customer dates johns tricks pimp* traffick* traffic* prostitut* escort* stripp* strip
  club clientes cliente trata prostitu* explot* exploit* onlyfans
work: work* job jobs boss manager shift factory restaurant fields farm hire* trabaj* jefe patron fabrica campo chamba
  jale wage* paycheck labor laboral employer coyote overtime
papers: passport papers id visa ice immigration deport* undocument* migra migracion pasaporte papeles documentos
food: food hungry hunger eat* eaten meal* fridge grocer* starv* comida comer hambre despensa refri cena lunch
  breakfast snack pantry come comido
need: clothes shoes jacket coat heat heater water lights electric* power shower soap diaper* pads tampons ropa zapatos
  chamarra calefaccion luz agua gas toallas pañales bañar* utiles mochila medicine dentist dentista glasses lentes
  utilities
online: online internet snap* discord insta* instagram roblox tiktok game gamer app dm dms chat chatting facebook
  whatsapp telegram xbox server website web aplicacion juego linea follower* message* mensaj* escribe texting texted
  account cuenta facebook username robux hack*
meet: meet meeting met verme vernos veamos conoci pick address direccion cita irl ver
secret: secret* nobody tell told promise* snitch* contar* cuente decir* digas diga secreto jur* prometi keep hide
  hiding hid hidden escond* confid*
fear: scared scares scary afraid fear* terrified worried worry nervous miedo asust* preocup* panic* anxi* ansi* unsafe
  threatened shaking trembl*
sad: sad* cry* cried depress* lonely alone empty numb hopeless worthless tired stress* overwhelm* trist* llor* sola
  solo soledad deprim* vaci* estres* cansad* hate useless failure burden miserable broken nadie unhappy grief odio
trap: locked trapped lock locks stuck tied cage* hostage held encerr* atrap* amarr* secuestr* chained
control: control* jealous* checks track* password* location allow let lets lets wont controla* celos* celo deja dejan
  revisa* permiso possessive obligated
force: make makes made making force* forcing forced obliga* obligo hace hacen hizo pressur* presion* coerc* manipul*
  trick* gaslight*
bully: bully* bullied tease* mock* laugh* rumor* mean names ugly fat stupid loser slur* insult* burla* rien molest*
  apodo* gord* fe* fight jump* racis* ignore* exclud* hater* weird bulea* joto
race: black mexican muslim immigrant* hijab accent race religion country mexicano pais acento moreno raza indigena
  asian
queer: gay lesbian* trans* bi bisexual queer lgbt* pronoun* gender closet out lesbiana genero homosexual nonbinary
  pride enby binder deadname* coming sexuality pansexual ace
gone: missing disappear* vanish* gone found find looking search* desaparec* aparece encontr* perdid* busc* regres*
  volvio llego flyer contesta answering whereabouts kidnapped lost
report: report* denunci* cps tip anonymous legal lawyer court law rights charges complaint complain reportar* abogad*
  derechos queja testif* restraining caseworker investig* witness*
kid: kid kids child children daughter son student* niñ* nin* hija hijo hijos alumn* estudiante* teen toddler minor
  menor players pupils
program: program* partner* organization* nonprofit* group groups volunteer* donat* lesson* curriculum organizacion*
  grupo* socio* fundacion* foundation assembly poster pamphlet campaign* campaña* presentation
help: help ayud* support advice apoyo need necesit* please hotline number someone alguien
ask: how what where who can should is como que donde quien puedo cual hay debo
joke: lol haha* jaja* lmao lmfao rofl hehe jk kidding xd broma funny
chat: ok okay k hey hi hello yo thanks thx bye cya gud morning noon evening dear babe sweetie hola gracias buenas
  tardes dias lor lah la leh haha wat ur tmr tml nite
parent: mommy daddy momma dada stepdads stepmoms momz papi papá ama apa amá apá tutora nana caregiver fosters
hit: bit bite bites biting bitten spit spits spitting drown* pin pinned pins squeez* twist* yank* strangl* tackl*
  stomp* headbutt* crack* bust* broke* wound* injur* swing* swung lash* cable cord cinturon mord* escup* jalone*
  arrastr* ahorc* asfixi* rompio quebro nalgad* zape* rasguñ* pellizc* extension switch spatula hanger
weapon: bullets bullet ammo armed revolver shotgun taser hatchet axe fierro escuadra cuete balas bala tijeras matches
  lighter gasoline
police: cop swat paramedic* hospital er sirens detective
death: dies noose hang hanging hanged hung suffocat* coffin grave colgar* ahorcar* tumba ataud bridge roof train
  overpass puente azotea
selfharm: bleeding wrists thighs veins knot bridges navaja venas cutter muñecas
pills: capsules antidepress* dose doses benadryl ibuprofen sleeping dosis capsulas
drug: faded tweak* strung pipe bong edible* gummies pen pens nic nicotine zyn* pouch* shots booze liquor wasted
  blackout fried molly acid shrooms percs hennessy xanny pisto piste* peda briago crico piedra tacha* chela* trago*
  tomadera
sex: privates groin breast* boobs butt genital* penis vagina dick nudity lap thighs shorts panties bra crotch grop*
  finger* lick* calzon* pompis senos nalgas panocha pito encuer* manosear tocarme tocaba toques
pics: snapshot clip clips deepfake ai edited porn xxx
threat: expose threaten threatens threatening deadline ransom extorsion* amenac* demand* demands
men: johns trick outcall* outcalls hookers brothel massage* bottom stable track blade pimpin talone* padrote* cafich*
  burdel
leave: bounce bounced bouncing dip dipped awol fled flee ran fuga fugar* largo bota botaron botar boxed curb packing
  pack
trap: padlock padlocked shed basement bodega chained handcuff* gagged tape
control: mileage tracker airtag checking spies spy accuses accus* cel celular contraseñ* ubicacion vigila
bully: spat oink bark trip trips tripped shoved jumped jump clown* pick picked nickname* apodos charola chango
  humillad* humiliat* cornered meme memes excluded uninvited rank ranking
gone: whereabouts amber unaccounted never back
report: anonym* ombudsman hotline evidence proof prueba* avisar aviso acus*
food: ramen pantry pantries payday groceries mandado despensas beans rice ebt snap calfresh wic
need: eviction evicted landlord rent shelter blanket blankets hygiene laundry desaloj* recibos cobija cobijas
sad: stare staring wall heavy drained exhausted breakdown* broke hurting shaky grieve grieving loner invisible
  abandon* unwanted unloved extraño extrañ*
fear: creeps creeped creepy freak freaked freaks flinch flinch* hide hiding hides
work: nanny nannying overtime payroll factory ranch cleaning dishes roofing orchard warehouse taller obra llantera
  nana limpieza bodega
queer: skirt skirts dress binder rainbow dyke fag maricon joto sir girlish feminine masculine
sport: game games team practice coach* score* scored goal goals win won wins lose lost match season playoffs tryouts
  varsity basketball football soccer baseball volleyball track swim swimming gym workout lift hoop hoops dunk pitch
  ref inning quarterback partido equipo gol goles futbol cancha entreno* ganamos perdimos entrenamiento
media: movie movies show episode* song songs album netflix spotify series trailer book books chapter anime concert
  tickets video videos meme tiktoks youtube podcast pelicula peli serie capitulo cancion rola concierto novela libro
play: fortnite minecraft roblox level levels boss quest loot skin skins mario kart chess uno monopoly controller
  console lobby ranked respawn juego juegos jugar jugamos partida nivel
study: hw homework essay project test tests quiz exam exams finals notes worksheet chapter math chem bio history
  english lab presentation slides midterm gpa sat tarea examen proyecto apuntes mate ingles quimica lecture tuition
  results
plan: tomorrow tonight later soon weekend friday saturday sunday monday tuesday wednesday thursday noon minutes mins
  hour bring pick ride wait meet start starts mañana luego rato sabado domingo lunes viernes
feast: birthday bday party prom hoco wedding christmas holiday vacation trip dance graduation fiesta cumple quince
  boda navidad vacaciones bbq dinner
snack: pizza tacos burger fries boba coffee cake cookies wings sushi chips soda cheetos popcorn milk bread tamales
  pozole elotes helado refresco torta pastel cafe beer wine pub
pet: dog dogs cat cats puppy kitten fish hamster perro perrito gato gatito pez vet
praise: cute awesome amazing great fun funny best nice cool chill happy excited yay lovely sweet beautiful gorgeous
  chido padre bonito lindo feliz divertido congrats
"""


def _parse() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Whole words, and beginnings, each with its concepts."""
    whole: dict[str, tuple[str, ...]] = {}
    begun: dict[str, tuple[str, ...]] = {}
    name = ""
    for part in _PLAIN.replace("ñ", "n").replace("á", "a").split():
        if part.endswith(":"):
            name = part[:-1]
        else:
            table, word = (begun, part[:-1]) if part.endswith("*") else (whole, part)
            table[word] = (*table.get(word, ()), name)
    return whole, begun


_WHOLE, _BEGUN = _parse()
_SHORTEST, _LONGEST = min(map(len, _BEGUN)), max(map(len, _BEGUN))
_known: dict[str, tuple[str, ...]] = {}
_MOST_KNOWN = 20_000  # cached words; then the cache is cleared


def of(word: str) -> tuple[str, ...]:
    """The concepts of a word."""
    found = _known.get(word)
    if found is None:
        begun = (
            name
            for end in range(_SHORTEST, min(len(word), _LONGEST) + 1)
            for name in _BEGUN.get(word[:end], ())
        )
        found = tuple(dict.fromkeys((*_WHOLE.get(word, ()), *begun)))
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[word] = found
    return found


def pairs(words: Iterable[str]) -> set[str]:
    """The concepts of a message, alone and in pairs, however far apart."""
    names = sorted({name for word in words for name in of(word)})
    return {f"c{name}" for name in names} | {
        f"c{left}+{right}" for at, left in enumerate(names) for right in names[at + 1 :]
    }
