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
    // A subtest fails its test, which can be run alone
    if (type === 'test:fail' && data.nesting === 0) failed.push({ file: data.file ?? '', name: data.name });
    // What a helper has registered has the helper's file; it tells the test's behind the failure
    const [, file] = /^file: (.*)$/.exec(type === 'test:diagnostic' ? data.message : '') ?? [];
    if (file !== undefined && failed.length > 0) failed.at(-1).file = file;
    if (type !== 'test:diagnostic' || data.nesting > 0) continue;
    const [, name, count] = /^(\w+) (\d+)$/.exec(data.message) ?? [];
    if (name !== undefined) counts[name] = Number(count);
  }
  process.send({ counts, failed });
  yield '';
}
