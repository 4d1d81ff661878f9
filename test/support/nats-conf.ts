import { services } from '@alloy/contracts';
import { natsUserOf, permissions } from '@alloy/transport';

/** deploy/nats.conf, generated from the table of permissions. */
export function natsConf(): string {
  const list = (subjects: readonly string[]): string => subjects.map((subject) => `\n          ${JSON.stringify(subject)}`).join('');
  const user = (service: (typeof services)[number]): string => `    {
      user: ${natsUserOf(service)}
      password: $ALLOY_NATS_PASSWORD_${service.toUpperCase()}
      permissions: {
        publish: { allow: [${list(permissions[service].publish)}
        ] }
        subscribe: { allow: [${list(permissions[service].subscribe)}
        ] }
      }
    }`;
  return `# The users of nats-server: each service may publish and subscribe only to the subjects that it needs.
# Generated from libs/transport/src/permissions.ts; test/compose.spec.ts compares the two.
authorization: {
  users: [
${services.map(user).join('\n')}
  ]
}
`;
}
