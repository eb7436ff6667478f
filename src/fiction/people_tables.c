/* The words fictional people are made of. */
#include "fiction/people.h"

/* Own tables: common names of each culture, cities with their real area codes, invented streets and companies. */

#define EN_MALE                                                                                                      \
    "James|Robert|John|Michael|David|William|Richard|Joseph|Thomas|Christopher|Charles|Daniel|Matthew|Anthony|Mark|" \
    "Steven|Paul|Andrew|Joshua|Kenneth|Kevin|Brian|George|Timothy|Ronald|Edward|Jason|Jeffrey|Ryan|Jacob|Nicholas|"  \
    "Jonathan|Stephen|Lawrence|Benjamin|Samuel|Gregory|Frank|Alexander|Raymond|Patrick|Jack|Dennis|Oliver|Harry|"    \
    "Frederick|Theodore|Leonard|Nathaniel|Zachary|Dominic|Gareth|Callum|Ewan|Declan|Rhys|Felix|Hugo|Silas|Owen"
#define EN_FEMALE                                                                                                     \
    "Mary|Patricia|Jennifer|Linda|Elizabeth|Barbara|Susan|Jessica|Sarah|Karen|Margaret|Lisa|Nancy|Sandra|Ashley|"     \
    "Emily|Kimberly|Donna|Michelle|Carol|Amanda|Melissa|Deborah|Stephanie|Rebecca|Sharon|Laura|Cynthia|Kathleen|Amy|" \
    "Angela|Shirley|Anna|Ruth|Brenda|Pamela|Nicole|Katherine|Samantha|Christine|Catherine|Virginia|Rachel|Janet|"     \
    "Victoria|Charlotte|Imogen|Isabelle|Abigail|Georgina|Philippa|Eleanor|Niamh|Bronwen|Fiona|Morag|Hazel|Iris|Clara"
#define EN_SURNAMES                                                                                                   \
    "Smith|Johnson|Williams|Brown|Jones|Miller|Davis|Wilson|Anderson|Taylor|Moore|Jackson|Martin|Lee|Thompson|White|" \
    "Harris|Clark|Lewis|Robinson|Walker|Young|Allen|King|Wright|Scott|Hill|Green|Adams|Baker|Nelson|Carter|Mitchell|" \
    "Roberts|Turner|Phillips|Campbell|Parker|Evans|Edwards|Collins|Stewart|Morris|Murphy|Cook|Rogers|Morgan|Cooper|"  \
    "Peterson|Reed|Bailey|Kelly|Howard|Cox|Ward|Richardson|Watson|Brooks|O'Brien|O'Connor|O'Neill|MacDonald|McCarthy"
#define EN_STEMS                                                                                                     \
    "Ash|Black|Brad|Bram|Brock|Burn|Carl|Cliff|Craw|Dal|Elling|Fair|Farn|Gains|Green|Hal|Harring|Hast|Hather|Hazel|" \
    "Holl|Hunt|Kings|Lang|Long|Lock|Marsh|Mel|Nor|Oak|Pem|Pick|Rad|Red|Rock|Ruther|Sel|Shel|Staf|Stan|Sut|Thorn|"    \
    "Under|Wake|Wal|West|Whit|Wil|Win|Wood"
#define EN_ENDINGS "ford|wood|ley|ton|field|well|worth|by|ham|more|bourne|wick|stead|den|burn|land|ridge|cott|shaw|gate"
#define EN_TITLES                                                                                                      \
    "Software Engineer|Senior Software Engineer|Product Manager|Account Executive|Sales Director|Chief Executive "     \
    "Officer|CTO|Founder|Co-Founder & CEO|VP Marketing|Head of Operations|Office Manager|Accountant|Finance Director|" \
    "HR Business Partner|Legal Counsel|Partner|Nurse|Teacher|Architect|Designer|Senior Consultant|Research "           \
    "Assistant|Marketing Intern|Owner|Project Manager|Data Analyst|Customer Success Manager|Electrician|Professor|"    \
    "Vice President, Engineering|Executive Assistant|Purchasing Manager|General Manager|Staff Engineer"

#define ES_MALE                                                                                                           \
    "José|Antonio|Juan|Manuel|Francisco|Luis|Javier|Miguel|Carlos|Ángel|Jesús|David|Pedro|Daniel|Alejandro|Rafael|"    \
    "Fernando|Pablo|Sergio|Jorge|Alberto|Álvaro|Diego|Adrián|Raúl|Enrique|Ramón|Vicente|Iván|Rubén|Andrés|Óscar|" \
    "Joaquín|Santiago|Eduardo|Mateo|Nicolás|Emilio|Gonzalo|Ignacio"
#define ES_FEMALE                                                                                                        \
    "María|Carmen|Ana|Isabel|Laura|Cristina|Marta|Dolores|Lucía|Pilar|Elena|Raquel|Sara|Paula|Teresa|Rosa|Beatriz|"    \
    "Silvia|Julia|Patricia|Mónica|Andrea|Rocío|Alba|Sonia|Alicia|Sandra|Irene|Inés|Nuria|Claudia|Guadalupe|Gabriela|" \
    "Valentina|Camila|Natalia|Esperanza|Mercedes|Concepción|Francisca"
#define ES_SURNAMES                                                                                                           \
    "García|Rodríguez|González|Fernández|López|Martínez|Sánchez|Pérez|Gómez|Martín|Jiménez|Hernández|Ruiz|Díaz|" \
    "Moreno|Muñoz|Álvarez|Romero|Gutiérrez|Alonso|Navarro|Torres|Domínguez|Ramos|Vázquez|Ramírez|Gil|Serrano|Molina|"   \
    "Blanco|Morales|Suárez|Ortega|Delgado|Castro|Ortiz|Rubio|Marín|Sanz|Iglesias|Núñez|Medina|Garrido|Cortés|"           \
    "Castillo|Santos|Lozano|Guerrero|Cano|Prieto|Méndez|Cruz|Calvo|Gallego|Vidal|León|Márquez|Herrera|Peña|Flores|"       \
    "Cabrera|Campos|Vega|Fuentes|Carrasco|Caballero|Reyes|Nieto|Aguilar|Pascual|Herrero|Santana|Lorenzo|Hidalgo"
#define ES_TITLES                                                                                                  \
    "Director General|Gerente de Ventas|Ingeniera de Software|Ingeniero Industrial|Abogada|Jefe de Compras|"       \
    "Responsable de Marketing|Contable|Socio Fundador|Consultor Sénior|Médico|Profesora|Becario|Administrativa|" \
    "Directora Financiera|Técnico de Soporte|Arquitecto"

#define DE_MALE                                                                                                         \
    "Peter|Michael|Thomas|Andreas|Wolfgang|Klaus|Jürgen|Günter|Stefan|Christian|Uwe|Werner|Hans|Bernd|Manfred|Jörg|" \
    "Matthias|Markus|Martin|Frank|Dieter|Helmut|Alexander|Sebastian|Florian|Lukas|Jonas|Felix|Maximilian|Tobias|"       \
    "Johannes|Björn|Sören|Götz|Ralf|Holger|Karl-Heinz|Hans-Peter|Friedrich|Georg|Rüdiger|Konrad|Moritz|Anton|Emil"
#define DE_FEMALE                                                                                                      \
    "Ursula|Karin|Renate|Monika|Sabine|Petra|Susanne|Andrea|Claudia|Gabriele|Birgit|Heike|Martina|Anja|Katrin|Nicole|" \
    "Stefanie|Julia|Katharina|Anna|Lena|Laura|Lea|Sophie|Johanna|Elisabeth|Franziska|Christine|Käthe|Jutta|Bärbel|"  \
    "Ulrike|Silke|Kerstin|Friederike|Annette|Dörte|Hannelore|Mareike|Wiebke|Theresa|Magdalena|Clara|Ida|Frieda"
