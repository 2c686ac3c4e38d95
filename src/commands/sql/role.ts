import { roleScript } from '../../psql/role.ts';
import type { Command } from '../command.ts';
import { withSession } from '../request/connection.ts';
import { connectedSqlOutput, connection, connectionArgument, filters } from '../request/options.ts';
import { progressOf } from '../result/progress.ts';
import { lookSettings, SettingsReader } from '../request/settings.ts';

export const sqlRole: Command = {
  name: 'sql role',
  description:
    'Prints SQL for psql that creates a role with SELECT on the fed columns and USAGE, SELECT on the sequences. With it ' +
    '(pgseq fix --role), sequences can only be moved forward: PostgreSQL refuses anything else. Changes nothing itself.',
  arguments: [connectionArgument],
  groups: [
    { title: 'The role', options: [{ flags: '--name <role>', help: 'its name (pgseq_fixer)' }] },
    connection,
    filters,
    connectedSqlOutput,
  ],
  examples: ['pgseq sql role -d app | psql -d app', 'pgseq fix --role pgseq_fixer -d app'],
  async run(raw, words, context) {
    const settings = new SettingsReader(raw, sqlRole.groups);
    const options = lookSettings(settings);
    const name = settings.one('name', (text) => text) ?? 'pgseq_fixer';
    settings.finish();
    return await withSession(raw, words.one('connection'), { jobs: 1, urlVariables: true }, context, async ({ db }) => {
      await context.output.write(await roleScript(db, name, { ...options, ...progressOf(context) }));
      return 'in step' as const;
    });
  },
};
