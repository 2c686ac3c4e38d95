import { conforms } from './conformance.ts';
import { kysely } from './subjects/kysely.ts';

conforms(kysely);
