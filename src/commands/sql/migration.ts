import { migrationScript } from '../../psql/migration.ts';
import type { Command } from '../command.ts';
import { withSession } from '../request/connection.ts';
import { connectedSqlOutput, connection, connectionArgument, filters, link } from '../request/options.ts';
import { progressOf } from '../result/progress.ts';
import { lookSettings, SettingsReader } from '../request/settings.ts';

export const sqlMigration: Command = {
  name: 'sql migration',
  description:
    'Prints the SQL that belongs at the end of a migration that stores rows with their own ids: one statement per ' +
    'sequence, plain SQL for any tool. It reads the catalogs of a database that has the tables, and changes nothing itself.',
  arguments: [connectionArgument],
  groups: [{ title: 'Advanced', options: [link] }, connection, filters, connectedSqlOutput],
  examples: ['pgseq sql migration -t users >> migrations/0042_import/migration.sql'],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, sqlMigration.groups);
    const options = lookSettings(settings);
    if (
      (options.tables?.length ?? 0) === 0 &&
      (options.sequences?.length ?? 0) === 0 &&
      (options.schemas?.length ?? 0) === 0
    )
      settings.mistake('no tables chosen: name those that the migration loads with -t');
    settings.finish();
    return await withSession(raw, words.one('connection'), { jobs: 1, urlVariables: true }, context, async ({ db }) => {
      await context.output.write(await migrationScript(db, { ...options, ...progressOf(context) }));
      return 'in step' as const;
    });
  },
};
