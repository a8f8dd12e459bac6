/** Facts about calls that the engine itself gives, beside those that library models name. */
export const ENGINE_ATTRIBUTES = [
  // Of a URL: `http`, `https`, `ftp`.
  'scheme',
  // Of an address that is exposed: `own`, `other`.
  'site',
  // Weak protections on the way: `md5`, `sha1`; `des`, `rc4`, `ecb`; `literal`.
  'hash',
  'cipher',
  'key',
  // Of what is collected: whether it has to be given.
  'required',
] as const;
