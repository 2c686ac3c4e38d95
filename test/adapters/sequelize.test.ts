import { conforms } from './conformance.ts';
import { sequelizeJs } from './subjects/sequelize.ts';

conforms(sequelizeJs);
