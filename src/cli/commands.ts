/** All commands, in the order of the help. The first is the one that needs no name. */
import type { CliCommand } from './command.ts';
import { baselineCommand } from './commands/baseline.ts';
import { completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { initCommand } from './commands/init.ts';
import { inventoryCommand } from './commands/inventory.ts';
import { modelsCommand } from './commands/models.ts';
import { policyCommand } from './commands/policy.ts';
import { rulesCommand } from './commands/rules.ts';
import { scanCommand } from './commands/scan.ts';
import { suppressionsCommand } from './commands/suppressions.ts';

export const COMMANDS: readonly [CliCommand, ...CliCommand[]] = [
  scanCommand,
  inventoryCommand,
  diffCommand,
  explainCommand,
  rulesCommand,
  policyCommand,
  modelsCommand,
  baselineCommand,
  suppressionsCommand,
  initCommand,
  configCommand,
  doctorCommand,
  completionCommand,
];
