/** Facts about calls that policies ask for with `where`, whether or not a model gives them: their names are fixed here. */
export const ENGINE_ATTRIBUTES = [
  // Cookies.
  'maxAge',
  'expires',
  'secure',
  'httpOnly',
  'sameSite',
  // Stores.
  'storage',
  'acl',
  'encryption',
  'mode',
  // Ways out.
  'medium',
  'channel',
  'scheme',
  'certificateCheck',
  'targetOrigin',
  // Cryptography on the way.
  'hash',
  'cipher',
  'key',
  // Forms and schemas.
  'required',
] as const;
