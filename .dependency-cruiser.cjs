// Which file may import which. docs/architecture.md draws it; test/dependency-rule.spec.ts breaks every rule once.
// An arrow you need and this file forbids means that a type is living on the wrong floor: move the type.

/** The rooms of apps/api/src from the ground up. A room imports the floors below its own, and no neighbour on its floor. */
const FLOORS = [
  ['config', 'tables'],
  ['metrics', 'geo'],
  ['http'],
  ['database'],
  // Who is asking and what a route demands. Below audit, because the log's own routes are guarded and sign-in is logged.
  ['access'],
  ['jobs', 'encryption'],
  // Taking a person out. Each room above says what of hers holds people.
  ['erasure'],
  // The tree over the log: both halves of the log, changes and uses, are added to it.
  ['log-tree'],
  ['audit', 'events', 'usage', 'rate-limit', 'change-feed'],
  ['idempotency'],
  ['auth'],
  ['keys'],
  ['rotation', 'webhooks', 'anomaly', 'health'],
  ['insights'],
  ['console'],
];

const SPEC = '\\.(spec|e2e-spec)\\.tsx?$';
const NEST = 'node_modules/(@nestjs/|rxjs/|reflect-metadata/|fastify/)';
const DOORS = '^libs/([^/]+/src/index|guards/src/testing/index)\\.ts$';

const rooms = (names) => `^apps/api/src/(${names.join('|')})/`;

const floors = FLOORS.flatMap((floor, level) =>
  floor.map((room) => ({
    name: `room-${room}-points-down`,
    comment: `${room}/ imports the rooms below it: ${FLOORS.slice(0, level).flat().join(', ') || 'none'}.`,
    from: { path: rooms([room]) },
    to: { path: '^apps/api/src/[^/]+/', pathNot: rooms([room, ...FLOORS.slice(0, level).flat()]) },
  })),
);

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-itself-and-crypto',
      comment: 'The rules know no framework, no database and no clock of their own.',
      from: { path: '^libs/domain/', pathNot: SPEC },
      to: { pathNot: ['^libs/domain/', '^(node:)?crypto$'] },
    },
    {
      name: 'problems-imports-nest',
      from: { path: '^libs/problems/', pathNot: SPEC },
      to: { pathNot: ['^libs/problems/', NEST] },
    },
    {
      name: 'guards-imports-domain-problems-nest',
      from: { path: '^libs/guards/', pathNot: SPEC },
      to: { pathNot: ['^libs/(guards|domain|problems)/', NEST] },
    },
    {
      name: 'lib-imports-no-app',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'lib-imports-no-typeorm',
      from: { path: '^libs/' },
      to: { path: 'node_modules/(typeorm|@nestjs/typeorm)/' },
    },
    {
      name: 'lib-is-entered-by-its-door',
      comment: 'A lib shows what it lists in its index.ts and nothing else.',
      from: { path: '^(?:libs/([^/]+)|apps|test)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', DOORS] },
    },
    {
      name: 'door-is-entered-by-its-sign',
      comment:
        'Write #domain, #guards, #guards/testing or #problems: a relative path into a lib breaks when a file moves.',
      from: { path: '^(?:libs/([^/]+)|apps|test)/' },
      to: { path: '^libs/', pathNot: '^libs/$1/', dependencyTypesNot: ['aliased-subpath-import'] },
    },
    {
      name: 'own-door-is-for-others',
      comment: 'A lib that enters by its own door loads all of itself to reach one file, and soon stands in a circle.',
      from: { path: '^libs/([^/]+)/src/', pathNot: DOORS },
      to: { path: ['^libs/$1/src/index\\.ts$', '^libs/$1/src/testing/index\\.ts$'] },
    },
    ...floors,
    {
      name: 'room-has-a-floor',
      comment: 'A new room is given its place in FLOORS before it imports anything.',
      from: { path: '^apps/api/src/[^/]+/', pathNot: rooms(FLOORS.flat()) },
      to: {},
    },
    {
      name: 'webhooks-folders-point-down',
      comment: 'sending/ knows no endpoint, and endpoints/ knows no delivery.',
      from: { path: '^apps/api/src/webhooks/(sending|endpoints)/' },
      to: { path: '^apps/api/src/webhooks/(endpoints|deliveries)/', pathNot: '^apps/api/src/webhooks/$1/' },
    },
    {
      name: 'nothing-imports-the-roof',
      comment: 'app.module, app.setup, main and ormconfig know every room; no room knows them.',
      from: { path: ['^apps/api/src/[^/]+/', '^libs/'], pathNot: SPEC },
      to: { path: ['^apps/api/src/[^/]+\\.tsx?$', '^ormconfig\\.ts$'] },
    },
    {
      name: 'entity-names-foreign-rows-by-id',
      comment: 'A relation between rooms ties their tables, modules and tests together; an id does not.',
      from: { path: '^apps/api/src/([^/]+)/.*\\.entity\\.ts$' },
      to: { path: '\\.entity\\.ts$', pathNot: '^apps/api/src/$1/' },
    },
    {
      name: 'product-imports-no-test',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { path: ['^test/', SPEC] },
    },
    {
      name: 'product-imports-no-dev-dependency',
      comment: 'Development packages are not in the image.',
      from: { path: '^(apps|libs)/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'package-is-declared',
      comment: 'What is imported stands in package.json, or the next update of somebody else takes it away.',
      from: { path: '^(apps|libs|test)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'import-resolves',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycle',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Type-only imports are arrows too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // "source" is the condition under which package.json points #domain and its sisters at libs/ instead of dist/.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'default', 'types'],
    },
  },
};
