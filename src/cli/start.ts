import { report, run } from './run.ts';

// Node 20 lacks what later ones have, and the driver, to learn that this is no Cloudflare worker, then makes a Response: that
// loads all of fetch, a tenth of the time that a check of a small database takes
if (!('navigator' in globalThis))
  Object.defineProperty(globalThis, 'navigator', { value: { userAgent: `Node.js/${process.versions.node}` } });
process.title = 'pgseq'; // the arguments may hold a password, and ps shows them to everybody
// Whoever writes hears of it by the write's own callback; without a listener it would end the process
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
const argv = process.argv.slice(2);
// Node would print the line of dist that threw, which is the whole file, and end with 1, which says that findings remain
process.on('uncaughtException', (error) => process.exit(report(error, argv, process)));
process.exitCode = await run(argv, {
  env: process.env,
  cwd: process.cwd(),
  // Opened when it is asked for: a closed one is no error where nobody reads it
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  onSignal(handler) {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => handler(signal));
  },
  exit: (code) => process.exit(code),
});
