//! What a municipality writes. Invented texts; places and people do not exist.

use super::{Season, Voice};

/// A text with placeholders, and where it leads.
pub(super) struct Template {
    pub(super) season: Season,
    pub(super) text: &'static str,
    /// The path on the organisation's own website; empty: no link.
    pub(super) path: &'static str,
}

const fn always(text: &'static str, path: &'static str) -> Template {
    Template { season: Season::Always, text, path }
}

const fn winter(text: &'static str, path: &'static str) -> Template {
    Template { season: Season::Winter, text, path }
}

const fn summer(text: &'static str, path: &'static str) -> Template {
    Template { season: Season::Summer, text, path }
}

/// Places that stand in for `{plats}`.
pub(super) const PLACES: [&str; 10] = [
    "Storgatan",
    "Kvarnbacken",
    "Norra Hamnen",
    "Lillängen",
    "Bruksparken",
    "Sjövik",
    "Ekhagen",
    "Torget",
    "Åsgatan",
    "Västra Björkvalla",
];

/// Days that stand in for `{dag}`.
pub(super) const DAYS: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];

const KOMMUN: [Template; 22] = [
    winter(
        "Snöröjningen är i full gång ❄️ Vi börjar med huvudvägar, skolvägar och gångbanor. Hjälp oss genom att inte parkera på {plats} under natten. #Björkvalla #snöröjning",
        "/snorojning",
    ),
    winter(
        "Halt ute! Du kan hämta gratis sand i de gula lådorna, bland annat vid {plats}. #Björkvalla #vinterväghållning",
        "/sandlador",
    ),
    winter(
        "Nu tänds julbelysningen på Torget. Välkommen på {dag} klockan 16 – kören sjunger och vi bjuder på glögg. #Björkvalla #jul",
        "",
    ),
    winter("Skridskobanan vid {plats} är spolad och klar. Tänk på att använda hjälm! ⛸️ #Björkvalla #fritid", ""),
    summer(
        "Badvattnet vid {plats} är provtaget och tjänligt. 22 grader och sol – hoppa i! ☀️ #Björkvalla #badplatser",
        "/badplatser",
    ),
    summer(
        "Sommaröppet i receptionen: vardagar 9–15 under juli. E-tjänsterna är öppna dygnet runt. #Björkvalla #sommar",
        "/oppettider",
    ),
    summer(
        "Eldningsförbud råder från och med i dag. Använd bara iordningställda grillplatser. #Björkvalla #eldningsförbud",
        "/eldningsforbud",
    ),
    summer(
        "Studentfirandet på {dag}: Storgatan stängs av för trafik mellan 13 och 16. Stort grattis till alla studenter! 🎓 #Björkvalla #student",
        "",
    ),
    always(
        "Vattenläcka vid {plats}. Våra montörer är på plats och vattnet beräknas vara tillbaka i eftermiddag. Vattentank står vid {plats}. #Björkvalla #driftinfo",
        "/driftinfo",
    ),
    always(
        "Vattenläckan är lagad och trycket är tillbaka. Spola några minuter om vattnet är missfärgat. Tack för tålamodet! #Björkvalla #driftinfo",
        "",
    ),
    always(
        "Vad tycker du om {plats}? Kom till medborgardialogen på {dag} klockan 18 i Folkets hus, eller svara digitalt. #Björkvalla #medborgardialog",
        "/medborgardialog",
    ),
    always(
        "Kommunfullmäktige sammanträder på {dag}. Följ mötet på plats eller i webbsändningen. #Björkvalla #demokrati",
        "/fullmaktige",
    ),
    always(
        "Nu kan du tycka till om den nya detaljplanen för {plats}. Samrådet pågår i tre veckor. #Björkvalla #detaljplan",
        "/detaljplaner",
    ),
    always(
        "I dag invigde vi den nya gång- och cykelvägen längs {plats} 🚲 1,8 kilometer tryggare skolväg. #Björkvalla #hållbarhet",
        "",
    ),
    always(
        "Återvinningscentralen har extra öppet på {dag} mellan 9 och 15. Sortera gärna hemma innan du åker. #Björkvalla #återvinning",
        "/atervinning",
    ),
    always(
        "Tack alla 340 som deltog i skräpplockardagen! Tillsammans fick vi ihop nästan två ton skräp. 💚 #Björkvalla #hållrent",
        "",
    ),
    always(
        "Så används din skattehundralapp: 41 kronor går till förskola och skola, 34 till omsorg. Läs hela budgeten i korthet. #Björkvalla #budget",
        "/budget",
    ),
    always(
        "Ny lekplats på {plats}! Barnen på förskolan Gullvivan har hjälpt till att rita den. #Björkvalla #lekplats",
        "",
    ),
    always(
        "Felanmäl trasig gatubelysning direkt i mobilen. Det tar en minut och hjälper oss att laga snabbare. #Björkvalla #felanmälan",
        "/felanmalan",
    ),
    always(
        "Har du koll på din hemberedskap? Den här veckan är det Beredskapsveckan och vi finns på Torget på {dag}. #Björkvalla #beredskapsveckan",
        "/beredskap",
    ),
    always(
        "Grattis till årets företagare! Snickeriet i {plats} får priset för sitt arbete med lärlingar. #Björkvalla #näringsliv",
        "",
    ),
    always(
        "Dags att söka plats i förskola och fritidshem inför nästa termin. Sista ansökningsdag är på {dag}. #Björkvalla #förskola",
        "/forskola",
    ),
];

