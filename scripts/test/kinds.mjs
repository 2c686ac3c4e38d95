import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root, sourceOf } from './build.mjs';

// What a test file needs. The first three are seen from what it imports, so that nothing is said twice; the others it says itself,
// in a comment that begins with the words and gives the reason. test/kinds.txt lists every file, and a test holds that list.
//
//   fast      no server and no other program: npm run test:fast
//   server    a server, and what it proves does not depend on which
//   majors    it uses `servers`, so it runs on each of them
//
//   // Not fast: …              it starts other programs that take long
//   // Runs on every Node: …    it touches what changes with Node
//   // Takes long: …            it is started before all others, so that none waits for it at the end

/** By the compiled file: `fast`, `server` or `majors`. */
export function kindOf(file) {
  if (/import \{[^}]*\bservers\b[^}]*\} from '[^']*\/servers\.js'/.test(readFileSync(file, 'utf8'))) return 'majors';
  return needsServer(file) || says(file, 'Not fast') ? 'server' : 'fast';
}

/** By the compiled file: whether it is run on every Node. */
export function dependsOnNode(file) {
  return says(file, 'Runs on every Node');
}

/** By the compiled file: whether it is to be started first. */
export function takesLong(file) {
  return says(file, 'Takes long');
}

/** By the compiled file: whether it tries the clients that applications have, in the versions that a run is for. */
export function triesClients(file) {
  return /from '\.\/(?:clients|conformance)\.js'/.test(readFileSync(file, 'utf8'));
}

function says(file, words) {
  return new RegExp(`^// ${words}: `, 'm').test(readFileSync(join(root, sourceOf(file)), 'utf8'));
}

const serverSupport = /\/test\/support\/(?:servers|cluster|mariadb|pgbouncer|pglite)\.js$/;
const known = new Map();

/** Whether it, or a part of the tests that it imports, uses a server; PGlite is one too. */
function needsServer(file) {
  if (serverSupport.test(file)) return true;
  if (known.has(file)) return known.get(file);
  known.set(file, false); // for circles
  const text = readFileSync(file, 'utf8');
  const answer = [...text.matchAll(/^(?:import|export)[^;]*? from '(\.[^']+)'/gms)].some(([, path]) => {
    const target = join(dirname(file), path);
    return target.startsWith(join(root, 'build', 'test')) && existsSync(target) && needsServer(target);
  });
  known.set(file, answer);
  return answer;
}
