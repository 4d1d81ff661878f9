import { formatTraceparent, parseTraceparent } from './traceparent';

const trace = '0af7651916cd43dd8448eb211c80319c';
const span = 'b7ad6b7169203331';

describe('traceparent', () => {
  it('is read and written in the format of W3C', () => {
    expect(parseTraceparent(`00-${trace}-${span}-01`)).toEqual({ traceId: trace, spanId: span, sampled: true });
    expect(parseTraceparent(`00-${trace}-${span}-00`)).toMatchObject({ sampled: false });
    expect(parseTraceparent(`cc-${trace}-${span}-09-what-the-future-brings`)).toMatchObject({ sampled: true });
    expect(formatTraceparent({ traceId: trace, spanId: span, sampled: true })).toBe(`00-${trace}-${span}-01`);
  });

  it.each([
    undefined, null, 7, '', 'x',
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}-01\n`,
    `00-${trace}-${span}-1`,
  ])('ignores the invalid header %p', (header) => {
    expect(parseTraceparent(header)).toBeUndefined();
  });
});
