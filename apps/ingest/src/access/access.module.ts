import { Module } from '@nestjs/common';
import { TokensController } from '../accounts/tokens.controller';
import { UsersController } from '../accounts/users.controller';
import { AuditTrail } from '../auth/audit-trail';
import { Bearers } from '../auth/bearers';
import { guards } from '../auth/guards';
import { StorageModule } from '../storage/storage.module';

/** Accounts, their tokens, and the guards of every route. */
@Module({
  imports: [StorageModule],
  controllers: [UsersController, TokensController],
  providers: [...guards, AuditTrail],
  exports: [AuditTrail, Bearers],
})
export class AccessModule {}
