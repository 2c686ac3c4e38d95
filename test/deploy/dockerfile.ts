import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Instruction, DockerfileParser } from 'dockerfile-ast';
import { fromRoot } from '../support/root.ts';

export const text = readFileSync(fromRoot('Dockerfile'), 'utf8');

/** A stage: what stands from its FROM on to the next. */
export interface Stage {
  /** What it begins with: `node:${NODE}-${DEBIAN}-slim`. */
  readonly base: string;
  /** What others call it; null for the last. */
  readonly name: string | null;
  readonly instructions: readonly Instruction[];
}

/** The stages of the Dockerfile, in order. */
export function stages(): Stage[] {
  const found: { base: string; name: string | null; instructions: Instruction[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction.getKeyword() !== 'FROM') {
      found.at(-1)?.instructions.push(instruction);
      continue;
    }
    const [base = '', , name = null] = instruction.getArguments().map((argument) => argument.getValue());
    found.push({ base, name, instructions: [] });
  }
  return found;
}

/** Everything behind a keyword in a stage, as one line each. */
export function argumentsOf({ instructions }: Stage, keyword: string): string[] {
  return instructions
    .filter((instruction) => instruction.getKeyword() === keyword)
    .map((instruction) => (instruction.getRawArgumentsContent() ?? '').replaceAll(/\\\n\s*/g, ''));
}

/** Copies what the builder is sent, by .dockerignore: its lines are `*` and exceptions of whole files and folders. */
export function sendContext(to: string): string[] {
  const [first, ...rest] = readFileSync(fromRoot('.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (first !== '*' || !rest.every((line) => /^!\w[\w.-]*$/.test(line)))
    throw new Error('.dockerignore says more than that');
  mkdirSync(to, { recursive: true });
  const sent = rest.map((line) => line.slice(1));
  for (const name of sent) {
    if (!existsSync(fromRoot(name))) throw new Error(`.dockerignore lets ${name} through, which is not there`);
    cpSync(fromRoot(name), join(to, name), { recursive: true });
  }
  return sent;
}
