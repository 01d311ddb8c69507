import { specsIn } from '../../support/specs-in.js';

specsIn(import.meta.dirname, { ownDatabase: ['crash', 'embedded-memory', 'embedded-on-disk'] });
