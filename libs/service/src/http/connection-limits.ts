import { z } from 'zod';

const seconds = (atMost: number) => z.coerce.number().min(0.1).max(atMost);

/** Every service's environment variables for the connections to its port. */
export const connectionLimitsConfig = {
  /**
   * Seconds from the start of a connection, or the first byte of a request, until the headers are complete; then 408.
   */
  HTTP_HEADER_SECONDS: seconds(300).default(10),
  /** Seconds until the whole request is received; then 408. */
  HTTP_REQUEST_SECONDS: seconds(3_600).default(30),
  /**
   * Seconds after which a connection without a request in progress, or whose client does not read the response, is
   * closed. Longer than the 60 s of the usual load balancers, so that they close first.
   */
  HTTP_IDLE_SECONDS: seconds(3_600).default(75),
  /**
   * Open connections, including live feeds; further ones are only for probes and scrapes: any other request gets 503.
   */
  HTTP_MAX_CONNECTIONS: z.coerce.number().int().min(1).max(100_000).default(2_000),
};

const schema = z.object(connectionLimitsConfig);
export type ConnectionLimits = z.output<typeof schema>;

/** The limits in a configuration, with defaults for missing ones. */
export const connectionLimitsOf = (config: Partial<ConnectionLimits>): ConnectionLimits => schema.parse(config);
