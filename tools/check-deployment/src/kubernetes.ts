import { operationPaths } from '@jishi/telemetry';
import { parseAllDocuments } from 'yaml';
import type { App } from './apps';
import type { Image } from './dockerfile';
import { isRecord, list, record, unknownKeys, type Fault } from './fault';

/** The kinds we use, with their keys below the top; anything else is a mistake or a reason to extend this table. */
const kinds: Readonly<
  Record<string, { readonly apiVersion: string; readonly keys: readonly string[]; readonly spec?: readonly string[] }>
> = {
  Namespace: { apiVersion: 'v1', keys: [] },
  ConfigMap: { apiVersion: 'v1', keys: ['data'] },
  Service: { apiVersion: 'v1', keys: ['spec'], spec: ['selector', 'ports', 'type', 'clusterIP'] },
  Deployment: {
    apiVersion: 'apps/v1',
    keys: ['spec'],
    spec: [
      'replicas',
      'revisionHistoryLimit',
      'strategy',
      'selector',
      'template',
      'minReadySeconds',
      'progressDeadlineSeconds',
    ],
  },
  PodDisruptionBudget: {
    apiVersion: 'policy/v1',
    keys: ['spec'],
    spec: ['maxUnavailable', 'minAvailable', 'selector'],
  },
  NetworkPolicy: {
    apiVersion: 'networking.k8s.io/v1',
    keys: ['spec'],
    spec: ['podSelector', 'policyTypes', 'ingress', 'egress'],
  },
};
const ofPod = [
  ...[
    'automountServiceAccountToken',
    'terminationGracePeriodSeconds',
    'securityContext',
    'topologySpreadConstraints',
    'containers',
    'volumes',
  ],
  ...['serviceAccountName', 'affinity', 'nodeSelector', 'tolerations', 'priorityClassName'],
];
const ofContainer = [
  ...[
    'name',
    'image',
    'command',
    'args',
    'ports',
    'env',
    'envFrom',
    'startupProbe',
    'livenessProbe',
    'readinessProbe',
    'resources',
  ],
  ...['securityContext', 'volumeMounts', 'imagePullPolicy'],
];
const ofProbe = [
  'httpGet',
  'periodSeconds',
  'timeoutSeconds',
  'failureThreshold',
  'initialDelaySeconds',
  'successThreshold',
];
const ofKustomization = [
  'apiVersion',
  'kind',
  'namespace',
  'resources',
  'labels',
  'images',
  'configMapGenerator',
  'patches',
  'replicas',
  'components',
];

export interface Base {
  /** Folder of the base, from the root: `k8s/base`. */
  readonly folder: string;
  /** Every YAML file in it with its text, `kustomization.yaml` among them. */
  readonly files: ReadonlyMap<string, string>;
  /** The page that tells an operator which secrets to make; each is to be found there by name and key. */
  readonly manual: string;
}

interface Resource {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const labelsMatch = (selector: unknown, labels: unknown): boolean => {
  const { matchLabels, matchExpressions } = record(selector);
  const wanted = matchLabels === undefined && matchExpressions === undefined ? {} : record(matchLabels);
  const has = record(labels);
  return (
    Object.entries(wanted).every(([key, value]) => has[key] === value) &&
    list(matchExpressions).every((expression) => {
      const { key, operator, values } = record(expression);
      const label = has[String(key)];
      return operator === 'Exists' ? label !== undefined : operator === 'In' && list(values).includes(label);
    })
  );
};

/** Checks a kustomize base as a careful reviewer would: what it names exists, and every pod is private, bounded and watched. */
export function* checkKubernetes(
  { folder, files, manual }: Base,
  apps: readonly App[],
  image: Image,
): Generator<Fault> {
  const kustomization = record(parseAllDocuments(files.get('kustomization.yaml') ?? '')[0]?.toJS());
  const path = (name: string) => `${folder}/${name}`;
  yield* unknownKeys(path('kustomization.yaml'), '', kustomization, ofKustomization);
  const listed = list(kustomization.resources).map(String);
  for (const name of listed)
    if (!files.has(name))
      yield { file: path('kustomization.yaml'), at: 'resources', message: `${name} does not exist` };
  for (const name of files.keys())
    if (name !== 'kustomization.yaml' && !listed.includes(name))
      yield { file: path(name), at: '', message: 'is not in the resources of kustomization.yaml' };

  const resources: Resource[] = [];
  for (const [name, text] of files) {
    if (name === 'kustomization.yaml') continue;
    for (const document of parseAllDocuments(text)) {
      const body = record(document.toJS());
      for (const error of document.errors) yield { file: path(name), at: '', message: error.message };
      const kind = String(body.kind);
      const resource = { file: path(name), kind, name: String(record(body.metadata).name), body };
      const known = kinds[kind];
      if (!known || known.apiVersion !== body.apiVersion)
        yield { file: path(name), at: kind, message: `unknown kind ${String(body.apiVersion)} ${kind}` };
      else {
        yield* unknownKeys(path(name), `${kind} ${resource.name}`, body, [
          'apiVersion',
          'kind',
          'metadata',
          ...known.keys,
        ]);
        if (known.spec) yield* unknownKeys(path(name), `${kind} ${resource.name}.spec`, body.spec, known.spec);
        yield* unknownKeys(path(name), `${kind} ${resource.name}.metadata`, body.metadata, [
          'name',
          'labels',
          'annotations',
        ]);
      }
      if (resources.some((other) => other.kind === kind && other.name === resource.name))
        yield { file: path(name), at: `${kind} ${resource.name}`, message: 'exists twice' };
      resources.push(resource);
    }
  }

  const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);
  const deployments = ofKind('Deployment');
  const podLabels = (deployment: Resource) =>
    record(record(record(record(deployment.body.spec).template).metadata)).labels;
  const configMaps = new Map(ofKind('ConfigMap').map(({ name, body }) => [name, record(body.data)]));
  for (const deployment of deployments) {
    yield* checkDeployment(deployment, apps, image, configMaps, resources, manual);
    if (
      !ofKind('PodDisruptionBudget').some(({ body }) => labelsMatch(record(body.spec).selector, podLabels(deployment)))
    )
      yield { file: deployment.file, at: `Deployment ${deployment.name}`, message: 'has no PodDisruptionBudget' };
  }
  for (const app of apps)
    for (const entry of app.entries)
      if (!deployments.some((deployment) => entryOf(deployment) === `${app.name}/${entry}`))
        yield { file: folder, at: '', message: `nothing runs ${app.name}/${entry}` };

