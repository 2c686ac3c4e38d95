import { conforms } from './conformance.ts';
import { mikroOrm } from './subjects/mikro-orm.ts';

conforms(mikroOrm);
