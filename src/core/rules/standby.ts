import type { Finding } from '../finding.ts';

/** The one finding about the server: on a standby, sequences show what the primary has logged ahead, up to 32 calls. */
export function standby(database: string): Finding {
  return {
    rule: 'standby',
    level: 'warning',
    key: 'standby',
    sequence: null,
    message: `${database} is on a standby, where sequences read up to 32 calls further than on the primary`,
    help: 'A sequence that is behind by less looks in step here. Check the primary; a fix has to run there anyway.',
    fix: null,
  };
}
