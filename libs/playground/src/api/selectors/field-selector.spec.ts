import { parseFieldSelector } from './field-selector';

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { nodeName: 'n' },
  status: { phase: 'Running' },
};
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'e' },
  involvedObject: { kind: 'Pod', name: 'web', uid: 'u' },
  source: { component: 'kubelet' },
};

describe('parseFieldSelector', () => {
  it.each(['metadata.name=web', 'metadata.name==web,metadata.namespace=shop', 'status.phase!=Failed', 'spec.nodeName=n', ''])(
    '%s selects the pod',
    (text) => expect(parseFieldSelector(text, 'Pod')(pod)).toBe(true),
  );
  it.each(['metadata.name=api', 'status.phase=Pending', 'spec.nodeName='])('%s does not', (text) =>
    expect(parseFieldSelector(text, 'Pod')(pod)).toBe(false),
  );
  it('selects events by what they are about', () =>
    expect(parseFieldSelector('involvedObject.name=web,involvedObject.uid=u,source=kubelet', 'Event')(event)).toBe(true));
  it.each(['spec.foo=a', 'metadata.name', 'involvedObject.name=web'])('%s is refused for pods', (text) =>
    expect(() => parseFieldSelector(text, 'Pod')).toThrow(expect.objectContaining({ status: 400 })),
  );
});
