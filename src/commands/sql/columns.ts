import { columnsScript } from '../../psql/columns.ts';
import { readLink } from '../../core/model/links.ts';
import type { Command } from '../command.ts';
import { link, sqlOutput } from '../request/options.ts';
import { SettingsReader } from '../request/settings.ts';

export const sqlColumns: Command = {
  name: 'sql columns',
  description:
    'Prints SQL that lists every sequence with the columns that it feeds, and how it feeds them: owned, identity, a ' +
    'default, inherited. Changes nothing. Connects to nothing.',
  arguments: [],
  groups: [{ title: 'Advanced', options: [link] }, sqlOutput],
  examples: ['pgseq sql columns | psql -qX -d app'],
  async run(raw, _, context) {
    const settings = new SettingsReader(raw, sqlColumns.groups);
    const links = settings.many('link', readLink);
    settings.finish();
    await context.output.write(columnsScript({ links }));
    return 'in step';
  },
};
