/**
 * What guessers try first, in lower case: the words at the heads of published lists, which people lengthen with digits
 * and signs until a rule lets them pass, and whole passwords of twelve characters and more from the same lists.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  password passwort passw0rd passwd motdepasse contrasena contraseña senha parola wachtwoord heslo salasana
  password1 passwordpassword mypassword yourpassword thepassword newpassword oldpassword testpassword userpassword
  adminpassword rootpassword defaultpassword temppassword temporarypassword secretpassword strongpassword
  securepassword mysecretpassword changepassword nopassword forgotpassword password1password
  admin administrator adminadmin admin123admin root rootroot superuser sysadmin webmaster operator moderator manager
  user username useruser guest guestguest default public private anonymous nobody somebody
  secret secretsecret topsecret supersecret verysecret mysecret changeme changemenow changeit changethis pleasechange
  letmein letmeinnow letmeinplease openplease opensesame access accessdenied accessgranted
  welcome welcomehome welcomeback welcometo hello hellohello helloworld hellokitty hellothere
  login loginlogin signin logmein test testtest testing testingtesting testuser tester demo demodemo sample example
  temp temporary trustno trustnoone trustme nothing whatever whateverr something anything everything idontknow dontknow
  iloveyou iloveyousomuch iloveyoubaby iloveyouforever iloveme ilovemyself ilovegod ilovejesus ilovemom ilovemymom
  ilovemydog ilovemycat ilovemyfamily ilovemybaby iloveyoumore iloveu ihateyou ihatepasswords loveyou lovelove
  loveforever foreverlove truelove mylove loveislove lovelylove sweetheart sweetheart1 babygirl babyboy princess
  princessprincess beautiful beautifulgirl handsome sunshine sunshine1 mysunshine sunshinesunshine moonlight starlight
  rainbow rainbowbrite butterfly butterflies butterflykisses strawberry strawberries blueberry raspberry blackberry
  chocolate chocolatechip icecream cheesecake pineapple watermelon peanutbutter cocacola pepsicola coffeecoffee
  football footballfootball footballer baseball basketball basketball1 volleyball softball hockey soccer soccerball
  skateboard skateboarding snowboard snowboarding swimming gymnastics cheerleader cheerleading championship champions
  liverpool liverpoolfc manchester manchesterunited manchestercity chelsea chelseafc arsenal arsenalfc barcelona
  realmadrid juventus bayernmunchen dallascowboys newyorkyankees yankees redsox lakers steelers patriots eagles cowboys
  superman supermansuperman batman batmanbatman spiderman wonderwoman ironman captainamerica thepunisher starwars
  startrek harrypotter lordoftherings gameofthrones theavengers transformers pokemon pokemonmaster pikachu
  supermario mariobros sonicthehedgehog minecraft minecraftminecraft fortnite callofduty counterstrike worldofwarcraft
  warcraft starcraft leagueoflegends grandtheftauto assassinscreed finalfantasy dragonball dragonballz naruto
  narutouzumaki dragon dragonfire dragonslayer monkey monkeymonkey tiger tigertiger tigerlily elephant elephants
  dolphin dolphins penguin penguins unicorn unicorns mustang fordmustang harleydavidson chevrolet mercedes mercedesbenz
  lamborghini ferrari porsche corvette volkswagen motorcycle kawasaki yamaha
  computer computer1 computercomputer microsoft windows windowsxp macintosh applecomputer internet internetexplorer
  google googlegoogle facebook facebookfacebook instagram twitter youtube linkedin myspace myspace1 yahoo hotmail gmail
  samsung samsunggalaxy motorola blackberry1 android iphone nokia playstation playstation2 playstation3 nintendo xbox
  michael michaeljackson michaeljordan jennifer jessica jessicajessica daniel danielle charlie charliebrown elizabeth
  alexander alexandra alexandria stephanie christian christina christine christopher nicholas jonathan benjamin
  samantha victoria veronica sebastian gabriel gabriella isabella valentina katherine catherine margaret
  jesus jesuschrist jesusisking jesusislord jesuslovesme jesussaves godisgood godislove godisgreat praisegod thankgod
  blessed blessings hallelujah heavenly angel angels angelangel guardianangel christmas merrychristmas halloween
  happybirthday birthday happynewyear happy happyhappy happiness smile smileyface freedom freedomfreedom forever
  foreverandever foreveryoung together familyfirst friendship bestfriend bestfriends friendsforever
  summer summertime summersummer winter winterwinter wintertime spring springtime autumn september october november
  december january february monday tuesday wednesday thursday friday saturday sunday
  america americanidol unitedstates california newyork newyorkcity losangeles sanfrancisco lasvegas washington london
  londonengland germany deutschland france australia canada brazil mexico argentina philippines indonesia pakistan
  shadow shadowshadow shadowhunter master masterkey mastermaster killer killerkiller killerqueen ninja ninjaninja
  hunter warrior warriors assassin gangster gangsta playboy ladiesman mafia matrix matrixreloaded phoenix
  qwerty qwertyqwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdfgh asdfasdf asdfghjkl zxcvbn zxcvbnm zaqwsx
  qazwsx qazwsxedc qweasd qweasdzxc qwerasdf qwerasdfzxcv asdfzxcv asdfqwer poiuytrewq lkjhgfdsa mnbvcxz
  1qaz2wsx 1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsx zaq1xsw2 1qazxsw2 1qaz2wsx3edc
  1qaz2wsx3edc4rfv abc123 abc123abc123 abcd1234 abcd1234abcd a1b2c3 a1b2c3d4 a1b2c3d4e5 a1b2c3d4e5f6 aa123456 aa12345678
  123qwe 123qwe123qwe 123qweasd 123qweasdzxc 1234qwer 1234qwerasdf 12345qwert 12345qwertasdfg 123abc 123456abc qwe123
  qwe123qwe123 asd123asd123 qwer1234 qwer1234qwer qwerty123456 qwerty1234567890 123456qwerty 1234567890qwertyuiop
  correcthorse correcthorsebatterystaple thisisapassword thisismypassword thisisasecret ihavenopassword
  mynameis mypasswordis passwordis letmeinside whatismypassword cantremember idontremember rememberme donotforget
  fuckyou fuckyoufuckyou fuckoff fuckme fuckthis bullshit asshole motherfucker sexysexy sexygirl sexything
  startfinish startstart finish london1 computerscience administrator1 company companyname enterprise production
  developer development staging database oracle postgres postgresql mysql mongodb redis kubernetes docker jenkins github
  apikey apikeys apikeymanager
  `
    .trim()
    .split(/\s+/),
);