#define DE_SURNAMES                                                                                                    \
    "Müller|Schmidt|Schneider|Fischer|Weber|Meyer|Wagner|Becker|Schulz|Hoffmann|Schäfer|Koch|Bauer|Richter|Klein|"   \
    "Wolf|Schröder|Neumann|Schwarz|Zimmermann|Braun|Krüger|Hofmann|Hartmann|Lange|Schmitt|Werner|Krause|Meier|"      \
    "Lehmann|Schmid|Schulze|Maier|Köhler|Herrmann|König|Walter|Mayer|Huber|Kaiser|Fuchs|Peters|Lang|Scholz|Möller|" \
    "Weiß|Jung|Hahn|Schubert|Vogel|Friedrich|Keller|Günther|Frank|Berger|Winkler|Roth|Beck|Lorenz|Baumann|Franke"
#define DE_STEMS                                                                                                       \
    "Acker|Alten|Berg|Birken|Brand|Breiten|Buch|Dorn|Eber|Eichen|Erlen|Falken|Feld|Franken|Grün|Hagen|Hammer|Heiden|" \
    "Hell|Hirsch|Hohen|Holz|Kalten|Kirch|Klein|Kron|Licht|Linden|Loh|Mühl|Neu|Nieder|Ober|Otten|Rosen|Roten|Sachsen|" \
    "Schön|Schwarzen|Seiden|Silber|Sonnen|Stein|Stern|Tannen|Wald|Weiden|Wiesen|Winter|Ziegel"
#define DE_ENDINGS \
    "bach|berg|mann|hauser|dorf|müller|meier|feld|brink|kamp|auer|egger|stein|bauer|thal|moser|hofer|reuter"
#define DE_TITLES                                                                                                        \
    "Geschäftsführer|Geschäftsführerin|Leiter Einkauf|Leiterin Marketing|Vertriebsleiter|Softwareentwickler|"        \
    "Projektleiterin|Prokurist|Rechtsanwältin|Steuerberater|Sachbearbeiterin|Werkstudent|Abteilungsleiter|Vorstand|"    \
    "Personalreferentin|Buchhalterin|Architekt|Assistentin der Geschäftsleitung|Oberärztin|Lehrer|Inhaber|Controller|" \
    "Teamleiter Logistik|Produktmanagerin|Ingenieur"

#define RU_MALE                                                                                                                                                   \
    "Александр=Aleksandr|Сергей=Sergey|Дмитрий=Dmitry|Андрей=Andrey|Алексей=Alexey|Иван=Ivan|Михаил=Mikhail|"        \
    "Николай=Nikolay|Владимир=Vladimir|Евгений=Evgeny|Павел=Pavel|Юрий=Yuri|Максим=Maxim|Виктор=Viktor|Олег=Oleg|" \
    "Роман=Roman|Константин=Konstantin|Григорий=Grigory|Борис=Boris|Фёдор=Fyodor"
#define RU_FEMALE                                                                                                                                               \
    "Елена=Elena|Ольга=Olga|Наталья=Natalia|Анна=Anna|Татьяна=Tatiana|Мария=Maria|Ирина=Irina|Светлана=Svetlana|" \
    "Екатерина=Ekaterina|Юлия=Yulia|Анастасия=Anastasia|Людмила=Lyudmila|Галина=Galina|Вера=Vera|Дарья=Darya|"      \
    "Ксения=Ksenia|Полина=Polina|Надежда=Nadezhda|Евгения=Evgenia|Алла=Alla"
#define RU_STEMS                                                                                                                                                    \
    "Иван=Ivan|Петр=Petr|Смирн=Smirn|Кузнец=Kuznets|Попов=Popov|Соколов=Sokolov|Лебед=Lebed|Козл=Kozl|Новик=Novik|"    \
    "Мороз=Moroz|Волк=Volk|Павл=Pavl|Семен=Semen|Голуб=Golub|Богдан=Bogdan|Воробь=Vorob|Фёдор=Fyodor|Михайл=Mikhail|" \
    "Тарас=Taras|Белк=Belk|Комар=Komar|Орл=Orl|Киселев=Kiselev|Макар=Makar|Андре=Andre|Ковал=Koval|Ильин=Ilyin|"        \
    "Гусар=Gusar|Титар=Titar|Кузьм=Kuzm|Баран=Baran|Кулик=Kulik|Алексе=Alexe|Степан=Stepan|Яковл=Yakovl|Сорок=Sorok"
#define GR_MALE                                                                                                                                                    \
    "Γιώργος=Giorgos|Γιάννης=Giannis|Κώστας=Kostas|Δημήτρης=Dimitris|Νίκος=Nikos|Παναγιώτης=Panagiotis|"                \
    "Βασίλης=Vasilis|Χρήστος=Christos|Αθανάσιος=Athanasios|Μιχάλης=Michalis|Ανδρέας=Andreas|Σπύρος=Spyros|"             \
    "Θεόδωρος=Theodoros|Αντώνης=Antonis|Στέλιος=Stelios|Λευτέρης=Lefteris|Πέτρος=Petros|Ηλίας=Ilias|Μάριος=Marios|" \
    "Αλέξανδρος=Alexandros"
#define GR_FEMALE                                                                                                                                                    \
    "Μαρία=Maria|Ελένη=Eleni|Αικατερίνη=Aikaterini|Βασιλική=Vasiliki|Σοφία=Sofia|Αγγελική=Angeliki|Γεωργία=Georgia|" \
    "Δήμητρα=Dimitra|Ιωάννα=Ioanna|Χριστίνα=Christina|Άννα=Anna|Κωνσταντίνα=Konstantina|Παρασκευή=Paraskevi|"           \
    "Ευαγγελία=Evangelia|Ειρήνη=Eirini|Αναστασία=Anastasia|Κατερίνα=Katerina|Δέσποινα=Despina|Φωτεινή=Foteini|Ζωή=Zoi"
#define GR_STEMS                                                                                                                                                 \
    "Παπαδ=Papad|Γεωργ=Georg|Δημητρ=Dimitr|Νικολ=Nikol|Κωνσταντιν=Konstantin|Ιωανν=Ioann|Βασιλ=Vasil|Αντων=Anton|" \
    "Θεοδωρ=Theodor|Χριστοδουλ=Christodoul|Αναστασ=Anastas|Μιχαηλ=Michail|Σταυρ=Stavr|Παναγιωτ=Panagiot|"              \
    "Αθανασ=Athanas|Αλεξ=Alex|Ζαχαρ=Zachar|Λαμπρ=Lampr|Σωτηρ=Sotir|Ευαγγελ=Evangel|Κυριακ=Kyriak|Μανωλ=Manol|"        \
    "Στεφαν=Stefan|Τριανταφυλλ=Triantafyll|Φωτ=Fot|Χατζηνικολ=Chatzinikol|Παπανικολ=Papanikol|Καραγιανν=Karagiann"
#define GR_ENDINGS "όπουλος=opoulos|ίδης=idis|άκης=akis|άτος=atos|έλλης=ellis|ακόπουλος=akopoulos"
#define GR_TITLES                                                                                                        \
    "Διευθύνων Σύμβουλος|Διευθυντής Πωλήσεων|Δικηγόρος|Μηχανικός " \
    "Λογισμικού|Λογίστρια|Ιατρός|Καθηγητής|Προϊσταμένη|Ιδιοκτήτης|Γραμματέας"

