// A reporter of node:test that says one thing: the closing counts, as JSON.
// eslint-disable-next-line import/no-default-export -- node:test takes a reporter as a default export only
export default async function* counts(events) {
  const result = {};
  for await (const { type, data } of events) {
    const [, name, count] =
      (type === 'test:diagnostic' && data.nesting === 0 && /^(\w+) (\d+)$/.exec(data.message)) || [];
    if (name !== undefined) result[name] = Number(count);
  }
  yield JSON.stringify(result);
}
