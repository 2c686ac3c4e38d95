import type { Rule, Subject } from '../finding.ts';
import { messageOf } from '../message.ts';

export const behind: Rule = {
  name: 'behind',
  level: 'error',
  summary: 'the sequence will hand out an id that is already stored',
  find(subject) {
    const { sequence, measurement, judgement, move } = subject;
    if (judgement.state !== 'behind') return null;
    return {
      message: messageOf(sequence, measurement, judgement),
      help: `${when(subject)} ${cause(subject)}`,
      ...(move === null ? {} : { fix: move }),
    };
  },
};

function when({ sequence, judgement: { collision, partial, reason } }: Subject): string {
  if (collision === null) return '';
  const isRefused = sequence.columns.some((column) => column.unique === 'yes');
  const fails = isRefused ? 'fails' : 'stores an id twice';
  const after = collision.after;
  const calls =
    after === 0n
      ? `The next insert ${fails}`
      : `${after} more ${after === 1n ? 'insert succeeds' : 'inserts succeed'}${partial ? ' at most' : ''}, then one ${fails}`;
  const more = partial ? ' Some columns could not be read, so it may be worse.' : '';
  const stuck = reason === 'no-target' ? ' No free value is left beyond it, so there is nothing to move to.' : '';
  return `${calls} (${collision.value} is taken).${more}${stuck}`;
}

/** So many ids are a seed or a script; more are a whole load. */
export const fewIds = 1000n;

function cause({ sequence, measurement: { position }, judgement: { behindBy } }: Subject): string {
  if (position !== null && !position.isCalled && position.lastValue === sequence.start)
    return 'It was never drawn from: the rows came with their ids, as after a restore or an import that left its value behind.';
  return behindBy !== null && behindBy <= fewIds
    ? 'Rows were inserted with ids of their own, as a seed or an import does.'
    : 'It stands far behind, as after a restore of the data alone, an import, or a switch-over.';
}