const struct culture cultures[] = {
    { "US", "United States", "+1", "com", 20, EN_MALE, EN_FEMALE, EN_SURNAMES, EN_STEMS, EN_ENDINGS,
      "New York:212:10016:NY|Brooklyn:718:11215:NY|San Francisco:415:94107:CA|Los "
      "Angeles:213:90014:CA|Chicago:312:60607:"
      "IL|Houston:713:77002:TX|Austin:512:78701:TX|Seattle:206:98101:WA|Boston:617:02116:MA|Denver:303:80202:CO|Miami:"
      "305:33130:FL|Portland:503:97205:OR|Atlanta:404:30303:GA|Phoenix:602:85004:AZ|Philadelphia:215:19103:PA|San "
      "Diego:619:92101:CA|Dallas:214:75201:TX|Detroit:313:48226:MI|Minneapolis:612:55401:MN|Nashville:615:37203:TN",
      "Maple Street|Oak Avenue|Cedar Lane|Elm Street|Willow Road|Lakeview Drive|Hillcrest Avenue|Sunset Boulevard|"
      "Mill Road|Park Place|Orchard Street|Juniper Court",
      "", "gmail.com|gmail.com|gmail.com|yahoo.com|outlook.com|icloud.com|hotmail.com|aol.com|comcast.net", EN_TITLES,
      "Inc.|LLC|Corp.|Inc", 0, 0, PEOPLE_NUMBER_FIRST },
    { "GB", "United Kingdom", "+44", "co.uk", 10, EN_MALE, EN_FEMALE, EN_SURNAMES, EN_STEMS, EN_ENDINGS,
      "London:20:SW1A 2AB:England|Manchester:161:M1 4BT:England|Birmingham:121:B3 2QD:England|Leeds:113:LS1 "
      "5AB:England|"
      "Bristol:117:BS1 4DJ:England|Edinburgh:131:EH2 2ER:Scotland|Glasgow:141:G2 1DY:Scotland|Cardiff:29:CF10 "
      "1EP:Wales|"
      "Liverpool:151:L2 2DP:England|Belfast:28:BT1 5GS:Northern Ireland",
      "High Street|Station Road|Church Lane|Victoria Road|Mill Lane|The Crescent|Albert Road|Priory Close|Kings Avenue",
      "7400|7500|7700|7800|7900|7970",
      "gmail.com|hotmail.co.uk|btinternet.com|outlook.com|icloud.com|yahoo.co.uk|sky.com", EN_TITLES,
      "Ltd|Limited|PLC|LLP", 6, 7, PEOPLE_NUMBER_FIRST | PEOPLE_TRUNK_0 },
    { "DE", "Deutschland", "+49", "de", 14, DE_MALE, DE_FEMALE, DE_SURNAMES, DE_STEMS, DE_ENDINGS,
      "Berlin:30:10115:Berlin|Hamburg:40:20095:Hamburg|München:89:80331:Bayern|Köln:221:50667:Nordrhein-Westfalen|"
      "Frankfurt am "
      "Main:69:60311:Hessen|Stuttgart:711:70173:Baden-Württemberg|Düsseldorf:211:40213:Nordrhein-Westfalen|"
      "Leipzig:341:04109:Sachsen|Dresden:351:01067:Sachsen|Hannover:511:30159:Niedersachsen|Nürnberg:911:90402:Bayern|"
      "Bremen:421:28195:Bremen|Münster:251:48143:Nordrhein-Westfalen|Freiburg:761:79098:Baden-Württemberg",
      "Hauptstraße|Bahnhofstraße|Gartenweg|Lindenallee|Schillerstraße|Goethestraße|Am Markt|Bergstraße|Mühlenweg|"
      "Rosenstraße|Kirchplatz|Ahornweg",
      "151|152|157|160|163|170|171|172|175|176|179",
      "gmx.de|web.de|gmail.com|t-online.de|freenet.de|posteo.de|icloud.com", DE_TITLES, "GmbH|AG|GmbH & Co. KG|e.V.|KG",
      8, 7, PEOPLE_TRUNK_0 },
    { "AT", "Österreich", "+43", "at", 2, DE_MALE, DE_FEMALE, DE_SURNAMES, DE_STEMS, DE_ENDINGS,
      "Wien:1:1010:Wien|Graz:316:8010:Steiermark|Linz:732:4020:Oberösterreich|Salzburg:662:5020:Salzburg|Innsbruck:512:"
      "6020:Tirol",
      "Mariengasse|Ringstraße|Getreidegasse|Landstraße|Kaiserweg", "660|664|676|699",
      "gmx.at|gmail.com|a1.net|icloud.com", DE_TITLES, "GmbH|AG|OG", 7, 7, PEOPLE_TRUNK_0 },
    { "CH", "Schweiz", "+41", "ch", 3, DE_MALE, DE_FEMALE, DE_SURNAMES, DE_STEMS, DE_ENDINGS,
      "Zürich:44:8001:Zürich|Bern:31:3011:Bern|Basel:61:4051:Basel-Stadt|Luzern:41:6003:Luzern|Genève:22:1204:Genève|"
      "Lausanne:21:1003:Vaud",
      "Seestrasse|Bahnhofstrasse|Dorfstrasse|Rue du Lac|Bergstrasse", "76|77|78|79",
      "bluewin.ch|gmail.com|gmx.ch|icloud.com", DE_TITLES, "AG|GmbH|SA", 7, 7, PEOPLE_TRUNK_0 },
    { "FR", "France", "+33", "fr", 9,
      "Jean|Pierre|Michel|André|Philippe|Alain|Bernard|Jacques|Daniel|Christophe|Nicolas|François|Laurent|Frédéric|"
      "Éric|"
      "Stéphane|Olivier|Thierry|Sébastien|Julien|Guillaume|Mathieu|Antoine|Benoît|Jérôme|Rémi|Théo|Hugo|Lucas|Jean-Luc|"
      "Jean-Pierre|Gaël|Loïc|Cédric|Xavier",
      "Marie|Nathalie|Isabelle|Sylvie|Catherine|Françoise|Christine|Monique|Céline|Sandrine|Véronique|Sophie|Aurélie|"
      "Émilie|Camille|Chloé|Léa|Manon|Hélène|Agnès|Béatrice|Élodie|Anne-Sophie|Marie-Claire|Delphine|Florence|Inès|Zoé|"
      "Mathilde|Noémie|Joséphine|Margaux|Lucie|Adèle",
      "Martin|Bernard|Dubois|Thomas|Robert|Richard|Petit|Durand|Leroy|Moreau|Simon|Laurent|Lefebvre|Michel|Roux|David|"
      "Bertrand|Morel|Fournier|Girard|Bonnet|Dupont|Lambert|Fontaine|Rousseau|Vincent|Muller|Lefèvre|Faure|Mercier|"
      "Blanc|"
      "Guérin|Boyer|Garnier|Chevalier|François|Legrand|Gauthier|Garcia|Perrin|Robin|Clément|Morin|Nicolas|Henry|"
      "Roussel|"
      "Mathieu|Gautier|Masson|Marchand|Duval|Denis|Dumont|Lemaire|Noël|Meyer|Dufour|Meunier|Brun|Blanchard|Giraud",
      "Beau|Belle|Bois|Champ|Château|Clair|Combe|Cour|Font|Grand|Haute|La Font|Le "
      "Bois|Mal|Mont|Mor|Pré|Roche|Saint|Val|Vau|Ville",
      "champ|court|fort|font|lieu|marchand|mont|neuf|pré|roche|terre|val|vert|ville|villier|gnard",
      "Paris:1:75011:Île-de-France|Lyon:4:69002:Auvergne-Rhône-Alpes|Marseille:4:13001:Provence-Alpes-Côte d'Azur|"
      "Toulouse:5:31000:Occitanie|Nantes:2:44000:Pays de la Loire|Strasbourg:3:67000:Grand Est|Bordeaux:5:33000:"
      "Nouvelle-Aquitaine|Lille:3:59000:Hauts-de-France|Rennes:2:35000:Bretagne",
      "rue de la République|avenue Victor-Hugo|rue des Lilas|place du Marché|boulevard Voltaire|rue Pasteur|impasse "
      "des "
      "Roses|chemin du Moulin",
      "6|7", "gmail.com|orange.fr|free.fr|wanadoo.fr|laposte.net|hotmail.fr|sfr.fr",
      "Directeur général|Directrice commerciale|Ingénieur logiciel|Chef de projet|Responsable "
      "marketing|Avocate|Médecin|"
      "Comptable|Stagiaire|Gérant|Consultante senior|Professeur|Président|Assistante de direction|Acheteuse",
      "SA|SARL|SAS", 8, 8, PEOPLE_NUMBER_FIRST | PEOPLE_TRUNK_0 },
    { "ES", "España", "+34", "es", 6, ES_MALE, ES_FEMALE, ES_SURNAMES, ES_SURNAMES, NULL,
      "Madrid:91:28013:Madrid|Barcelona:93:08002:Cataluña|Valencia:96:46002:Comunidad Valenciana|Sevilla:95:41001:"
      "Andalucía|Bilbao:94:48005:País Vasco|Málaga:95:29015:Andalucía|Zaragoza:97:50001:Aragón",
      "Calle Mayor|Avenida de la Constitución|Calle del Carmen|Plaza de España|Paseo del Prado|Calle Real",
      "60|61|63|65|67|69", "gmail.com|hotmail.com|yahoo.es|telefonica.net|outlook.es", ES_TITLES, "S.L.|S.A.|SL", 7, 7,
      PEOPLE_TWO_SURNAMES },
    { "MX", "México", "+52", "mx", 3, ES_MALE, ES_FEMALE, ES_SURNAMES, ES_SURNAMES, NULL,
      "Ciudad de México:55:06000:CDMX|Guadalajara:33:44100:Jalisco|Monterrey:81:64000:Nuevo "
      "León|Puebla:222:72000:Puebla",
      "Avenida Juárez|Calle Hidalgo|Avenida Reforma|Calle Morelos", "55|33|81",
      "gmail.com|hotmail.com|prodigy.net.mx|yahoo.com.mx", ES_TITLES, "S.A. de C.V.|S. de R.L.", 8, 8,
      PEOPLE_TWO_SURNAMES },
    { "IT", "Italia", "+39", "it", 6,
      "Giuseppe|Giovanni|Antonio|Mario|Luigi|Francesco|Angelo|Vincenzo|Pietro|Salvatore|Carlo|Franco|Domenico|Paolo|"
      "Michele|Giorgio|Marco|Andrea|Luca|Alessandro|Matteo|Lorenzo|Davide|Simone|Riccardo|Stefano|Roberto|Niccolò|"
      "Nicolò",
      "Maria|Anna|Giuseppina|Rosa|Angela|Giovanna|Teresa|Lucia|Carmela|Caterina|Francesca|Giulia|Chiara|Sara|Martina|"
      "Elena|Silvia|Paola|Laura|Valentina|Alessandra|Federica|Elisa|Ilaria|Beatrice|Ludovica|Ginevra|Bianca",
      "Rossi|Russo|Ferrari|Esposito|Bianchi|Romano|Colombo|Ricci|Marino|Greco|Bruno|Gallo|Conti|De Luca|Mancini|Costa|"
      "Giordano|Rizzo|Lombardi|Moretti|Barbieri|Fontana|Santoro|Mariani|Rinaldi|Caruso|Ferrara|Galli|Martini|Leone|"
      "Longo|Gentile|Martinelli|Vitale|Lombardo|Serra|Coppola|De Santis|D'Angelo|Marchetti|Parisi|Villa|Conte|Ferraro",
      "Bel|Bene|Bon|Capo|Caro|Casa|Cava|Font|Gual|Malat|March|Mont|Pal|Pell|Per|Quar|Rav|San|Sol|Tad|Val|Vent|Verd|Zan",
      "anelli|ardi|aroli|atti|egrini|elli|erini|esi|etti|iani|ini|oldi|oni|otti|ucci|aldi",
      "Roma:06:00184:Lazio|Milano:02:20121:Lombardia|Torino:011:10121:Piemonte|Napoli:081:80132:Campania|Bologna:051:"
      "40121:"
      "Emilia-Romagna|Firenze:055:50122:Toscana|Genova:010:16121:Liguria|Palermo:091:90133:Sicilia|Verona:045:37121:"
      "Veneto",
      "Via Roma|Via Garibaldi|Corso Italia|Via Dante|Piazza Cavour|Via Mazzini|Viale Europa",
      "320|328|333|339|340|347|349|389", "gmail.com|libero.it|tiscali.it|alice.it|virgilio.it|hotmail.it",
      "Amministratore Delegato|Direttore Commerciale|Responsabile Acquisti|Ingegnere|Avvocato|Commercialista|Titolare|"
      "Impiegata|Stagista|Sviluppatore Software|Medico|Presidente|Professoressa",
      "S.r.l.|S.p.A.|Snc", 7, 7, 0 },
    { "BR", "Brasil", "+55", "com.br", 4,
      "José|João|Antônio|Francisco|Carlos|Paulo|Pedro|Lucas|Luiz|Marcos|Luís|Gabriel|Rafael|Daniel|Marcelo|Bruno|"
      "Eduardo|"
      "Felipe|Rodrigo|Thiago|Fábio|André|Vinícius|Caio|Otávio",
      "Maria|Ana|Francisca|Antônia|Adriana|Juliana|Márcia|Fernanda|Patrícia|Aline|Sandra|Camila|Amanda|Bruna|Jéssica|"
      "Letícia|Júlia|Luciana|Vanessa|Mariana|Beatriz|Larissa|Renata|Flávia|Cecília",
      "Silva|Santos|Oliveira|Souza|Rodrigues|Ferreira|Alves|Pereira|Lima|Gomes|Costa|Ribeiro|Martins|Carvalho|Almeida|"
      "Lopes|Soares|Fernandes|Vieira|Barbosa|Rocha|Dias|Nascimento|Andrade|Moreira|Nunes|Marques|Machado|Mendes|"
      "Freitas|"
      "Cardoso|Ramos|Gonçalves|Santana|Teixeira|Araújo|Conceição|Magalhães|Assunção|Guimarães",
      "Silva|Santos|Oliveira|Souza|Ferreira|Alves|Lima|Gomes|Costa|Ribeiro|Carvalho|Almeida|Barbosa|Rocha|Andrade|"
      "Araújo|Moraes|Pinto|Castro|Cunha",
      NULL,
      "São Paulo:11:01310-100:SP|Rio de Janeiro:21:20040-002:RJ|Belo "
      "Horizonte:31:30130-010:MG|Curitiba:41:80010-000:PR|"
      "Porto Alegre:51:90010-150:RS|Salvador:71:40020-000:BA|Recife:81:50030-230:PE|Brasília:61:70040-010:DF",
      "Avenida Paulista|Rua das Flores|Rua XV de Novembro|Avenida Brasil|Rua do Comércio", "11|21|31|41|51",
      "gmail.com|hotmail.com|uol.com.br|bol.com.br|yahoo.com.br",
      "Diretor Executivo|Gerente de Vendas|Engenheira de Software|Advogado|Sócia-Diretora|Analista "
      "Financeiro|Estagiária|"
      "Coordenador de Projetos|Médica|Contadora|Presidente",
      "Ltda.|S.A.|ME", 9, 8, PEOPLE_TWO_SURNAMES },
    { "PT", "Portugal", "+351", "pt", 2,
      "João|António|José|Manuel|Francisco|Luís|Paulo|Pedro|Rui|Tiago|Nuno|Miguel|Gonçalo|Vasco|Duarte",
      "Maria|Ana|Inês|Sofia|Catarina|Joana|Marta|Rita|Beatriz|Mafalda|Leonor|Teresa|Conceição|Graça",
      "Silva|Santos|Ferreira|Pereira|Oliveira|Costa|Rodrigues|Martins|Sousa|Fernandes|Gonçalves|Lopes|Marques|Ribeiro|"
      "Carvalho|Teixeira|Moreira|Correia|Nogueira|Figueiredo|Brandão|Antunes|Simões",
      "Silva|Santos|Ferreira|Pereira|Costa|Sousa|Lopes|Marques|Ribeiro|Moreira|Correia|Pinto|Matos|Neves|Coelho", NULL,
      "Lisboa:21:1200-109:Lisboa|Porto:22:4000-322:Porto|Coimbra:239:3000-150:Coimbra|Braga:253:4700-030:Braga",
      "Rua Augusta|Avenida da Liberdade|Rua do Ouro|Travessa da Glória", "91|92|93|96",
      "gmail.com|sapo.pt|hotmail.com|netcabo.pt",
      "Diretor Geral|Gestora de Projeto|Engenheiro|Advogada|Sócio|Contabilista|Médica", "Lda.|S.A.", 7, 7,
      PEOPLE_TWO_SURNAMES },
    { "NL", "Nederland", "+31", "nl", 4,
      "Jan|Johannes|Cornelis|Pieter|Willem|Hendrik|Daan|Bram|Sem|Lars|Thijs|Ruben|Joost|Maarten|Jeroen|Sander|Bas|Koen|"
      "Wouter|Henk",
      "Maria|Johanna|Anna|Elisabeth|Cornelia|Emma|Sanne|Lotte|Fleur|Iris|Femke|Anouk|Marieke|Saskia|Ingrid|Marloes|"
      "Noor|Roos|Willemijn",
      "de Jong|Jansen|de Vries|van den Berg|van Dijk|Bakker|Janssen|Visser|Smit|Meijer|de Boer|Mulder|de Groot|Bos|Vos|"
      "Peters|Hendriks|van Leeuwen|Dekker|Brouwer|de Wit|Dijkstra|Smits|de Graaf|van der Meer|Kok|Jacobs|Vermeulen",
      "van den Boog|van der Ham|van der Hoek|van der Kolk|van der "
      "Laan|Groot|Klein|Ooster|Wester|Noorder|Zuider|Hoog|Laag|Nieuw|Oud|Schoon",
      "aard|berg|brink|broek|burg|dam|dijk|endijk|haven|hof|huis|kamp|man|meer|stra|veld|voort|woud",
      "Amsterdam:20:1012 AB:Noord-Holland|Rotterdam:10:3011 AD:Zuid-Holland|Den Haag:70:2511 "
      "CS:Zuid-Holland|Utrecht:30:3511 "
      "AA:Utrecht|Eindhoven:40:5611 AZ:Noord-Brabant|Groningen:50:9711 AA:Groningen",
      "Kerkstraat|Dorpsstraat|Molenweg|Prinsengracht|Julianalaan|Stationsweg",
      "610|611|612|613|620|622|624|625|630|640", "gmail.com|hotmail.com|ziggo.nl|kpnmail.nl|xs4all.nl|planet.nl",
      "Directeur|Verkoopleider|Softwareontwikkelaar|Projectmanager|Hoofd "
      "Inkoop|Advocaat|Boekhouder|Stagiair|Eigenaar|Huisarts|Docent|Vennoot",
      "B.V.|N.V.|VOF", 6, 7, PEOPLE_TRUNK_0 },
    { "SE", "Sverige", "+46", "se", 4,
      "Lars|Karl|Anders|Johan|Per|Erik|Mikael|Nils|Jan|Olof|Lennart|Sven|Gunnar|Björn|Göran|Fredrik|Håkan|Åke|Jörgen|"
      "Oskar|Axel|Linus",
      "Anna|Maria|Margareta|Elisabeth|Eva|Kristina|Birgitta|Karin|Ingrid|Åsa|Linnéa|Astrid|Elin|Märta|Saga|Ebba|Freja|"
      "Sofia|Gunilla|Ulrika",
      "Andersson|Johansson|Karlsson|Nilsson|Eriksson|Larsson|Olsson|Persson|Svensson|Gustafsson|Pettersson|Jonsson|"
      "Jansson|"
      "Hansson|Bengtsson|Jönsson|Lindberg|Jakobsson|Magnusson|Olofsson|Håkansson|Sjögren|Åberg|Öberg",
      "Lind|Berg|Sand|Ström|Sjö|Hall|Holm|Lund|Björk|Dal|Ek|Fors|Gran|Hed|Kvist|Löf|Malm|Nord|Ny|Ros|Sten|Söder|Wall|"
      "Wester|Öster",
      "qvist|gren|ström|berg|lund|man|mark|blad|blom|stedt|dahl|holm|vall|ander|gård|strand|fors|bäck",
      "Stockholm:8:111 22:Stockholm|Göteborg:31:411 03:Västra Götaland|Malmö:40:211 20:Skåne|Uppsala:18:753 20:Uppsala",
      "Storgatan|Kungsgatan|Drottninggatan|Skolvägen|Björkvägen|Parkgatan", "70|72|73|76",
      "gmail.com|hotmail.com|telia.com|bredband.net|live.se",
      "Verkställande direktör|Säljchef|Systemutvecklare|Projektledare|Ekonomichef|Advokat|Läkare|Lärare|Konsult|Ägare",
      "AB|HB", 7, 7, PEOPLE_TRUNK_0 },
    { "PL", "Polska", "+48", "pl", 3,
      "Jan|Stanisław|Andrzej|Józef|Tadeusz|Jerzy|Zbigniew|Krzysztof|Piotr|Paweł|Marek|Tomasz|Michał|Łukasz|Wojciech|"
      "Grzegorz|Mateusz|Jakub",
      "Anna|Maria|Katarzyna|Małgorzata|Agnieszka|Barbara|Ewa|Krystyna|Elżbieta|Zofia|Joanna|Magdalena|Monika|Beata|"
      "Aleksandra|Grażyna|Bożena",
      "Nowak|Wójcik|Kowalczyk|Woźniak|Mazur|Krawczyk|Kaczmarek|Zając|Król|Wieczorek|Wróbel|Stępień|Dudek|Adamczyk|"
      "Pawlak|Sikora|Walczak|Baran|Szewczyk|Pietrzak",
      "Kowal|Wiśniew|Kamiń|Lewandow|Zieliń|Szymań|Dąbrow|Kozłow|Jankow|Wojciechow|Kwiatkow|Piotrow|Grabow|Pawłow|"
      "Michal|Nowakow|Jabłoń|Majew|Olszew|Stępnow|Malinow|Rutkow|Sadow|Borow|Czarnec|Wiśniow",
      "ski",
      "Warszawa:22:00-001:Mazowieckie|Kraków:12:30-001:Małopolskie|Wrocław:71:50-001:Dolnośląskie|Gdańsk:58:80-001:"
      "Pomorskie|Poznań:61:60-001:Wielkopolskie|Łódź:42:90-001:Łódzkie",
      "ul. Długa|ul. Mickiewicza|ul. Polna|ul. Słoneczna|ul. Ogrodowa", "501|512|600|602|660|691|721|790",
      "gmail.com|wp.pl|o2.pl|interia.pl|onet.pl",
      "Dyrektor|Kierownik sprzedaży|Prezes "
      "zarządu|Programista|Księgowa|Prawnik|Lekarz|Nauczycielka|Właściciel|Specjalista ds. marketingu",
      "sp. z o.o.|S.A.", 6, 7, PEOPLE_GENDERED },
    { "GR", "Ελλάδα", "+30", "gr", 4, GR_MALE, GR_FEMALE,
      "Παπάς=Papas|Αγγέλου=Angelou|Οικονόμου=Oikonomou|Βλάχος=Vlachos|Ράπτης=Raptis|Μακρής=Makris|Γεωργίου=Georgiou|"
      "Δημητρίου=Dimitriou|Ιωάννου=Ioannou|Νικολάου=Nikolaou",
      GR_STEMS, GR_ENDINGS,
      "Αθήνα:21:10431:Αττική|Θεσσαλονίκη:231:54624:Κεντρική Μακεδονία|Πάτρα:261:26221:Δυτική "
      "Ελλάδα|Ηράκλειο:281:71201:Κρήτη",
      "Οδός Ερμού|Λεωφόρος Αλεξάνδρας|Οδός Πατησίων|Οδός Τσιμισκή|Οδός Σόλωνος", "690|693|694|697|698",
      "gmail.com|otenet.gr|yahoo.gr|hotmail.com|forthnet.gr", GR_TITLES, "Α.Ε.|Ε.Π.Ε.|Ο.Ε.", 7, 8, PEOPLE_GENDERED },
    { "CY", "Κύπρος", "+357", "com.cy", 2, GR_MALE, GR_FEMALE,
      "Γεωργίου=Georgiou|Δημητρίου=Dimitriou|Ιωάννου=Ioannou|Νικολάου=Nicolaou|Χριστοδούλου=Christodoulou|Κωνσταντίνου="
      "Constantinou|Χαραλάμπους=Charalambous|Παναγιώτου=Panayiotou|Ανδρέου=Andreou|Μιχαήλ=Michael|Στυλιανού=Stylianou|"
      "Αντωνίου=Antoniou",
      GR_STEMS, GR_ENDINGS,
      "Λευκωσία:22:1065:Λευκωσία|Λεμεσός:25:3032:Λεμεσός|Λάρνακα:24:6023:Λάρνακα|Πάφος:26:8010:Πάφος",
      "Λεωφόρος Μακαρίου|Οδός Λήδρας|Οδός Ανεξαρτησίας|Λεωφόρος Στασίνου", "96|97|99",
      "gmail.com|cytanet.com.cy|hotmail.com|primehome.com", GR_TITLES, "Ltd|Λτδ", 6, 6, PEOPLE_GENDERED },
    { "RU", "Россия", "+7", "ru", 4, RU_MALE, RU_FEMALE,
      "Шевченко=Shevchenko|Черных=Chernykh|Седых=Sedykh|Бондаренко=Bondarenko|Ткаченко=Tkachenko|Литвиненко=Litvinenko|"
      "Гончар=Gonchar",
      RU_STEMS, "ов=ov|ев=ev|ин=in|енко=enko",
      "Москва:495:101000:Москва|Санкт-Петербург:812:190000:Санкт-Петербург|Казань:843:420000:Татарстан|Екатеринбург:"
      "343:620000:Свердловская область|Новосибирск:383:630000:Новосибирская область",
      "ул. Ленина|ул. Садовая|Невский проспект|ул. Пушкина|Лесная улица", "903|905|909|916|921|926|985",
      "mail.ru|yandex.ru|gmail.com|rambler.ru|bk.ru",
      "Генеральный директор|Менеджер по продажам|Инженер-программист|Главный бухгалтер|Юрист|Врач|Руководитель "
      "отдела|Преподаватель|Директор по маркетингу",
      "ООО|АО|ЗАО", 7, 7, PEOPLE_GENDERED },
    { "UA", "Україна", "+380", "ua", 2,
      "Олександр=Oleksandr|Андрій=Andriy|Сергій=Serhiy|Володимир=Volodymyr|Микола=Mykola|Тарас=Taras|Богдан=Bohdan|"
      "Василь=Vasyl|Іван=Ivan|Юрій=Yuriy",
      "Олена=Olena|Наталія=Nataliia|Оксана=Oksana|Тетяна=Tetiana|Ірина=Iryna|Ганна=Hanna|Марія=Mariia|Людмила=Liudmyla|"
      "Соломія=Solomiia|Леся=Lesia",
      "Шевченко=Shevchenko|Мельник=Melnyk|Коваленко=Kovalenko|Бондаренко=Bondarenko|Ткаченко=Tkachenko|Кравченко="
      "Kravchenko|Олійник=Oliinyk|Поліщук=Polishchuk|Лисенко=Lysenko|Марченко=Marchenko|Савченко=Savchenko|Руденко="
      "Rudenko|Мороз=Moroz|Гриценко=Hrytsenko",
      "Бонда=Bonda|Бойч=Boich|Гаврил=Havryl|Данил=Danyl|Дорош=Dorosh|Захар=Zakhar|Костен=Kosten|Левч=Levch|Назар=Nazar|"
      "Панас=Panas|Романч=Romanch|Степан=Stepan|Тимош=Tymosh|Юрч=Yurch|Яремч=Yaremch",
      "енко=enko|ук=uk|ишин=yshyn",
      "Київ:44:01001:Київ|Львів:32:79000:Львівська область|Одеса:48:65000:Одеська область|Харків:57:61000:Харківська "
      "область",
      "вул. Хрещатик|вул. Шевченка|вул. Франка|вул. Садова", "50|63|66|67|68|93|95|97|98",
      "gmail.com|ukr.net|i.ua|meta.ua",
      "Директор|Менеджер з продажу|Інженер-програміст|Головний бухгалтер|Юрист|Лікар|Викладачка", "ТОВ|ПАТ", 7, 7,
      PEOPLE_TRUNK_0 },
    { "JP", "日本", "+81", "jp", 3,
      "健太=Kenta|翔=Sho|大輔=Daisuke|拓也=Takuya|誠=Makoto|隆=Takashi|浩=Hiroshi|直樹=Naoki|和也=Kazuya|太郎=Taro|修="
      "Osamu|亮=Ryo|悠斗=Yuto|蓮=Ren|豊=Yutaka",
      "花子=Hanako|美咲=Misaki|陽子=Yoko|恵子=Keiko|由美=Yumi|真由美=Mayumi|裕子=Yuko|愛=Ai|さくら=Sakura|結衣=Yui|葵="
      "Aoi|久美子=Kumiko|智子=Tomoko|幸子=Sachiko|彩=Aya",
      "佐藤=Sato|鈴木=Suzuki|高橋=Takahashi|渡辺=Watanabe|伊藤=Ito|小林=Kobayashi|加藤=Kato|吉田=Yoshida|斎藤=Saito|"
      "清水=Shimizu|森=Mori|池田=Ikeda|阿部=Abe|橋本=Hashimoto|後藤=Goto|長谷川=Hasegawa|近藤=Kondo|石井=Ishii|遠藤="
      "Endo",
      "山=Yama|田=Ta|中=Naka|川=Kawa|松=Matsu|木=Ki|西=Nishi|東=Higashi|北=Kita|南=Minami|上=Ue|大=O|小=Ko|岡=Oka|石="
      "Ishi|竹=Take|藤=Fuji|杉=Sugi|村=Mura|島=Shima|高=Taka|福=Fuku|宮=Miya|黒=Kuro|白=Shira",
      "本=moto|田=da|村=mura|川=kawa|島=shima|野=no|崎=saki|原=hara|井=i|沢=zawa|山=yama|谷=tani|口=guchi|木=ki|下="
      "shita|尾=o",
      "東京:3:100-0005:東京都|大阪:6:530-0001:大阪府|名古屋:52:450-0002:愛知県|横浜:45:220-0011:神奈川県|京都:75:600-"
      "8216:京都府|福岡:92:812-0011:福岡県|札幌:11:060-0005:北海道",
      "丸の内|梅田|栄町|本町|駅前通り|桜通り", "80|90|70", "gmail.com|yahoo.co.jp|icloud.com|docomo.ne.jp|ezweb.ne.jp",
      "代表取締役|営業部長|課長|エンジニア|主任|取締役|弁護士|医師|デザイナー|教授", "株式会社|有限会社", 8, 8,
      PEOPLE_FAMILY_FIRST | PEOPLE_TRUNK_0 | PEOPLE_NO_SPACE },
    { "CN", "中国", "+86", "cn", 3,
      "伟=Wei|强=Qiang|磊=Lei|军=Jun|勇=Yong|杰=Jie|涛=Tao|明=Ming|超=Chao|志强=Zhiqiang|建国=Jianguo|建华=Jianhua|"
      "文博=Wenbo|子轩=Zixuan|浩然=Haoran|俊杰=Junjie|海洋=Haiyang|国栋=Guodong|天宇=Tianyu|晓东=Xiaodong|立新=Lixin|"
      "永康=Yongkang|思远=Siyuan",
      "芳=Fang|娜=Na|敏=Min|静=Jing|丽=Li|艳=Yan|秀英=Xiuying|丽娟=Lijuan|桂英=Guiying|雪梅=Xuemei|晓燕=Xiaoyan|雨涵="
      "Yuhan|欣怡=Xinyi|诗涵=Shihan|佳怡=Jiayi|美玲=Meiling|慧敏=Huimin|婷婷=Tingting|玉兰=Yulan|思思=Sisi",
      "王=Wang|李=Li|张=Zhang|刘=Liu|陈=Chen|杨=Yang|赵=Zhao|黄=Huang|周=Zhou|吴=Wu|徐=Xu|孙=Sun|胡=Hu|朱=Zhu|高=Gao|"
      "林=Lin|何=He|郭=Guo|马=Ma|罗=Luo|梁=Liang|宋=Song|郑=Zheng|谢=Xie|韩=Han|唐=Tang|冯=Feng|于=Yu|董=Dong|萧=Xiao|"
      "程=Cheng|曹=Cao|袁=Yuan|邓=Deng|许=Xu|傅=Fu|沈=Shen|曾=Zeng|彭=Peng|吕=Lü",
      NULL, NULL,
      "北京:10:100006:北京市|上海:21:200001:上海市|广州:20:510000:广东省|深圳:755:518000:广东省|杭州:571:310000:浙江省|"
      "成都:28:610000:四川省",
      "人民路|中山路|建设路|解放路|和平路", "133|135|138|139|150|158|186|188",
      "163.com|qq.com|126.com|gmail.com|sina.com", "总经理|销售经理|软件工程师|董事长|财务总监|律师|医生|项目经理|教师",
      "有限公司|股份有限公司", 8, 8, PEOPLE_FAMILY_FIRST | PEOPLE_NO_SPACE },
    { "KR", "대한민국", "+82", "kr", 2,
      "민준=Minjun|서준=Seojun|도윤=Doyun|지훈=Jihoon|성민=Sungmin|현우=Hyunwoo|준호=Junho|동현=Donghyun|상철=Sangchul|"
      "영수=Youngsoo|재석=Jaeseok|태형=Taehyung",
      "서연=Seoyeon|지우=Jiwoo|민서=Minseo|수빈=Subin|지은=Jieun|혜진=Hyejin|은지=Eunji|미영=Miyoung|영희=Younghee|"
      "유진=Yujin|하은=Haeun|소영=Soyoung",
      "김=Kim|이=Lee|박=Park|최=Choi|정=Jung|강=Kang|조=Cho|윤=Yoon|장=Jang|임=Lim|한=Han|오=Oh|서=Seo|신=Shin|권=Kwon|"
      "황=Hwang|안=Ahn|송=Song|류=Ryu|홍=Hong",
      NULL, NULL, "서울:2:04524:서울특별시|부산:51:48058:부산광역시|인천:32:22382:인천광역시|대구:53:41911:대구광역시",
      "세종대로|강남대로|테헤란로|중앙로", "10", "naver.com|gmail.com|daum.net|hanmail.net",
      "대표이사|부장|과장|소프트웨어 엔지니어|변호사|의사|교수|팀장", "주식회사", 8, 7,
      PEOPLE_FAMILY_FIRST | PEOPLE_TRUNK_0 | PEOPLE_NO_SPACE },
    { "IN", "India", "+91", "in", 5,
      "Rahul|Amit|Sanjay|Rajesh|Vijay|Suresh|Arjun|Rohan|Vikram|Anil|Sunil|Deepak|Manoj|Karthik|Ashok|Ravi|Nikhil|"
      "Pranav|Siddharth|Venkatesh|Harish|Gaurav",
      "Priya|Anjali|Sunita|Pooja|Neha|Kavita|Lakshmi|Divya|Meena|Deepa|Shreya|Nandini|Radha|Swati|Aishwarya|Ritu|Geeta|"
      "Sneha|Padma|Ishita",
      "Sharma|Patel|Singh|Kumar|Gupta|Reddy|Rao|Iyer|Nair|Menon|Mehta|Shah|Joshi|Desai|Verma|Mishra|Chopra|Kapoor|"
      "Malhotra|Bose|Banerjee|Chatterjee|Mukherjee|Das|Pillai|Naidu|Choudhury|Bhatt|Kulkarni|Deshpande|Agarwal|Jain|"
      "Khanna|Saxena|Srinivasan|Subramanian|Krishnan|Gowda|Hegde|Shetty",
      NULL, NULL,
      "Mumbai:22:400001:Maharashtra|Delhi:11:110001:Delhi|Bengaluru:80:560001:Karnataka|Chennai:44:600001:Tamil "
      "Nadu|Kolkata:33:700001:West Bengal|Pune:20:411001:Maharashtra|Hyderabad:40:500001:Telangana",
      "MG Road|Station Road|Gandhi Nagar|Park Street|Nehru Marg", "98|99|97|96|90|88",
      "gmail.com|rediffmail.com|yahoo.co.in|hotmail.com", EN_TITLES, "Pvt. Ltd.|Private Limited|Ltd", 8, 7,
      PEOPLE_TRUNK_0 | PEOPLE_NUMBER_FIRST },
    { "TR", "Türkiye", "+90", "com.tr", 2,
      "Mehmet|Mustafa|Ahmet|Ali|Hüseyin|Hasan|İbrahim|Murat|Osman|Yusuf|Emre|Burak|Çağrı|Ömer|Gökhan|Kerem",
      "Fatma|Ayşe|Emine|Hatice|Zeynep|Elif|Meryem|Şerife|Özlem|Gülşen|Derya|Büşra|Ebru|Işıl|Çiğdem|Selin",
      "Yılmaz|Kaya|Demir|Çelik|Şahin|Yıldız|Yıldırım|Öztürk|Aydın|Özdemir|Arslan|Doğan|Kılıç|Aslan|Çetin|Kara|Koç|Kurt|"
      "Özkan|Şimşek|Polat|Korkmaz|Güneş|Erdoğan|Akın|Toprak|Bulut|Acar|Tekin",
      NULL, NULL, "İstanbul:212:34000:İstanbul|Ankara:312:06000:Ankara|İzmir:232:35000:İzmir",
      "Atatürk Caddesi|İstiklal Caddesi|Cumhuriyet Bulvarı", "532|533|535|542|544|505",
      "gmail.com|hotmail.com|yahoo.com.tr|mynet.com",
      "Genel Müdür|Satış Müdürü|Yazılım Mühendisi|Avukat|Muhasebeci|Doktor", "A.Ş.|Ltd. Şti.", 7, 7, PEOPLE_TRUNK_0 },
    { "EG", "مصر", "+20", "com.eg", 1,
      "محمد=Mohamed|أحمد=Ahmed|محمود=Mahmoud|مصطفى=Mostafa|علي=Ali|حسن=Hassan|خالد=Khaled|عمر=Omar|يوسف=Youssef|كريم="
      "Karim",
      "فاطمة=Fatma|مريم=Mariam|نور=Nour|سارة=Sara|هبة=Heba|منى=Mona|ياسمين=Yasmin|سلمى=Salma|دينا=Dina|أمينة=Amina",
      "حسين=Hussein|إبراهيم=Ibrahim|عبدالله=Abdallah|سالم=Salem|منصور=Mansour|فاروق=Farouk|رمضان=Ramadan|شاهين=Shahin|"
      "خليل=Khalil|صالح=Saleh|النجار=ElNaggar|المصري=ElMasry|حداد=Haddad|قاسم=Kassem|فهمي=Fahmy|زكي=Zaki",
      NULL, NULL, "القاهرة:2:11511:القاهرة|الإسكندرية:3:21500:الإسكندرية", "شارع التحرير|شارع النيل|شارع الجامعة",
      "100|101|106|111|122", "gmail.com|yahoo.com|hotmail.com", "مدير عام|مهندس برمجيات|محامية|طبيب|محاسب", "شركة", 7,
      8, PEOPLE_TRUNK_0 },
};
const size_t cultures_n = countof(cultures);

