// Who may import whom. One table; the rest of this file turns it into rules.
// "folder: what of ours it may import besides itself". Same picture as in the README.
const house = {
  'simulator/error': [],
  'simulator/asn1': ['simulator/error'],
  'simulator/pki': ['simulator/error', 'simulator/asn1'],
  'simulator/smime': ['simulator/error', 'simulator/asn1', 'simulator/pki'],
  'simulator/delivery': ['simulator/error', 'simulator/asn1', 'simulator/pki'],
  'simulator/mail': ['simulator/error', 'simulator/asn1', 'simulator/pki', 'simulator/smime'],
  'simulator/device': [
    'simulator/error',
    'simulator/asn1',
    'simulator/pki',
    'simulator/smime',
    'simulator/delivery',
    'simulator/mail',
  ],
  'simulator/platforms': [
    'simulator/error',
    'simulator/asn1',
    'simulator/pki',
    'simulator/delivery',
    'simulator/device',
  ],
  'simulator/tenant': ['simulator/error', 'simulator/asn1', 'simulator/pki', 'simulator/delivery'],
  'simulator/lab': ['simulator'],
  scenarios: ['simulator'],
  conformance: ['scenarios', 'simulator', 'reports'],
  reports: [],
  'fixtures/generate': ['simulator'],
}

const ours = '^(simulator|scenarios|conformance|reports|fixtures)/'

module.exports = {
  forbidden: [
    ...Object.entries(house).map(([folder, allowed]) => ({
      name: `${folder} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: `^${folder}([/.]|$)`, pathNot: '\\.test\\.ts$' },
      to: { path: ours, pathNot: [folder, ...allowed].map((each) => `^${each}([/.]|$)`) },
    })),
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'nothing unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no dev dependency in what is shipped',
      severity: 'error',
      from: {
        path: '^(simulator|scenarios|conformance|reports)/',
        pathNot: ['\\.test\\.ts$', '/testing/', '^conformance/bench/'],
      },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'undeclared package',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'only the command line and the fixture and schema programs touch process',
      severity: 'error',
      from: {
        path: '^(simulator|scenarios|reports|conformance)/',
        pathNot: ['^conformance/(cli|bench)/', '\\.test\\.ts$', '^reports/schema/write\\.ts$'],
      },
      to: { path: '^(node:)?process$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectProcessBuiltinModuleCalls: true,
    builtInModules: { add: [] },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
}
