import type { Finding, FindingLevel } from '../model/finding.ts';

/** The one rule about the server: on a standby, sequences show what the primary has logged ahead, up to 32 calls. */
export const standby = {
  name: 'standby',
  level: 'warning',
  summary: 'the server is a standby, which hides small drift',
  find: (database: string): Finding => ({
    rule: 'standby',
    level: 'warning',
    key: 'standby',
    sequence: null,
    message: `${database} is on a standby, where sequences read up to 32 calls further than on the primary`,
    help: 'A sequence that is behind by less looks in sync here. Check the primary; a fix has to run there anyway.',
    fix: null,
  }),
} as const satisfies { name: string; level: FindingLevel; summary: string; find: (database: string) => Finding };