const BIBLIOTEK: [Template; 14] = [
    always(
        "Sagostund på biblioteket på {dag} klockan 10 📚 För barn 3–6 år, ingen anmälan. #BjörkvallaBibliotek #sagostund",
        "",
    ),
    always(
        "Veckans boktips från Lena på barnavdelningen: en varm berättelse om vänskap och att våga säga förlåt. #BjörkvallaBibliotek #boktips",
        "",
    ),
    always(
        "Språkkafé varje {dag} klockan 17. Öva svenska, fika och träffa nya vänner. #BjörkvallaBibliotek #språkkafé",
        "/bibliotek/sprakkafe",
    ),
    always(
        "Behöver du hjälp med e-legitimation eller e-post? Boka en stund med våra it-handledare. #BjörkvallaBibliotek #digitalhjälp",
        "/bibliotek/it-hjalp",
    ),
    always(
        "Meröppet! Med ditt lånekort kommer du in på biblioteket alla dagar mellan 7 och 22. #BjörkvallaBibliotek #meröppet",
        "/bibliotek/meroppet",
    ),
    always(
        "Författarkväll på {dag}: kom och lyssna på ett samtal om skärgård, sorg och humor. Fri entré. #BjörkvallaBibliotek #författarbesök",
        "/kalender",
    ),
    always(
        "Bokcirkeln har två platser kvar. Vi läser en roman i månaden och pratar om den över en kopp kaffe ☕ #BjörkvallaBibliotek #bokcirkel",
        "/bibliotek/bokcirkel",
    ),
    always(
        "Visste du att du kan låna mer än böcker? Skridskor, symaskin och borrmaskin finns i sakbiblioteket. #BjörkvallaBibliotek #hållbarhet",
        "",
    ),
    always(
        "Läxhjälp måndag till torsdag klockan 15–17. Frivilliga lärare finns på plats och vi bjuder på macka. #BjörkvallaBibliotek #läxhjälp",
        "/bibliotek/laxhjalp",
    ),
    always("Nu finns höstens nya ljudböcker i appen. Vilken lyssnar du på? 🎧 #BjörkvallaBibliotek #ljudbok", ""),
    summer(
        "Sommarboken är här! Läs fem böcker under lovet och få en bokgåva i augusti. #BjörkvallaBibliotek #sommarboken",
        "/bibliotek/sommarboken",
    ),
    summer(
        "Bokbussen rullar hela sommaren och stannar vid {plats} på {dag}. #BjörkvallaBibliotek #bokbussen",
        "/bibliotek/bokbussen",
    ),
    winter(
        "Julpyssel på biblioteket på {dag}. Vi har papper, saxar och glitter – du tar med fantasin ✨ #BjörkvallaBibliotek #julpyssel",
        "",
    ),
    winter("Mörka kvällar är gjorda för deckare. Här är våra fem favoriter just nu. #BjörkvallaBibliotek #deckare", ""),
];

