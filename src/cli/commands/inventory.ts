/** `troth inventory`: every flow, whatever the policy says. It judges nothing, so there is no gate to fail. */
import { FORMATS, showsFlows } from '../../core/report-format.ts';
import type { CliCommand } from '../command.ts';
import { SCAN_GROUPS } from '../flags.ts';
import { runScan } from './scan.ts';

export const inventoryCommand: CliCommand = {
  name: 'inventory',
  description: 'list every flow of personal data, whatever the policy says',
  argument: ['[paths...]', 'folders and files to scan; the working directory when none is given'],
  flags: [...SCAN_GROUPS, 'report', 'completeness', 'change', 'verbose', 'timing'],
  formats: FORMATS.filter(showsFlows),
  examples: `
    troth inventory                     the data map of this folder
    troth inventory -f json src         as JSON
    troth inventory --confidence low    suspicions, too`,
  run: (paths, invocation) => runScan('inventory', paths, invocation),
};
