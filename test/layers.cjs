/**
 * The layers of src/, as dependency-cruiser rules: the tree is a pipeline whose phases share only the types of src/core.
 * test/layers.test.ts plants a violation of each.
 */
const PHASE = '^src/[1-9]-';
const COMPILER = 'node_modules/(ts-morph|@ts-morph|typescript)/';
const ENGINE = `${PHASE}|^src/(rules/|scan[.]ts)`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'core-imports-nothing',
      comment: 'The vocabulary knows neither the phases nor a package.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'phases-do-not-see-each-other',
      comment: 'A phase gets what it needs as arguments; the types it shares are in src/core.',
      severity: 'error',
      from: { path: '^src/([1-9]-[^/]+)/' },
      to: { path: PHASE, pathNot: '^src/$1/' },
    },
    {
      name: 'phases-see-only-core',
      comment: 'A phase knows neither the readers of rules, nor the pipeline, nor the command line.',
      severity: 'error',
      from: { path: PHASE },
      to: { path: '^src/', pathNot: `^src/core/|${PHASE}` },
    },
    {
      name: 'rules-see-only-core',
      comment: 'Reading rules and configuration depends on no phase.',
      severity: 'error',
      from: { path: '^src/rules/' },
      to: { path: '^src/', pathNot: '^src/(core|rules)/' },
    },
    {
      name: 'only-files-in-src-join-phases',
      comment:
        'scan.ts and the commands put the phases together; the other parts of the command line work on plain values.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/commands/' },
      to: { path: `${PHASE}|^src/[^/]+[.]ts$` },
    },
    {
      name: 'command-line-loads-the-engine-late',
      comment: 'Help, version and usage errors answer before the compiler (0.5 s to 1 s) is loaded: import().',
      severity: 'error',
      from: { path: '^src/cli([.]ts$|/)' },
      to: { path: ENGINE, pathNot: '^src/rules/closest[.]ts$', dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'only-parse-and-lower-know-the-compiler',
      comment: 'Past 3-lower a program is plain data, so it can be cached, printed and sent to a worker.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(2-parse/|3-lower/|compiler[.]ts$)' },
      to: { path: `^dist/compiler[.]js$|${COMPILER}` },
    },
    {
      name: 'the-compiler-is-loaded-once',
      comment: 'By src/compiler.ts, which knows how; others import #compiler, which is built from it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/compiler[.]ts$' },
      to: { path: COMPILER },
    },
    {
      name: 'only-the-edges-do-io',
      comment: 'Everything between reading the files and writing the report is a function of its input.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(1-discover|2-parse|rules|cli)/|^src/[^/]+[.]ts$' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|child_process|cluster|dgram|dns|http|http2|https|net|os|process|readline|tls|tty|worker_threads)(/|$)',
      },
    },
    {
      name: 'no-cycles',
      comment:
        'Files that run each other are one file, or miss a third. Types may refer to each other. Lowering and evaluation ' +
        'follow the grammar, which is recursive itself: an expression holds functions, which hold statements.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(3-lower|5-flow)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nobody imports and that imports nobody is dead.',
      severity: 'error',
      from: { path: '^src/', orphan: true },
      to: {},
    },
    {
      name: 'no-unresolved-imports',
      comment: 'What cannot be resolved cannot be checked.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/(?!compiler[.]js$)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