const UNG: [Template; 11] = [
    always(
        "Öppet i kväll på Ungdomens hus! Replokal, biljard och våfflor till självkostnadspris 🎸 #UngIBjörkvalla",
        "",
    ),
    always("Vad ska vi hitta på under lovet? Rösta i vår story senast på {dag}. #UngIBjörkvalla #lov", ""),
    always(
        "Du är inte ensam. Ungdomsmottagningen har drop-in på {dag}. Allt du säger stannar där. #UngIBjörkvalla #ungdomsmottagningen",
        "/ungdomsmottagningen",
    ),
    always("Filmkväll på {dag}. Vi bjuder på popcorn, du bestämmer filmen 🍿 #UngIBjörkvalla", ""),
    always(
        "Sök snabba pengar! Upp till 5 000 kronor för din idé, besked inom två veckor. #UngIBjörkvalla #snabbapengar",
        "/snabba-pengar",
    ),
    always(
        "Ungdomsfullmäktige träffade politikerna i dag. Resultat: fler belysta stigar vid {plats}. #UngIBjörkvalla #demokrati",
        "",
    ),
    always("E-sportturnering på {dag}! Anmäl ditt lag i länken. #UngIBjörkvalla #esport", "/ung/esport"),
    always("Skejtparken vid {plats} får ny ramp – så här ser den ut 🛹 #UngIBjörkvalla #skate", ""),
    summer(
        "Sommarlovskul: prova på kanot, klättring och graffiti. Gratis för dig mellan 12 och 18. #UngIBjörkvalla #sommarlov",
        "/sommarlov",
    ),
    summer("Sista chansen att åka med till sommarlägret! Fyra platser kvar. #UngIBjörkvalla #läger", "/sommarlov"),
    winter(
        "Vinterlov! Skidbussen går från {plats} klockan 8. Packa matsäck 🎿 #UngIBjörkvalla #vinterlov",
        "/vinterlov",
    ),
];

const SOCIAL: [Template; 9] = [
    always(
        "Att vara kontaktperson är att finnas där: en fika, en promenad, någon att prata med. Vill du veta mer? #Björkvalla #kontaktperson",
        "/kontaktperson",
    ),
    always(
        "Anhörigträff på {dag} klockan 14 på Träffpunkten. Du som hjälper någon nära är varmt välkommen. #Björkvalla #anhörigstöd",
        "",
    ),
    always(
        "Oroar du dig för ett barn? Du kan alltid ringa oss och rådfråga, även anonymt. #Björkvalla #orosanmälan",
        "/oro-for-barn",
    ),
    always(
        "Budget- och skuldrådgivningen är gratis. Vänta inte tills räkningarna blivit för många. #Björkvalla #ekonomi",
        "/skuldradgivning",
    ),
    always(
        "Möt Karin och Anders, som varit stödfamilj i sex år: ”Det ger mer än det tar.” #Björkvalla #stödfamilj",
        "/stodfamilj",
    ),
    always(
        "Fixartjänst för dig över 70: vi byter gardiner och lampor så att du slipper klättra. #Björkvalla #äldre",
        "/fixartjanst",
    ),
    always(
        "I dag firar hemtjänsten i {plats} tio år. Tack till alla medarbetare som gör skillnad varje dag! #Björkvalla #hemtjänst",
        "",
    ),
    always(
        "Våga fråga. Kvinnofridslinjen har öppet dygnet runt och samtalet syns inte på räkningen. #Björkvalla #kvinnofrid",
        "/vald-i-nara-relation",
    ),
    always(
        "Familjehem sökes: har ni plats för en tonåring? Kom på informationskväll på {dag}. #Björkvalla #familjehem",
        "/familjehem",
    ),
];

