import { Webhook } from 'standardwebhooks';
import { isSigned, isTimely, signedHeaders } from './signature';

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const AT = new Date('2030-01-01T00:00:00Z');
const seconds = AT.getTime() / 1_000;
const body = Buffer.from('{"a": "ä"}');
const sent = { id: 'msg_1', timestamp: seconds, signature: new Webhook(SECRET).sign('msg_1', AT, body.toString()) };

it('accepts the signature of the reference implementation', () => expect(isSigned(sent, body, SECRET)).toBe(true));
it('accepts one of several signatures', () =>
  expect(isSigned({ ...sent, signature: `v1a,xyz v1,AAAA ${sent.signature}` }, body, SECRET)).toBe(true));

it.each<[string, object, Buffer, string]>([
  ['another body', {}, Buffer.from('{"a": "b"}'), SECRET],
  ['another id', { id: 'msg_2' }, body, SECRET],
  ['another time', { timestamp: seconds + 1 }, body, SECRET],
  ['another secret', {}, body, `whsec_${Buffer.alloc(24, 8).toString('base64')}`],
  ['another version', { signature: sent.signature.replace('v1,', 'v2,') }, body, SECRET],
  ['a truncated signature', { signature: sent.signature.slice(0, -8) }, body, SECRET],
  ['an invalid signature', { signature: 'v1,' }, body, SECRET],
  ['a secret that is too short', {}, body, 'whsec_AAAA'],
  ['a secret in another format', {}, body, SECRET.slice(6)],
])('refuses %s', (_what, change, content, secret) => expect(isSigned({ ...sent, ...change }, content, secret)).toBe(false));

it.each([
  [-301, false],
  [-300, true],
  [0, true],
  [300, true],
  [301, false],
])('%i s away: %s', (away, timely) => expect(isTimely(sent, seconds + away)).toBe(timely));

it.each([
  [{}],
  [{ 'webhook-id': 'a b', 'webhook-timestamp': '1', 'webhook-signature': 'v1,a' }],
  [{ 'webhook-id': 'a', 'webhook-timestamp': '1e3', 'webhook-signature': 'v1,a' }],
  [{ 'webhook-id': 'a', 'webhook-timestamp': '1' }],
])('reads no signature from %j', (headers) => expect(signedHeaders(headers)).toBeUndefined());
