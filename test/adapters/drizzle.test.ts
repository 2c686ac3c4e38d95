import { conforms } from './conformance.ts';
import { onNodePostgres, onPostgresJs } from './subjects/drizzle.ts';

conforms(onNodePostgres);
conforms(onPostgresJs);
