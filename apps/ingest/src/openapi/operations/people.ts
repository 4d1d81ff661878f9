import { z } from 'zod';
import { listSchema } from '../../accounts/list-query';
import { newTokenSchema, ofUserSchema, revocationSchema } from '../../accounts/tokens.controller';
import { newUserSchema } from '../../accounts/users.controller';
import { tokenId, userName } from '../../requests/names';
import { page } from '../answers/parts';
import { newToken, token, user } from '../answers/people';
import type { Operation } from '../operation';

const ofUser = z.object({ id: userName });
const ofToken = z.object({ id: tokenId });

/** The routes of users and tokens. */
export const peopleOperations: Readonly<Record<string, Operation>> = {
  'GET /api/v1/users': {
    needs: 'admin', tag: 'people', summary: 'Users', query: listSchema,
    answer: [200, 'A page: `items` and `nextCursor`.', page(user)],
  },
  'POST /api/v1/users': {
    needs: 'admin', tag: 'people', summary: 'Add a user', body: newUserSchema,
    answer: [201, 'The user.', user],
    refuses: [409],
  },
  'DELETE /api/v1/users/:id': {
    needs: 'admin',
    tag: 'people',
    summary: 'Remove a user and revoke their tokens',
    params: ofUser,
    answer: [204, 'The user was removed.'],
  },
  'GET /api/v1/tokens': {
    needs: 'admin', tag: 'people', summary: 'Tokens, without their text',
    query: listSchema.extend(ofUserSchema.shape),
    answer: [200, 'A page: `items` and `nextCursor`.', page(token)],
  },
  'POST /api/v1/tokens': {
    needs: 'admin', tag: 'people', summary: 'Create a token', body: newTokenSchema,
    answer: [201, 'The token, with its text, which is shown only once.', newToken],
  },
  'DELETE /api/v1/tokens/:id': {
    needs: 'admin', tag: 'people', summary: 'Revoke a token', params: ofToken, query: revocationSchema,
    answer: [204, 'The token was revoked.'],
  },
};
