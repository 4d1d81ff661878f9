import { asRuntimeError } from '@alloy/runtime';
import { ClusterError, isClusterError, retryability, type ClusterErrorCode } from './errors';

describe('ClusterError', () => {
  it.each<[ClusterErrorCode, string]>([
    ['not_found', 'reread'], ['conflict', 'reread'], ['already_exists', 'reread'], ['apply_conflict', 'reread'], ['gone', 'reread'],
    ['too_many_requests', 'later'], ['server_error', 'later'], ['unreachable', 'later'], ['unauthorized', 'later'],
    ['forbidden', 'never'], ['admission_denied', 'never'], ['invalid', 'never'], ['namespace_missing', 'never'],
    ['dry_run_unsupported', 'never'],
  ])('with the code %s has the retryability %s', (code, when) => {
    expect([retryability[code], new ClusterError(code, 'x').retryable]).toEqual([when, when !== 'never']);
  });

  it('becomes a retryable error with the time for which the API server asks not to be called', () => {
    const error = new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 2 });
    expect(asRuntimeError(error)).toMatchObject({ name: 'RetryableError', code: 'too_many_requests', retryAfterMs: 2_000 });
    expect(asRuntimeError(new ClusterError('forbidden', '403'))).toMatchObject({ name: 'TerminalError', code: 'forbidden' });
  });

  it('is recognized by its class and its code', () => {
    const error = new ClusterError('conflict', 'web has changed', { status: 409 });
    expect(error).toMatchObject({ name: 'ClusterError', code: 'conflict', message: 'web has changed', details: { status: 409 } });
    expect(new ClusterError('gone', 'x').details).toEqual({});
    expect([
      isClusterError(error),
      isClusterError(error, 'conflict', 'gone'),
      isClusterError(error, 'gone'),
      isClusterError(new Error('conflict')),
      isClusterError(undefined),
    ]).toEqual([true, true, false, false, false]);
  });
});
