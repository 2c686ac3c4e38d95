import { didYouMean } from '../../text/nearest.ts';
import { Problem } from '../../problem.ts';
import type { Command } from '../command.ts';
import { offersFor, type Verbs } from './offers.ts';
import { packageFile } from '../package-file.ts';

/** The script for each shell, as it stands in the package. */
const scripts: Readonly<Record<string, string>> = {
  bash: 'completions/pgseq.bash',
  zsh: 'completions/pgseq.zsh',
  fish: 'completions/pgseq.fish',
  powershell: 'completions/pgseq.ps1',
};
const shells = Object.keys(scripts);

/** The command, which is handed the table that it stands in: importing it would load one more file at every start. */
export const completionOf = (verbs: Verbs): Command => ({
  name: 'completion',
  description:
    'Prints a script that lets a shell complete a pgseq command line: commands, options, their values, ' +
    'rules, and the database names in the pgseq.json of this directory. It connects to no database.',
  arguments: [
    { shape: '<shell>', help: 'bash, zsh, fish or powershell', offers: shells },
    { shape: '[words...]', help: 'used by the scripts: words -- THE WORDS BEFORE THE CURSOR' },
  ],
  groups: [],
  examples: [
    'eval "$(pgseq completion bash)"',
    'eval "$(pgseq completion zsh)"',
    'pgseq completion fish | source',
    'pgseq completion powershell | Out-String | Invoke-Expression',
  ],
  async run(_raw, words, context) {
    const shell = words.one('shell') ?? '';
    if (shell === 'words') {
      const { values, files } = await offersFor(words.many('words'), verbs, context);
      const lines = values.map(({ value, help }) => (help === '' ? `${value}\n` : `${value}\t${help}\n`));
      await context.output.write([...lines, ...(files ? [':files\n'] : [])].join(''));
      return 'in step';
    }
    await context.output.write(scriptFor(shell));
    return 'in step';
  },
});

function scriptFor(shell: string): string {
  const path = scripts[shell];
  if (path === undefined)
    throw new Problem(`${shell}: pgseq has no script for this shell`, {
      hint: didYouMean(shell, shells) ?? `one of ${shells.join(', ')}`,
    });
  const script = packageFile(path);
  if (script === null) throw new Problem(`${path} is missing: this copy of pgseq has no completion scripts`);
  return script;
}
