import { facetOf, indicators, profiles, type Preset } from '.';

/** The register of targets, key by key: plan, comparator, value, day by which it is due. `-`: shown, not judged. */
const register: readonly (readonly [string, string])[] = [
  ['org.branch.ceiling', 'county ≤50'],
  ['org.term.village', 'national =5'],
  ['org.term.other', 'national =3'],
  ['org.term.lead', 'national -'],
  ['org.theme_day', 'zone =25; district -; organs -; county -'],
  ['org.first_item', 'organs ≥100; county ≥100'],
  ['org.contact_point.visits', 'organs ≥2; district -'],
  ['org.contact_point.solved', 'organs ≥1'],
  ['org.retired.liaison', 'organs ≥1'],
  ['org.retired.attend', 'organs ≥2'],
  ['org.unit.training', 'county ≥1'],
  ['org.unit.exchange', 'county ≥1'],
  ['org.dept.class', 'county ≥1, ≥100'],
  ['org.staff.unit', 'zone ≥1'],
  ['org.staff.town_office', 'zone ≥100'],
  ['org.usbkey', 'organs ≥100'],
  ['org.device.tvbox', 'organs ≥100'],
  ['org.device.remote_edu', 'zone ≥95 2020-12-31'],
  ['org.sift', 'organs ≥100'],
  ['org.model_branch', 'organs ≥1'],
  ['org.standard.share', 'organs -; county -; zone -'],
  ['org.weak.closed', 'county ≥100; organs ≥100'],
  ['org.secretary.midterm', 'county ≥100 2023-12-31'],
  ['org.secretary.professional', 'county ≥33.33 2023-12-31; district -'],
  ['org.village.one_shoulder', 'zone ≥100'],
  ['org.village.cross_post', 'zone ↑'],
  ['org.village.party_share', 'zone ↑, ↑'],
  ['org.venue.village', 'town ≥120'],
  ['org.venue.community', 'town ≥300'],
  ['org.venue.hall', 'town ≥60'],
  ['org.venue.six_haves', 'town ≥6 2018-06-30'],
  ['org.venue.six_unified', 'town ≥6 2018-06-30'],
  ['org.complex.rural', 'zone ≥100 2021-12-31'],
  ['org.complex.park', 'zone ≥2 2021-12-31'],
  ['org.brand.community', 'district ≥100'],
  ['org.brand.phase', 'town ≥33 2017-12-31, ≥3 2017-12-31, ≥50 2018-06-30'],
  ['org.brand.cadence', 'district -'],
  ['org.alliance.four_joint', 'zone ≥100 2022-12-31'],
  ['org.soe.list', 'district ≥100; organs ≥100; county ≥100'],
  ['org.soe.one_shoulder', 'county ↑'],
  ['org.soe.tasks', 'zone ≥30'],
  ['org.hospital.split', 'county ≥100'],
  ['org.school.reform', 'county ≥100 2023-12-31'],
  ['org.dual_life', 'district -; zone -'],
  ['org.double_leader', 'district -'],
  ['org.good_rate', 'organs -'],
  ['mem.training.hours', 'organs ≥24, ≥100; national ≥32, ≥56'],
  ['mem.rural.rotation', 'zone ≥100'],
  ['mem.rural.activists', 'zone ≥1'],
  ['mem.village.no_admission', 'zone ≤0 2020-12-31'],
  ['mem.archive.sample', 'county ≥30'],
  ['mem.two_new.admitted', 'county ≥10 2023-12-31'],
  ['mem.two_new.activists', 'county ≥20 2023-12-31'],
  ['mem.dues.inspection', 'zone ≥1'],
  ['mem.dues.rate', 'town ≥100'],
  ['mem.care.visits', 'zone ≥100'],
  ['mem.posts', 'organs -; zone -'],
  ['mem.two_way', 'district -; organs -; town -'],
  ['vil.income.floor', 'district ≤0; county ≤0 2023-12-31'],
  ['vil.operating.share', 'county ≥95 2023-12-31'],
  ['vil.income.mean', 'county ≥200000 2024-12-31'],
  ['vil.shell', 'zone ≤0 2020-12-31'],
  ['vil.star', 'zone ≥5 2022-12-31'],
  ['vil.model', 'zone ≥20 2022-12-31'],
  ['vil.plan', 'district ≥100; county ≥100'],
  ['vil.fund.office', 'zone ≥20000 2020-12-31'],
  ['vil.fund.service', 'zone ≥15000 2020-12-31'],
  ['vil.fund.activity', 'zone -'],
  ['vil.reserve.village', 'zone ≥2'],
  ['vil.reserve.county', 'county ≥150 2023-12-31'],
  ['vil.graduate', 'county ≥100 2024-12-31'],
  ['vil.stationed.days', 'zone -'],
  ['vil.stationed.satisfaction', 'zone -'],
  ['vil.operator.coverage', 'zone ↑'],
  ['vil.rules', 'county ≥100 2023-12-31; zone ≥100'],
  ['grd.levels', 'district =5; zone =3'],
  ['grd.party', 'district ≥100; zone ≥100'],
  ['grd.merge', 'county ≥9'],
  ['grd.team', 'district ≥10'],
  ['grd.worker.households', 'national -'],
  ['grd.household', 'town ≥100'],
  ['grd.meeting.village', 'town ≥1'],
  ['grd.meeting.centre', 'town ≥1'],
  ['grd.meeting.town', 'town ≥1'],
  ['grd.workers', 'county ≥18 2023-12-31'],
  ['grd.standard_community', 'county ≥4'],
  ['grd.property.coverage', 'district ≥100 2022-12-31'],
  ['grd.property.party', 'county ≥100 2023-12-31; district ≥100'],
  ['grd.covenant', 'zone ≥100'],
  ['grd.checkin.units', 'district -; organs -; county -; town -'],
  ['grd.checkin.members', 'district -; organs -; county -; town -'],
  ['grd.four.meeting', 'district -'],
  ['grd.whistle', 'organs -'],
  ['grd.service.on_time', 'district -'],
  ['grd.standard', 'district -; county -'],
  ['grd.property.exit', 'district -'],
  ['ent.coverage.enterprise', 'county ≥92 2023-12-31; district ≥100'],
  ['ent.coverage.social', 'county ≥90 2023-12-31; district ≥100'],
  ['ent.work_coverage', 'district ≥100; county ≥100; zone ≥100'],
  ['ent.new_form.instructor', 'county ≥100'],
  ['ent.new_form', 'county ≥100'],
  ['ent.clear', 'district ≥8'],
  ['ent.clusters', 'district ≥6'],
  ['ent.instructor.load', 'district -; county -; zone -'],
  ['ent.instructor.visits', 'district -'],
  ['ent.four_keys', 'district -'],
  ['ent.articles', 'district -; zone -'],
  ['ent.chain.meeting', 'district -'],
  ['x.supervision.rounds', 'district ≥4'],
  ['x.ledger.deadline', 'county - 2023-05-31'],
  ['x.three_lights', 'district ≥3'],
  ['x.assess.weight', 'town ↑'],
  ['x.talk.days', 'district -; county -'],
  ['x.satisfaction', 'county -; zone -'],
];

