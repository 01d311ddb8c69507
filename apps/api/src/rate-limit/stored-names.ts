import { createHmac, hkdfSync } from 'node:crypto';

/**
 * What a bucket is called where others may read it: by the id of a key as it is, and else by an HMAC-SHA-256 under a key
 * that follows from MASTER_ENCRYPTION_KEY, because the other names tell of addresses and e-mail addresses.
 */
export function storedNames(masterKey: string): (name: string) => string {
  const key = new Uint8Array(hkdfSync('sha256', masterKey, '', 'akm names of buckets', 32));
  return (name) => (ID.test(name) ? name : createHmac('sha256', key).update(name).digest('base64url'));
}

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
