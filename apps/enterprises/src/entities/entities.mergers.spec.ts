import { areaChanged } from '@jishi/event-contracts';
import { testService, type TestService } from '@jishi/testing';
import { areas, firms, twoTowns } from '../../seeds/two-towns';
import { enterprises } from '../service';
import { moveOnTheDay } from './entities.mergers';

let service: TestService;
beforeEach(async () => {
  service = await testService(enterprises, twoTowns);
}, 120_000);
afterEach(() => service.close());

const merged = (more: object = {}) =>
  areaChanged({
    code: areas.eastVillage,
    name: '小庄村',
    level: 'GRASSROOTS',
    parentCode: areas.east,
    kind: 'VILLAGE',
    validFrom: '2015-01-01',
    validTo: '2026-06-20',
    replacedBy: [areas.eastCommunity],
    ...more,
  });
const areaOf = async (id: string) =>
  (await service.database.pool.query<{ area_code: string }>('SELECT area_code FROM entity WHERE id = $1', [id]))
    .rows[0]!.area_code;
const clock = () => moveOnTheDay({ today: service.today, transact: service.asSystem });
const changes = async () => (await service.emitted()).filter(({ type }) => type === 'enterprises.entity.changed.v1');

describe('ENT-01 areas that are merged (P11)', () => {
  it('ENT-01 a merger that is told before its date takes effect on the day, once', async () => {
    await service.receive(merged());
    await clock();
    expect(await areaOf(firms.shop)).toBe(areas.eastVillage);
    service.on('2026-06-20');
    await clock();
    await clock();
    expect(await areaOf(firms.shop)).toBe(areas.eastCommunity);
    expect(await changes()).toMatchObject([{ key: firms.shop, data: { areaCode: areas.eastCommunity } }]);
  });

  it('ENT-01 a merger that is heard late, and twice, moves what is open once', async () => {
    service.on('2026-07-01');
    const event = merged();
    await service.receive(event);
    await service.receive(event);
    expect(await areaOf(firms.shop)).toBe(areas.eastCommunity);
    expect(await changes()).toHaveLength(1);
  });

  it('ENT-01 closed records keep the old code, and so do all where an area was divided', async () => {
    service.on('2026-07-01');
    await service.database.pool.query(
      `UPDATE entity SET operating = 'CLOSED', closed_on = '2025-12-31' WHERE id = $1`,
      [firms.shop],
    );
    await service.receive(merged());
    expect(await areaOf(firms.shop)).toBe(areas.eastVillage);
    await service.receive(
      merged({
        code: areas.westCommunity,
        parentCode: areas.west,
        replacedBy: [areas.eastCommunity, areas.eastVillage],
      }),
    );
    await clock();
    expect(await areaOf(firms.west)).toBe(areas.westCommunity);
    expect(await changes()).toEqual([]);
  });
});