const signs = { AT_LEAST: '≥', AT_MOST: '≤', EXACTLY: '=', RISE: '↑', REPORT: '-' } as const;
const written = ({ comparator, value, dueOn }: Preset): string =>
  `${signs[comparator]}${value ?? ''}${dueOn ? ` ${dueOn}` : ''}`;
const presets = profiles.flatMap((profile) => profile.targets.map((target) => ({ profile, target })));

describe('X-22 the register of targets', () => {
  it('X-22 has every key of the register, each once, and no other', () => {
    expect([...indicators.keys()]).toEqual(register.map(([key]) => key));
    expect(indicators.size).toBe(114);
  });

  it.each(register)('X-22 %s keeps every variant: %s', (key, expected) => {
    const variants = profiles.flatMap(({ key: profile, targets }) => {
      const mine = targets.filter((target) => target.key === key);
      return mine.length === 0 ? [] : [`${profile.replace(/-\d+$/, '')} ${mine.map(written).join(', ')}`];
    });
    expect(variants.sort()).toEqual(expected.split('; ').sort());
  });

  it('X-22 counts the targets of each plan', () => {
    expect(Object.fromEntries(profiles.map(({ key, targets }) => [key, targets.length]))).toEqual({
      'district-2022': 35,
      'organs-2022': 21,
      'county-2023': 41,
      'town-2017': 17,
      'zone-2020': 38,
      national: 6,
    });
  });

  it('X-22 every target cites a document, has a unit, and a value exactly when it is compared with one', () => {
    const without = presets.filter(
      ({ target: { comparator, value, unit, document } }) =>
        (value === null) !== (comparator === 'RISE' || comparator === 'REPORT') || unit === '' || document === '',
    );
    expect(without).toEqual([]);
  });

  it('X-22 a target of a plan cites its section, where the plan has one', () => {
    const uncited = presets.filter(
      ({ profile, target: { article } }) =>
        profile.key !== 'national' && (article === null || !/^[一二三四五六]/.test(article)),
    );
    expect(uncited.map(({ profile, target }) => [profile.key, target.key])).toEqual([
      ['district-2022', 'org.theme_day'],
    ]);
  });

  it('X-22 no plan holds two targets that could not be told apart', () => {
    const names = presets.map(({ profile, target }) => `${profile.key} ${target.key} ${facetOf(target.parameters)}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('X-22 VIL-03 VIL-04 two floors of income stand beside each other', () => {
    const floors = presets.flatMap(({ target }) =>
      target.key === 'vil.income.floor' ? facetOf(target.parameters) : [],
    );
    expect(floors).toEqual(['floor=50000,measure=TOTAL', 'floor=100000,measure=TOTAL']);
  });

  it('X-22 names no internal source and no place', () => {
    expect(JSON.stringify(presets)).not.toMatch(/00[0-4]_|焦作|武陟/);
  });
});
