// The runner's line to the launcher. A reporter, because that is the one module of ours that node:test loads into the
// runner itself; it prints nothing.

// When the launcher is gone, killed or not, its tests end too: they are one process group with the runner.
process.once('disconnect', () => process.kill(-process.pid, 'SIGTERM'));
process.channel.unref();

/** Sends the closing counts and the failed tests, each with its file, when all tests have ended. */
// oxlint-disable-next-line import/no-default-export -- node:test takes a reporter as a default export only
export default async function* line(events) {
  const counts = {};
  const failed = [];
  for await (const { type, data } of events) {
    if (data.nesting > 0) continue; // a subtest fails its test, which can be run alone
    if (isEndOfFile(type, data)) for (const one of failed) one.file ??= data.name;
    else if (type === 'test:fail') failed.push({ name: data.name });
    const [, name, count] = /^(\w+) (\d+)$/.exec(type === 'test:diagnostic' ? data.message : '') ?? [];
    if (name !== undefined) counts[name] = Number(count);
  }
  process.send({ counts, failed });
  yield '';
}

/** What `runTogether` says after the tests of a file. */
function isEndOfFile(type, { name, details }) {
  return type === 'test:pass' && details?.type === 'suite' && name.endsWith('.test.ts');
}
