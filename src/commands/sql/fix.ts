import { fixScript } from '../../psql/fix.ts';
import type { Command } from '../command.ts';
import { filters, sqlLooking, sqlOutput, wait } from '../request/options.ts';
import { SettingsReader } from '../request/settings.ts';
import { readDuration } from '../request/values.ts';
import { statesSettings } from './settings.ts';

export const sqlFix: Command = {
  name: 'sql fix',
  description:
    'Prints SQL to run with psql that moves every sequence that is behind forward, as pgseq fix does. One line per ' +
    'sequence shows the result. If one is out of sync at the end, the last statement fails; psql then exits with 3 if ' +
    'it was started with -v ON_ERROR_STOP=1. Connects to nothing.',
  arguments: [],
  groups: [{ ...sqlLooking, options: [...sqlLooking.options, wait] }, filters, sqlOutput],
  examples: [
    'pgseq sql fix | psql -qX -v ON_ERROR_STOP=1 -d app',
    'pgseq sql fix | kubectl exec -i deploy/db -- psql -qX -v ON_ERROR_STOP=1',
  ],
  async run(raw, _, context) {
    const settings = new SettingsReader(raw, sqlFix.groups);
    const options = { ...statesSettings(settings), wait: settings.one('wait', readDuration) };
    settings.finish();
    await context.output.write(fixScript(options));
    return 'in step';
  },
};
