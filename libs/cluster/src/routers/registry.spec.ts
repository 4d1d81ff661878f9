import { routerNamed, UnknownRouter } from './registry';

describe('a router', () => {
  it('is found by its name', () => expect(routerNamed('podRatio').name).toBe('podRatio'));
  it.each(['gateway', 'toString', ''])('with the unknown name %j leads to an error that lists the known names', (name) => {
    expect(() => routerNamed(name)).toThrow(UnknownRouter);
    expect(() => routerNamed(name)).toThrow(
      expect.objectContaining({
        code: 'unknown_router',
        name: 'UnknownRouter',
        router: name,
        message: `there is no router ${name}; known: podRatio, gatewayApi, istio, traefik, smi, nginxIngress, serviceSelector`,
      }),
    );
  });
});
