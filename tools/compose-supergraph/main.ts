import 'reflect-metadata';
import { printedSchemaOf } from '@jishi/subgraph';
import { apiSchema, compose, CompositionError } from './compose';
import { checkDescriptions, describeReport } from './descriptions';
import { generatedFiles, generatedSdls, staleFiles, writeFiles } from './generated';
import { fragileFields } from './ownership';
import { repositoryRoot } from './repository';
import { services } from './services';

const usage = `npm run compose               写出各服务 schema.graphql 与 supergraph.graphql / write the printed SDLs and the supergraph
npm run compose -- --check    只检查，过期或说明不全则退出码 1 / only check; exit 1 when stale or not fully described
npm run schema                只写出各服务 schema.graphql / write the printed SDLs only
`;

async function main(options: readonly string[]): Promise<number> {
  const unknown = options.find((option) => !['--check', '--schema', '--help'].includes(option));
  if (unknown) process.stderr.write(`不认识的选项 ${unknown} / unknown option\n`);
  if (unknown || options.includes('--help')) {
    process.stdout.write(usage);
    return unknown ? 2 : 0;
  }

  const subgraphs = services.map((service) => ({ name: service.name, sdl: printedSchemaOf(service) }));
  const root = repositoryRoot();
  if (options.includes('--schema')) {
    report(writeFiles(root, await generatedSdls(subgraphs)));
    return 0;
  }

  const files = await generatedFiles(subgraphs);
  let wrong = 0;
  if (options.includes('--check')) {
    const stale = staleFiles(root, files);
    for (const each of stale) process.stderr.write(`${each}\n`);
    if (stale.length > 0)
      process.stderr.write('运行 npm run compose 后一并提交 / run npm run compose and commit the result\n');
    wrong += stale.length;
  } else {
    report(writeFiles(root, files));
  }

  const fragile = fragileFields(subgraphs);
  if (fragile.length > 0) {
    process.stderr.write('由其他服务回答的字段必须可空 / fields that another service answers must be nullable:\n');
    process.stderr.write(fragile.map((each) => `  ${each}\n`).join(''));
  }
  const descriptions = checkDescriptions(await apiSchema(compose(subgraphs)));
  process.stdout.write(`${describeReport(descriptions)}\n`);
  return wrong + fragile.length + descriptions.missing.length > 0 ? 1 : 0;
}

function report(written: readonly string[]) {
  for (const path of written) process.stdout.write(`已写出 / wrote ${path}\n`);
  if (written.length === 0) process.stdout.write('没有变化 / nothing changed\n');
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (!(error instanceof CompositionError)) throw error;
    process.stderr.write(`各服务的图不能合成 / the subgraphs do not compose:\n${error.message}\n`);
    process.exit(1);
  },
);
