/** What a format needs to know besides the result. Everything a format reads comes through here: no I/O in this phase. */
export interface RenderOptions {
  /** Colours in the text format. */
  readonly color: boolean;
  /**
   * The raw text of a scanned file, byte order mark included, for code frames and line hashes; undefined when it cannot
   * be read any more. The path is the one reported: relative to the scanned root.
   */
  readonly readSource: (file: string) => string | undefined;
  /** False when the caller says the closing line itself, and nobody needs it twice. */
  readonly verdict?: boolean;
  /** How many findings the text format prints in full; 50 unless told. */
  readonly maxFindingsShown?: number;
  /** Makes the paths of the text format clickable: the URL of a file and line. Absent: plain text only. */
  readonly linkTo?: (file: string, line: number) => string;
  /** The scanned root as seen from the root of the repository (`packages/api`): GitHub resolves SARIF paths there. */
  readonly rootInRepository?: string;
  /** SARIF's `automationDetails`: several analyses of one repository. Absent by default, since it overrides CI settings. */
  readonly category?: string;
  /** The scanned commit, for SARIF readers. */
  readonly repository?: { readonly uri: string; readonly revision: string; readonly branch?: string };
  /** The user accepted that some files were not analysed: SARIF stays uploadable and says so as a warning. */
  readonly incompleteAllowed?: boolean;
  /** Findings that the project suppressed: left out of SARIF unless told, since GitHub shows them as open alerts. */
  readonly suppressed?: 'omit' | 'include';
  /** How the run will end, for SARIF readers: 1 is a failed gate, not a failed run. */
  readonly exitCode?: number;
  /** When the scan started, for formats that demand it: ISO 8601 in UTC, to the second. Absent: the Unix epoch. */
  readonly startedAt?: string;
  /** Takes what a format has to say about itself: that a consumer's limit made it leave something out. */
  readonly notify?: (message: string) => void;
  /** Where troth is documented. */
  readonly homepage?: string;
}
