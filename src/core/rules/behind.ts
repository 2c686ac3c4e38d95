import type { Rule, FindingSubject } from '../model/finding.ts';
import { blockSize, messageOf, succeeding } from '../model/message.ts';
import { isOutlierOnly } from '../model/lone.ts';

export const behind: Rule = {
  name: 'behind',
  level: 'error',
  summary: 'the sequence will hand out an id that is already stored',
  find(subject) {
    const { sequence, measurement, judgement, outliers, move } = subject;
    if (judgement.state !== 'behind' || isOutlierOnly(sequence, judgement, outliers)) return null;
    return {
      message: messageOf(sequence, measurement, judgement),
      help: `${when(subject)} ${cause(subject)}`,
      ...(move === null ? {} : { fix: move }),
    };
  },
};

function when({ sequence, judgement: { collision, partial, reason } }: FindingSubject): string {
  if (collision === null) return '';
  const isRefused = sequence.columns.some((column) => column.unique === 'yes');
  const fails = isRefused ? 'fails' : 'stores an id twice';
  const after = collision.after;
  const calls =
    after === 0n
      ? `The next insert ${fails}`
      : `${succeeding(sequence, after)}${partial ? ' at most' : ''}, then ${blockSize(sequence) === 1n ? 'one' : 'an insert'} ${fails}`;
  const more = partial ? ' Some columns could not be read, so it may be worse.' : '';
  const stuck = reason === 'no-target' ? ' No free value is left beyond the stored ids, so it cannot be moved.' : '';
  return `${calls} (${collision.value} is taken).${more}${stuck}`;
}

/** What may have brought it about: no more than where it stands can tell. */
function cause({ sequence, measurement: { position } }: FindingSubject): string {
  return position !== null && !position.isCalled && position.lastValue === sequence.start
    ? 'Likely cause: rows were restored or imported with their ids, and the sequence was not; or it was restarted.'
    : 'Likely cause: rows were stored with ids that did not come from the sequence (a seed, an import), or it was set back.';
}
