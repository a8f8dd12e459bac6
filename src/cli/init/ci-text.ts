/** First files for CI, in the place where each service looks for them. */

export const CI_SERVICES = ['github', 'gitlab'] as const;
export type CiService = (typeof CI_SERVICES)[number];

export interface CiFile {
  readonly path: string;
  readonly text: string;
  /** What remains to be done by hand; a sentence. */
  readonly next?: string;
}

/** The action comes with the package: so its version stands in one place, the lock file. */
const GITHUB = `# Scans pull requests and the main branch. Findings appear under Security > Code scanning and in pull requests.
name: troth
on:
  push:
    branches: [main, master]
  pull_request:
permissions:
  contents: read
  security-events: write
jobs:
  privacy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 }
      - uses: actions/setup-node@v4
        with: { node-version: 22 }
      - run: npm ci --ignore-scripts
      - uses: ./node_modules/troth
        with:
          since: \${{ github.event.pull_request.base.sha }}
          data-map: "true"
`;

const GITLAB = `# Merge requests show what they change; the reports of the whole program are GitLab's to compare.
troth:
  stage: test
  image: node:22
  variables: { GIT_DEPTH: '0' }
  before_script: [npm ci --ignore-scripts]
  script:
    - npx --no-install troth --output gitlab-sast=gl-sast-report.json --output gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports: { sast: gl-sast-report.json, codequality: gl-code-quality-report.json }
`;

/** What `--ci` writes. */
export const CI_FILES: Readonly<Record<CiService, CiFile>> = {
  github: {
    path: '.github/workflows/troth.yml',
    text: GITHUB,
    next: 'It needs troth among the development dependencies.',
  },
  gitlab: {
    path: '.gitlab/troth.yml',
    text: GITLAB,
    next: 'Include it from .gitlab-ci.yml: include: [{ local: .gitlab/troth.yml }]',
  },
};
