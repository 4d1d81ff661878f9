import { chooseWorkload } from './choose-workload';

const placed = (apiVersion: string, kind: string) => ({ object: { apiVersion, kind, metadata: { name: 'web' }, spec: {} } });
const message = (...objects: readonly object[]): string => {
  const result = chooseWorkload(objects as never, undefined);
  return JSON.stringify(result);
};

describe('files without a Deployment', () => {
  it('are refused with what to do with another workload in them', () =>
    expect(message(placed('v1', 'Service'), placed('apps/v1', 'StatefulSet'))).toContain(
      'no Deployment, which a release needs: a StatefulSet is released together with one, at its promotion. Add it to the files of the Deployment',
    ));

  it('are refused without advice if they have no workload', () =>
    expect(message(placed('v1', 'Service'))).toContain('no Deployment, which a release needs."'));
});
