import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { addressesOfRun, proveElsewhere, type Server, serverAt, serversVariable } from './server.ts';

const all = addressesOfRun().map(serverAt);
const [oldest] = all;
const last = all.at(-1);
if (oldest === undefined || last === undefined)
  throw new Error(
    `${serversVariable} names no PostgreSQL servers: run these tests by npm test, one file by npm test -- test/…/x.test.ts`,
  );

/** Whether this run is for what depends on the major alone: what needs just one server has been proved on another. */
const isForMajors = process.env['PGSEQ_TEST_OTHERS'] === '1';

/**
 * The servers of this run, the oldest major first: one by `npm test`, all by `npm run test:matrix`. Beside the ordinary run: the oldest,
 * the newest and one more, which depends on the file.
 */
export const servers: readonly Server[] = isForMajors ? [oldest, ...oneBetween(), last] : all;

/** The server of the newest major of this run, for what needs just one. */
export const newest: Server = { ...last };
if (isForMajors) proveElsewhere(newest);

function oneBetween(): Server[] {
  const between = all.slice(1, -1);
  const digest = createHash('sha256')
    .update(basename(process.argv[1] ?? ''))
    .digest();
  const chosen = between[digest.readUInt32BE() % between.length];
  return chosen === undefined ? [] : [chosen];
}

/** Until 18 a backslash in a plain literal may be an escape; 19 refuses `standard_conforming_strings = off`. */
export const mayEscape = ({ major }: Pick<Server, 'major'>): boolean => major < 19;
