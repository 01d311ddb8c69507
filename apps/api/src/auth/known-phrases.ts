/**
 * What people choose when a password must be long, and the dictionaries of the estimator do not know as one word. In
 * lower case and without spaces, more frequent ones first.
 */
export const KNOWN_PHRASES: readonly string[] = `
  iloveyousomuch ilovemymom ilovemydog ilovemycat ilovemybaby loveislove foreverandever happynewyear merrychristmas
  thisisapassword thisismypassword thisisasecret ihavenopassword whatismypassword ihatepasswords mysecretpassword
  cantremember idontremember donotforget admin123admin logmein superuser
  correcthorsebatterystaple lordoftherings gameofthrones sonicthehedgehog worldofwarcraft leagueoflegends
  grandtheftauto assassinscreed matrixreloaded narutouzumaki mariobros rainbowbrite fortnite
  jesusisking jesuslovesme butterflykisses chocolatechip bayernmunchen mercedesbenz hotmail contraseña
  a1b2c3d4e5f6 12345qwertasdfg postgres postgresql mongodb kubernetes apikey apikeys apikeymanager
  `
  .trim()
  .split(/\s+/);
