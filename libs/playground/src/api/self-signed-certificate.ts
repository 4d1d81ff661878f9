import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A TLS server's key and certificate, PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * A new P-256 key with a self-signed certificate for localhost, 127.0.0.1 and ::1: kubectl sends its token only over
 * TLS.
 */
export function selfSignedCertificate(): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    commonName('alloy-playground'),
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    commonName('alloy-playground'),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(basicConstraints, subjectAltName)),
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ecdsaWithSha256, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One DER value (X.690): tag, length, content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...values: Buffer[]): Buffer => tagged(0x30, Buffer.concat(values));
const integer = (value: Buffer): Buffer => tagged(0x02, value);
const utcTime = (text: string): Buffer => tagged(0x17, Buffer.from(text));
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const octets = (value: Buffer): Buffer => tagged(0x04, value);
const commonName = (name: string): Buffer => sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(name)))));

// RFC 5758 and RFC 5280: 1.2.840.10045.4.3.2, basicConstraints (critical, CA) and subjectAltName.
const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
const isTrue = tagged(0x01, Buffer.from([0xff]));
const basicConstraints = sequence(oid('551d13'), isTrue, octets(sequence(isTrue)));
const subjectAltName = sequence(
  oid('551d11'),
  octets(
    sequence(
      tagged(0x82, Buffer.from('localhost')),
      tagged(0x87, Buffer.from([127, 0, 0, 1])),
      tagged(0x87, Buffer.from('00000000000000000000000000000001', 'hex')),
    ),
  ),
);
