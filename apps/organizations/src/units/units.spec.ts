import { publishSnapshot } from '@jishi/event-delivery';
import { testService, type TestService } from '@jishi/testing';
import { codes, people, twoTowns } from '../../seeds/two-towns';
import { organizations } from '../service';
import { unitSnapshot } from './units.snapshot';

let service: TestService;
beforeAll(async () => {
  service = await testService(organizations, twoTowns);
}, 120_000);
afterAll(() => service.close());

describe('ORG-01 public units for those who begin', () => {
  it('ORG-01 the snapshot says every unit again as its last event did, also a closed one', async () => {
    const record = `mutation ($input: RecordPublicUnitInput!) { recordPublicUnit(input: $input) { publicUnit { id version } } }`;
    const input = { name: '县住建局', kind: 'ORGAN', areaCode: codes.county, departmentCode: 'HOUSING' };
    const { recordPublicUnit } = await service.data<{ recordPublicUnit: { publicUnit: { id: string } } }>(
      people.co,
      record,
      { input },
    );
    await service.data(people.co, record, {
      input: { ...input, ...recordPublicUnit.publicUnit, departmentCode: 'HOUSING', status: 'CLOSED' },
    });
    await service.data(people.co, record, { input: { name: '县医院', kind: 'PUBLIC_HOSPITAL', areaCode: codes.east } });
    const live = new Map((await service.emitted()).map(({ key, data }) => [key, data]));
    expect(live.get(recordPublicUnit.publicUnit.id)).toMatchObject({ status: 'CLOSED', departmentCode: 'HOUSING' });
    await service.forget();
    expect(await publishSnapshot(service.database, unitSnapshot)).toMatchObject({ written: 2, finished: true });
    expect(new Map((await service.emitted()).map(({ key, data }) => [key, data]))).toEqual(live);
  });
});
