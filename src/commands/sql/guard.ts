import { schemaFile } from '../../guard/schema-file.ts';
import type { Command } from '../command.ts';
import { filters, maxJump, sqlOutput } from '../request/options.ts';
import { lookSettings, SettingsReader } from '../request/settings.ts';

export const sqlGuard: Command = {
  name: 'sql guard',
  description:
    'Prints one statement that guards the matching tables that exist when it runs. It belongs at the end of a schema file or a ' +
    'migration, as part of its transaction. It can be run again, and works on an empty database. Connects to nothing.',
  arguments: [],
  groups: [
    {
      title: 'The guards',
      options: [{ flags: '--updates', help: 'also guard updates of the ids' }, maxJump],
    },
    { ...filters, title: 'Which tables (psql patterns, repeatable; default: all)' },
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
