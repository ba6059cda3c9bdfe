import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateway, service } from '@jishi/config';
import type { App } from './apps';
import { checkDeployments } from './check';

const root = join(__dirname, '..', '..', '..');
const app = (
  name: string,
  entries: readonly string[],
  variables: readonly string[],
  required: readonly string[],
): App => ({
  name,
  entries,
  variables: new Set(variables),
  required: new Set(required),
});
const services = ['organizations', 'members', 'villages', 'grids', 'enterprises'];
/** The apps as the deployment expects them; whether they really are so is what `npm run check:deployment` says. */
const apps = [
  ...services.map((name) =>
    app(name, ['src/main.js', 'src/worker.js'], Object.keys(service), [
      'DATABASE_URL',
      'BUS_URL',
      'SUBGRAPH_PUBLIC_KEY_FILE',
    ]),
  ),
  app(
    'gateway',
    ['src/main.js'],
    [...Object.keys(gateway), ...services.map((name) => `${name.toUpperCase()}_URL`)],
    ['USER_PUBLIC_KEY_FILE', 'SUBGRAPH_PRIVATE_KEY_FILE'],
  ),
];

/** What is said when `from` in a file of the deployment becomes `to`. */
const saidOf = (path: string, from: string, to: string): string[] => {
  const text = readFileSync(join(root, path), 'utf8');
  if (!text.includes(from)) throw new Error(`${path} does not contain ${from}`);
  return checkDeployments(root, apps, new Map([[path, text.replace(from, to)]])).map(
    ({ at, message }) => `${at}: ${message}`,
  );
};

const dockerfile = 'docker/service.Dockerfile';
const compose = 'docker/compose.yaml';
const members = 'k8s/base/members.yaml';
const policies = 'k8s/base/network-policy.yaml';

