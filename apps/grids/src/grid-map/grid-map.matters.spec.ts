import { testService, type TestService } from '@jishi/testing';
import { busyStreet, codes, grids as gridIds, idOf, people, places } from '../../seeds/busy-street';
import { matterSteps } from '../../seeds/matter-steps';
import { grids } from '../service';

let service: TestService;
beforeAll(async () => {
  service = await testService(grids, busyStreet);
}, 120_000);
afterAll(() => service.close());

const ring = (west: number, east: number) => {
  const { longitude: x, latitude: y } = places.first;
  const corners = [
    [x + west, y - 0.001],
    [x + east, y - 0.001],
    [x + east, y + 0.001],
    [x + west, y + 0.001],
    [x + west, y - 0.001],
  ];
  return JSON.stringify({ type: 'Polygon', coordinates: [corners] });
};

it('GRD-02 open matters follow the map by their place; those that ended or have no place stay', async () => {
  const beside = idOf(777);
  await service.database.pool.query(
    `INSERT INTO grid (id, code, name, level, tier, setting, parent_id, area_code, status, valid_from)
     SELECT $1, area_code || '007', '东片', level, tier, setting, parent_id, area_code, status, valid_from FROM grid WHERE id = $2`,
    [beside, gridIds.first],
  );
  await service.database.pool.query(
    `INSERT INTO grid_history (grid_id, valid_from, code, name, level, tier, parent_id, area_code, households, population, status)
     SELECT id, valid_from, code, name, level, tier, parent_id, area_code, 0, 0, status FROM grid WHERE id = $1`,
    [beside],
  );
  const steps = matterSteps(service);
  const open = await steps.accepted();
  const ended = await steps.as(people.community, 'reject', await steps.reported());
  const placeless = await steps.reported({ longitude: null, latitude: null, gridId: gridIds.first });
  await service.data(
    people.street,
    'mutation ($input: RedrawCommunityInput!) { redrawCommunity(input: $input) { movedBuildings } }',
    {
      input: {
        areaCode: codes.riverside,
        features: [
          { gridCode: `${codes.riverside}001`, polygon: ring(-0.001, -0.0005) },
          { gridCode: `${codes.riverside}007`, polygon: ring(-0.0005, 0.001) },
        ],
      },
    },
  );
  const gridOf = async (id: string) => {
    const { matter } = await service.data<{ matter: { grid: { id: string }; history: { kind: string }[] } }>(
      people.street,
      'query ($id: ID!) { matter(id: $id) { grid { id } history { kind } } }',
      { id },
    );
    return [matter.grid.id, matter.history.at(-1)!.kind];
  };
  expect(await gridOf(open.id)).toEqual([beside, 'rehome']);
  expect(await gridOf(ended.id)).toEqual([gridIds.first, 'reject']);
  expect(await gridOf(placeless.id)).toEqual([gridIds.first, 'report']);
});
