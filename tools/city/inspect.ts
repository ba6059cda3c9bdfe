import { generateCity } from './city';
import type { CivilDate } from '@jishi/periods';
const [size = 'county', seed = '1'] = process.argv.slice(2);
const t0 = performance.now();
const city = generateCity({ size: size as 'county', seed: Number(seed), today: '2026-11-21' as CivilDate });
console.log(
  'structure ms',
  performance.now() - t0,
  city.areas.length,
  city.units.length,
  city.organizations.length,
  city.changes.length,
);
const by: Record<string, number> = {};
const inc = (k: string) => {
  by[k] = (by[k] ?? 0) + 1;
};
for (const o of city.organizations) {
  inc(`kind ${o.kind}`);
  inc(`status ${o.status}`);
  inc('depth ' + o.depth);
}
const t1 = performance.now();
let women = 0,
  college = 0,
  current = 0;
for (const b of city.people()) {
  const n = b.members.filter((m) => ['FULL', 'PROBATIONARY'].includes(m.status)).length;
  if (n > 50) inc('oversize');
  if (n === 50) inc('exactly50');
  if (b.members.filter((m) => m.status === 'FULL').length < 3) inc('below3');
  inc('persons');
  by.persons = (by.persons ?? 0) + b.persons.length - 1;
  by.periods = (by.periods ?? 0) + b.periods.length;
  const ps = new Map(b.persons.map((p) => [p.id, p]));
  for (const m of b.members) {
    inc('m ' + m.status);
    if (['FULL', 'PROBATIONARY', 'SUSPENDED'].includes(m.status)) {
      current++;
      inc('class ' + m.memberClass);
      const p = ps.get(m.personId)!;
      if (p.gender === 2) women++;
      if (Number(p.education) <= 30) college++;
      const age = 2026 - Number(p.birthDate.slice(0, 4));
      inc(
        'age ' +
          (age <= 30
            ? '<=30'
            : age <= 35
              ? '31'
              : age <= 40
                ? '36'
                : age <= 45
                  ? '41'
                  : age <= 50
                    ? '46'
                    : age <= 55
                      ? '51'
                      : age <= 60
                        ? '56'
                        : '61+'),
      );
      inc(
        'joined ' +
          (m.joinedOn < '1949-10-01' ? 'a' : m.joinedOn < '1978-12-16' ? 'b' : m.joinedOn < '2012-11-01' ? 'c' : 'd'),
      );
    }
  }
  for (const t of b.transfers) inc(`t ${t.scope} ${t.state}`);
}
console.log(
  'people ms',
  performance.now() - t1,
  'current',
  current,
  'women',
  women / current,
  'college',
  college / current,
);
const t2 = performance.now();
for (const l of city.leadership()) {
  for (const t of l.terms) inc('term ' + t.state);
  by.posts = (by.posts ?? 0) + l.posts.length;
  for (const p of l.posts) inc('post ' + p.kind);
  for (const x of l.bodies) {
    inc('body ' + x.kind);
  }
}
console.log('leadership ms', performance.now() - t2, Math.round(process.memoryUsage().rss / 1e6), 'MB');
for (const k of Object.keys(by).sort())
  console.log(k.padEnd(26), by[k], k.match(/^(class|age|joined)/) ? ((by[k]! / current) * 100).toFixed(1) + '%' : '');
