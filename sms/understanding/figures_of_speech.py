"""Harmless phrases ("dying of laughter"): a pattern inside one does not count.

A child in need must hardly ever use one.
"""

_PLAIN = """
dying of laughter | dying laughing | die laughing | died laughing | dead lol | dying lol | die of boredom
dying of boredom | dying to | to die for | die hard | died down | battery died | phone died | phone is dead
battery dead | car died | dead tired | dead serious | dead battery | dead bored | drop dead gorgeous | dead meat
tied up at | tied up with | tied up in | tied up now | got tied up | been tied up | kill time | killing time
killed time | killing it | killed it | kill for a | kill for some | killing me lol | killing me haha | killing my back
kills me | shoot me a | shoot you a | shoot hoops | shot hoops | shooting hoops | going to kill me if
going to kill me when she finds | going to kill me lol | will kill me if | will kill me lol | kill you lol
kill him lol | kill her lol | mother is going to kill me | mother will kill me | mother would kill me
father is going to kill me if | wife will kill me | wife is going to kill me | boss will kill me
boss is going to kill me | missing you | miss you | missing out | missing u | is missing a button
missing from the list | missing homework | missing assignment | missing assignments | missing work | missing a lot
missing class | missing the | what is missing | whats missing | something is missing | nothing is missing
one is missing | page is missing | is missing from my cart | followed me on | follow me on | following me on
follows me on | follow me back | followed me back | followed me home lol | coming to get me at | coming to get me in
coming to get me from | coming to get me after | coming for me at | hit me up | hits me up | hit me back | hit me with
hit me later | hits me different | hits different | hit me on my | hit me that | hit me when | hit me on the
hits me hard | beat me at | beat me in | beat me to | beats me | beat me by | beats me how | beats me why | beat us at
beat us in | beats us in | beat us by | hurt me more | drives me crazy | whip me up | slap me if | kick me if
left home at | leave home at | leaving home at | left home already | left home now | left home for | leaving home now
leave home now | left home yet | leave home yet | leave home by | leaving home in | leave home before
leaving home soon | leave home early | left home early | just left home | going to leave home in | left my house at
left my house already | just left my house | left my house now | ran away with the | run away with me
run away with you | runaway success | run away together | get out of here lol | move out of the way | move out of my
moved out of | move out day | moving out of | kick me out of the group | kicked me out of the group
kicked me out of the call | kicked out of the game | kicked me out of the chat | kicked me out of the lobby
kicked me out of the team | kicked me out of bed | got kicked out of the | kicked out of the | kicked out of the bar
kicked out of class | kicked out of the club | told me to leave it | told me to leave at | told me to get out of bed
outside my house at | outside my house in | outside my house now | outside my house yet | outside my house waiting
am outside my house | outside my door now | package outside my door | outside your house | left outside my door
locked in a | locked in on | locked in to | locked in for | locked in with | locked myself out
locked out of my account | locked out of my car | locked out of my phone | locked out of my locker
locked me out of my account | breaking in my | breaking in the | breaking in new | broke into a | broke into song
cant breathe lol | can not breathe lol | can not breathe haha | can not breathe through
can not breathe with this cold | can not breathe from laughing | can not breathe through my nose | chasing me for
chasing me down for | chasing me to | chase me for | wont let me go until | will not let me go to the
will not let me go out | will not let me go with | will not let me leave without | will not let me leave work
can not get out of bed | can not get out of the | can not get out of it | can not get out of this | can not escape the
can not get away from work | can not get away from the | grabbed me a | grabbed me some | grab me a | grabbed me one
end it here | end it there | end it with a | end it now before | ending it with | end it on | end it at
ending it here | how does it end it | hate my life lol | hate my life rn lol | can not take it anymore lol
can not go on sunday | can not go on monday | can not go on tuesday | can not go on wednesday | can not go on thursday
can not go on friday | can not go on saturday | can not go on the | can not go on a | can not go on my
can not go on that | can not go on with | can not go on trip | can not keep going to | can not go home yet
can not go home now | can not go home early | can not go home tonight | can not go home for
can not go home until late | can not go home this | can not do this anymore lol | want to die lol | want to die haha
so hungover i want to die | cold i want to die | not going to die | will not die | never going to die
if i died tomorrow would | wanna die laughing | took pills for my | took my pills | took my pill | takes pills for
take two pills | took some pills for | took two advil | took an advil | took a tylenol | took some tylenol
took advil | cut my arm on | cut my arm off | cut myself shaving | cut myself on | cut myself cooking
cut myself some slack | cut myself while | hurt myself playing | hurt myself at | hurt myself falling | hurt myself in
hurt myself laughing | kick myself | kicking myself | shoot myself in the foot | call the police on my neighbor lol
had a gun to | top gun | water gun | nerf gun | glue gun | heat gun | massage gun | toy gun | gun show | squirt gun
with a knife and fork | butter knife | kitchen knife | knife set | his gun in the game | the shooter missed
shooter game | school shooting documentary | the bomb | is the bomb | fire drill | not safe for work | not safe to eat
not safe to drink | isnt safe to eat | is not safe to drive | not safe to drive | is not safe to use | safe drive
drive safe | not safe to text | am not safe to eat | save me a | save me some | save me one | save me from this
save me the | save me from my | save me from boredom | saved me a | saves me | save me time | save me money
help me lord | save me seat | protect me from the sun | rescue me from this | rescue me from work
rescue me from boredom | help me now lol | after me in line | is after me for | stop hitting snooze | sex and the city
opposite sex | sex ed | same sex | sex of the baby | baby sex | sex education | sex on the beach
safe sex talk in class | trapped in a | trapped in the elevator | trapped in traffic | trapped at work
trapped in class | trapped in this | trapped wind | trap music | kidnap you | kidnapped you | kidnapped by aliens
kidnap him lol | will kidnap you | can i kidnap | overdose on | overdosed on | overdosing on | overdose of | oding on
danger zone | in danger of | danger of | the danger is | stranger danger | not dangerous | emergency meeting
emergency fund | emergency exit | emergency contact | emergency brake | emergency room yesterday | abuse of power
abuse my power | abusing the | abuse the | drug abuse lecture | abuse the system | neglected to | neglected my
neglect my | neglected you | neglect you | suicide squad | commit suicide on | pimp my | pimp out | pimped out
pimp juice | pimped my | vanished into | disappeared on me | he disappeared from | disappear for | disappeared from
money disappeared | my friend is gone to | my sister is gone to | my brother is gone to | not answering her phone lol
did not come home for | did not come home yet | will not come home for | will not come home till
will not come home until | will not come home this | has not come home yet | last seen on | last seen wearing
last seen playing | ran off with the | ran off with my | took my sister to | took my brother to | took my friend to
took her to | took him to | took my child to | took them to | someone took the | someone took him to
someone took her to | they took me out | took me from work | i was taken to | been taken care | i was taken aback
going to take me to | going to take me out | going to take me home | tried to take me to | got shot down | was shot at
was shot in | got shot in the game | has a bomb ass | video was shot | photo was shot | film was shot | movie was shot
was shot on | shots fired lol | heard shots in the game | stalking me lol | stalks me on | stalking me on
you stalking me | are you stalking me | stop stalking me | you following me | are you following me
you are following me | send help lol | send help haha | send help with | send help please lol | sent my pics to
send my pics to you | sent my picture to | sending my pics to you | send my pictures to you | sent my pics to my
sent my pictures to my | sent my pics to you | sent my pics for | sent my pictures for | send it to everyone in
send it to everyone on | take it down to | take it down a notch | take it down from | take it down the | want pics of
wants pictures of the | wants a pic of the | leaked pics of | leaked photo of | the leaked | leaked the
got leaked online | sink leaked | leaked all over | pipe leaked | on the street
sleep on the bus | slept on the bus | where do i go for | where do i go to | move out of state | dad hit the
dad hits the | mother hit the | mother hits the | father hit the | father hits the | dad hit a | mom hit a
mother hit a | father hit a | father beat the | mother beat the | father beats everyone | brother beats everyone
father beat cancer | mother beat cancer | father hit the lottery | being hit on | being hit by a | get beat by
getting beat by | hit me by accident | he hit me up | she hit me up | they hit me up | he hits me up | she hits me up
he hit me back | she hit me back | he beat me at | she beat me at | he beat me in | she beat me in | he hurt me lol
black eye peas | bruise on my knee from | happening at home today | parents are fighting over | mother hates me lol
mother hates me when | hates us cause | hits us with | hit us with | hits us up | hit us up | hurts us all
beats us every | drags me to | dragged me to | dragged me out | drags me out | drag me to | burned me a
burned me a cd | burnt me a | pulls my hair back | whips me into | whips me up | throws things at me lol
foster the people | amor me muero | me muero de risa | me muero de hambre | me muero de sueno | me muero de ganas
me muero de frio | me muero de calor | me muero por | muerta de risa | muerto de risa | muerta de hambre
muerto de hambre | muerta de sueno | muerto de sueno | muerta de cansancio | muerto de cansancio | muertos de risa
me mato de risa | me matas de risa | me mata de risa | me va a matar si | me va a matar mi mama
mi mama me va a matar | me van a matar en mi casa | me muero de aburrimiento | me muero de la risa
me quiero morir de risa | me quiero morir del calor | me quiero morir que oso | me quiero morir que pena
no me dejan salir hoy | no me dejan salir con | no me dejan salir el | no me dejan ir al | no me dejan ir con
no me deja salir con | sin ti me muero | me muero si | me muero sin | me corte el pelo | me corte el cabello
se corta la llamada | se corta el | se corta la | se corto la | me corto el pelo | me corto el cabello
me corte las unas | se corta el internet | me mata el | me mata la | la matan | me sigue en | me siguio en
me siguen en | sigueme en | mision cumplida | me pegas | pegame el | me pega el sol | me pega la gripe
me pega el frio | me pega el hambre | me pego la gripa | me pego el sol | me pego un susto | me pego el covid
me pega duro | desaparecer de | muerte de | muerte subita | la muerte del | no puedo mas del sueno
no puedo mas de risa | no puedo mas de la risa | no puedo mas jaja | no puedo mas jajaja | ya no puedo jaja
ya no puedo jajaja | me secuestro mi | te secuestro | te voy a secuestrar | te voy a matar | te mato | te mato jaja
los mato | me robaron el | me robaron la | me robaron mi
"""
FIGURES = tuple(part.strip() for line in _PLAIN.strip().splitlines() for part in line.split("|"))
