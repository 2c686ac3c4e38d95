import { type Server, type ServerAddress, serverAt, serversVariable } from './server.ts';

const addresses = process.env[serversVariable];
if (addresses === undefined) {
  throw new Error(
    'these tests need PostgreSQL servers: run them by npm test, one file by npm test -- test/…/x.test.ts',
  );
}

/** The servers of this run, the oldest major first: one by `npm test`, seven by `npm run test:matrix`. */
export const servers: readonly Server[] = (JSON.parse(addresses) as ServerAddress[]).map(serverAt);

const last = servers.at(-1);
if (last === undefined) throw new Error(`${serversVariable} names no server`);

/** The server of the newest major of this run. */
export const newest: Server = last;

/** Until 18 a backslash in a plain literal may be an escape; 19 refuses `standard_conforming_strings = off`. */
export const mayEscape = ({ major }: Pick<Server, 'major'>): boolean => major < 19;
