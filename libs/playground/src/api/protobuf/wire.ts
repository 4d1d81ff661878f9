/** One field of a protobuf message in wire format. */
export interface WireField {
  readonly number: number;
  /** A varint, a fixed number, or the bytes of anything with a length. */
  readonly value: bigint | Buffer;
}

/** Splits a protobuf message into its fields; throws a RangeError if it is truncated or invalid. */
export function readFields(message: Buffer): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw new RangeError('a varint is too long');
  };
  const bytes = (length: number): Buffer => {
    if (length < 0 || at + length > message.length) throw new RangeError('a field is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const key = Number(varint());
    const number = key >> 3;
    switch (key & 7) {
      case 0:
        fields.push({ number, value: varint() });
        break;
      case 1:
        fields.push({ number, value: bytes(8) });
        break;
      case 2:
        fields.push({ number, value: bytes(Number(varint())) });
        break;
      case 5:
        fields.push({ number, value: bytes(4) });
        break;
      default:
        throw new RangeError(`wire type ${key & 7} is not used`);
    }
  }
  return fields;
}