  for (const { file, kind, name, body } of [
    ...ofKind('Service'),
    ...ofKind('PodDisruptionBudget'),
    ...ofKind('NetworkPolicy'),
  ]) {
    const spec = record(body.spec);
    const selector =
      kind === 'Service' ? { matchLabels: spec.selector } : kind === 'NetworkPolicy' ? spec.podSelector : spec.selector;
    const selected = deployments.filter((deployment) => labelsMatch(selector, podLabels(deployment)));
    if (selected.length === 0) yield { file, at: `${kind} ${name}`, message: 'selects no Deployment' };
    for (const port of kind === 'Service' ? list(spec.ports) : []) {
      const target = record(port).targetPort ?? record(port).port;
      const offered = selected.flatMap((deployment) => portsOf(containerOf(deployment)));
      if (!offered.some(({ name: word, port: number }) => target === word || target === number))
        yield { file, at: `Service ${name}`, message: `no container offers the port ${String(target)}` };
    }
    // Rules about our own pods name ports on which they listen; 5432, 9092 and 53 belong to others.
    for (const rule of [...list(spec.ingress), ...list(spec.egress)])
      for (const port of list(record(rule).ports)) {
        const number = record(port).port;
        if (![53, 5432, 9092, ...image.ports].includes(Number(number)))
          yield { file, at: `NetworkPolicy ${name}`, message: `nobody listens on ${String(number)}` };
      }
  }
  const denies = ofKind('NetworkPolicy').some(({ body }) => {
    const spec = record(body.spec);
    return (
      isRecord(spec.podSelector) &&
      Object.keys(spec.podSelector).length === 0 &&
      list(spec.policyTypes).length === 2 &&
      spec.ingress === undefined &&
      spec.egress === undefined
    );
  });
  if (!denies) yield { file: folder, at: 'NetworkPolicy', message: 'nothing denies by default' };
}

const podOf = (deployment: Resource) => record(record(record(deployment.body.spec).template).spec);
const containerOf = (deployment: Resource) => record(list(podOf(deployment).containers)[0]);
const portsOf = (container: Readonly<Record<string, unknown>>) =>
  list(container.ports).map((port) => ({ name: record(port).name, port: Number(record(port).containerPort) }));
const appNameOf = (deployment: Resource) =>
  /^jishi\/([\w-]+):\d+\.\d+/.exec(String(containerOf(deployment).image))?.[1];
const entryOf = (deployment: Resource) =>
  `${appNameOf(deployment)}/${String(list(containerOf(deployment).command)[1] ?? 'src/main.js')}`;

