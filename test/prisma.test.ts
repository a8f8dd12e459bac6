import { describe, expect, it } from 'vitest';
import { parsePrisma } from '../src/2-parse/prisma.ts';

/** `Model:line field Type[]:line @annotation`, one line a field. */
function read(text: string): string[] {
  return parsePrisma(text, 'schema.prisma').entities.flatMap(({ name, line, fields }) => [
    `${name}:${line}`,
    ...fields.map((field) => {
      const annotation = field.annotation === undefined ? '' : ` @${field.annotation}`;
      return `  ${field.name} ${field.type}${field.list ? '[]' : ''}:${field.line}${annotation}`;
    }),
  ]);
}

function complaints(text: string): string[] {
  return parsePrisma(text, 'schema.prisma').notifications.map(({ level, code, line }) => `${level} ${code}:${line}`);
}

describe('prisma schema', () => {
  const schema = `// generator { not this }
generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["views"]
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

enum Role {
  USER @map("user")
  /// @personal user
  ADMIN
  @@map("roles")
}

/// A person.
model User {
  id        String   @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  /// Where we write to.
  /// @personal user.contact.email
  email     String   @unique // not: @personal x
  name      String?  /// @personal user.name
  nick      String   /// @notPersonal
  place     Unsupported("geography(Point, 4326)")?
  role      Role     @default(USER)
  tags      String[] @default([])
  braces    String   @default("{ } // /* [ \\" ")
  posts     Post[]   @relation(
    "author",
    fields: [id]
  )
  /* not
     these: gone String */
  createdAt DateTime @default(now())

  @@unique([email, name])
  @@index([
    email,
  ])
  @@map("users")
}

view Contact { phone String }
type Address {
  street String
}
`;

  it('gives models, views and types with their fields, lines and annotations', () => {
    expect(read(schema)).toEqual([
      'User:20',
      '  id String:21',
      '  email String:24 @user.contact.email',
      '  name String:25 @user.name',
      '  nick String:26 @null',
      '  place Unsupported:27',
      '  role Role:28',
      '  tags String[]:29',
      '  braces String:30',
      '  posts Post[]:31',
      '  createdAt DateTime:37',
      'Contact:46',
      '  phone String:46',
      'Address:47',
      '  street String:48',
    ]);
    expect(complaints(schema)).toEqual([]);
  });

  it.each([
    ['\r\n', schema.replaceAll('\n', '\r\n')],
    ['\r', schema.replaceAll('\n', '\r')],
  ])('reads line ends %j alike', (_, text) => {
    expect(read(text)).toEqual(read(schema));
  });

  it('takes the whole person when an annotation names no category', () => {
    expect(read('model A {\n a Json /// @personal\n b Json /// @personally\n}')).toEqual([
      'A:1',
      '  a Json:2 @user',
      '  b Json:3',
    ]);
  });

  it.each([
    ['a field without a type', 'model A {\n  id\n  email String\n}', ['A:1', '  email String:3'], 2],
    ['a stray line', 'model A {\n  = 3\n  email String\n}', ['A:1', '  email String:3'], 2],
    [
      'a bracket left open',
      'model A {\n  id Int @default(now(\n}\nmodel B {\n  e String\n}',
      ['A:1', '  id Int:2', 'B:4', '  e String:5'],
      null,
    ],
    ['a string left open', 'model A {\n  id Int @map("x\n  e String\n}', ['A:1', '  id Int:2'], null],
    [
      'a block left open',
      'model A {\n  id Int\n\nmodel B {\n  e String\n}',
      ['A:1', '  id Int:2', 'B:4', '  e String:5'],
      1,
    ],
    ['a last block left open', 'model A {\n  id Int\n', ['A:1', '  id Int:2'], 1],
    ['a block without a name', 'model {\n  id Int\n}\nmodel B {\n  e String\n}', ['B:4', '  e String:5'], 1],
    ['a closing brace too many', '}\nmodel B {\n  e String\n}', ['B:2', '  e String:3'], 1],
    ['something else', 'type Email = String\nmodel B {\n  e String\n}', ['B:2', '  e String:3'], 1],
  ])('survives %s', (_, text, entities, line) => {
    expect(read(text)).toEqual(entities);
    expect(complaints(text)).toEqual(line === null ? [] : [`warning schema-not-read:${line}`]);
  });

  it('is linear, and complains at most ten times', () => {
    const hostile = [
      '"\\'.repeat(500_000),
      '/*'.repeat(500_000),
      '('.repeat(1_000_000),
      '{'.repeat(100_000),
      'a\n'.repeat(500_000),
    ];
    for (const text of hostile) {
      const started = performance.now();
      expect(complaints(text).length).toBeLessThanOrEqual(10);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it('keeps names of prototypes apart', () => {
    expect(read('model __proto__ {\n constructor String\n}')).toEqual(['__proto__:1', '  constructor String:2']);
  });
});

describe('generated clients', () => {
  const generatedBy = (settings: string, file = 'prisma/schema.prisma') =>
    parsePrisma(`generator client {\n${settings}\n}\n`, file).generated;

  it('lie where the generator says, seen from the schema', () => {
    const client = [{ directory: 'src/generated', package: '@prisma/client' }];
    expect(generatedBy('provider = "prisma-client"\noutput = "../src/generated"')).toEqual(client);
    expect(generatedBy('output = "./src/generated/"\nprovider = "prisma-client-js"', 'schema.prisma')).toEqual(client);
  });

  it.each([
    ['no output', 'provider = "prisma-client-js"'],
    ['another generator', 'provider = "prisma-erd"\noutput = "../erd"'],
    ['an output nobody knows', 'provider = "prisma-client"\noutput = env("OUTPUT")'],
    ['outside of the scanned folder', 'provider = "prisma-client"\noutput = "../../client"'],
    ['the scanned folder itself', 'provider = "prisma-client"\noutput = ".."'],
    ['an absolute path', 'provider = "prisma-client"\noutput = "/tmp/client"'],
  ])('are in their package with %s', (_, settings) => {
    expect(generatedBy(settings)).toEqual([]);
  });
});
