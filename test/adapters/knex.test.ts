import { conforms } from './conformance.ts';
import { knexJs } from './subjects/knex.ts';

conforms(knexJs);
