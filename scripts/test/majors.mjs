import { installed, unpackedServer } from './install.mjs';

/** The one that comes with npm ci: what `npm test` runs on. */
export const embedded = 18;

/** The one that npm does not have yet: Debian's, unpacked below test/clients. */
const unpacked = 19;

/** Every major that pgseq is tried on. */
export const supported = [13, 14, 15, 16, 17, embedded, unpacked];

/** Those that PostgreSQL itself supports but for the embedded one: CI runs what depends on the major on three of them. */
export const others = supported.filter((major) => major >= 15 && major !== embedded);

/** Makes sure that the programs of a major are there. */
export function installMajor(major) {
  if (major === unpacked) unpackedServer(major);
  else if (major !== embedded) installed('matrix', `pg${major}`, '.');
}
