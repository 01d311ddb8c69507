/** How some bytes may be written down. `name` says which way. */
export interface Form {
  readonly name: string;
  readonly bytes: Buffer;
}

/**
 * Every way of writing bytes that is searched for. Base64 depends on where in the encoded text they begin: at each of
 * three offsets other characters come out, of which those are taken that do not depend on the neighbours.
 */
export function formsOf(secret: Buffer): Form[] {
  const text = secret.toString('latin1');
  const hex = secret.toString('hex');
  const forms = [
    form('plain', secret),
    form('hex', hex),
    form('HEX', hex.toUpperCase()),
    form('URL-encoded', encodeURIComponent(text)),
    form('URL-encoded throughout', hex.replace(/../g, '%$&')),
    form('URL-ENCODED throughout', hex.toUpperCase().replace(/../g, '%$&')),
    ...OFFSETS.flatMap((offset) => {
      const base64 = base64At(secret, offset);
      const base64url = base64.replaceAll('+', '-').replaceAll('/', '_');
      return [form(`base64 at ${offset}`, base64), form(`base64url at ${offset}`, base64url)];
    }),
  ];
  return forms.filter(({ bytes }, index) => forms.findIndex((other) => other.bytes.equals(bytes)) === index);
}

/** How many ways there are. */
export const FORM_COUNT = 12;

const OFFSETS = [0, 1, 2];
/** Characters that the bytes before have a part in. */
const SHARED_AT_START = [0, 2, 3];

function base64At(secret: Buffer, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), secret]);
  const ownCharacters = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(SHARED_AT_START[offset], ownCharacters);
}

function form(name: string, bytes: Buffer | string): Form {
  return { name, bytes: Buffer.from(bytes as string, 'latin1') };
}
