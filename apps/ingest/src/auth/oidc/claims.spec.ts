import type { Trust } from '@alloy/policy';
import { fits, issuerOf } from './claims';

const github: Trust = { provider: 'github', audience: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main' };
const gitlab: Trust = {
  provider: 'gitlab', audience: 'alloy', repository: 'acme/group/shop', ref: 'refs/tags/v*', environment: 'production',
};
const job = { aud: 'alloy', repository: 'acme/shop', ref: 'refs/heads/main' };
const glJob = { aud: ['other', 'alloy'], project_path: 'acme/group/shop', ref: 'v1.2', ref_type: 'tag', environment: 'production' };

it('finds the provider of an issuer, also of others', () => {
  expect([issuerOf(github), issuerOf(gitlab), issuerOf({ ...gitlab, issuer: 'https://git.example' })]).toEqual([
    'https://token.actions.githubusercontent.com',
    'https://gitlab.com',
    'https://git.example',
  ]);
});

it.each([
  ['GitHub', github, job],
  ['GitLab', gitlab, glJob],
])('accepts a job of %s', (_name, trust, payload) => expect(fits(trust, payload)).toBe(true));

it.each([
  ['aud', 'other'],
  ['aud', undefined],
  ['aud', 'alloy2'],
  ['repository', 'acme/shop2'],
  ['repository', 'ACME/shop'],
  ['repository', undefined],
  ['ref', 'refs/heads/main2'],
  ['ref', 'refs/pull/1/merge'],
  ['ref', 'main'],
  ['ref', undefined],
])('refuses a job of GitHub with %s %s', (claim, value) => expect(fits(github, { ...job, [claim]: value as string })).toBe(false));

it.each([
  ['project_path', 'acme/shop'],
  ['ref', 'main'],
  ['ref_type', 'branch'],
  ['ref_type', undefined],
  ['environment', 'staging'],
  ['environment', undefined],
  ['aud', ['other']],
])('refuses a job of GitLab with %s %s', (claim, value) => expect(fits(gitlab, { ...glJob, [claim]: value as string })).toBe(false));

it('accepts any ref for *', () => expect(fits({ ...github, ref: '*' }, { ...job, ref: 'refs/pull/1/merge' })).toBe(true));
