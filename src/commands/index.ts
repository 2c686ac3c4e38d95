import type { CommandEntry } from './command.ts';

export type { Command, CommandEntry, Context, OptionSpec, Outcome, Raw, Signal, Words } from './command.ts';

/** Every verb, in the order of --help. Each is loaded only when it is called: start-up is part of the product. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'check',
    summary: 'tell which sequences will hand out a taken id, when, and why',
    load: async () => (await import('./check.ts')).check,
  },
  {
    name: 'fix',
    summary: 'move every sequence that is behind forward, while others go on writing',
    load: async () => (await import('./fix.ts')).fix,
  },
  {
    name: 'explain',
    summary: 'tell what an error is about: which sequence, why, and the cure',
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'baseline',
    summary: "accept today's findings, so that only new ones fail",
    load: async () => (await import('./baseline.ts')).baseline,
  },
  {
    name: 'restore',
    summary: 'restore a dump, then bring every sequence in step',
    load: async () => (await import('./restore/restore.ts')).restore,
  },
  {
    name: 'run',
    summary: 'run a command that loads data, then bring every sequence in step',
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'import',
    summary: 'load rows with their ids from files and other databases, sequences in step',
    load: async () => (await import('./import/import.ts')).importCommand,
  },
  {
    name: 'guard install',
    summary: 'triggers that keep sequences ahead of the ids that are stored, whoever stores them',
    load: async () => (await import('./guard/install.ts')).guardInstall,
  },
  {
    name: 'guard status',
    summary: 'compare the guards that are installed with what they should be',
    load: async () => (await import('./guard/status.ts')).guardStatusCommand,
  },
  {
    name: 'guard upgrade',
    summary: 'make guards what they should be',
    load: async () => (await import('./guard/upgrade.ts')).guardUpgrade,
  },
  {
    name: 'guard disable',
    summary: 'disable the triggers of guards',
    load: async () => (await import('./guard/disable.ts')).guardDisable,
  },
  {
    name: 'guard enable',
    summary: 'enable them again',
    load: async () => (await import('./guard/enable.ts')).guardEnable,
  },
  {
    name: 'guard remove',
    summary: 'take guards away, without a trace',
    load: async () => (await import('./guard/remove.ts')).guardRemove,
  },
  {
    name: 'demo',
    summary: 'see it happen on an embedded PostgreSQL',
    load: async () => (await import('./demo/demo.ts')).demo,
  },
  {
    name: 'sql check',
    summary: 'print SQL that shows the state of every sequence, for whoever has only psql',
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
    summary: 'print the lines for the end of a migration that stores rows with ids',
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
    summary: 'let a shell complete commands, options and what they take',
    load: async () => (await import('./completion/completion.ts')).completionOf({ commands, groups: commandGroups }),
  },
];

/** What the commands that share a first word are about. */
export const commandGroups: Readonly<Record<string, string>> = {
  guard: 'keep sequences in step with every insert, by triggers',
  sql: 'print SQL for psql',
};
