import type { Judgement } from './judge.ts';
import type { Measurement, SurveyedSequence } from './surveyed.ts';

/** A sequence with what measuring it brought. */
export interface Measured {
  readonly sequence: SurveyedSequence;
  readonly measurement: Measurement;
}

/** … and what judging that came to. */
export interface Judged extends Measured {
  readonly judgement: Judgement;
}

/** … and whether lone ids keep the sequence from being moved. */
export interface Assessment extends Judged {
  readonly outliers: readonly bigint[] | null;
}
