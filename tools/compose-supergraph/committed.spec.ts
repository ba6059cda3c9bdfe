import { printedSchemaOf } from '@jishi/subgraph';
import { apiSchema, compose } from './compose';
import { checkDescriptions } from './descriptions';
import { generatedFiles, staleFiles } from './generated';
import { fragileFields } from './ownership';
import { repositoryRoot } from './repository';
import { services } from './services';

const subgraphs = services.map((service) => ({ name: service.name, sdl: printedSchemaOf(service) }));

describe('the committed graph', () => {
  it('is what the services are: after a change run `npm run compose` and commit', async () => {
    expect(staleFiles(repositoryRoot(), await generatedFiles(subgraphs))).toEqual([]);
  });

  it('has a description in both languages for everything that clients see', async () => {
    const { missing, total } = checkDescriptions(await apiSchema(compose(subgraphs)));
    expect(missing).toEqual([]);
    expect(total).toBeGreaterThan(500);
  });

  it('survives the silence of any one service', () => {
    expect(fragileFields(subgraphs)).toEqual([]);
  });
});
