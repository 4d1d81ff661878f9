import { fieldPaths } from './field-paths';

describe('fieldPaths', () => {
  it.each([
    [{}, []],
    [{ '.': {} }, []],
    [{ 'f:spec': {} }, ['spec']],
    [{ 'f:spec': { '.': {}, 'f:replicas': {} } }, ['spec.replicas']],
    [{ 'f:ports': { '.': {}, 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:name': {} } } }, ['ports[80/TCP].name']],
    [{ 'f:finalizers': { 'v:"a"': {} } }, ['finalizers[…]']],
    [{ 'k:{"name":"web"}': { 'f:image': {} } }, ['[web].image']],
    [{ 'f:a': {}, 'f:b': { 'f:c': {} } }, ['a', 'b.c']],
  ])('of %j returns %j', (fields, paths) => expect(fieldPaths(fields)).toEqual(paths));
  it('prepends the given prefix', () =>
    expect([fieldPaths({}, 'spec'), fieldPaths({ 'f:a': {} }, 'spec')]).toEqual([['spec'], ['spec.a']]));
});
