/**
 * How a slice reaches the organisation that its rows belong to: the register itself in the service that owns it, the read
 * model everywhere else. Each comes with the small world in which the slice's spec plays.
 */
export interface OrganizationSide {
  readonly Organization: string;
  /** From where its class is imported. */
  readonly organizationSource: string;
  readonly resolverImports: string;
  readonly organizationImport: string;
  readonly organizationResolver: string;
  readonly worldImports: string;
  readonly world: string;
  readonly seed: string;
}

const owner: OrganizationSide = {
  Organization: 'PartyOrganization',
  organizationSource: '../register',
  resolverImports: 'forAll, ',
  organizationImport: `import { organizationsByIds } from '../register';\n`,
  organizationResolver: `organization: forAll((rows: readonly {{Entity}}Row[], _: object, ctx) =>
      organizationsByIds(
        ctx,
        rows.map(({ orgId }) => orgId),
      ),
    ),`,
  worldImports: `import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { accessTable, testService, type TestService } from '@jishi/testing';
import { orgs, people, twoTowns } from '../../seeds/two-towns';
`,
  world: `const ownBranch = orgs.dazhuangFirst;
const { br: branch, ts: above, stranger: beside, nobody } = people;
`,
  seed: 'twoTowns',
};

const reader: OrganizationSide = {
  Organization: 'KnownOrganization',
  organizationSource: '@jishi/known-register',
  resolverImports: '',
  organizationImport: '',
  organizationResolver: `organization: ({ orgId }: {{Entity}}Row) => ({ id: orgId }),`,
  worldImports: `import type { Actor } from '@jishi/access';
import type { CivilDate } from '@jishi/periods';
import { accessTable, asActor, testService, type Seed, type TestService } from '@jishi/testing';
`,
  world: `const town = '018f0000-0000-7000-8000-000000000001';
const ownBranch = '018f0000-0000-7000-8000-000000000002';
const otherBranch = '018f0000-0000-7000-8000-000000000003';

/** A town's committee and two branches below it. */
const twoBranches: Seed = {
  name: '{{capability}}-two-branches',
  on: '2026-03-01' as CivilDate,
  async load(tx) {
    await tx.query(
      \`INSERT INTO known_organization (id, code, kind, status, superior_id, depth, ancestor_1, ancestor_2, area_code) VALUES
         ($1, 'O-1', 'COMMITTEE', 'ACTIVE', NULL, 1, $1, NULL, '410823100'),
         ($2, 'O-2', 'BRANCH', 'ACTIVE', $1, 2, $1, $2, '410823100200'),
         ($3, 'O-3', 'BRANCH', 'ACTIVE', $1, 2, $1, $3, '410823100201')\`,
      [town, ownBranch, otherBranch],
    );
  },
};

const branch = asActor('branch-secretary', { role: 'BR', organizationId: ownBranch });
const above = asActor('town-office', { role: 'TS', organizationId: town });
const beside = asActor('other-secretary', { role: 'BR', organizationId: otherBranch });
const nobody = asActor('nobody');
`,
  seed: 'twoBranches',
};

/** The side on which a service stands, by the tree that its `service.ts` names. */
export function organizationSideOf(serviceSource: string): OrganizationSide {
  const tree = /tree:\s*'(\w+)'/.exec(serviceSource)?.[1];
  if (tree === 'party_organization') return owner;
  if (tree === 'known_organization') return reader;
  throw new Error('its service.ts names no tree of organisations');
}
