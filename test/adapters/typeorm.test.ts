import { conforms } from './conformance.ts';
import { typeorm } from './subjects/typeorm.ts';

conforms(typeorm);
