/** A first project file: what was found filled in, the rest as comments that say what may be written. */
import type { FlowRecipient } from '../../core/flow.ts';

export interface ProjectFileParts {
  /** Built-in names and `./` paths. */
  readonly policies: readonly string[];
  /** Recipients that no list knows: somebody has to say who they are. */
  readonly unknown: readonly FlowRecipient[];
  /** Where editors find the format. */
  readonly schema: string;
}

/** The text of `troth.config.yaml`. */
export function projectFileText({ policies, unknown, schema }: ProjectFileParts): string {
  return `# yaml-language-server: $schema=${schema}
#
# Written by 'troth init'. Data only: nothing of the project is executed. 'troth config print' shows what holds.

# What the code is held against: built-in packs ('troth rules -p <pack>' lists one) and files.
policies:
${policies.map((policy) => `  - ${policy}\n`).join('')}
# Hosts that are yours: what is sent there is shared with nobody.
# firstParty: ['*.example.com']

${recipientsText(unknown)}
# Functions of yours that ask before data leaves, and functions that protect it.
# guards: [{ kind: consent, purpose: marketing, functions: ['src/consent.ts#mayContact'] }]
# protections: [{ kind: encrypted, functions: ['src/crypto.ts#seal'] }]

# Names that hold, or do not hold, personal data here.
# data:
#   - { category: user.government_id, names: [taxNumber] }
#   - { none: [displayName] }

# Models of your own libraries, in the format of 'troth config schema model'.
# models: [./privacy/models]

# What is left out of the scan, beside tests, build output and ignored files.
# exclude: ['legacy/**']
`;
}

function recipientsText(unknown: readonly FlowRecipient[]): string {
  const classes = 'service-provider, advertising, analytics, payment-processor, logistics, affiliate, …';
  if (unknown.length === 0) {
    return `# Who gets data and is not known to troth. Classes: ${classes}
# recipients: [{ id: acme-courier, class: logistics, hosts: ['*.courier.example'] }]
`;
  }
  const items = unknown.map(({ id, name, class: recipientClass }) => {
    const hosts = HOST.test(name) ? `, hosts: ['*.${name}']` : '';
    return `  - { id: ${id}, class: ${recipientClass}${hosts} }\n`;
  });
  return `# Found, and not known to troth: say who they are. Classes: ${classes}
recipients:
${items.join('')}`;
}

/** Names of unknown recipients are the registrable domains they answer at. */
const HOST = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u;
