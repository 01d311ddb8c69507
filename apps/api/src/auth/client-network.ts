import ipaddr from 'ipaddr.js';

/** Whom to count as one client: IPv6 is handed out by the /64, and whoever has one address of it has all of them. */
export function clientNetwork(ip: string | null): string {
  if (ip === null) return 'nowhere';
  const address = ipaddr.parse(ip);
  return address.kind() === 'ipv4' ? ip : address.toByteArray().slice(0, 8).join('.');
}
