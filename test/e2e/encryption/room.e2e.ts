import { specsIn } from '../../support/specs-in.js';

specsIn(import.meta.dirname, { ownDatabase: ['start'] });
