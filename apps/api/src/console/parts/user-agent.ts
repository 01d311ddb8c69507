/**
 * The browser and the system that a `User-Agent` names, as people call them: `Firefox 132 on Linux`. Of a program that is
 * no browser, what it says of itself. Nothing rests on it: whoever sends a request writes there what they like.
 */
export function agentInWords(userAgent: string | null): string {
  if (userAgent === null) return 'a program that does not say its name';
  const browser = userAgent.startsWith('Mozilla/5.0') ? nameIn(userAgent) : undefined;
  if (browser === undefined) return userAgent;
  const system = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  return system === undefined ? browser : `${browser} on ${system}`;
}

function nameIn(userAgent: string): string | undefined {
  for (const [name, pattern] of BROWSERS) {
    const [, version] = pattern.exec(userAgent) ?? [];
    if (version !== undefined) return `${name} ${version}`;
  }
  return undefined;
}

/** Most say that they are others, too: who says so of fewer stands before those. */
const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\/(\d{1,4})/],
  ['Opera', /\bOPR\/(\d{1,4})/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d{1,4})/],
  ['Chrome', /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d{1,4})/],
  ['Safari', /\bVersion\/(\d{1,4})\S* .*\bSafari\//],
] as const;

const SYSTEMS = [
  ['Windows', /\bWindows NT\b/],
  ['Android', /\bAndroid\b/],
  ['iOS', /\b(?:iPhone|iPad)\b/],
  ['macOS', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;
