import { ClusterError, isClusterError, retryability, type ClusterErrorCode } from './errors';

describe('an error of the cluster', () => {
  it.each<[ClusterErrorCode, string]>([
    ['not_found', 'look'], ['conflict', 'look'], ['already_exists', 'look'], ['apply_conflict', 'look'], ['gone', 'look'],
    ['too_many_requests', 'later'], ['server_error', 'later'], ['unreachable', 'later'], ['unauthorized', 'later'],
    ['forbidden', 'never'], ['admission_denied', 'never'], ['invalid', 'never'], ['namespace_missing', 'never'],
  ])('%s is tried again: %s', (code, when) => expect(retryability[code]).toBe(when));

  it('is distinguished from other errors, and by its code', () => {
    const error = new ClusterError('conflict', 'web has changed', { status: 409 });
    expect(error).toMatchObject({ name: 'ClusterError', code: 'conflict', message: 'web has changed', details: { status: 409 } });
    expect(new ClusterError('gone', 'x').details).toEqual({});
    expect([isClusterError(error), isClusterError(error, 'conflict', 'gone'), isClusterError(error, 'gone'), isClusterError(new Error('conflict')), isClusterError(undefined)]).toEqual([true, true, false, false, false]);
  });
});
