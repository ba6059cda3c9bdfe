// The small world in which every example plays: 武陟县 (410823), its 木城街道 (410823001), the 建设社区 (410823001001) and one village.
// Area codes are those of the state; the ids stand for nobody.

/** Ids and area codes that the examples of the events share, so that a reader meets the same branch and the same member everywhere. */
export const sample = {
  county: '410823',
  street: '410823001',
  community: '410823001001',
  village: '410823002211',

  countyCommittee: '019a24f1-3c40-7b1e-8d52-0b9a6f3e1c01',
  streetCommittee: '019a24f1-3c41-7d07-9a16-5e20c47b8f12',
  communityCommittee: '019a24f1-3c43-7a92-b8c4-e1d70f5a2b23',
  branch: '019a24f1-3c48-7f3b-a1d9-47c2b86e0d34',
  otherBranch: '019a24f1-3c4a-7c65-84ef-92b01d6fa345',
  newBranch: '019d21b7-90d2-7e18-b376-3fa84c15e056',
  jointBranch: '019ce8a4-52f7-7b40-9c2d-68e5f1a03b67',
  villageBranch: '019a24f1-3c5e-7a8d-b542-c07f9e3d1478',

  housingBureau: '019a24f0-b1a6-7d39-8e61-1ac5f4720b89',
  cityManagement: '019a24f0-b1ad-7c02-a794-d38b60e51f9a',

  person: '019a24f6-07e1-7549-93ab-7d1e2c84f0ab',
  firstSecretary: '019a24f6-1b92-7e6c-8f07-a42d95c3e1bc',
  instructor: '019a24f6-2d15-7a31-b6e8-05f7c1d942cd',
  member: '019a24f6-07e8-7c73-a258-b90f46d1e3de',
  otherMember: '019a24f6-084c-7b9f-9de1-2c7a58f306ef',
  transfer: '019dfb20-4e6a-7281-8c3f-f16d0a9b52f0',
  erasure: '019dfb58-72d1-7a6e-b03c-84c95f1e07a1',

  body: '019a24f3-65b0-7f54-b10a-8e2c7d94a301',
  post: '019d0056-8a1c-7d28-9f43-51b6ce07f412',
  term: '019d0056-89f3-7ac7-83d5-e60f2b19d523',
  issue: '019dfb3c-1170-7e0b-a9c6-3d84f25e1634',
  change: '019e0a92-c6f5-7349-b27e-70a1d9c8f745',
  target: '019b7692-5fd8-7b16-8a0d-c24e631f9856',

  incomeYear: '019bbe04-7c21-7d8a-96f5-0e7b3ad1c967',
  plan: '019c41de-a83b-7f60-b1c9-94d25e07fa78',
  cooperative: '019a2501-d3f6-7e42-8b57-61fc0d9ea389',
  stationing: '019a2502-4ac9-7a0f-9e34-b85d17c2f09a',

  grid: '019a24ff-6e12-7cb5-a7d0-2f93e8146bab',
  communityGrid: '019a24ff-6dfa-7193-8c4e-d560b7f1a2bc',
  otherGrid: '019a24ff-6e31-7f2e-b915-7ac03d84e6cd',
  quarter: '019a2500-0b7d-7a68-95fe-e31c6d02f4de',
  matter: '019dfb1c-9a04-7d57-8e2b-46f5a0c913ef',
  provider: '019b37c5-e2f0-7b81-a06d-19d7c4e5b2f1',

  firm: '019a24fd-85c7-7e9a-b3f1-a50d7c26e812',
  propertyFirm: '019a24fd-9d40-7263-84ca-f7e1b0395d23',
  setUpTask: '019c8b7f-3d16-7fa4-9b08-e24c61d5a734',
  instructing: '019c1a60-f7e8-7d0c-a5b3-3916ef0d7c45',
} as const;

/** Path of the organisation that the examples belong to, as the header `ce_orgpath` carries it: from the county down. */
export const sampleOrgPath = [
  sample.countyCommittee,
  sample.streetCommittee,
  sample.communityCommittee,
  sample.branch,
].join('/');
