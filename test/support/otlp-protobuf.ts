import { readFields, type WireField } from '../../libs/playground/src/api/protobuf/wire';
import type { OtlpBody, OtlpPairs, OtlpValue } from './otlp-receiver';

/**
 * Decodes an ExportTraceServiceRequest to its JSON form. Numbers of the fields: opentelemetry-proto 1.x, trace.proto,
 * common.proto and resource.proto.
 */
export function decodeTraces(body: Buffer): OtlpBody {
  return {
    resourceSpans: all(body, 1).map((one) => ({
      resource: { attributes: pairs(all(one, 1)[0] ?? none, 1) },
      scopeSpans: all(one, 2).map(scopeSpans),
    })),
  };
}

const none = Buffer.alloc(0);

const scopeSpans = (message: Buffer): OtlpBody['resourceSpans'][number]['scopeSpans'][number] => ({
  scope: { name: text(all(message, 1)[0] ?? none, 1) },
  spans: all(message, 2).map((span) => ({
    traceId: bytes(span, 1).toString('hex'),
    spanId: bytes(span, 2).toString('hex'),
    parentSpanId: bytes(span, 4).toString('hex'),
    name: text(span, 5),
    kind: Number(value(span, 6) ?? 0n),
    attributes: pairs(span, 9),
    events: all(span, 11).map((event) => ({ name: text(event, 2), attributes: pairs(event, 3) })),
    status: { message: text(bytes(span, 15), 2), code: Number(value(bytes(span, 15), 3) ?? 0n) },
  })),
});

const pairs = (message: Buffer, field: number): OtlpPairs =>
  all(message, field).map((pair) => ({ key: text(pair, 1), value: anyValue(bytes(pair, 2)) }));

function anyValue(message: Buffer): OtlpValue {
  const [first] = readFields(message);
  switch (first?.number) {
    case 1:
      return { stringValue: String(first.value) };
    case 2:
      return { boolValue: first.value === 1n };
    case 3:
      return { intValue: Number(first.value) };
    case 4:
      return { doubleValue: (first.value as Buffer).readDoubleLE() };
    default:
      return {};
  }
}

const value = (message: Buffer, field: number): WireField['value'] | undefined =>
  readFields(message).find(({ number }) => number === field)?.value;
const all = (message: Buffer, field: number): Buffer[] =>
  readFields(message)
    .filter(({ number }) => number === field)
    .map((one) => one.value as Buffer);
const bytes = (message: Buffer, field: number): Buffer => all(message, field)[0] ?? none;
const text = (message: Buffer, field: number): string => bytes(message, field).toString();