const char people_company_first[] = "Alder|Amber|Anchor|Apex|Arbor|Argo|Aster|Atlas|Aurora|Baltic|Beacon|Birch|"
                                    "Borealis|Bright|Canopy|Cedar|Cinder|Cobalt|"
                                    "Compass|Copper|Coral|Crane|Delta|Drift|Eagle|Echo|Ember|Falcon|Fern|Flint|Fjord|"
                                    "Garnet|Glacier|Granite|Harbor|Haven|"
                                    "Heron|Horizon|Indigo|Iron|Ivory|Jade|Juniper|Kestrel|Keystone|Lantern|Larch|"
                                    "Linden|Lumen|Lynx|Magnolia|Maple|Meridian|"
                                    "Mistral|Nimbus|Nord|Nova|Oak|Onyx|Opal|Orchard|Orion|Osprey|Pearl|Pine|Pioneer|"
                                    "Polar|Prairie|Quartz|Quill|Raven|Ridge|"
                                    "River|Rowan|Saffron|Sage|Sequoia|Silver|Slate|Solstice|Sparrow|Spruce|Sterling|"
                                    "Summit|Swift|Tamar|Tidal|Timber|Topaz|"
                                    "Umbra|Vale|Vega|Vertex|Violet|Walnut|Willow|Wren|Zenith|Zephyr";
