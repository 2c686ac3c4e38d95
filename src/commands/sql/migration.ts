import { migrationScript } from '../../psql/migration.ts';
import type { Command } from '../command.ts';
import { withSession } from '../request/connection.ts';
import { connectedSqlOutput, connection, connectionArgument, filters, link } from '../request/options.ts';
import { listening } from '../result/progress.ts';
import { lookSettings, SettingsReader } from '../request/settings.ts';

export const sqlMigration: Command = {
  name: 'sql migration',
  description:
    'Prints the lines that belong at the end of a migration which stores rows with ids of their own: a statement for each ' +
    'sequence, plain SQL for any tool. It asks the catalogs of a database that has the tables, and changes nothing itself.',
  arguments: [connectionArgument],
  groups: [{ title: 'How to look', options: [link] }, connection, filters, connectedSqlOutput],
  examples: ['pgseq sql migration -t users >> migrations/0042_import/migration.sql'],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, sqlMigration.groups);
    const options = lookSettings(settings);
    if (
      (options.tables?.length ?? 0) === 0 &&
      (options.sequences?.length ?? 0) === 0 &&
      (options.schemas?.length ?? 0) === 0
    )
      settings.mistake('which tables does the migration load? name them with -t');
    settings.finish();
    return await withSession(raw, words.one('connection'), { jobs: 1, urlVariables: true }, context, async ({ db }) => {
      await context.output.write(await migrationScript(db, { ...options, ...listening(context) }));
      return 'in step' as const;
    });
  },
};
