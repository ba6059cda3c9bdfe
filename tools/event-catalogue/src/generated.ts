import { asyncApiOf, contracts, contractsVersion, jsonSchemaOf, serviceWords } from '@jishi/event-contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as babel from 'prettier/plugins/babel';
import * as estree from 'prettier/plugins/estree';
import { format } from 'prettier/standalone';
import type { GeneratedFile } from '../../compose-supergraph/generated';
import { services } from '../../compose-supergraph/services';
import { listenersByType } from './listeners';
import { pageOf } from './page';
import { valueWordsOf } from './value-words';

const folder = 'libs/event-contracts';
const from = `${folder}/src/*.events.ts`;

/** Everything that is written from the contracts: JSON Schemas, an AsyncAPI document per service, the catalogue. */
export async function generatedFiles(root: string): Promise<readonly GeneratedFile[]> {
  const schemas = contracts.map((contract) => ({
    path: `${folder}/schemas/${contract.type}.json`,
    content: jsonSchemaOf(contract),
  }));
  const documents = Object.keys(serviceWords).map((service) => ({
    path: `${folder}/asyncapi/${service}.json`,
    content: asyncApiOf(service, contractsVersion),
  }));
  return [
    ...(await Promise.all(
      [...schemas, ...documents].map(async ({ path, content }) => ({ path, text: await laidOut(content), from })),
    )),
    cataloguePage(root),
  ];
}

/** JSON as everybody's formatter lays it out, so that formatting a folder does not make it stale. */
export const laidOut = (content: unknown): Promise<string> =>
  format(JSON.stringify(content, null, 2), { parser: 'json', plugins: [babel, estree], printWidth: 120 });

function cataloguePage(root: string): GeneratedFile {
  const graphs = Object.fromEntries(
    services.map(({ name }) => [name, readFileSync(join(root, `apps/${name}/schema.graphql`), 'utf8')]),
  );
  const text = pageOf({
    version: contractsVersion,
    listeners: listenersByType(services),
    valueWords: valueWordsOf(graphs),
  });
  return { path: `${folder}/catalogue/index.html`, text, from: `${from}, tools/event-catalogue` };
}