describe('the deployment', () => {
  it('names only what exists', () => {
    expect(checkDeployments(root, apps)).toEqual([]);
  });

  it.each([
    ['a base image without a version', dockerfile, 'node:24.21.0-bookworm-slim', 'node:24', /not pinned/],
    ['a file that is not there', dockerfile, 'COPY libs libs', 'COPY lib libs', /lib does not exist/],
    [
      'a build script that is not there',
      dockerfile,
      'tools/build.mjs',
      'tools/builds.mjs',
      /builds\.mjs does not exist/,
    ],
    ['a stage that is not there', dockerfile, '--from=dependencies', '--from=deps', /no stage deps/],
    ['a variable that no app reads', dockerfile, 'PORT=4000', 'PROT=4000', /does not read PROT/],
    ['a shell as process 1', dockerfile, 'CMD ["node", "src/main.js"]', 'CMD node src/main.js', /not process 1/],
    ['an entry point that is not there', dockerfile, '"src/main.js"]', '"main.js"]', /has no main\.js/],
    ['root in an image', dockerfile, 'USER 65532:65532', 'USER root', /as root/],
    ['a misspelt instruction', dockerfile, 'EXPOSE', 'EXPOSES', /unknown instruction/],
  ])('%s is found in the Dockerfile', (_, path, from, to, message) => {
    expect(saidOf(path, from, to)).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    ['an unknown key at the top', 'volumes:\n  postgres:', 'volume:\n  postgres:', /^volume: unknown key/],
    ['an unknown key of a service', 'read_only: true', 'readonly: true', /readonly: unknown key/],
    ['an app that is not there', 'image: jishi/gateway:', 'image: jishi/gate:', /no app of this name/],
    ['another app under a name', 'APP: members', 'APP: organizations', /builds organizations into jishi\/members/],
    ['a worker that is not there', 'src/worker.js', 'src/work.js', /has no src\/work\.js/],
    ['a misspelt variable', '  BUS_URL:', '  BUSURL:', /BUSURL: organizations does not read it/],
    [
      'a missing variable',
      /* of members */ 'USER_PUBLIC_KEY_FILE: /keys/user.public.pem',
      '',
      /USER_PUBLIC_KEY_FILE is missing/,
    ],
    [
      'a port on which nobody listens',
      'http://members:4000',
      'http://members:4001',
      /members listens on 4000, not on 4001/,
    ],
    ['a published port of nobody', "'4000:4000'", "'4000:8080'", /8080 is not the port 4000/],
    ['a host that is not there', '@postgres:5432/members', '@database:5432/members', /no service database/],
    ['a path that nothing answers', '/health/ready', '/ready', /nothing answers \/ready/],
    ['a script that is not there', './databases.sql:', './database.sql:', /database\.sql does not exist/],
    [
      'a service that is not there',
      'organizations: { condition: service_started }',
      'organisations: { condition: service_started }',
      /no service organisations/,
    ],
  ])('%s is found in the compose file', (_, from, to, message) => {
    expect(saidOf(compose, from, to)).toContainEqual(expect.stringMatching(message));
  });

  it.each([
    [
      'a resource that is not there',
      'k8s/base/kustomization.yaml',
      'members.yaml',
      'member.yaml',
      /member\.yaml does not exist/,
    ],
    ['a forgotten resource', 'k8s/base/kustomization.yaml', '  - network-policy.yaml\n', '', /is not in the resources/],
    ['a misspelt key', members, 'replicas: 2', 'replica: 2', /replica: unknown key/],
    ['a misspelt key of a container', members, 'readinessProbe:', 'readynessProbe:', /readynessProbe: unknown key/],
    ['a kind of another version', members, 'apiVersion: apps/v1', 'apiVersion: apps/v1beta1', /unknown kind/],
    ['an image of nobody', members, 'image: jishi/members:', 'image: jishi/member:', /no app of ours/],
    ['an entry point that is not there', members, 'src/worker.js', 'src/work.js', /there is no members\/src\/work\.js/],
    ['a probe of another path', members, 'path: /health/live', 'path: /livez', /asks \/livez/],
    [
      'a probe of another port',
      members,
      'path: /health/ready, port: http',
      'path: /health/ready, port: web',
      /no port web/,
    ],
    ['a variable that nobody reads', members, 'name: BUS_URL', 'name: EVENTS_URL', /members does not read it/],
    ['a variable that is missing', members, 'name: BUS_URL', 'name: EVENTS_URL', /BUS_URL is missing/],
    [
      'a secret that the manual does not know',
      members,
      'name: members-database',
      'name: member-database',
      /knows no secret member-database/,
    ],
    ['a key file that no secret holds', members, 'subgraph.public.pem', 'public.pem', /has no key public\.pem/],
    [
      'a Service that selects nobody',
      members,
      'selector: { app.kubernetes.io/name: members }',
      'selector: { app: members }',
      /Service members: selects no Deployment/,
    ],
    [
      'a port that no container offers',
      members,
      'targetPort: http',
      'targetPort: graphql',
      /no container offers the port graphql/,
    ],
    [
      'a budget that protects nobody',
      members,
      'maxUnavailable: 1\n  selector:\n    matchLabels: { app.kubernetes.io/name: members }',
      'maxUnavailable: 1\n  selector:\n    matchLabels: { app.kubernetes.io/name: nobody }',
      /has no PodDisruptionBudget/,
    ],
    ['a pod that may become root', members, 'runAsNonRoot: true', 'runAsNonRoot: false', /runs as root/],
    ['a writable image', members, 'readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', /can write/],
    ['memory without a bound', members, 'limits: { memory: 512Mi }', 'limits: { cpu: 1 }', /memory limit/],
    [
      'a process that is not given time to drain',
      members,
      'terminationGracePeriodSeconds: 40',
      'terminationGracePeriodSeconds: 5',
      /before it has drained/,
    ],
    [
      'an open network',
      policies,
      'podSelector: {}\n  policyTypes: [Ingress, Egress]',
      'podSelector: {}\n  policyTypes: [Ingress]',
      /nothing denies/,
    ],
    [
      'a policy for nobody',
      policies,
      'matchLabels: { app.kubernetes.io/name: gateway }\n  policyTypes',
      'matchLabels: { app.kubernetes.io/name: gate }\n  policyTypes',
      /selects no Deployment/,
    ],
    ['a policy about a port of nobody', policies, 'port: 4000', 'port: 4400', /nobody listens on 4400/],
    [
      'an address that no Service answers',
      'k8s/base/gateway.yaml',
      'http://members:4000',
      'http://member:4000',
      /no Service answers http:\/\/member:4000/,
    ],
    [
      'a port that the process does not have',
      'k8s/base/config-map.yaml',
      "PORT: '4000'",
      "PORT: '4100'",
      /it listens on 4100/,
    ],
  ])('%s is found in the Kubernetes base', (_, path, from, to, message) => {
    expect(saidOf(path, from, to)).toContainEqual(expect.stringMatching(message));
  });

  it('finds an entry point that nothing runs', () => {
    const more = apps.map((one) =>
      one.name === 'gateway' ? { ...one, entries: [...one.entries, 'src/worker.js'] } : one,
    );
    expect(checkDeployments(root, more).map(({ message }) => message)).toEqual([
      'nothing runs gateway/src/worker.js',
      'nothing runs gateway/src/worker.js',
    ]);
  });
});
