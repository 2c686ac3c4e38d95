import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { fromRoot } from '../support/root.ts';
import { withoutMissingFormats } from './formats.ts';
import { programs } from './programs.ts';

// As much of GitHub's runner as it takes to run action.yml and workflows that use it.

/** A step of an action or a workflow. */
interface Step {
  readonly run?: string;
  readonly shell?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

export interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** What expressions may ask: `inputs`, `env`, `secrets`. */
type Contexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Ran {
  readonly code: number | null;
  readonly output: string;
}

/** Runs the action with these inputs, in `directory`, and with the job's variables, until a step fails. */
export function runAction(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  directory: string,
): Ran {
  const action = parse(readFileSync(fromRoot('action.yml'), 'utf8')) as Action;
  const unknown = Object.keys(inputs).filter((name) => !(name in action.inputs));
  assert.deepEqual(unknown, [], 'inputs that the action does not have');
  const given = Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [name, inputs[name] ?? input.default ?? '']),
  );
  return runSteps(action.runs.steps, { inputs: given }, env, directory);
}

/** Runs the steps of a workflow's job; of other actions than this one it knows nothing, and passes them over. */
export function runJob(job: Job, secrets: Readonly<Record<string, string>>, directory: string): Ran {
  return runSteps(job.steps, { secrets }, substituted(job.env, { secrets }), directory);
}

function runSteps(
  steps: readonly Step[],
  contexts: Contexts,
  env: Readonly<Record<string, string>>,
  directory: string,
): Ran {
  let output = '';
  for (const step of steps) {
    const ran = runStep(step, { ...contexts, env }, env, directory);
    output += ran.output;
    if (ran.code !== 0) return { code: ran.code, output };
  }
  return { code: 0, output };
}

function runStep(step: Step, contexts: Contexts, env: Readonly<Record<string, string>>, directory: string): Ran {
  if (step.uses?.includes('/pgseq@') === true)
    return runAction(substituted(step.with, contexts), { ...env, ...substituted(step.env, contexts) }, directory);
  if (step.run === undefined) return { code: 0, output: '' };
  assert.equal(step.run.includes('${{'), false, 'what an expression holds would be run as text of the script');
  const scratch = mkdtempSync(join(tmpdir(), 'pgseq-step-'));
  try {
    const script = join(scratch, 'script.sh');
    writeFileSync(script, withoutMissingFormats(step.run));
    // As the runner does: `bash --noprofile --norc -eo pipefail {0}` where a step names bash, `bash -e {0}` where it names no shell
    const shell = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e'];
    const { status, stdout } = spawnSync('bash', ['-c', 'exec bash "$@" 2>&1', 'bash', ...shell, script], {
      cwd: directory,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        PATH: `${programs(scratch)}:${process.env['PATH']}`,
        HOME: scratch,
        GITHUB_ACTION_PATH: fromRoot(),
        GITHUB_WORKSPACE: directory,
        ...env,
        ...substituted(step.env, contexts),
      },
    });
    return { code: status, output: stdout };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Values with their expressions evaluated: `${{ inputs.url || env.DATABASE_URL }}`, `${{ inputs.url != '' }}`. */
function substituted(values: Readonly<Record<string, string>> = {}, contexts: Contexts): Record<string, string> {
  const valueOf = (path: string): string => {
    const [context = '', name = ''] = path.trim().split('.');
    assert.match(path.trim(), /^(?:inputs|env|secrets)\.[\w-]+$/, 'an expression that nobody evaluates here');
    return contexts[context]?.[name] ?? '';
  };
  const evaluated = (expression: string): string => {
    const [, compared] = /^(.*) != ''$/.exec(expression.trim()) ?? [];
    if (compared !== undefined) return String(valueOf(compared) !== '');
    return expression.split('||').map(valueOf).find(Boolean) ?? '';
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => evaluated(expression)),
    ]),
  );
}