function* checkDeployment(
  deployment: Resource,
  apps: readonly App[],
  image: Image,
  configMaps: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
  resources: readonly Resource[],
  manual: string,
): Generator<Fault> {
  const at = `Deployment ${deployment.name}`;
  const fault = (where: string, message: string): Fault => ({ file: deployment.file, at: `${at}.${where}`, message });
  const pod = podOf(deployment);
  const container = containerOf(deployment);
  yield* unknownKeys(deployment.file, `${at}.pod`, pod, ofPod);
  yield* unknownKeys(deployment.file, `${at}.container`, container, ofContainer);
  if (list(pod.containers).length !== 1) yield fault('containers', 'one container a pod');
  if (
    !labelsMatch(
      record(deployment.body.spec).selector,
      record(record(record(deployment.body.spec).template).metadata).labels,
    )
  )
    yield fault('selector', 'does not match its own template');

  const app = apps.find(({ name }) => name === appNameOf(deployment));
  if (!app) return yield fault('image', `${String(container.image)} is no app of ours`);
  const [program] = list(container.command);
  if (
    (program !== undefined && program !== 'node') ||
    !apps.some(({ name, entries }) => entries.some((entry) => `${name}/${entry}` === entryOf(deployment)))
  )
    yield fault('command', `there is no ${entryOf(deployment)}`);

  const given = new Map<string, unknown>(image.environment);
  for (const source of list(container.envFrom)) {
    const name = String(record(record(source).configMapRef).name);
    const data = configMaps.get(name);
    if (!data) yield fault('envFrom', `no ConfigMap ${name}`);
    for (const [variable, value] of Object.entries(data ?? {})) given.set(variable, value);
  }
  for (const item of list(container.env)) {
    const { name, value, valueFrom } = record(item);
    given.set(String(name), value ?? valueFrom);
    const secret = record(record(valueFrom).secretKeyRef);
    if (valueFrom !== undefined && !manual.includes(`\`${String(secret.name)}\``))
      yield fault(`env.${String(name)}`, `the manual knows no secret ${String(secret.name)}`);
    const address = /^https?:\/\/([\w-]+):(\d+)/.exec(String(value ?? ''));
    const target = address && resources.find((other) => other.kind === 'Service' && other.name === address[1]);
    const offered = list(record(target?.body.spec).ports).map((port) => Number(record(port).port));
    if (address && !offered.includes(Number(address[2])))
      yield fault(`env.${String(name)}`, `no Service answers ${address[0]}`);
  }
  for (const variable of given.keys())
    if (!app.variables.has(variable)) yield fault(`env.${variable}`, `${app.name} does not read it`);
  for (const variable of app.required) if (!given.has(variable)) yield fault('env', `${variable} is missing`);

  const ports = portsOf(container);
  if (!ports.some(({ port }) => port === Number(given.get('PORT'))) || !image.ports.includes(Number(given.get('PORT'))))
    yield fault('ports', `it listens on ${String(given.get('PORT'))}`);
  for (const [probe, wanted] of [
    ['startupProbe', operationPaths.live],
    ['livenessProbe', operationPaths.live],
    ['readinessProbe', operationPaths.ready],
  ] as const) {
    yield* unknownKeys(deployment.file, `${at}.${probe}`, container[probe], ofProbe);
    const { path, port } = record(record(container[probe]).httpGet);
    if (path !== wanted) yield fault(probe, `asks ${String(path)} instead of ${wanted}`);
    if (!ports.some((offered) => offered.name === port || offered.port === port))
      yield fault(probe, `no port ${String(port)}`);
  }

  const mounts = list(container.volumeMounts).map((mount) => record(mount));
  const volumes = list(pod.volumes).map((volume) => record(volume));
  for (const { name } of mounts)
    if (!volumes.some((volume) => volume.name === name)) yield fault('volumeMounts', `no volume ${String(name)}`);
  for (const volume of volumes) {
    const secret = record(volume.secret).secretName;
    if (secret !== undefined && !manual.includes(`\`${String(secret)}\``))
      yield fault('volumes', `the manual knows no secret ${String(secret)}`);
  }
  for (const [variable, value] of given) {
    if (!variable.endsWith('_FILE')) continue;
    const mount = mounts.find(({ mountPath }) => String(value).startsWith(`${String(mountPath)}/`));
    const secret = mount && record(volumes.find(({ name }) => name === mount.name)?.secret).secretName;
    const key = String(value).split('/').at(-1);
    if (!mount) yield fault(`env.${variable}`, `${String(value)} is not mounted`);
    // The manual's table has one row per secret: | `name` | `key`, `key` | …
    else if (!manual.split('\n').some((row) => row.includes(`\`${String(secret)}\``) && row.includes(`\`${key}\``)))
      yield fault(`env.${variable}`, `the secret ${String(secret)} has no key ${key}`);
  }

  const podContext = record(pod.securityContext);
  const context = record(container.securityContext);
  const { requests, limits } = record(container.resources);
  const demands: readonly (readonly [boolean, string])[] = [
    [podContext.runAsNonRoot === true && Number(podContext.runAsUser) > 0, 'runs as root'],
    [record(podContext.seccompProfile).type === 'RuntimeDefault', 'has no seccomp profile'],
    [pod.automountServiceAccountToken === false, 'carries a token of the cluster'],
    [context.readOnlyRootFilesystem === true, 'can write to its own image'],
    [context.allowPrivilegeEscalation === false, 'may gain privileges'],
    [list(record(context.capabilities).drop).includes('ALL'), 'keeps capabilities'],
    [record(requests).cpu !== undefined && record(requests).memory !== undefined, 'requests no resources'],
    [
      record(limits).memory !== undefined && record(limits).memory === record(requests).memory,
      'its memory limit is not its request',
    ],
    [Number(pod.terminationGracePeriodSeconds) >= 40, 'is killed before it has drained'],
  ];
  for (const [kept, message] of demands) if (!kept) yield fault('pod', message);
}
