// Builds the tests, starts the PostgreSQL servers they need, runs them, and takes everything down again:
//
//   npm test                                  on the newest major
//   npm test -- test/pg/session.test.ts       some files or folders; --test-name-pattern PATTERN: some tests
//   npm run test:matrix                       on every major; --majors 15,18: on these. 19 comes from Debian, the others from npm
//   npm test -- --node 22                     by a Node of test/nodes, or by any, given its path
//
// Also --install: only install what the adapters are tried with, all of it; --built: trust build/ as it is; --summary FILE: write the closing counts there, as JSON.
// Failed tests leave their databases behind, in stopped servers, and the output says how to start those again.
import { writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import { clientVersions, hasClients, installClients } from './test/adapters.mjs';
import { buildTests, fail, testFiles } from './test/build.mjs';
import { installed, unpackedServer } from './test/install.mjs';
import { runTests } from './test/run.mjs';

const newest = 18;
const unpacked = 19;
const all = [13, 14, 15, 16, 17, newest, unpacked];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    built: { type: 'boolean', default: false },
    install: { type: 'boolean', default: false },
    majors: { type: 'string' },
    matrix: { type: 'boolean', default: false },
    node: { type: 'string', default: process.execPath },
    summary: { type: 'string' },
    'test-name-pattern': { type: 'string', multiple: true, default: [] },
  },
});

let interruption;
let run;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruption ??= signal;
    run?.signal(signal);
  });
}

if (options.install) {
  for (const version of clientVersions) installClients(version);
  process.exit(0);
}
if (!options.built) buildTests();
const files = testFiles(positionals);
if (files.length === 0) fail('there are no tests');
const node = /^\d+$/.test(options.node) ? installed('nodes', `node${options.node}`, 'bin/node') : options.node;
const majors = options.majors?.split(',').map(Number) ?? (options.matrix ? all : [newest]);
for (const major of majors) {
  if (major === unpacked) unpackedServer(major);
  else if (major !== newest) installed('matrix', `pg${major}`, '.');
}
if (files.some((file) => /\btest.(?:adapters|docs|examples)\b/.test(file)))
  for (const version of clientVersions)
    if (options.matrix || version === 'current' || hasClients(version)) installClients(version);

const { keepEvidence, removeClusters, startClusters, variablesFor } = await import('./test/clusters.mjs');
const clusters = await startClusters(majors);
let counts = null;
if (interruption === undefined) {
  run = runTests(node, files, options['test-name-pattern'], variablesFor(clusters));
  counts = await run.counts;
}
if (interruption !== undefined) {
  await removeClusters(clusters);
  process.exitCode = 128 + constants.signals[interruption];
} else if (counts !== null && counts.tests > 0 && counts.fail + counts.cancelled === 0) {
  await removeClusters(clusters);
} else {
  process.exitCode = 1;
  process.stdout.write(`\n${await keepEvidence(clusters)}`);
  // node:test lists the failed tests after its counts; whoever reads only the end wants the counts.
  for (const [name, count] of Object.entries(counts ?? {})) process.stdout.write(`ℹ ${name} ${count}\n`);
}
if (options.summary !== undefined) writeFileSync(options.summary, JSON.stringify(counts));
