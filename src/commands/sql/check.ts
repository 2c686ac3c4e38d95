import { checkScript } from '../../psql/check.ts';
import type { Command } from '../command.ts';
import { filters, sqlLooking, sqlOutput } from '../request/options.ts';
import { SettingsReader } from '../request/settings.ts';
import { statesSettings } from './settings.ts';

export const sqlCheck: Command = {
  name: 'sql check',
  description:
    'Prints SQL to run with psql that shows the state of every sequence, as pgseq check does: one result, with the next value, the ' +
    'furthest stored id and the state of each. It changes nothing and creates no objects, so it works on a standby and with a ' +
    'read-only role. Connects to nothing.',
  arguments: [],
  groups: [sqlLooking, filters, sqlOutput],
  examples: ['pgseq sql check | psql -qX -d app', 'pgseq sql check | kubectl exec -i deploy/db -- psql -qX -U app'],
  async run(raw, _, context) {
    const settings = new SettingsReader(raw, sqlCheck.groups);
    const options = statesSettings(settings);
    settings.finish();
    await context.output.write(checkScript(options));
    return 'in step';
  },
};
