import { ruleInForce } from '@jishi/rule-sets';
import { sectors, occupationsBySector } from './demography';
import { isBranch, type Organization, type Register } from './register';
import { chance } from './random';

/** Members of today: full, probationary and suspended. */
export const MEMBERS = { county: 3000, city: 350_000 } as const;

// Log-normal with the published median of 17 in the city; the sigma brings the mean near the published 21.4 although branches
// beyond the ceiling are rare (rules.md §10). The county
// of the small size is thinned out, so that a first look loads in seconds.
const shape = { county: { median: 11, tail: false }, city: { median: 17, tail: true } } as const;
const SIGMA = 0.76;
const LARGEST = 80;

// Village branches are the large ones, those of firms the small ones; added to the logarithm when sizes are handed out.
const lean = {
  VILLAGE: 1.6,
  COMMUNITY: 1.3,
  ORGAN: 0.2,
  INSTITUTION: 0.25,
  STATE_FIRM: 0,
  PRIVATE_FIRM: -0.5,
  SOCIETY: -0.8,
};

/** Gives every branch its number of members, so that the sum is exact, and every person a number of its own. */
export function handOutSizes(register: Register): void {
  const { seed, today } = register;
  const ceiling = Number(ruleInForce('org.branch.ceiling', today).value);
  const least = Number(ruleInForce('org.branch.minimum', today).value);
  const { median, tail } = shape[register.size];
  const branches = register.organizations.filter(isBranch);
  const fixed = branches.filter((branch) => branch.exactly !== null || branch.status === 'DISSOLVED');
  const free = branches.filter((branch) => branch.exactly === null && branch.status !== 'DISSOLVED');
  for (const branch of fixed) branch.size = (branch.exactly?.full ?? 0) + (branch.exactly?.probationary ?? 0);

  const luck = chance(seed, 'sizes');
  const draw = (): number => {
    for (;;) {
      const size = Math.round(median * Math.exp(SIGMA * luck.normal()));
      if (size < least) continue;
      if (size <= ceiling - 2) return size;
      // Branches beyond the ceiling are the exception that ORG-04 hunts; most of them have been split.
      if (tail && size <= LARGEST && luck.happens(0.3)) return size;
    }
  };
  const sizes = free.map(draw);
  const wanted = MEMBERS[register.size] - fixed.reduce((sum, { size }) => sum + size, 0);
  let sum = sizes.reduce((all, size) => all + size, 0);
  while (sum !== wanted) {
    const at = luck.between(0, sizes.length - 1);
    const size = sizes[at] ?? 0;
    if (luck.next() * ceiling > size) continue;
    const step = sum < wanted ? 1 : -1;
    if (size + step <= least || size + step >= ceiling - 2 || size > ceiling) continue;
    sizes[at] = size + step;
    sum += step;
  }
  sizes.sort((a, b) => a - b);
  const order = free
    .map((branch) => ({ branch, rank: luck.normal() + lean[branch.sector] }))
    .sort((a, b) => a.rank - b.rank);
  order.forEach(({ branch }, at) => {
    branch.size = sizes[at] ?? least;
  });
  number(register, branches);
}

function number(register: Register, branches: readonly Organization[]): void {
  let person = 0;
  branches.forEach((branch, ordinal) => {
    const luck = chance(register.seed, 'records', ordinal);
    branch.ordinal = ordinal;
    branch.former =
      branch.exactly || branch.status === 'DISSOLVED'
        ? 0
        : branch.size >= 8 && luck.happens(Math.min(0.6, branch.size / 60))
          ? 1
          : 0;
    branch.cadres =
      branch.status === 'ACTIVE' && branch.sector === 'VILLAGE'
        ? luck.between(0, 1)
        : branch.sector === 'COMMUNITY'
          ? 1
          : 0;
    branch.firstPerson = person;
    person += branch.size + branch.former + branch.cadres;
  });
}

/** Rows: sectors, columns: occupations; fitted to the members of each sector. */
export function occupationTable(register: Register): number[][] {
  const members = sectors.map((sector) =>
    register.organizations.reduce((sum, branch) => sum + (branch.sector === sector ? branch.size : 0), 0),
  );
  return occupationsBySector(members, register.size === 'city');
}
