import { z } from 'zod';

const seconds = (atMost: number) => z.coerce.number().min(0.1).max(atMost);

/** What every service reads from its environment about the connections to its port. */
export const connectionLimitsConfig = {
  /** Seconds from a connection's beginning, or a request's first byte, until the request's headers are there; then 408. */
  HTTP_HEADER_SECONDS: seconds(300).default(10),
  /** Seconds until a whole request is there; then 408. */
  HTTP_REQUEST_SECONDS: seconds(3_600).default(30),
  /** Seconds after which a connection is closed that has no request under way, or whose client takes nothing of an answer. Longer than the 60 s of the usual load balancers, so that they close first. */
  HTTP_IDLE_SECONDS: seconds(3_600).default(75),
  /** Open connections, live feeds included; further ones are for probes and scrapes alone: any other request gets 503. */
  HTTP_MAX_CONNECTIONS: z.coerce.number().int().min(1).max(100_000).default(2_000),
};

const schema = z.object(connectionLimitsConfig);
export type ConnectionLimits = z.output<typeof schema>;

/** The limits in a configuration; defaults for those that are not in it. */
export const connectionLimitsOf = (config: Partial<ConnectionLimits>): ConnectionLimits => schema.parse(config);
