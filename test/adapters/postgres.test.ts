import { conforms } from './conformance.ts';
import { postgresJs } from './subjects/postgres.ts';

conforms(postgresJs);
