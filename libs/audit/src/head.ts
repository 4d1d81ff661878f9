import { GENESIS_HASH } from './hash';

/** Version and hash of a stream's last event. */
export interface Head {
  readonly version: number;
  readonly hash: string;
}
export const noHead: Head = { version: 0, hash: GENESIS_HASH };
