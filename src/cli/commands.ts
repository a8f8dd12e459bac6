/** All commands, in the order of the help. The first is the one that needs no name. */
import type { CliCommand } from './command.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { policyCommand } from './commands/policy.ts';
import { scanCommand } from './commands/scan.ts';

export const COMMANDS: readonly [CliCommand, ...CliCommand[]] = [scanCommand, inventoryCommand, policyCommand];
