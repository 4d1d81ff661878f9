import { scramVerifier } from './scram-verifier';

it('scramVerifier equals Postgres\' verifier for the same password and salt', () => {
  // Password, salt and iterations of the example in RFC 7677.
  expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('scramVerifier uses a random salt', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
});
