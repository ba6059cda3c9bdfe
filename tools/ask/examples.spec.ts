import type { CivilDate } from '@jishi/periods';
import { committedQuestions } from '../../apps/gateway/src/committed';
import { WELL_KNOWN } from '../city/cases';
import { generateCity } from '../city/city';
import { organizationIdOf } from '../city/demo-accounts';
import { GRID_CASES } from '../city/grid-cases';

/** The seed with which `npm start` fills an empty folder. */
const seed = 1;

const example = Object.fromEntries(committedQuestions().map(({ name, variables }) => [name, variables]));

describe('the examples of the committed questions speak of the demonstration', () => {
  it.each(['2026-03-02', '2026-11-21', '2027-06-30'])('loaded on %s', (today) => {
    const city = generateCity({ size: 'county', seed, today: today as CivilDate });

    const county = city.organizations.find(({ id }) => id === example['member-structure']?.under);
    expect(county?.code).toBe(WELL_KNOWN.county);

    const areas = new Set(city.areas.map(({ code }) => code));
    expect(areas).toContain(example.Q02?.areaCode);
    expect(areas).toContain(example['terms-due']?.areaCode);

    for (const name of ['Q01', 'Q03', 'Q06', 'Q10', 'Q13']) expect(areas).toContain(example[name]?.areaCode);
    expect(areas).toContain(example.Q11?.countyCode);
    expect(example.Q20?.gridCode).toBe(GRID_CASES.grid);
    expect([example.Q34?.townCode, example.Q34?.committee]).toEqual([
      WELL_KNOWN.town.split('-')[0],
      organizationIdOf(WELL_KNOWN.town),
    ]);
    const large = city.organizations.find(({ code: known }) => known === WELL_KNOWN.oversizeFirm);
    expect(city.firms.map(({ id }) => id)).toContain(example.Q36?.id);
    expect(example.Q36?.id).toBe(large?.host.id);

    // One member of whom every part of the page has something to say: secretary of a branch that was split off.
    const id = example.Q35?.memberId;
    const branch = [...city.people()].find(({ orgId }) => orgId === organizationIdOf(WELL_KNOWN.split.new));
    const member = branch?.members.find((each) => each.id === id);
    expect(member?.status).toBe('FULL');
    expect(branch?.periods.filter(({ memberId }) => memberId === id).length).toBeGreaterThanOrEqual(2);
    expect(branch?.transfers.map(({ memberId }) => memberId)).toContain(id);
    const posts = [...city.leadership()].flatMap((each) => each.posts);
    expect(posts.filter(({ personId }) => personId === member?.personId).map(({ kind }) => kind)).toContain(
      'SECRETARY',
    );
  });
});
