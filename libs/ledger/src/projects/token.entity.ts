import type { Scope } from '@alloy/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A bearer token, of which only the SHA-256 is stored. */
@Entity('token')
export class TokenEntity {
  @PrimaryColumn('uuid') id!: string;
  /** Hex. */
  @Column('text') sha256!: string;
  @Column('text') account!: string;
  /** A name of the creator's choice. */
  @Column('text') name!: string;
  @Column('text') scope!: Scope;
  /** Projects for which it is valid; `*`: all. */
  @Column('text', { array: true }) projects!: string[];
  @Column({ type: 'timestamptz', name: 'created_at', insert: false }) createdAt!: Date;
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
  @Column('timestamptz', { name: 'revoked_at', nullable: true }) revokedAt!: Date | null;
}
