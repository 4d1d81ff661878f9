/** Addresses outside the link-local ranges at which a cloud serves a machine's credentials, each with its provider. */
export const metadataAddresses: ReadonlyArray<readonly [address: string, provider: string]> = [
  ['168.63.129.16', 'Azure wire server'],
  ['100.100.100.200', 'Alibaba Cloud'],
  ['192.0.0.192', 'Oracle Cloud (legacy)'],
  ['fd00:ec2::254', 'AWS over IPv6'],
  ['fd20:ce::254', 'Google Cloud over IPv6'],
  ['fd00:c1::a9fe:a9fe', 'Oracle Cloud over IPv6'],
  ['fd00:42::42', 'Scaleway over IPv6'],
  ['fd00:a9fe:a9fe::1', 'Linode over IPv6'],
];
