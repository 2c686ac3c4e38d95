// Writes the parts of the docs that are generated: the options of each command, from what the built program prints for
// --help, the list of findings, from the table of rules, and the library's reference, from its types. With --check it writes nothing and fails when a page is not
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

/** The rules as values. They are pure and import nothing from outside, so bundling them is all it takes. */
async function rules() {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { rules } from './src/core/rules/index.ts'; export { standby } from './src/core/rules/standby.ts';`,
      resolveDir: fileURLToPath(root),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return [...module.rules, module.standby];
}

function findingsPage(all) {
  const lines = all.map(({ name, level, summary }) => `| [${name}](${name}.md) | ${level} | ${summary} |\n`);
  return filled(
    read('docs/findings/README.md'),
    'findings',
    `\n| rule | level | says that |\n|---|---|---|\n${lines.join('')}\n`,
  );
}

const commandPages = readdirSync(new URL('docs/commands/', root)).map((name) => `docs/commands/${name}`);
const pages = {
  ...Object.fromEntries(commandPages.map((path) => [path, commandPage(path)])),
  'docs/findings/README.md': findingsPage(await rules()),
  'docs/reference.md': filled(read('docs/reference.md'), 'reference', `\n${reference()}\n`),
};
const stale = Object.entries(pages).filter(([path, text]) => read(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale)
    console.error(`${path} is not current: run \`npm run build && npm run docs\` and commit it`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const [path, text] of stale) writeFileSync(new URL(path, root), text);
}
