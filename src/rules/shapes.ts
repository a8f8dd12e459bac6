/** The small schemas that several files of `rules/` share. */
import { z } from 'zod';
import { PathSyntaxError, parseApiPath, parsePort } from '../core/api-path.ts';

const LONGEST_TEXT = 4000;

/** A short text: a name, a key, a glob. */
export const word = z.string().min(1).max(300);

/** A sentence or a block of example code. */
export const prose = z.string().min(1).max(LONGEST_TEXT);

/** One or a list of them, read as a list. */
export function oneOrMore<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item).min(1)]).transform((value): z.output<Item>[] => {
    return (Array.isArray(value) ? value : [value]) as z.output<Item>[];
  });
}

/** An enumeration of `core`, by its constant. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words);
}

/** An id of ours: `no-sharing-without-permission`, `1mg`. */
export const identifier = word.regex(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/, {
  error: 'must be lower-case words joined by `-`, such as `no-emails-in-logs`',
});

/** A dotted Fideslang key; whether it exists is checked against the taxonomy. */
export const taxonomyKey = word.regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/, {
  error: 'must be a dotted key such as `user.contact.email`',
});

/** An API path of a library: `createLogger().info`. */
export const apiPath = word.superRefine(checkedBy(parseApiPath));

/** A port of a call: `argument[0].email`. */
export const port = word.superRefine(checkedBy(parsePort));

/** A glob on paths of the scanned project, which it cannot leave. */
export const moduleGlob = word.superRefine((glob, context) => {
  const escapes =
    glob.startsWith('/') || glob.includes('\\') || /^[A-Za-z]:/.test(glob) || glob.split('/').includes('..');
  if (escapes) context.addIssue(`\`${glob}\` must be a path inside the project, relative and with \`/\``);
});

/** A host, or `*.` and the domain it is below. */
export const hostGlob = word.regex(/^[\w*-]+(?:\.[\w*-]+)*$/, {
  error: 'must be a host (`api.example.com`) or all hosts of a domain (`*.example.com`), without `https://` and path',
});

/** `$schema`, for editors. */
export const editorSchema = z.string().exactOptional();

function checkedBy(parse: (text: string) => unknown): (text: string, context: z.RefinementCtx<string>) => void {
  return (text, context) => {
    try {
      parse(text);
    } catch (error) {
      if (!(error instanceof PathSyntaxError)) throw error;
      context.addIssue(error.message);
    }
  };
}
