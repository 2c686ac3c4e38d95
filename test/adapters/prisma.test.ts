import { conforms } from './conformance.ts';
import { prisma } from './subjects/prisma.ts';

conforms(prisma);