const char people_company_second[] = "Logistics|Software|Consulting|Foods|Capital|Partners|Analytics|Robotics|Energy|"
                                     "Systems|Textiles|Marine|Optics|Health|"
                                     "Pharma|Media|Studios|Design|Architects|Motors|Mobility|Labs|Networks|Insurance|"
                                     "Legal|Travel|Hotels|Printing|Furniture|"
                                     "Trading|Instruments|Ceramics|Packaging|Security|Ventures|Dental|Garden|Aviation|"
                                     "Electric|Plastics|Publishing|Academy|"
                                     "Realty|Brewery|Bakery|Tools|Sensors|Cloud|Data|Engineering";
const char people_notes[] = "Met at the trade fair|Introduced by Elena|Old classmate|Neighbour, has a spare key|Plays "
                            "tennis on Tuesdays|Prefers "
                            "e-mail|Call after 5 pm|Allergic to nuts|Birthday cake: chocolate|Supplier since "
                            "2019|Sends the newsletter|Kids: Tom, "
                            "Ida|Same gym|Speaks Portuguese|Asked about the summer house|Good contact for pricing";

/* formal=familiar; one line for all cultures */
const char people_nicknames[] =
    "Robert=Bob|William=Bill|Richard=Dick|Michael=Mike|James=Jim|John=Jack|Thomas=Tom|Christopher=Chris|Daniel=Dan|"
    "Matthew=Matt|Anthony=Tony|Steven=Steve|Andrew=Andy|Joshua=Josh|Kenneth=Ken|Edward=Ted|Jeffrey=Jeff|Nicholas=Nick|"
    "Jonathan=Jon|Stephen=Steve|Lawrence=Larry|Benjamin=Ben|Samuel=Sam|Gregory=Greg|Alexander=Alex|Raymond=Ray|"
    "Patrick=Pat|Frederick=Fred|Theodore=Theo|Joseph=Joe|David=Dave|Timothy=Tim|Charles=Charlie|Ronald=Ron|Leonard=Len|"
    "Nathaniel=Nate|Zachary=Zach|Patricia=Pat|Jennifer=Jen|Elizabeth=Liz|Barbara=Barb|Susan=Sue|Jessica=Jess|"
    "Margaret=Peggy|Kimberly=Kim|Michelle=Shelly|Amanda=Mandy|Melissa=Mel|Deborah=Debbie|Stephanie=Steph|Rebecca=Becky|"
    "Cynthia=Cindy|Kathleen=Kathy|Angela=Angie|Pamela=Pam|Nicole=Nicky|Katherine=Kate|Samantha=Sam|Christine=Chris|"
    "Catherine=Cathy|Virginia=Ginny|Victoria=Vicky|Abigail=Abby|Georgina=Georgie|Philippa=Pippa|Eleanor=Ellie|"
    "Wolfgang=Wolf|Johannes=Hannes|Maximilian=Max|Sebastian=Basti|Friedrich=Fritz|Matthias=Matze|Katharina=Käthe|"
    "Elisabeth=Lisa|Franziska=Franzi|Johanna=Hanna|Gabriele=Gabi|Susanne=Susi|Magdalena=Lena|Josef=Sepp|Francisco=Paco|"
    "José=Pepe|Antonio=Toni|Manuel=Manolo|Ignacio=Nacho|Enrique=Quique|Dolores=Lola|Concepción=Concha|Mercedes=Merche|"
    "Guadalupe=Lupe|Isabel=Isa|Giuseppe=Beppe|Francesco=Checco|Giovanni=Gianni|Salvatore=Totò|Domenico=Mimmo|"
    "Giuseppina=Pina|Francesca=Franca|Alessandra=Sandra|Александр=Саша|Дмитрий=Дима|Алексей=Лёша|Михаил=Миша|"
    "Владимир=Вова|Евгений=Женя|Николай=Коля|Екатерина=Катя|Мария=Маша|Наталья=Наташа|Татьяна=Таня|Анастасия=Настя|"
    "Παναγιώτης=Πάνος|Δημήτρης=Μίμης|Αικατερίνη=Κατερίνα|Κωνσταντίνα=Ντίνα|Ευαγγελία=Εύα|Κώστας=Κωστής|"
    "Cornelis=Kees|Johannes=Hans|Hendrik=Henk|Willem=Wim|Krzysztof=Krzysiek|Małgorzata=Gosia|Katarzyna=Kasia|"
    "Tomasz=Tomek|Stanisław=Staszek|Francisco=Chico|Antônio=Toninho|Eduardo=Edu";
