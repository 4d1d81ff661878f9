import { routerNamed, UnknownRouter } from './registry';

describe('a router', () => {
  it('is found by its name', () => expect(routerNamed('podRatio').name).toBe('podRatio'));
  it.each(['gateway', 'toString', ''])('is not known by the name %j, which is refused with those that are', (name) => {
    expect(() => routerNamed(name)).toThrow(UnknownRouter);
    expect(() => routerNamed(name)).toThrow(expect.objectContaining({ code: 'unknown_router', name: 'UnknownRouter', router: name, message: `there is no router ${name}; known: podRatio` }));
  });
});
