import type { CommandEntry } from './command.ts';

export type { Command, CommandEntry, Context, OptionSpec, Outcome, Raw, Signal, Words } from './command.ts';

/** Every verb, in the order of --help. Each is loaded only when it is called: start-up is part of the product. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'show which sequences are out of sync, when inserts will fail, and why',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'fix',
    summary: 'move every sequence that is behind forward, while others keep writing',
    load: async () => (await import('./fix.ts')).fix,
  },
  {
    name: 'explain',
    summary: 'explain an error: which sequence, the likely cause, and the fix',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'baseline',
    summary: 'accept the current findings, so that only new ones fail',
    load: async () => (await import('./baseline.ts')).baseline,
  },
  {
    name: 'restore',
    summary: 'restore a dump, then bring every sequence in sync',
    load: async () => (await import('./restore/restore.ts')).restore,
  },
  {
    name: 'run',
    summary: 'run a command that loads data, then bring every sequence in sync',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'import',
    summary: 'load rows with their ids from files and other databases, and keep sequences in sync',
    load: async () => (await import('./import/import.ts')).importCommand,
  },
  {
    name: 'guard install',
    summary: 'install triggers that keep sequences ahead of all stored ids',
    load: async () => (await import('./guard/install.ts')).guardInstall,
  },
  {
    name: 'guard status',
    summary: 'compare the installed guards with what they should be',
    load: async () => (await import('./guard/status.ts')).guardStatusCommand,
  },
  {
    name: 'guard upgrade',
    summary: 'repair guards, and bring them up to date',
    load: async () => (await import('./guard/upgrade.ts')).guardUpgrade,
  },
  {
    name: 'guard disable',
    summary: 'disable the triggers of guards',
    load: async () => (await import('./guard/disable.ts')).guardDisable,
  },
  {
    name: 'guard enable',
    summary: 'enable the triggers of guards again',
    load: async () => (await import('./guard/enable.ts')).guardEnable,
  },
  {
    name: 'guard remove',
    summary: 'remove guards without a trace',
    load: async () => (await import('./guard/remove.ts')).guardRemove,
  },
  {
    name: 'demo',
    summary: 'try it out on an embedded PostgreSQL',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  {
    name: 'sql check',
    summary: 'print SQL that shows the state of every sequence, to run with psql',
    load: async () => (await import('./sql/check.ts')).sqlCheck,
  },
  {
    name: 'sql fix',
    summary: 'print SQL that moves every sequence that is behind forward',
    load: async () => (await import('./sql/fix.ts')).sqlFix,
  },
  {
    name: 'sql columns',
    summary: 'print SQL that lists the columns that each sequence feeds',
    load: async () => (await import('./sql/columns.ts')).sqlColumns,
  },
  {
    name: 'sql migration',
    summary: 'print the SQL for the end of a migration that stores rows with ids',
    load: async () => (await import('./sql/migration.ts')).sqlMigration,
  },
  {
    name: 'sql role',
    summary: 'print a role that can fix sequences and nothing else',
    load: async () => (await import('./sql/role.ts')).sqlRole,
  },
  {
    name: 'sql guard',
    summary: 'print a script that guards tables, for a schema file or a migration',
    load: async () => (await import('./sql/guard.ts')).sqlGuard,
  },
  {
    name: 'completion',
    summary: 'print a script for shell completion',
    load: async () => (await import('./completion/completion.ts')).completionOf({ commands, groups: commandGroups }),
  },
];

/** What the commands that share a first word are about. */
export const commandGroups: Readonly<Record<string, string>> = {
  guard: 'keep sequences in sync with every insert, with triggers',
  sql: 'print SQL for psql',
};
