/** The weaknesses (CWE) that a broken promise about an activity is an instance of. */
import type { ToolComponent } from 'sarif';
import type { Activity } from '../core/privacy.ts';

/** MITRE's names, by number. */
export const WEAKNESS_NAMES = {
  '201': 'Insertion of sensitive information into sent data',
  '312': 'Cleartext storage of sensitive information',
  '359': 'Exposure of private personal information to an unauthorized actor',
  '532': 'Insertion of sensitive information into log file',
} as const;
export type Weakness = keyof typeof WEAKNESS_NAMES;

const OF_ACTIVITY: Readonly<Record<Activity, readonly Weakness[]>> = {
  collect: ['359'],
  log: ['359', '532'],
  share: ['359', '201'],
  store: ['359', '312'],
  expose: ['359', '201'],
};

const MOST_WEAKNESSES = 2;

/** At most two: a rule has room for few tags. */
export function weaknessesOf(activities: readonly Activity[]): Weakness[] {
  return [...new Set<Weakness>(activities.flatMap((activity) => OF_ACTIVITY[activity]))].slice(0, MOST_WEAKNESSES);
}

/** MITRE's list, with the entries used here. */
export const CWE = {
  name: 'CWE',
  guid: '25f72d7e-8a92-459d-ad67-64853f788765',
  version: '4.16',
  organization: 'MITRE',
  informationUri: 'https://cwe.mitre.org/',
  isComprehensive: false,
  shortDescription: { text: 'The MITRE Common Weakness Enumeration.' },
  taxa: (Object.keys(WEAKNESS_NAMES) as Weakness[]).map((id) => ({
    id,
    name: `Cwe${id}`,
    shortDescription: { text: `${WEAKNESS_NAMES[id]}.` },
    fullDescription: { text: `${WEAKNESS_NAMES[id]}.` },
    help: { text: `${WEAKNESS_NAMES[id]}.` },
    helpUri: `https://cwe.mitre.org/data/definitions/${id}.html`,
  })),
} satisfies ToolComponent;
