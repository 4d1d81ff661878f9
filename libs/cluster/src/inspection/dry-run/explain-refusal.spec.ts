import type { KubeObject } from '@alloy/contracts';
import { ClusterError } from '../../errors';
import { explainRefusal } from './explain-refusal';

const container = (name: string) => ({ name, ports: [{ containerPort: 80, protocol: 'UDP' }, { containerPort: 80 }] });
const web: KubeObject = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: { template: { spec: { containers: [container('proxy'), container('web')] } } },
};
const what = 'PATCH /apis/apps/v1/namespaces/shop/deployments/web';
const explained = (text: string, live: KubeObject | null = null, code: 'invalid' | 'admission_denied' = 'invalid'): string =>
  explainRefusal({ object: web, live }, new ClusterError(code, `${what}: ${text}`, { ref: what }));
const typed = (text: string): string => explained(`500 failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ${text}`);

describe('explainRefusal', () => {
  it.each([
    ['.spec.foo: field not declared in schema', 'spec.foo: field not declared in schema'],
    [
      '.spec.template.spec.containers[name="web"].readinesProbe: field not declared in schema',
      'spec.template.spec.containers[1].readinesProbe: field not declared in schema',
    ],
    [
      '.spec.template.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"].nam: field not declared in schema',
      'spec.template.spec.containers[1].ports[1].nam: field not declared in schema',
    ],
    ['.spec.containers[name="other"].x: no', 'spec.containers[name="other"].x: no'],
    ['errors: .spec.a: no .spec.template.spec.containers[name="proxy"].b: no', 'errors: spec.a: no spec.template.spec.containers[0].b: no'],
    [
      '.spec.template.spec.containers[name="web"].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
      'spec.template.spec.containers[1].ports: duplicate entries for key [containerPort=80,protocol="TCP"]',
    ],
  ])('names the object and the path with indexes for %s', (text, expected) => {
    expect(typed(text)).toBe(`Deployment web: ${expected}`);
  });

  it('returns any other message without the request and its status', () => {
    expect(explained('spec.selector FieldValueInvalid: field is immutable')).toBe(
      'Deployment web: spec.selector FieldValueInvalid: field is immutable',
    );
    expect(explained('400 BadRequest no')).toBe('Deployment web: BadRequest no');
  });

  it('says what to do if the object in the cluster is immutable', () => {
    expect(explained('data FieldValueForbidden', { ...web, immutable: true })).toContain('give the changed one another name');
    expect(explained('denied', { ...web, immutable: true }, 'admission_denied')).not.toContain('another name');
    expect(explained('data FieldValueForbidden', { ...web, immutable: false })).not.toContain('another name');
  });
});
