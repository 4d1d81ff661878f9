import { scramVerifier } from './scram-verifier';

it('is what Postgres makes of the same password and salt', () => {
  // Password, salt and iterations of RFC 7677's example.
  expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('salts at random', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
});
