// Writes the parts of the docs that are generated: the options of each command, from what the built program prints for
// --help, the list of findings, from the table of rules, the keys of pgseq.json and its schema, from their
// table, and the library's reference, from its types. With --check it writes nothing and fails when a page is not
// current.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { reference } from './reference.mjs';

const root = new URL('../', import.meta.url);
const program = fileURLToPath(new URL('dist/cli/main.js', root));
const read = (path) => readFileSync(new URL(path, root), 'utf8');

if (!existsSync(program)) {
  console.error('there is no dist/cli/main.js: run `npm run build` first');
  process.exit(1);
}

/** The page with a text between two comments: `<!-- NAME: made by … -->` and `<!-- end of NAME -->`. */
function filled(page, name, text) {
  const begin = `<!-- ${name}: made by \`npm run docs\` -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = page.split(`${begin}\n`);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`no ${begin} … ${end}`);
  return `${before}${begin}\n${text}${end}${after}`;
}

function commandPage(path) {
  const page = read(path);
  const command = /^# pgseq (.*)$/m.exec(page)?.[1] ?? '';
  const help = execFileSync(process.execPath, [program, ...command.split(' '), '--help'], { encoding: 'utf8' });
  return filled(page, 'options', `\n\`\`\`help ${command}\n${help.trimEnd()}\n\`\`\`\n\n`);
}

/** What pure modules export: they import nothing from outside, so bundling them is all it takes. */
async function exportsOf(...paths) {
  const contents = paths.map((path) => `export * from './src/${path}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(root) },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { rules, standby, unfed, databaseFields, fileFields } = await exportsOf(
  'core/rules/index.ts',
  'core/rules/standby.ts',
  'core/rules/unfed.ts',
  'commands/request/config/fields.ts',
);
const allRules = [...rules, standby, unfed];

function findingsPage(all) {
  const lines = all.map(({ name, level, summary }) => `| [${name}](${name}.md) | ${level} | ${summary} |\n`);
  return filled(
    read('docs/findings/README.md'),
    'findings',
    `\n| rule | level | says that |\n|---|---|---|\n${lines.join('')}\n`,
  );
}

function configurationPage() {
  const table = (fields) =>
    `| key | such as | what it says |\n|---|---|---|\n${fields.map(({ key, kind, help }) => `| \`${key}\` | \`${kind.example.replaceAll('|', '\\|')}\` | ${help} |\n`).join('')}`;
  const page = filled(read('docs/configuration.md'), 'file', `\n${table(fileFields)}\n`);
  return filled(page, 'database', `\n${table(databaseFields)}\n`);
}

/** What editors check a pgseq.json by. The program has its own reader of the same fields, whose messages are better. */
function schema() {
  const properties = (fields) =>
    Object.fromEntries(fields.map(({ key, kind, help }) => [key, { description: help, ...kind.schema }]));
  const rule = `(${allRules.map(({ name }) => name).join('|')})`;
  const database = {
    type: 'object',
    additionalProperties: false,
    not: { required: ['connection', 'env'] },
    properties: {
      ...properties(databaseFields),
      ignore: {
        description: 'findings that are accepted: by key, or by a pattern with the reason',
        type: 'array',
        items: {
          anyOf: [
            { type: 'string', pattern: `^${rule}(:[^*?]*)?$` },
            {
              type: 'object',
              additionalProperties: false,
              required: ['key', 'reason'],
              properties: {
                key: { type: 'string', pattern: `^(${rule}(:.*)?|[^:]*[*?].*)$` },
                reason: { type: 'string', pattern: String.raw`\S` },
              },
            },
          ],
        },
      },
    },
  };
  const file = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'pgseq.json',
    description: 'Databases for pgseq, and how it looks at them: docs/configuration.md',
    type: 'object',
    additionalProperties: false,
    required: ['databases'],
    properties: {
      ...properties(fileFields),
      databases: { description: 'databases by name', type: 'object', minProperties: 1, additionalProperties: database },
    },
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}

const commandPages = readdirSync(new URL('docs/commands/', root)).map((name) => `docs/commands/${name}`);
const pages = {
  ...Object.fromEntries(commandPages.map((path) => [path, commandPage(path)])),
  'docs/findings/README.md': findingsPage(allRules),
  'docs/configuration.md': configurationPage(),
  'schema/pgseq.schema.json': schema(),
  'docs/reference.md': filled(read('docs/reference.md'), 'reference', `\n${reference()}\n`),
};
const stale = Object.entries(pages).filter(([path, text]) => !existsSync(new URL(path, root)) || read(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale)
    console.error(`${path} is not current: run \`npm run build && npm run docs\` and commit it`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) writeFileSync(new URL(path, root), text);
}
