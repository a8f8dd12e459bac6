/** Facts about calls that the engine itself gives, beside those that library models name. */
export const ENGINE_ATTRIBUTES = [
  // Of a URL: `http`, `https`, `ftp`.
  'scheme',
  // Weak protections on the way: `md5`, `sha1`; `des`, `rc4`, `ecb`; `literal`.
  'hash',
  'cipher',
  'key',
] as const;

/** Facts that policies may ask for and that no analysis gives yet: a rule on them breaks nothing, and `policy check` says so. */
export const UNSEEN_ATTRIBUTES = [
  // Whether a form or schema wants the field.
  'required',
] as const;
