import { conforms } from './conformance.ts';
import { nodePostgres } from './subjects/node-postgres.ts';

conforms(nodePostgres);
