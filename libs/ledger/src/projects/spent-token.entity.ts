import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A token of CI that has been used: each is good for one request that changes something. */
@Entity('spent_token')
export class SpentTokenEntity {
  @PrimaryColumn('text') issuer!: string;
  @PrimaryColumn('text') id!: string;
  @Column('timestamptz', { name: 'expires_at' }) expiresAt!: Date;
}
