import { schemaFile } from '../../guard/schema-file.ts';
import type { Command } from '../command.ts';
import { filters, maxJump, sqlOutput } from '../request/options.ts';
import { lookSettings, SettingsReader } from '../request/settings.ts';

export const sqlGuard: Command = {
  name: 'sql guard',
  description:
    'Prints one statement that guards the tables that are there when it runs, and match: for the end of a schema file or of a ' +
    'migration, whose transaction it is a part of. It may be run again, and works on an empty database. Connects to nothing.',
  arguments: [],
  groups: [
    {
      title: 'The guards',
      options: [{ flags: '--updates', help: 'guard updates of the ids too' }, maxJump],
    },
    { ...filters, title: 'Which tables (psql patterns, each may be given several times; all unless given)' },
    sqlOutput,
  ],
  examples: ['pgseq sql guard > guard.sql', "pgseq sql guard -n app -T 'app.log*' | psql -d app"],
  async run(raw, _, context) {
    const settings = new SettingsReader(raw, sqlGuard.groups);
    const options = lookSettings(settings);
    settings.finish();
    await context.output.write(
      schemaFile(options, { ...options, updates: settings.flag('updates') ? true : undefined }),
    );
    return 'in step';
  },
};
