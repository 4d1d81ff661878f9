import { isIP } from 'node:net';
import { z } from 'zod';

/** Addresses and networks (CIDR), separated by commas; default none. */
export const networks = () =>
  z
    .string()
    .default('')
    .transform((text) => text.split(',').map((part) => part.trim()).filter((part) => part !== ''))
    .refine((list) => list.every(isNetwork), 'is a list of addresses and networks, as in 10.0.0.0/8,192.0.2.7');

function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
