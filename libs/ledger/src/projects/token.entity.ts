import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A bearer token, of which only the SHA-256 is kept. */
@Entity('token')
export class TokenEntity {
  @PrimaryColumn('uuid') id!: string;
  /** Hex. */
  @Column('text') sha256!: string;
  @Column('text') account!: string;
  /** Projects that it may touch. */
  @Column('text', { array: true }) projects!: string[];
  @Column('timestamptz', { name: 'expires_at', nullable: true }) expiresAt!: Date | null;
  @Column('timestamptz', { name: 'last_used_at', nullable: true }) lastUsedAt!: Date | null;
}
