import { runInNewContext } from 'node:vm';
import { asRuntimeError, isRetryable, isRetryableStatus, isUnavailable, RetryableError, TerminalError } from './errors';

const withCode = (code: string) => Object.assign(new Error('x'), { code });
const named = (name: string) => Object.assign(new Error('x'), { name });

describe('asRuntimeError', () => {
  it('returns a TerminalError and a RetryableError as they are', () => {
    const terminal = new TerminalError('bad', 'bad');
    const retryable = new RetryableError('away', 'away', { retryAfterMs: 5 });
    expect([asRuntimeError(terminal), asRuntimeError(retryable)]).toEqual([terminal, retryable]);
    expect(asRuntimeError(retryable)).toBe(retryable);
  });

  it.each([
    'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', '08000', '08001', '08003',
    '08004', '08006', '25P03', '53300', '57P01', '57P02', '57P03',
  ])('makes an error with the code %s retryable, because a server is unavailable', (code) => {
    const error = withCode(code);
    expect(asRuntimeError(error)).toMatchObject({ name: 'RetryableError', code, reason: 'unavailable', message: 'x', cause: error });
    expect(isUnavailable(error)).toBe(true);
  });

  it.each(['40001', '40P01'])('makes an error with the code %s retryable, because the server was reached', (code) => {
    expect(asRuntimeError(withCode(code))).toMatchObject({ name: 'RetryableError', code, reason: 'transient' });
    expect(isUnavailable(withCode(code))).toBe(false);
  });

  it.each(['28P01', '3D000', '42501', '23505', '22P02', 'ERR_INVALID_ARG_TYPE', 'toString'])(
    'makes an error with the code %s terminal, whatever its text',
    (code) => {
      const error = Object.assign(withCode(code), { message: 'Connection terminated' });
      expect(asRuntimeError(error)).toMatchObject({ name: 'TerminalError', code });
    },
  );

  it.each(['ConnectionError', 'TimeoutError', 'ClosedConnectionError', 'ProtocolError', 'RequestError'])(
    'makes a %s of the NATS client retryable',
    (name) => expect(isUnavailable(named(name))).toBe(true),
  );

  it.each([
    'Connection terminated unexpectedly', 'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect', 'timeout expired', 'Client was closed and is not queryable',
  ])('makes an error of pg without a code retryable: %s', (message) => expect(isUnavailable(new Error(message))).toBe(true));

  it('makes the errors of several addresses retryable if one of them is', () => {
    const errors = [withCode('ECONNREFUSED'), withCode('ENETUNREACH')];
    expect(isUnavailable(Object.assign(new AggregateError(errors), { code: 'ECONNREFUSED' }))).toBe(true);
    expect(isUnavailable(new AggregateError(errors))).toBe(true);
    expect(isUnavailable(Object.assign(new AggregateError([...errors, withCode('EAFNOSUPPORT')]), { code: 'EAFNOSUPPORT' }))).toBe(true);
    expect(isRetryable(new AggregateError([withCode('EAFNOSUPPORT')]))).toBe(false);
    expect(asRuntimeError(new AggregateError([...errors, withCode('40001')]))).toMatchObject({ reason: 'unavailable' });
    expect(asRuntimeError(new AggregateError([withCode('40P01'), withCode('40001')]))).toMatchObject({ reason: 'transient' });
    expect(isRetryable(new AggregateError([]))).toBe(false);
  });

  it('uses the cause of a failed fetch, and of no other error', () => {
    expect(isUnavailable(new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') }))).toBe(true);
    expect(isRetryable(new TypeError('x is not a function'))).toBe(false);
    expect(isRetryable(new Error('bug', { cause: withCode('ECONNREFUSED') }))).toBe(false);
  });

  it.each([
    [404, false], [408, true], [409, false], [429, true], [500, true], [503, true],
  ])('classifies the status %i as retryable: %s', (status, expected) => {
    expect([isRetryableStatus(status), isRetryable(Object.assign(new Error('x'), { status }))]).toEqual([expected, expected]);
    expect(isRetryable(Object.assign(new Error('x'), { statusCode: status }))).toBe(expected);
  });

  it('lets an error state whether it is retryable, and after which time', () => {
    expect(asRuntimeError(Object.assign(withCode('too_many_requests'), { retryable: true, retryAfterMs: 7 }))).toMatchObject({
      name: 'RetryableError', code: 'too_many_requests', reason: 'transient', retryAfterMs: 7,
    });
    expect(isRetryable(Object.assign(withCode('ECONNREFUSED'), { retryable: false }))).toBe(false);
  });

  it('classifies an error of another realm', () => {
    const foreign: unknown = runInNewContext(`Object.assign(new Error('x'), { code: 'ECONNREFUSED' })`);
    expect(foreign).not.toBeInstanceOf(Error);
    expect(isUnavailable(foreign)).toBe(true);
    expect(isUnavailable({ name: 'AggregateError', message: '', errors: [foreign], code: 'ECONNREFUSED' })).toBe(true);
  });

  it.each([
    ['an unknown error', new Error('x')], ['a text', 'x'], ['undefined', undefined], ['null', null],
  ])('makes %s terminal', (_, value) => {
    expect(asRuntimeError(value)).toMatchObject({ name: 'TerminalError', code: 'unknown', cause: value });
  });
});
