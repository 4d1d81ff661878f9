import fc from 'fast-check';
import { deriveKey, newKey, openBox, sealBox } from './seal-box';

const plainText = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));

it('opens a sealed text only with the same key in the same context', () => {
  const [key, other] = [newKey(), newKey()];
  fc.assert(
    fc.property(plainText, fc.string(), (plain, context) => {
      const box = sealBox(key, plain, context);
      expect(openBox(key, box, context)).toEqual(plain);
      expect(() => openBox(other, box, context)).toThrow();
      expect(() => openBox(key, box, `${context}!`)).toThrow();
    }),
  );
});

it('detects every changed bit and every missing byte', () => {
  const key = newKey();
  fc.assert(
    fc.property(plainText, fc.nat(), (plain, at) => {
      const box = sealBox(key, plain, 'shop');
      const forged = Buffer.from(box);
      const bit = at % (box.length * 8);
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => openBox(key, forged, 'shop')).toThrow();
      expect(() => openBox(key, box.subarray(0, at % box.length), 'shop')).toThrow();
    }),
  );
});

it('seals the same text differently each time', () => {
  const key = newKey();
  expect(sealBox(key, Buffer.from('a'), '').equals(sealBox(key, Buffer.from('a'), ''))).toBe(false);
});

it('derives a different key for each purpose', () => {
  const master = newKey();
  expect(deriveKey(master, 'a')).toEqual(deriveKey(master, 'a'));
  expect(deriveKey(master, 'a')).not.toEqual(deriveKey(master, 'b'));
});