const JOBB: [Template; 11] = [
    always(
        "Vi söker en undersköterska till hemtjänsten i {plats}. Heltid, tillsvidare och ett arbetslag som skrattar mycket. #jobb #Björkvalla",
        "/jobb",
    ),
    always(
        "Är du vår nya samhällsplanerare? Var med och rita framtidens {plats}. Ansök senast på {dag}. #jobb #samhällsplanering",
        "/jobb",
    ),
    always("”Jag får se resultat varje dag.” Möt Yusuf, förskollärare på Gullvivan. #jobb #förskola", ""),
    always(
        "Fem lediga tjänster den här veckan: it-tekniker, socialsekreterare, kock, rektor och vaktmästare. #jobb #Björkvalla",
        "/jobb",
    ),
    always(
        "Så jobbar vi med hållbart ledarskap: små arbetsgrupper, tydliga uppdrag och tid för återhämtning. #ledarskap #arbetsmiljö",
        "",
    ),
    always("Välkommen till arbetsmarknadsdagen på {dag}! Vi står i monter 14. #jobb #rekrytering", ""),
    always(
        "Socialsekreterare, vi har sänkt antalet ärenden per handläggare till tolv. Vill du veta hur? #socialtjänst #jobb",
        "/jobb",
    ),
    always("Grattis till våra sex nya barnskötare som i dag fått sina diplom. #kompetensutveckling #Björkvalla", ""),
    always("Ingenjör med känsla för vatten? Vi bygger nytt vattenverk för 41 000 invånare. #jobb #vatten", "/jobb"),
    always(
        "Hybridarbete, friskvård och 33 dagars semester – läs om våra förmåner. #Björkvalla #arbetsgivare",
        "/formaner",
    ),
    summer("Tack till alla 180 feriearbetare som gjorde sommaren möjlig! ☀️ #sommarjobb #Björkvalla", ""),
];

const FAMILJEHEM: [Template; 4] = [
    always(
        "Har ni plats för en till vid köksbordet? Vi söker familjehem i hela Björkvalla. Gör en intresseanmälan – den förbinder inte till något. #familjehem #Björkvalla",
        "/familjehem",
    ),
    always(
        "”Det svåraste var att bestämma sig.” Lyssna på Eva och Mikael, familjehem sedan 2019. #familjehem",
        "/familjehem",
    ),
    always(
        "Informationskväll om att bli familjehem, på {dag} klockan 18 i Folkets hus. Vi bjuder på fika. #familjehem #Björkvalla",
        "/familjehem",
    ),
    always("Fem vanliga frågor om familjehem – och våra svar. Swajpa! #familjehem", "/familjehem"),
];

const SOMMARJOBB: [Template; 4] = [
    always(
        "Nu kan du som är född 2008–2010 söka sommarjobb i kommunen! 220 platser, sista dag är den 29 mars ☀️ #sommarjobb #Björkvalla",
        "/sommarjobb",
    ),
    always(
        "Alva klippte gräs, Omar serverade lunch och Tuva höll i sommarkollo. Vad vill du göra? #sommarjobb",
        "/sommarjobb",
    ),
    always(
        "Tre tips till din ansökan: var konkret, be någon läsa och skicka in i tid. #sommarjobb #Björkvalla",
        "/sommarjobb",
    ),
    always("En vecka kvar att söka sommarjobb. Det tar tio minuter med mobilen 📱 #sommarjobb", "/sommarjobb"),
];

/// Everything that a voice says.
pub(super) fn of_voice(voice: Voice) -> &'static [Template] {
    match voice {
        Voice::Kommun => &KOMMUN,
        Voice::Bibliotek => &BIBLIOTEK,
        Voice::Ung => &UNG,
        Voice::Social => &SOCIAL,
        Voice::Jobb => &JOBB,
        Voice::Familjehem => &FAMILJEHEM,
        Voice::Sommarjobb => &SOMMARJOBB,
    }
}
